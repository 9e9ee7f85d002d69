// Knows: the prices of destinations: a table of prefixes with one column of rates a carrier, and from which day each row holds.
// Must not know: files, trunks, currencies.
// Next: prefix_table.h; policy/cost.h, which asks for the price of a trunk.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/stream.h"
#include "number/prefix_table.h"

namespace tandem::number {

/// A price. Units: millionths of whatever the deck counts in (a currency a minute).
using Rate = std::uint32_t;
inline constexpr Rate kNoRate = 0xffffffff;
/// "0.0123", without needless zeros.
std::string to_string_rate(Rate rate);

inline constexpr std::size_t kMostRateRows = 2'000'000;

/// What a row says for a number.
struct FoundRate {
    Rate rate = kNoRate;
    PrefixKey prefix = 0;
};

/// A deck as loaded. Thread: const, any number of threads.
class RateDeck {
public:
    /// The rate of the longest prefix of the number that has one in the column on that day; of several rows of one prefix the
    /// latest that holds. number: E.164 with or without its plus.
    [[nodiscard]] std::optional<FoundRate> rate(std::string_view number, std::size_t column, std::chrono::sys_days day) const;
    [[nodiscard]] std::size_t rows() const { return prefixes_.size(); }
    [[nodiscard]] std::size_t memory() const;

private:
    friend class DeckReader;
    PrefixTable prefixes_;
    std::vector<std::int32_t> valid_from_;     ///< days since 1970-01-01; empty when no row says one
    std::vector<std::vector<Rate>> further_;   ///< of the columns behind the first, which lies beside the prefixes
};

/// What is wrong in a file, with its place.
struct DeckFault {
    std::size_t line = 0;    ///< from 1
    std::size_t column = 0;  ///< byte in the line, from 1
    std::string what;
};

struct LoadedDeck {
    std::shared_ptr<const RateDeck> deck;  ///< null when there is any fault
    std::vector<DeckFault> faults;         ///< the first hundred
};

/// Reads CSV (RFC 4180; comma, semicolon or tab, as the first line has it): prefix (1 to 15 digits, a plus in front allowed), rates (at most 4294 with at most 6 decimals; empty:
/// this row has none), valid_from (2026-12-01, from the beginning of that day, UTC; empty: ever). The first line may name the
/// columns, in any order and with others between them; without names they are prefix, rate, valid_from. Empty lines and lines
/// that begin with # do not count.
/// columns: names of the rates that are wanted; they become columns 0, 1, … of the deck.
/// Errors: io. Faults: everything that is not so; a prefix that stands twice with the same day; more than kMostRateRows; no rows.
/// Cost: about 0.15 s for a million rows; 16 bytes a row, 20 with days, 4 more for each further column.
Result<LoadedDeck> read_rate_deck(InputStream& csv, std::span<const std::string> columns);

}  // namespace tandem::number
