// Knows: the operator's own rules for header fields of what a peer is sent (`headers` of its SIP profile).
// Must not know: what else is changed on the way, which peer it is.
// Next: config/build_headers.cpp, which refuses rules for fields that routing and dialogs live on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/edit.h"
#include "topology/types.h"

namespace tandem::proxy {

/// One rule, made ready: nothing is looked up a message.
struct ReadyHeaderRule {
    sip::HeaderId id = sip::HeaderId::kOther;
    std::string name;  ///< long form
    topology::HeaderRule::Action action = topology::HeaderRule::Action::kRemove;
    std::string value;
    bool requests = true, responses = true;
    std::vector<std::string> methods;  ///< empty: all
};

std::vector<ReadyHeaderRule> ready_header_rules(const topology::SipProfile& profile);

/// Applies them in order; each sees what those before it and every other edit have left. Call it before sip::repair().
/// Cost: a walk over the header fields for each rule that removes or sets, a text made anew for each that sets or adds.
void apply_header_rules(sip::Edits& edits, const std::vector<ReadyHeaderRule>& rules);

}  // namespace tandem::proxy
