#include "e164-normalize/case_report.h"

#include <algorithm>

#include "base/text.h"
#include "e164-normalize/findings.h"
#include "json/writer.h"

namespace tandem::e164 {

namespace {

/// A text as XML 1.0 may hold it: no control characters, none of the two code points that are no characters (XML 1.0 §2.2).
std::string xml(std::string_view text) {
    std::string out;
    const std::string clean = shown(text);
    for (std::size_t i = 0; i < clean.size(); ++i) {
        switch (clean[i]) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&apos;"; break;
            default:
                if (const auto rest = std::string_view(clean).substr(i, 3); rest == "\xEF\xBF\xBE" || rest == "\xEF\xBF\xBF") {
                    out += "\xEF\xBF\xBD";
                    i += 2;
                } else {
                    out += clean[i];
                }
        }
    }
    return out;
}

/// A description of a test: a number sign would begin a directive.
std::string description(std::string_view text) {
    std::string out;
    for (const char c : shown(text)) {
        if (c == '#' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string quoted(std::string_view text) {
    std::string out;
    json::Writer(out).string(text);
    return out;
}

/// A text in quotes is one that is called so; none is YAML's null.
std::string quoted_or_null(const std::optional<std::string>& text) { return text ? quoted(*text) : "null"; }

}  // namespace

std::string tap(const std::vector<record::CaseCheck>& checks, const std::vector<lint::Finding>& untested) {
    std::string out = cat("TAP version 13\n1..", checks.size(), '\n');
    for (std::size_t i = 0; i < checks.size(); ++i) {
        const record::CaseCheck& check = checks[i];
        append(out, check.failures.empty() ? "ok " : "not ok ", i + 1, " - ", description(check.name), '\n');
        if (check.failures.empty()) continue;
        append(out, "  ---\n  line: ", check.line, "\n  dialled: ", quoted(check.dialled), "\n  failures:\n");
        for (const auto& failure : check.failures)
            append(out, "    ", failure.key, ": {expected: ", quoted_or_null(failure.expected), ", got: ", quoted_or_null(failure.got), "}\n");
        out += "  ...\n";
    }
    for (const lint::Finding& finding : untested) {
        out += "# ";
        write_finding(out, finding, FindingForm::kText, {});
    }
    return out;
}

std::string junit(const std::vector<record::CaseCheck>& checks, const std::vector<lint::Finding>& untested, std::string_view suite) {
    const auto failed = std::count_if(checks.begin(), checks.end(), [](const record::CaseCheck& c) { return !c.failures.empty(); });
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    append(out, "  <testsuite name=\"", xml(suite), "\" tests=\"", checks.size(), "\" failures=\"", failed, "\" errors=\"0\" skipped=\"0\">\n");
    for (const record::CaseCheck& check : checks) {
        append(out, "    <testcase classname=\"", xml(suite), "\" name=\"", xml(check.name), "\" line=\"", check.line, '"');
        if (check.failures.empty()) {
            out += "/>\n";
            continue;
        }
        out += ">\n      <failure message=\"";
        for (std::size_t i = 0; i < check.failures.size(); ++i) append(out, i == 0 ? "" : ", ", xml(check.failures[i].key));
        append(out, " of ", xml(check.dialled), "\">");
        for (const auto& failure : check.failures) append(out, xml(failure.key), ": expected ", xml(failure.expected.value_or("none")), ", got ", xml(failure.got.value_or("none")), '\n');
        out += "</failure>\n    </testcase>\n";
    }
    if (!untested.empty()) {
        std::string text;
        for (const lint::Finding& finding : untested) write_finding(text, finding, FindingForm::kText, {});
        out += "    <system-out>";
        for (const std::string_view line : split(text, '\n'))
            if (!line.empty()) append(out, xml(line), '\n');
        out += "</system-out>\n";
    }
    return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace tandem::e164
