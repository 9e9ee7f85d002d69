// Knows: the overview for people: a table of calls, a table of streams, ladders.
// Must not know: how calls and streams were found, terminals.
// Next: call/ladder.h.
#pragma once

#include <string>
#include <vector>

#include "pcap-analyze/report.h"

namespace tandem::analyze {

/// Rows of text cells, printed with columns aligned; numbers (columns named in `right`) to the right.
class Table {
public:
    explicit Table(std::vector<std::string> head, std::vector<std::size_t> right = {})
        : rows_{std::move(head)}, right_(std::move(right)) {}
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    [[nodiscard]] bool empty() const { return rows() == 0; }
    [[nodiscard]] std::size_t rows() const { return rows_.size() - 1; }
    /// Brings the rows into the order of the numbers in their first cell; "-" goes last.
    void sort();
    [[nodiscard]] std::string str() const;

private:
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> right_;
};

/// Keeps rows until the end, up to a number that a person may still look through.
class TextReport final : public Report {
public:
    /// Ladders that are drawn without being asked for.
    static constexpr std::size_t kMaxLadders = 10;
    /// Calls in the table, and streams in theirs.
    static constexpr std::size_t kMaxRows = 10'000;

    /// only: Call-ID of the one call whose ladder is all that is printed; empty for the overview.
    explicit TextReport(std::string_view only);

    void call(const call::Call& call, const std::vector<const call::Stream*>& streams, WallTime now) override;
    void stream(const call::Stream& stream, const call::Call* call) override;
    void end(const Counts& counts) override;
    /// Whether the call asked for was there.
    [[nodiscard]] bool found() const { return only_.empty() || found_; }

private:
    void add_stream(const call::Stream& stream, const call::Call* call);

    std::string only_;
    bool found_ = false;
    Table calls_;
    Table streams_;
    std::string ladders_;
    std::size_t calls_left_out_ = 0;
    std::size_t streams_left_out_ = 0;
    std::size_t ladder_count_ = 0;
    std::size_t ladders_left_out_ = 0;
};

}  // namespace tandem::analyze
