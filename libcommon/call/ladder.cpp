// Knows: columns, arrows and labels.
// Must not know: SIP.
// Next: tools/pcap-analyze/text_report.cpp.
#include "call/ladder.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::call {

namespace {

constexpr std::size_t kMaxColumns = 8;
constexpr std::size_t kTimeWidth = 11;
constexpr std::size_t kMinSpacing = 34;  // room for a label between two columns

/// Seconds with three digits after the full stop, rounded down, right-aligned.
std::string time_text(nanoseconds t) {
    const std::int64_t ms = std::max<std::int64_t>(0, t.count()) / 1'000'000;
    std::string fraction = cat(ms % 1000 + 1000);
    fraction.front() = '.';
    std::string text = cat(ms / 1000, fraction);
    if (text.size() < kTimeWidth - 2) text.insert(0, kTimeWidth - 2 - text.size(), ' ');
    return text + "  ";
}

std::string without_trailing_blanks(std::string line) {
    line.resize(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

std::string draw_ladder(std::span<const LadderEntry> entries) {
    std::vector<net::Endpoint> columns;
    const auto column = [&](const net::Endpoint& endpoint) {
        const auto at = std::find(columns.begin(), columns.end(), endpoint);
        return std::min(static_cast<std::size_t>(at - columns.begin()), kMaxColumns - 1);
    };
    for (const LadderEntry& e : entries)
        for (const net::Endpoint* endpoint : {&e.source, &e.destination})
            if (columns.size() < kMaxColumns &&
                std::find(columns.begin(), columns.end(), *endpoint) == columns.end())
                columns.push_back(*endpoint);
    if (columns.empty()) return {};

    std::size_t spacing = kMinSpacing;
    for (const net::Endpoint& c : columns) spacing = std::max(spacing, c.str().size() + 2);
    const std::size_t margin = columns.front().str().size() / 2;
    const auto centre = [&](std::size_t n) { return kTimeWidth + margin + n * spacing; };
    const std::size_t width = centre(columns.size() - 1) + spacing;

    std::string head(width, ' ');
    for (std::size_t n = 0; n < columns.size(); ++n) {
        const std::string name = columns[n].str();
        head.replace(centre(n) - std::min(centre(n), name.size() / 2), name.size(), name);
    }
    std::string out = without_trailing_blanks(std::move(head));

    for (const LadderEntry& e : entries) {
        std::string line = time_text(e.time - entries.front().time);
        line.resize(width, ' ');
        for (std::size_t n = 0; n < columns.size(); ++n) line[centre(n)] = '|';
        const std::string label = e.again ? e.label + " *" : e.label;
        const std::size_t from = column(e.source);
        const std::size_t to = column(e.destination);
        if (from == to) {
            line.replace(centre(from) + 2, label.size(), label);
        } else {
            const std::size_t left = centre(std::min(from, to)) + 1;
            const std::size_t right = centre(std::max(from, to)) - 1;
            for (std::size_t i = left; i <= right; ++i) line[i] = '-';
            line[from < to ? right : left] = from < to ? '>' : '<';
            const std::size_t room = right - left - 1;
            const std::string_view shown = std::string_view(label).substr(0, room > 2 ? room - 2 : 0);
            const std::size_t at = left + (right - left + 1 - shown.size()) / 2;
            line.replace(at - 1, shown.size() + 2, cat(" ", shown, " "));
        }
        out += without_trailing_blanks(std::move(line));
    }
    return out;
}

}  // namespace tandem::call
