#include "e164-normalize/findings.h"

#include <algorithm>

#include "base/text.h"
#include "record/check.h"
#include "record/envelope.h"

namespace tandem::e164 {

namespace {

/// "rule "local" (3) of dial plan headquarters".
std::string subject_text(const lint::Subject& subject) {
    std::string out = cat(subject.kind == "dial_plan" ? std::string_view("dial plan") : subject.kind, " \"", subject.name, '"');
    if (subject.index != topology::kNoIndex) append(out, " (", subject.index + 1, ')');
    if (!subject.in.empty()) append(out, " of ", subject.in);
    return out;
}

/// Of a workflow command: data, or (with `property`) the value of a property.
std::string escaped(std::string_view text, bool property) {
    std::string out;
    for (const char c : text) {
        if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
            const char hex[] = "0123456789ABCDEF";
            append(out, '%', hex[static_cast<unsigned char>(c) >> 4], hex[static_cast<unsigned char>(c) & 15]);
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

void write_finding(std::string& out, const lint::Finding& finding, FindingForm form, std::string_view file, std::size_t line) {
    const lint::CodeText& code = lint::text_of(finding.code);
    if (form == FindingForm::kJson) {
        record::Record record(out, "check");
        record::write(record.json().key("check"), finding);
        record.finish();
        return;
    }
    std::string text = cat(subject_text(finding.subject), ": ", finding.text);
    if (finding.proof == lint::Proof::kUnproved) text += " [unproved]";
    if (!finding.witness.empty()) append(text, " [", finding.witness, ']');
    if (!finding.hint.empty()) append(text, "; ", finding.hint);
    text = shown(text);
    if (form == FindingForm::kText) {
        const std::string_view severity = to_string(finding.severity);
        append(out, severity, std::string(8 - severity.size(), ' '), code.code, "  ", text, '\n');
        return;
    }
    const std::string_view command = finding.severity == lint::Severity::kNote ? "notice" : to_string(finding.severity);
    append(out, "::", command, " file=", escaped(file, true));
    if (line != 0) append(out, ",line=", line);
    append(out, ",title=", code.code, ' ', code.name, "::", escaped(text, false), '\n');
}

std::string counts_text(const std::vector<lint::Finding>& findings) {
    std::string out;
    for (const lint::Severity severity : {lint::Severity::kError, lint::Severity::kWarning, lint::Severity::kNote}) {
        const auto count = std::count_if(findings.begin(), findings.end(), [&](const lint::Finding& f) { return f.severity == severity; });
        append(out, out.empty() ? "" : ", ", count, ' ', to_string(severity), count == 1 ? "" : "s");
    }
    return out;
}

}  // namespace tandem::e164
