// Knows: which fields of a call record tell user and trunk.
// Must not know: the rules of bypass.
// Next: policy/parties.cpp, policy/bypass.cpp.
#include "bypass-check/question.h"

#include "base/text.h"
#include "policy/parties.h"
#include "record/verdict.h"

namespace tandem::bypass {
namespace {

using policy::BypassQuestion;
using policy::End;
using policy::EndFacts;
using topology::kNoIndex;

std::string text_at(const json::Object& record, std::string_view path) {
    auto text = record.text(path);
    return text && *text ? std::move(**text) : std::string();
}

/// The first leg of the call has its caller's endpoint, the last one its callee's.
std::optional<net::Endpoint> leg_endpoint(const json::Object& record, bool caller) {
    auto legs = record.items("call.legs");
    if (!legs || !*legs || (*legs)->empty()) return std::nullopt;
    const std::string_view raw = caller ? (*legs)->front() : (*legs)->back();
    if (!raw.starts_with('{')) return std::nullopt;
    return net::Endpoint::parse(text_at(json::Object::over(raw), caller ? "src" : "dst"));
}

EndFacts facts_of(const json::Object& record, bool caller) {
    EndFacts facts;
    facts.kind = text_at(record, caller ? "call.source_kind" : "call.target_kind");
    facts.name = text_at(record, caller ? "call.source" : "call.target");
    facts.number_or_uri = text_at(record, caller ? "call.from" : "call.to");
    facts.endpoint = leg_endpoint(record, caller);
    return facts;
}

}  // namespace

std::optional<BypassQuestion> question_of(const Defaults& defaults) {
    if (defaults.user == kNoIndex || defaults.trunk == kNoIndex) return std::nullopt;
    BypassQuestion question;
    question.user = defaults.user;
    question.trunk = defaults.trunk;
    question.inbound = defaults.inbound;
    question.client = defaults.client;
    question.client_subnet = defaults.client_subnet;
    return question;
}

cli::Answer judge(const policy::Verdict& verdict) {
    return verdict.value == policy::Bypassed::kNo ? cli::Answer::kBad : cli::Answer::kOk;
}

cli::Answer Answerer::answer(const BypassQuestion& question, json::Writer& value) const {
    const policy::Verdict verdict = policy::bypass_verdict(question, topology_, policy::Detail::kAll);
    record::write(value, verdict, question, topology_);
    return judge(verdict);
}

cli::Answer Answerer::plain(std::string_view line, json::Writer& value) {
    const auto [first, rest] = cut(trim(line), ' ');
    const std::string_view second = trim(rest);
    Defaults asked = defaults_;
    // "user trunk" is a call out, "trunk user" one in; a single name goes with what the options say.
    for (const std::string_view name : {first, second}) {
        if (name.empty()) continue;
        if (const auto user = topology_.find_user(name); user != kNoIndex) {
            asked.user = user;
            if (!second.empty()) asked.inbound = name == second;
        } else if (const auto trunk = topology_.find_trunk(name); trunk != kNoIndex) {
            asked.trunk = trunk;
        } else {
            record::write_no_verdict(value, cat("\"", name, "\" is neither a user nor a trunk"));
            return cli::Answer::kBad;
        }
    }
    const auto question = question_of(asked);
    if (!question) {
        record::write_no_verdict(value, "a verdict needs a user and a trunk");
        return cli::Answer::kBad;
    }
    return answer(*question, value);
}

cli::Answer Answerer::record(const json::Object& record, std::string_view, json::Writer& value) {
    const End caller = policy::end_of(facts_of(record, true), topology_);
    const End callee = policy::end_of(facts_of(record, false), topology_);
    Defaults asked = defaults_;
    if (caller.user != kNoIndex && callee.user != kNoIndex) {
        record::write_no_verdict(value, "both ends are users: bypass is a matter of trunks");
        return cli::Answer::kOk;
    }
    if (caller.trunk != kNoIndex && callee.trunk != kNoIndex) {
        record::write_no_verdict(value, "both ends are trunks: bypass is a matter of a user's client");
        return cli::Answer::kOk;
    }
    if (caller.user != kNoIndex || callee.trunk != kNoIndex) asked.inbound = false;
    if (caller.trunk != kNoIndex || callee.user != kNoIndex) asked.inbound = true;
    if (caller.user != kNoIndex) asked.user = caller.user;
    if (callee.user != kNoIndex) asked.user = callee.user;
    if (caller.trunk != kNoIndex) asked.trunk = caller.trunk;
    if (callee.trunk != kNoIndex) asked.trunk = callee.trunk;
    const auto question = question_of(asked);
    if (!question) return cli::Answer::kSkip;  // the record does not tell, nor do the options
    return answer(*question, value);
}

}  // namespace tandem::bypass
