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
constexpr std::size_t kFewRows = 32;

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

PrefixTable::PrefixTable(std::span<const PrefixKey> keys, std::span<const std::uint32_t> values) {
    rows_.reserve(keys.size());
    std::vector<std::uint32_t> open;  // the prefixes of the row before, shortest first
    for (std::uint32_t row = 0; row < keys.size(); ++row) {
        while (!open.empty() && keys[open.back()] != keys[row] && !begins_with(keys[row], keys[open.back()])) open.pop_back();
        rows_.push_back({keys[row], open.empty() ? kNone : open.back(), row < values.size() ? values[row] : 0});
        if (!open.empty() && keys[open.back()] == keys[row]) {
            open.back() = row;
        } else {
            open.push_back(row);
        }
    }

    // An index of about one place a row: a search then looks at a few rows.
    std::size_t places = 1;
    while (places < rows_.size() && index_digits_ < 6) {
        ++index_digits_;
        places *= 10;
    }
    starts_.reserve(places + 1);
    std::uint32_t row = 0;
    for (std::size_t place = 0; place < places; ++place) {
        PrefixKey first = 0;
        std::size_t rest = place;
        for (unsigned i = index_digits_; i-- > 0; rest /= 10) first |= static_cast<PrefixKey>(rest % 10 + 1) << (60U - 4U * i);
        while (row < rows_.size() && rows_[row].key < first) ++row;
        starts_.push_back(row);
    }
    starts_.push_back(static_cast<std::uint32_t>(rows_.size()));
}

std::uint32_t PrefixTable::longest(std::string_view digits) const {
    if (rows_.empty() || digits.empty()) return kNone;
    PrefixKey number = 0;
    std::size_t place = 0;
    unsigned shift = 60, left = index_digits_;
    for (const char c : digits) {
        const unsigned digit = static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';
        if (digit > 9) return kNone;
        if (shift == 0) continue;  // what is longer than any prefix only has to be digits
        number |= static_cast<PrefixKey>(digit + 1) << shift;
        shift -= 4;
        if (left > 0) {
            place = place * 10 + digit;
            --left;
        }
    }
    std::size_t first = 0, last = rows_.size();
    if (left == 0) {
        first = starts_[place];
        last = starts_[place + 1];
    }
    const PrefixKey bound = number | ((PrefixKey{1} << kLengthBits) - 1);
    std::size_t after = first;
    if (last - first <= kFewRows) {
        // No branch to guess: the few rows of a place lie side by side.
        for (std::size_t row = first; row < last; ++row) after += rows_[row].key <= bound ? 1U : 0U;
    } else {
        const std::span<const Row> there = std::span(rows_).subspan(first, last - first);
        after += static_cast<std::size_t>(
            std::upper_bound(there.begin(), there.end(), bound, [](PrefixKey key, const Row& row) { return key < row.key; }) - there.begin());
    }
    if (after == 0) return kNone;
    auto row = static_cast<std::uint32_t>(after - 1);
    while (row != kNone && !begins_with(number, rows_[row].key)) row = rows_[row].next_best;
    return row;
}

std::size_t PrefixTable::memory() const {
    return rows_.capacity() * sizeof(Row) + starts_.capacity() * sizeof(std::uint32_t);
}

}  // namespace tandem::number
