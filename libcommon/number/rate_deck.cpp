// Knows: how a deck of rates is read from CSV and asked.
// Must not know: where the text comes from.
// Next: policy/cost.cpp.
#include "number/rate_deck.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/csv.h"
#include "base/text.h"

namespace tandem::number {
namespace {

constexpr std::size_t kMostFaults = 100;
constexpr std::size_t kLongestRow = 4096;
constexpr std::int32_t kEver = std::numeric_limits<std::int32_t>::min();
constexpr unsigned kDecimals = 6;

/// "12.5" in millionths. Nothing for what is no price, or one that cannot be held.
std::optional<Rate> parse_rate(std::string_view text) {
    std::uint64_t value = 0;
    unsigned decimals = 0;
    bool point = false, digits = false;
    for (const char c : text) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(c) || (point && decimals == kDecimals) || value > kNoRate) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
        digits = true;
        if (point) ++decimals;
    }
    for (; decimals < kDecimals; ++decimals) value *= 10;
    return digits && value < kNoRate ? std::optional(static_cast<Rate>(value)) : std::nullopt;
}

/// "2026-12-01" in days since 1970-01-01.
std::optional<std::int32_t> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = to_number<unsigned>(text.substr(0, 4)), month = to_number<unsigned>(text.substr(5, 2)),
               day = to_number<unsigned>(text.substr(8, 2));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok()) return std::nullopt;
    return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

std::string to_string_rate(Rate rate) {
    std::string out = cat(rate / 1'000'000U);
    std::string rest = cat(1'000'000U + rate % 1'000'000U).substr(1);
    rest.erase(rest.find_last_not_of('0') + 1);
    if (!rest.empty()) append(out, '.', rest);
    return out;
}

std::optional<FoundRate> RateDeck::rate(std::string_view number, std::size_t column, std::chrono::sys_days day) const {
    if (number.starts_with('+')) number.remove_prefix(1);
    const auto today = static_cast<std::int32_t>(day.time_since_epoch().count());
    for (std::uint32_t row = prefixes_.longest(number); row != PrefixTable::kNone; row = prefixes_.next_best(row)) {
        const Rate rate = column == 0 ? prefixes_.value(row) : further_[column - 1][row];
        if (rate == kNoRate || (!valid_from_.empty() && valid_from_[row] > today)) continue;
        return FoundRate{rate, prefixes_.key(row)};
    }
    return std::nullopt;
}

std::size_t RateDeck::memory() const {
    std::size_t bytes = prefixes_.memory() + valid_from_.capacity() * sizeof(std::int32_t);
    for (const std::vector<Rate>& column : further_) bytes += column.capacity() * sizeof(Rate);
    return bytes;
}

/// Reads one file.
class DeckReader {
public:
    explicit DeckReader(std::span<const std::string> wanted)
        : wanted_(wanted), places_(wanted.size(), kAbsent), columns_(wanted.size()) {}

    Result<LoadedDeck> read(InputStream& in) {
        CsvFormat format;
        format.separator = '\0';
        format.max_row = kLongestRow;
        CsvReader reader(in, format);
        while (!full_) {
            auto row = reader.next();
            if (!row) return fail(std::move(row.error()));
            if (*row == nullptr) break;
            line_ = static_cast<std::size_t>((*row)->line);
            if ((*row)->fault != nullptr) {
                line_ = static_cast<std::size_t>((*row)->fault->line);
                fault(static_cast<std::size_t>((*row)->fault->column), (*row)->fault->error.what);
            } else if (!(*row)->blank() && !(*row)->raw.starts_with('#')) {
                fields_ = (*row)->fields;
                take();
            }
        }
        // A deck that was cut off while it was fetched must not take the place of a whole one.
        if (keys_.empty() && faults_.empty()) {
            line_ = std::max<std::size_t>(line_, 1);
            fault(1, "the file has no prefixes");
        }
        return finish();
    }

private:
    static constexpr std::size_t kAbsent = ~std::size_t{0};

    void fault(std::size_t column, std::string what) {
        if (faults_.size() < kMostFaults) faults_.push_back({line_, column, std::move(what)});
        full_ = faults_.size() == kMostFaults;
    }
    /// A field without the blanks around it.
    [[nodiscard]] std::string_view text(std::size_t place) const {
        return fields_[place].quoted ? fields_[place].text : trim(fields_[place].text);
    }
    /// Where a field's text begins, from 1.
    [[nodiscard]] std::size_t column(std::size_t place) const {
        const CsvField& field = fields_[place];
        return field.offset + 1 + (field.quoted ? 0 : std::min(field.text.find_first_not_of(" \t"), field.text.size()));
    }

