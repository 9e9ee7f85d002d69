// Knows: which rule holds for a message, and what it does.
// Must not know: which peer it is for.
// Next: sip/edit.cpp.
#include "sip-trunk-proxy/header_rules.h"

#include <algorithm>

namespace tandem::proxy {

using topology::HeaderRule;

std::vector<ReadyHeaderRule> ready_header_rules(const topology::SipProfile& profile) {
    std::vector<ReadyHeaderRule> out;
    for (const HeaderRule& rule : profile.headers) {
        ReadyHeaderRule r;
        r.id = sip::header_id_from(rule.header);
        r.name = r.id == sip::HeaderId::kOther ? rule.header : std::string(sip::to_string(r.id));
        r.action = rule.action;
        r.value = rule.value;
        r.requests = rule.in != HeaderRule::In::kResponses;
        r.responses = rule.in != HeaderRule::In::kRequests;
        r.methods = rule.methods;
        out.push_back(std::move(r));
    }
    return out;
}

void apply_header_rules(sip::Edits& edits, const std::vector<ReadyHeaderRule>& rules) {
    const sip::Message& m = edits.message();
    const std::string_view method = m.is_request() ? m.method_text() : m.cseq().method_text;
    for (const ReadyHeaderRule& rule : rules) {
        if (!(m.is_request() ? rule.requests : rule.responses)) continue;
        if (!rule.methods.empty() && std::find(rule.methods.begin(), rule.methods.end(), method) == rule.methods.end()) continue;
        if (rule.action != HeaderRule::Action::kAdd) edits.drop(rule.id, rule.name);
        if (rule.action != HeaderRule::Action::kRemove) edits.add(rule.name, rule.value);
    }
}

}  // namespace tandem::proxy
