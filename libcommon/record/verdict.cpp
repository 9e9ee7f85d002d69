// Knows: the keys of the verdict record and their order, and its form for people.
// Must not know: how a verdict is found.
// Next: schema.json.
#include "record/verdict.h"

#include "base/text.h"

namespace tandem::record {

void write(json::Writer& out, const sdp::ConversionPlan& plan) {
    out.key("conversions").begin_array();
    for (const sdp::Conversion& c : plan.steps) {
        out.begin_object()
            .member("kind", to_string(c.kind))
            .member("a", c.a)
            .member("b", c.b)
            .member("reason", c.reason)
            .end_object();
    }
    out.end_array();
}

void write(json::Writer& out, const policy::Verdict& v, const policy::BypassQuestion& question,
           const topology::Topology& topology) {
    out.begin_object().member("model", "lync");
    out.member("user", topology.users[question.user].name)
        .member("trunk", topology.trunks[question.trunk].name);
    out.member("direction", question.inbound ? "inbound" : "outbound").member("verdict", to_string(v.value));
    if (!v.code.empty()) out.member("code", v.code).member("reason", v.reason);
    if (!v.client_id.empty()) out.member("client_id", v.client_id);
    if (!v.gateway_id.empty()) out.member("gateway_id", v.gateway_id);
    out.key("steps").begin_array();
    for (const policy::BypassStep& s : v.steps) {
        out.begin_object()
            .member("step", s.number)
            .member("name", s.name)
            .member("state", to_string(s.state));
        if (!s.code.empty()) out.member("code", s.code);
        out.member("evidence", s.evidence).end_object();
    }
    out.end_array();
    out.key("warnings").begin_array();
    for (const std::string& warning : v.warnings) out.string(warning);
    out.end_array();
    write(out, v.conversions);
    out.end_object();
}

void write_no_verdict(json::Writer& out, std::string_view reason) {
    out.begin_object().member("model", "lync").key("verdict").null().member("reason", reason).end_object();
}

std::string verdict_text(const policy::Verdict& v, const policy::BypassQuestion& question,
                         const topology::Topology& topology) {
    std::string out =
        cat("bypass of ", topology.users[question.user].name, question.inbound ? " from " : " to ",
            topology.trunks[question.trunk].name, ": ", to_string(v.value));
    if (!v.code.empty()) tandem::append(out, ", ", v.code, ": ", v.reason);
    out += '\n';
    for (const policy::BypassStep& s : v.steps) {
        const std::string number = cat(s.number);
        const std::string_view state = to_string(s.state);
        tandem::append(out, std::string(4 - number.size(), ' '), number, "  ", state,
               std::string(9 - state.size(), ' '), s.name,
               std::string(s.name.size() < 16 ? 16 - s.name.size() : 1, ' '), s.evidence, '\n');
    }
    for (const std::string& warning : v.warnings) tandem::append(out, "      warning  ", warning, '\n');
    return out;
}

}  // namespace tandem::record
