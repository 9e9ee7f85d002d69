// Knows: translation patterns of Cisco Unified Communications Manager: what they match, which of several is chosen, what they make.
// Must not know: other dial plans.
// Next: steps.h; import.h.
#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/csv.h"
#include "base/text.h"
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

class Reader {
public:
    Reader(const Source& source, const std::string& plan_name, Fragment& into) : source_(source), plan_name_(plan_name), into_(into) {}

    Status read() {
        CsvFormat format;
        format.separator = '\0';
        table_ = read_csv(source_.text(), format);
        for (const CsvFault& fault : table_.faults)
            into_.findings.push_back({cat(source_.name(), ':', fault.line, ':', fault.column), cat("row not read: ", fault.error.what), "quote fields as RFC 4180 says", true});
        for (const std::string& name : table_.header) columns_.push_back(column_of(name));
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
        if (!pattern) return stop(pattern.error().what);
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
        std::vector<std::string> partitions;
        for (const Entry& one : entries_)
            if (std::find(partitions.begin(), partitions.end(), one.partition) == partitions.end()) partitions.push_back(one.partition);
        for (const std::string& partition : partitions) {
            Plan plan;
            std::vector<std::string> taken;
            for (const Plan& one : into_.dial_plans) taken.push_back(one.name);
            plan.name = unique_name(partition.empty() ? plan_name_ : topology_name(partition), taken);
            plan.description = source_.described({}, 0);
            std::vector<const Entry*> members;
            for (const Entry& one : entries_)
                if (one.partition == partition) members.push_back(&one);
            RuleSink sink(plan.rules, into_.findings);
            for (const Entry* one : ordered(members)) sink.add(one->rule, source_.where(one->offset));
            if (!plan.rules.empty()) into_.dial_plans.push_back(std::move(plan));
        }
    }

    // Each pattern before all those that would be chosen after it. What cannot stand in one order is refused.
    std::vector<const Entry*> ordered(const std::vector<const Entry*>& members) {
        std::vector<const Entry*> kept;
        std::vector<std::vector<std::size_t>> behind;  // of each kept one, those that must follow it
        for (const Entry* one : members) {
            std::vector<std::size_t> after, before;
            const Entry* rival = nullptr;
            for (std::size_t i = 0; i < kept.size() && rival == nullptr; ++i) {
                switch (cucm_closer(one->steps, kept[i]->steps)) {
                    case Closer::kNeither: break;
                    case Closer::kFirst: after.push_back(i); break;
                    case Closer::kSecond: before.push_back(i); break;
                    case Closer::kDepends: rival = kept[i]; break;
                }
            }
            if (rival != nullptr) {
                refuse(one->offset, cat("pattern ", shown(one->text, 60), " and ", shown(rival->text, 60), " match the same strings, and neither is always the closer one"),
                       "write patterns that do not meet");
                continue;
            }
            for (const std::size_t i : before) behind[i].push_back(kept.size());
            kept.push_back(one);
            behind.push_back(std::move(after));
        }
        // Topological order, the earlier in the file first where nothing else decides.
        std::vector<std::size_t> waiting(kept.size(), 0);
        for (const auto& list : behind)
            for (const std::size_t i : list) ++waiting[i];
        std::vector<const Entry*> out;
        std::vector<bool> done(kept.size(), false);
        for (std::size_t round = 0; round < kept.size(); ++round) {
            std::size_t next = kept.size();
            for (std::size_t i = 0; i < kept.size() && next == kept.size(); ++i)
                if (!done[i] && waiting[i] == 0) next = i;
            if (next == kept.size()) break;
            done[next] = true;
            out.push_back(kept[next]);
            for (const std::size_t i : behind[next]) --waiting[i];
        }
        for (std::size_t i = 0; i < kept.size(); ++i)
            if (!done[i]) refuse(kept[i]->offset, cat("pattern ", shown(kept[i]->text, 60), " stands in a ring of patterns each closer than the next"), "write patterns that do not meet");
        return out;
    }

    const Source& source_;
    const std::string& plan_name_;
    Fragment& into_;
    CsvTable table_;
    std::vector<std::optional<Column>> columns_;
    std::vector<Entry> entries_;
};

}  // namespace

Status import_cucm(const Source& source, const std::string& plan_name, Fragment& into) { return Reader(source, plan_name, into).read(); }

}  // namespace tandem::exchange
