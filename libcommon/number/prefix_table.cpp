// Knows: why one search finds the longest prefix: whatever sorts between a prefix and a number that begins with it begins with it too,
// so the prefix is the row before the number or one of those that this row begins with.
// Must not know: what a prefix stands for.
// Next: rate_deck.cpp.
#include "number/prefix_table.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::number {
namespace {

constexpr unsigned kLengthBits = 4;

unsigned length_of(PrefixKey key) { return static_cast<unsigned>(key & 15U); }

/// The first digits, at most 15, as the bits of a key without a length.
PrefixKey digit_bits(std::string_view digits) {
    PrefixKey bits = 0;
    unsigned shift = 60;
    for (const char c : digits.substr(0, kLongestPrefix)) {
        bits |= static_cast<PrefixKey>(static_cast<unsigned>(c - '0') + 1U) << shift;
        shift -= 4;
    }
    return bits;
}

bool begins_with(PrefixKey digits, PrefixKey prefix) {
    const unsigned length = length_of(prefix);
    return (digits ^ prefix) >> (64U - 4U * length) == 0;
}

}  // namespace

std::optional<PrefixKey> prefix_key(std::string_view digits) {
    if (digits.empty() || digits.size() > kLongestPrefix || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    return digit_bits(digits) | digits.size();
}

std::string prefix_text(PrefixKey key) {
    std::string out;
    for (unsigned i = 0; i < length_of(key); ++i) out += static_cast<char>('0' + ((key >> (60U - 4U * i)) & 15U) - 1U);
    return out;
}

PrefixTable::PrefixTable(std::vector<PrefixKey> keys) : keys_(std::move(keys)) {
    next_best_.reserve(keys_.size());
    std::vector<std::uint32_t> open;  // the prefixes of the row before, shortest first
    for (std::uint32_t row = 0; row < keys_.size(); ++row) {
        while (!open.empty() && keys_[open.back()] != keys_[row] && !begins_with(keys_[row], keys_[open.back()])) open.pop_back();
        next_best_.push_back(open.empty() ? kNone : open.back());
        if (!open.empty() && keys_[open.back()] == keys_[row]) {
            open.back() = row;
        } else {
            open.push_back(row);
        }
    }

    // An index of about one place a row: a search then looks at a few rows.
    std::size_t places = 1;
    while (places < keys_.size() && index_digits_ < 6) {
        ++index_digits_;
        places *= 10;
    }
    starts_.reserve(places + 1);
    std::uint32_t row = 0;
    for (std::size_t place = 0; place < places; ++place) {
        PrefixKey first = 0;
        std::size_t rest = place;
        for (unsigned i = index_digits_; i-- > 0; rest /= 10) first |= static_cast<PrefixKey>(rest % 10 + 1) << (60U - 4U * i);
        while (row < keys_.size() && keys_[row] < first) ++row;
        starts_.push_back(row);
    }
    starts_.push_back(static_cast<std::uint32_t>(keys_.size()));
}

std::uint32_t PrefixTable::longest(std::string_view digits) const {
    if (keys_.empty() || digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return kNone;
    auto first = keys_.begin(), last = keys_.end();
    if (digits.size() >= index_digits_) {
        std::size_t place = 0;
        for (unsigned i = 0; i < index_digits_; ++i) place = place * 10 + static_cast<std::size_t>(digits[i] - '0');
        first = keys_.begin() + starts_[place];
        last = keys_.begin() + starts_[place + 1];
    }
    const PrefixKey number = digit_bits(digits);
    const auto after = std::upper_bound(first, last, number | ((PrefixKey{1} << kLengthBits) - 1));
    auto row = static_cast<std::uint32_t>(after - keys_.begin());
    if (row == 0) return kNone;
    --row;
    while (row != kNone && !begins_with(number, keys_[row])) row = next_best_[row];
    return row;
}

std::size_t PrefixTable::memory() const {
    return keys_.capacity() * sizeof(PrefixKey) + (next_best_.capacity() + starts_.capacity()) * sizeof(std::uint32_t);
}

}  // namespace tandem::number
