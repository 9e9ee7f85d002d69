#include "record/check.h"

namespace tandem::record {

void write(json::Writer& out, const lint::Finding& finding) {
    const lint::CodeText& text = lint::text_of(finding.code);
    out.begin_object().member("name", text.name).member("ok", finding.severity == lint::Severity::kNote).member("code", text.code);
    out.member("severity", to_string(finding.severity)).member("proof", to_string(finding.proof));
    out.key("subject").begin_object().member("kind", finding.subject.kind).member("name", finding.subject.name);
    if (finding.subject.index != topology::kNoIndex) out.member("index", finding.subject.index);
    if (!finding.subject.in.empty()) out.member("in", finding.subject.in);
    out.end_object();
    if (!finding.others.empty()) {
        out.key("others").begin_array();
        for (const std::string& other : finding.others) out.string(other);
        out.end_array();
    }
    out.member("detail", finding.text);
    if (!finding.hint.empty()) out.member("hint", finding.hint);
    if (!finding.witness.empty()) out.member("witness", finding.witness);
    out.end_object();
}

void write(json::Writer& out, const CaseCheck& check) {
    out.begin_object().member("name", check.name).member("ok", check.failures.empty());
    out.member("line", check.line).member("dialled", check.dialled);
    if (!check.failures.empty()) {
        out.key("failures").begin_array();
        for (const CaseCheck::Failure& failure : check.failures)
            out.begin_object().member("key", failure.key).member_or_null("expected", failure.expected).member_or_null("got", failure.got).end_object();
        out.end_array();
    }
    out.end_object();
}

}  // namespace tandem::record
