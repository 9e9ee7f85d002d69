// Knows: a million digit prefixes in a few MB, and the longest one that a number begins with.
// Must not know: what a prefix stands for (a rate, a carrier, a range).
// Next: rate_deck.h, which keeps prices beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::number {

inline constexpr std::size_t kLongestPrefix = 15;  ///< digits: ITU-T E.164 §6 has no longer numbers

/// Up to 15 digits as an integer: sixty bits of digits from the left (digit + 1, four bits each, 0 after the end), then the
/// length. Keys sort as the digits do as text, so what begins with a prefix stands right behind it.
using PrefixKey = std::uint64_t;
/// 1 to 15 digits; nothing for anything else.
std::optional<PrefixKey> prefix_key(std::string_view digits);
/// The digits again.
std::string prefix_text(PrefixKey key);

/// Prefixes in order; each is known by its row. The same prefix may stand in several rows, one behind the other.
/// Units: 16 bytes a row, and an index by the first digits (4 MB at most, little for a small table).
/// Thread: const once made, any number of threads.
class PrefixTable {
public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    PrefixTable() = default;
    /// Keys in ascending order, and a value for each row, which lies beside its key; all 0 without.
    explicit PrefixTable(std::span<const PrefixKey> keys, std::span<const std::uint32_t> values = {});

    /// The last row of the longest prefix that the digits begin with; kNone when there is none. Only digits count: a number with
    /// its plus has none. Cost: one access to the index, a search among the prefixes with the same first digits, then at most
    /// one step a digit.
    [[nodiscard]] std::uint32_t longest(std::string_view digits) const;
    /// The next best of a row that was found: the row before it of the same prefix, else the last one of the next shorter prefix.
    [[nodiscard]] std::uint32_t next_best(std::uint32_t row) const { return rows_[row].next_best; }

    [[nodiscard]] PrefixKey key(std::uint32_t row) const { return rows_[row].key; }
    [[nodiscard]] std::uint32_t value(std::uint32_t row) const { return rows_[row].value; }
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    /// Bytes that it holds.
    [[nodiscard]] std::size_t memory() const;

private:
    /// All that a look-up needs of a row in one place: what it costs is the lines of memory that it touches.
    struct Row {
        PrefixKey key = 0;
        std::uint32_t next_best = kNone;
        std::uint32_t value = 0;
    };
    std::vector<Row> rows_;
    std::vector<std::uint32_t> starts_;  ///< by the first index_digits_ digits: the first row not before them; one more at the end
    unsigned index_digits_ = 0;
};

}  // namespace tandem::number
