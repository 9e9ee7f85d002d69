// Knows: what a written or dialled number means where it is dialled: clothing, emergency, dial plan, numbering plan, in that order.
// Must not know: SIP messages, topology, records.
// Next: written.h (clothing), rules.h (dial plans), phone.h (the numbering plan), record/number.h for the record.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "number/inline_text.h"
#include "number/phone.h"
#include "number/plan.h"
#include "number/rules.h"
#include "number/written.h"

namespace tandem::number {

/// What a dialled string means depends on where it is dialled.
struct DialContext {
    std::uint16_t region = kNoRow;      ///< row of the plan: where national numbers are at home; kNoRow when not known
    const RuleSet* dial_plan = nullptr; ///< tried first; nullptr for none
    std::string_view access_prefix{};   ///< digits that ask for an outside line ("9"), cut before the rules when needed
    std::span<const std::string> emergency{};  ///< more emergency strings than the ones that are always known
    const Plan* plan = &builtin_plan();
};

/// What is to be known about a number besides what it is.
enum class Flag : std::uint8_t {
    kUri, kAccessPrefix, kEmergency, kInternal, kShortCode, kFeatureCode, kAnonymous, kTollFree, kPremium, kSharedCost, kSatellite,
    kRuleLimit,  ///< the search of a rule was given up at its bound: another rule may have been meant to decide
};
inline constexpr std::size_t kFlags = 12;

/// Why a text is not a number that can be dialled from anywhere.
enum class Reason : std::uint8_t {
    kNone, kEmpty, kTooLongText, kNoDigits, kBadCharacter, kAnonymous, kEmergency, kShortCode, kFeatureCode, kInternal,
    kRuleResultNotE164, kNoCountry, kUnknownCallingCode, kTooShort, kTooLong, kInvalidLength, kLocalOnly, kTooLongForItu,
};

/// As records write them: "short_code".
std::string_view to_string(Flag flag);
std::string_view to_string(Reason reason);
/// As records write it: "fixed_line_or_mobile".
std::string_view to_string(Type type);

/// What the dial plan was asked and what it said, for who explains.
struct RulesAsked {
    InlineText<kMaxSubject> subject;  ///< what the rules were asked about last: the whole, or what follows the access prefix
    bool asked = false;
    std::optional<std::size_t> decided;  ///< place of the rule
};

/// What is known of a written number. Plain data without heap; views of the plan, the rule set and of what was written.
struct Number {
    InlineText<kMaxSubject> dialled;   ///< what was dialled, without separators and clothing
    InlineText<24> e164;               ///< "+493012345678"; empty when it cannot be told
    InlineText<kMaxExtension> extension;  ///< from ;ext= or "ext. 12"
    std::uint16_t calling_code = 0;    ///< 49; 0 when not known
    std::string_view region;           ///< "DE"; empty when no region of the calling code has such a number
    Type type = Type::kUnknown;
    bool possible = false;             ///< a number that can be dialled from anywhere, by its length
    bool valid = false;                ///< in a range that the plan assigns
    bool emergency = false;            ///< dialled must go out untouched
    bool internal = false;             ///< an internal extension by the dial plan
    Reason reason = Reason::kNone;
    std::uint16_t flags = 0;           ///< bit n: Flag n
    std::string_view rule;             ///< rule that decided
    std::string_view dial_plan;        ///< its plan
    std::string_view parameters;       ///< what a URI put behind the number, as written (tel_parameters.h reads it)

    [[nodiscard]] bool has(Flag flag) const { return (flags >> static_cast<unsigned>(flag) & 1U) != 0; }
};

/// What a written number means. Never fails: what is no number has no e164 and says why.
/// Order: clothing off, tokens of anonymity, emergency, dial plan, feature and short codes, numbering plan.
/// Source: RFC 3966 §3 and §5, RFC 3261 §19.1.6, RFC 5031 §4.2 (urn:service:sos calls for help), ITU-T E.164 §6.
/// Cost: about 0.1 us without a dial plan; no heap unless a rule applies.
/// asked: filled when it is there.
Number normalize(std::string_view written, const DialContext& context, RulesAsked* asked = nullptr);

/// A URN that calls for help, as telephones and other systems write it: "urn:service:sos", "urn:service:sos.fire".
/// Source: RFC 5031 §4.2.
bool is_emergency_urn(std::string_view text);
/// Strings that call for help in so many countries that they are never rewritten, wherever they are dialled.
/// Source: 3GPP TS 22.101 §10.1.1, and 933, which tests such a call in North America.
bool is_emergency_anywhere(std::string_view dialled);
/// All strings that normalize() takes for emergency calls in a region (kNoRow: those of anywhere), ascending.
std::vector<std::string> emergency_strings(const Plan& plan, std::uint16_t region);

}  // namespace tandem::number
