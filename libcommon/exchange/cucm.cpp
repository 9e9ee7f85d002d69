// Knows: translation patterns of Cisco Unified Communications Manager: what they match, which of several is chosen, what they make.
// Must not know: other dial plans.
// Next: steps.h; import.h.
#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "base/csv.h"
#include "base/text.h"
#include "exchange/cucm_order.h"
#include "exchange/cucm_pattern.h"
#include "exchange/import.h"

namespace tandem::exchange {
namespace {

/// What a column means, by its name without anything but letters.
enum class Column { kPattern, kPartition, kDescription, kDiscard, kMask, kPrefix, kBlock };
constexpr std::array<std::pair<std::string_view, Column>, 17> kColumns = {{
    {"pattern", Column::kPattern},
    {"translationpattern", Column::kPattern},
    {"routepattern", Column::kPattern},
    {"partition", Column::kPartition},
    {"routepartition", Column::kPartition},
    {"description", Column::kDescription},
    {"discarddigits", Column::kDiscard},
    {"calledpartydiscarddigits", Column::kDiscard},
    {"digitdiscardinstruction", Column::kDiscard},
    {"calledpartytransformmask", Column::kMask},
    {"calledpartytransformationmask", Column::kMask},
    {"prefixdigits", Column::kPrefix},
    {"calledpartyprefixdigits", Column::kPrefix},
    {"prefixdigitsoutgoingcalls", Column::kPrefix},
    {"calledpartyprefixdigitsoutgoingcalls", Column::kPrefix},
    {"blockthispattern", Column::kBlock},
    {"blockenable", Column::kBlock},
}};

// What most people mean by "9.@"; which of it a route filter lets through they alone know.
constexpr const char* kSpelledOut = "write the pattern once for each kind of number, of North America 9.[2-9]XXXXXX (local), 9.1[2-9]XX[2-9]XXXXXX (long distance), 9.011! (international)";

struct Entry {
    std::string partition, text;
    Steps steps;
    number::Rule rule;
    std::size_t offset = 0;
};

std::optional<Column> column_of(std::string_view name) {
    std::string letters;
    for (const char c : name)
        if (is_alpha(c)) letters += to_lower(c);
    for (const auto& [known, column] : kColumns)
        if (letters == known) return column;
    return std::nullopt;
}

class CucmReader {
public:
    CucmReader(const Source& source, const std::string& plan_name, Fragment& into) : source_(source), plan_name_(plan_name), into_(into) {}

    Status read() {
        CsvFormat format;
        format.separator = '\0';
        table_ = read_csv(source_.text(), format);
        for (const CsvFault& fault : table_.faults)
            into_.findings.push_back({cat(source_.name(), ':', fault.line, ':', fault.column), cat("row not read: ", fault.error.what), "quote fields as RFC 4180 says", true});
        for (const std::string& name : table_.header) {
            const auto column = column_of(name);
            const auto known = std::find(columns_.begin(), columns_.end(), column);
            if (column && known != columns_.end())
                return fail(Errc::kConflict, cat("columns \"", shown(table_.header[static_cast<std::size_t>(known - columns_.begin())], 60), "\" and \"", shown(name, 60), "\" say the same thing: leave out one"));
            columns_.push_back(column);
        }
        if (std::find(columns_.begin(), columns_.end(), Column::kPattern) == columns_.end())
            return fail(Errc::kMissing, "no column \"PATTERN\" or \"TRANSLATION PATTERN\"");
        std::string ignored;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (!columns_[i]) append(ignored, ignored.empty() ? "" : ", ", shown(table_.header[i], 40));
        if (!ignored.empty()) into_.findings.push_back({source_.where(0), cat("columns that say nothing about the called number are not taken: ", ignored), {}, false});
        for (const CsvTable::Row& row : table_.rows) entry(row);
        plans();
        return {};
    }

private:
    void refuse(std::size_t offset, std::string what, std::string hint = {}) {
        into_.findings.push_back({source_.where(offset), std::move(what), std::move(hint), true});
    }
    std::string_view field(const CsvTable::Row& row, Column column) const {
        for (std::size_t i = 0; i < columns_.size() && i < row.fields.size(); ++i)
            if (columns_[i] == column) return trim(row.fields[i]);
        return {};
    }

