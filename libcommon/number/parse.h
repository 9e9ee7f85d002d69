// Knows: how written numbers become E.164: separators, prefixes, tel and sip URIs, dial-plan rules, in the order of a call.
// Must not know: SIP messages, topology, records.
// Next: country.h for the table, rules.h for dial plans, record/number.h for the record.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "number/country.h"
#include "number/rules.h"

namespace tandem::number {

/// What a dialled string means depends on where it is dialled.
struct DialContext {
    const Country* country = nullptr;   ///< default country; nullptr when not known
    const RuleSet* dial_plan = nullptr; ///< tried first; nullptr for none
    std::string_view access_prefix{};   ///< digits that ask for an outside line ("9"), cut before the rules when needed
    std::span<const std::string> emergency{};  ///< more emergency strings than the ones that are always known
};

/// Why a number is not what was hoped for; static texts, as records print them.
using Reasons = std::vector<std::string_view>;

/// What is known of a written number.
struct Number {
    std::string dialled;       ///< what was dialled, without separators and URI clothing
    std::string e164;          ///< "+493012345678"; empty when it cannot be told
    std::string calling_code;  ///< "49"
    std::string region;        ///< "DE"; empty when several countries share the code or it is not in the table
    std::string extension;     ///< from ;ext= or "ext. 12"
    bool possible = false;     ///< the length fits
    bool emergency = false;    ///< dialled must go out untouched
    bool internal = false;     ///< an internal extension by the dial plan
    std::string rule;          ///< rule that decided
    std::string dial_plan;     ///< its plan
    std::vector<std::string_view> flags;
    Reasons reasons;
};

/// What a written number means. Never fails: what is no number has no e164 and says why.
/// Order: clothing off, emergency, dial plan, "+", international prefix, trunk prefix, as a national number.
/// Source: RFC 3966 §3 and §5, RFC 3261 §19.1.6, ITU-T E.164 §6.
Number normalize(std::string_view written, const DialContext& context);

}  // namespace tandem::number
