// Knows: what was dialled, freed of what a URI wraps around it, how a dial plan reads it, and whether it calls for help.
// Must not know: routes.
// Next: routing.cpp, which makes a number of it.
#include "base/text.h"
#include "number/written.h"
#include "policy/work.h"

namespace tandem::policy {

std::string bare_number(std::string_view text) {
    text = trim(text);
    number::Written written;
    if (text.size() <= number::kMaxWritten) {
        number::undress(text, written);
        text = written.text;
    }
    if (!written.uri) {
        // A user part as it stands in a Request-URI, with or without its host.
        text = cut(text, ';').first;
        text = cut(text, '@').first;
    }
    // Letters are names; only a string of digits may carry separators.
    if (!number::telephone_subscriber(text)) return std::string(text);
    std::string out;
    for (const char c : text)
        if (is_digit(c) || c == '+' || c == '*' || c == '#') out += c;
    return out;
}

number::DialContext dial_context(const topology::Topology& t, Index dial_plan, const number::Plan& numbering, std::uint16_t region) {
    number::DialContext context;
    context.plan = &numbering;
    context.region = region;
    context.emergency = t.emergency.strings;
    if (dial_plan == kNoIndex) return context;
    const topology::DialPlan& plan = t.dial_plans[dial_plan];
    if (!plan.country.empty()) context.region = numbering.region(plan.country);
    if (!plan.rules.rules.empty()) context.dial_plan = &plan.rules.compiled;
    context.access_prefix = plan.access_prefix;
    return context;
}

Index find_dial_plan(const topology::Topology& t, std::string_view name) {
    for (Index i = 0; i < t.dial_plans.size(); ++i)
        if (t.dial_plans[i].name == name) return i;
    return kNoIndex;
}

Index global_dial_plan(const topology::Topology& t) {
    for (Index i = 0; i < t.dial_plans.size(); ++i)
        if (t.dial_plans[i].scope == topology::Scope::kGlobal) return i;
    return kNoIndex;
}

Index user_by_dialled_extension(const topology::Topology& t, const number::Number& number, std::string_view bare) {
    if (number.rule.empty()) return t.user_by_extension(bare);
    // A rule's word goes first.
    return number.internal && number.e164.empty() ? t.user_by_extension(number.dialled) : kNoIndex;
}

std::optional<number::Applied> by_inbound_rules(const topology::Topology& t, Index trunk, std::string_view bare) {
    if (trunk == kNoIndex || t.trunks[trunk].inbound_called.rules.empty()) return std::nullopt;
    return t.trunks[trunk].inbound_called.compiled.apply(bare);
}

std::string emergency_string(const topology::Topology& topology, std::string_view dialled) {
    // RFC 5031 §4.2: which help it is for, the network finds out; a trunk is sent the first string that there is.
    if (number::is_emergency_urn(dialled)) return topology.emergency.numbers.empty() ? std::string() : topology.emergency.numbers.front().dial;
    for (const topology::EmergencyNumber& number : topology.emergency.numbers) {
        if (number.dial == dialled) return number.dial;
        for (const std::string& mask : number.masks) {
            if (mask == dialled) return number.dial;
        }
    }
    return {};
}

}  // namespace tandem::policy