    void take() {
        if (!began_) {
            began_ = true;
            if (begin()) return;
        }
        if (keys_.size() == kMostRateRows) {
            fault(1, cat("more than ", kMostRateRows, " rows"));
            full_ = true;
            return;
        }
        if (fields_.size() != width_) return fault(1, cat(fields_.size(), " fields, where the first line has ", width_));
        const std::string_view prefix = text(prefix_place_);
        std::string_view digits = prefix;
        if (digits.starts_with('+')) digits.remove_prefix(1);
        const auto key = prefix_key(digits);
        if (!key || digits.front() == '0')
            return fault(column(prefix_place_), cat('"', shown(prefix, 40), "\" is no prefix; write 1 to 15 digits that begin with a country code"));
        std::int32_t day = kEver;
        if (day_place_ != kAbsent && !text(day_place_).empty()) {
            const auto parsed = parse_day(text(day_place_));
            if (!parsed) return fault(column(day_place_), cat('"', shown(text(day_place_), 40), "\" is no day; write it as 2026-12-01"));
            day = *parsed;
            dated_ = true;
        }
        for (std::size_t i = 0; i < places_.size(); ++i) {
            const std::string_view written = text(places_[i]);
            const auto rate = written.empty() ? std::optional(kNoRate) : parse_rate(written);
            if (!rate)  // after any fault no deck is made, so columns need not stay of one length
                return fault(column(places_[i]), cat('"', shown(written, 40), "\" is no rate; write up to 4294 with at most ", kDecimals, " decimals, as 0.0125"));
            columns_[i].push_back(*rate);
        }
        keys_.push_back(*key);
        days_.push_back(day);
        lines_.push_back(static_cast<std::uint32_t>(line_));
    }

    /// The first line: true when it names the columns.
    bool begin() {
        width_ = fields_.size();
        const std::string_view first = text(0);
        if (!first.empty() && (is_digit(first.front()) || first.front() == '+')) {
            if (width_ != 2 && width_ != 3) {
                fault(1, cat(width_, " fields and no names; without names they are prefix,rate or prefix,rate,valid_from"));
                full_ = true;
                return true;
            }
            prefix_place_ = 0;
            day_place_ = width_ == 3 ? 2 : kAbsent;
            for (std::size_t i = 0; i < wanted_.size(); ++i) {
                if (wanted_[i] != "rate") {
                    fault(1, cat("there is no line of names, so no column \"", shown(wanted_[i], 40), '"'));
                    full_ = true;
                }
                places_[i] = 1;
            }
            return full_;
        }
        const auto find = [this](std::string_view name) {
            std::size_t found = kAbsent;
            for (std::size_t i = 0; i < fields_.size(); ++i) {
                if (!iequals(text(i), name)) continue;
                if (found != kAbsent) fault(column(i), cat("column \"", name, "\" stands twice"));
                found = i;
            }
            return found;
        };
        prefix_place_ = find("prefix");
        day_place_ = find("valid_from");
        if (prefix_place_ == kAbsent) told_absent("prefix");
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            places_[i] = find(wanted_[i]);
            if (places_[i] == kAbsent) told_absent(wanted_[i]);
        }
        full_ = !faults_.empty();
        return true;
    }

    void told_absent(std::string_view name) {
        std::vector<std::string_view> names;
        for (std::size_t i = 0; i < fields_.size(); ++i) names.push_back(text(i));
        const std::string_view near = nearest(name, names);
        fault(1, cat("there is no column \"", shown(name, 40), '"', near.empty() ? "" : "; did you mean \"", shown(near, 40), near.empty() ? "" : "\"?"));
        full_ = true;
    }

    [[nodiscard]] LoadedDeck finish() {
        std::vector<std::uint32_t> order(keys_.size());
        std::iota(order.begin(), order.end(), 0U);
        const auto before = [this](std::uint32_t a, std::uint32_t b) {
            return keys_[a] != keys_[b] ? keys_[a] < keys_[b] : days_[a] != days_[b] ? days_[a] < days_[b] : a < b;
        };
        if (!std::is_sorted(order.begin(), order.end(), before)) std::sort(order.begin(), order.end(), before);
        for (std::size_t i = 1; i < order.size() && !full_; ++i) {
            if (keys_[order[i]] != keys_[order[i - 1]] || days_[order[i]] != days_[order[i - 1]]) continue;
            line_ = lines_[order[i]];
            fault(1, cat("prefix ", prefix_text(keys_[order[i]]), " stands in line ", lines_[order[i - 1]], " already",
                         days_[order[i]] == kEver ? "" : " for the same day"));
        }
        std::stable_sort(faults_.begin(), faults_.end(), [](const DeckFault& a, const DeckFault& b) { return a.line < b.line; });
        if (!faults_.empty()) return {nullptr, std::move(faults_)};

        auto deck = std::make_shared<RateDeck>();
        std::vector<PrefixKey> keys;
        keys.reserve(order.size());
        for (const std::uint32_t row : order) keys.push_back(keys_[row]);
        std::vector<Rate> first;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::vector<Rate>& rates = i == 0 ? first : deck->further_.emplace_back();
            rates.reserve(order.size());
            for (const std::uint32_t row : order) rates.push_back(columns_[i][row]);
        }
        deck->prefixes_ = PrefixTable(keys, first);
        if (dated_) {
            deck->valid_from_.reserve(order.size());
            for (const std::uint32_t row : order) deck->valid_from_.push_back(days_[row]);
        }
        return {std::move(deck), {}};
    }

    std::span<const std::string> wanted_;
    std::vector<std::size_t> places_;  ///< of the wanted columns among the fields
    std::size_t prefix_place_ = 0, day_place_ = kAbsent, width_ = 0;
    std::size_t line_ = 0;
    bool began_ = false, full_ = false, dated_ = false;
    std::span<const CsvField> fields_;  ///< of the row in hand
    std::vector<PrefixKey> keys_;
    std::vector<std::int32_t> days_;
    std::vector<std::uint32_t> lines_;
    std::vector<std::vector<Rate>> columns_;
    std::vector<DeckFault> faults_;
};

Result<LoadedDeck> read_rate_deck(InputStream& csv, std::span<const std::string> columns) { return DeckReader(columns).read(csv); }

}  // namespace tandem::number