    void entry(const CsvTable::Row& row) {
        Entry out;
        out.offset = source_.line_begin(row.line);
        out.text = field(row, Column::kPattern);
        out.partition = field(row, Column::kPartition);
        const auto stop = [&](std::string_view what, std::string hint = {}) { refuse(out.offset, cat("pattern ", shown(out.text, 60), ": ", what), std::move(hint)); };
        const std::string_view block = field(row, Column::kBlock);
        if (iequals(block, "t") || iequals(block, "true") || iequals(block, "yes") || block == "1")
            return stop("it blocks calls", "a dial plan makes numbers; keep such calls from a route instead");
        auto pattern = cucm_pattern(out.text);
        if (!pattern) return stop(pattern.error().what, out.text.find('@') == std::string::npos ? "" : kSpelledOut);
        auto pieces = cucm_pieces(*pattern, field(row, Column::kDiscard), field(row, Column::kMask), field(row, Column::kPrefix));
        if (!pieces) return stop(pieces.error().what);
        out.steps = pattern->steps;
        out.rule = rule_of(out.steps, *pieces);
        out.rule.name = out.text;
        const std::string_view description = field(row, Column::kDescription);
        out.rule.description = source_.described(description.empty() ? out.text : description, out.offset);
        entries_.push_back(std::move(out));
    }

    void plans() {
        std::unordered_map<std::string_view, std::size_t> places;
        std::vector<std::vector<const Entry*>> partitions;  // in the order of the file
        for (const Entry& one : entries_) {
            const auto [known, first] = places.emplace(one.partition, partitions.size());
            if (first) partitions.emplace_back();
            partitions[known->second].push_back(&one);
        }
        std::size_t looks = kCucmLooks;
        for (const std::vector<const Entry*>& members : partitions) {
            Plan plan;
            plan.description = source_.described({}, 0);
            std::vector<const Steps*> patterns;
            for (const Entry* one : members) patterns.push_back(&one->steps);
            const CucmOrder order = cucm_order(patterns, looks);
            for (const CucmConflict& conflict : order.conflicts) refuse_conflict(conflict, members);
            RuleSink sink(plan.rules, plan.rule_names, into_.findings);
            for (const std::size_t i : order.order) sink.add(members[i]->rule, source_.where(members[i]->offset));
            if (plan.rules.empty()) continue;
            const std::string& partition = members.front()->partition;
            plan.name = into_.plan_names.unique_name(partition.empty() ? plan_name_ : topology_name(partition));
            into_.dial_plans.push_back(std::move(plan));
        }
    }

    void refuse_conflict(const CucmConflict& conflict, const std::vector<const Entry*>& members) {
        const Entry& one = *members[conflict.pattern];
        const std::string which = cat("pattern ", shown(one.text, 60));
        switch (conflict.why) {
            case CucmConflict::Why::kRival:
                return refuse(one.offset, cat(which, " and ", shown(members[conflict.rival]->text, 60), " match the same strings, and neither is always the closer one"), "write patterns that do not meet");
            case CucmConflict::Why::kRing:
                return refuse(one.offset, cat(which, " stands in a ring of patterns each closer than the next"), "write patterns that do not meet");
            case CucmConflict::Why::kTooMany:
                return refuse(one.offset, cat(which, " may meet too many others: which is the closer would take more than ", kCucmLooks, " looks at them"), "import the partitions one by one, or patterns that do not meet");
        }
    }

    const Source& source_;
    const std::string& plan_name_;
    Fragment& into_;
    CsvTable table_;
    std::vector<std::optional<Column>> columns_;
    std::vector<Entry> entries_;
};

}  // namespace

Status import_cucm(const Source& source, const std::string& plan_name, Fragment& into) { return CucmReader(source, plan_name, into).read(); }

}  // namespace tandem::exchange
