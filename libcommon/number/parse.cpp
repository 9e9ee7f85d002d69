#include "number/parse.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "number/short_number.h"

namespace tandem::number {

namespace {

constexpr std::size_t kMaxItuDigits = 15;  // ITU-T E.164 §6: country code and national number together
constexpr std::size_t kMaxShort = 8;       // no short number of the plans is longer

// A false alarm costs an extension of three digits, a miss costs more.
constexpr std::array<std::string_view, 8> kEmergency{"000", "110", "112", "118", "119", "911", "933", "999"};

constexpr std::array<std::string_view, kFlags> kFlagNames{"uri",       "access_prefix", "emergency", "internal", "short_code", "feature_code",
                                                          "anonymous", "toll_free",     "premium",   "shared_cost", "satellite",    "rule_limit"};
constexpr std::array<std::string_view, 18> kReasonNames{
    "",          "empty",    "too_long_text",        "no_digits",  "bad_character",        "anonymous", "emergency", "short_code",     "feature_code",
    "internal",  "rule_result_not_e164", "no_country", "unknown_calling_code", "too_short", "too_long",  "invalid_length", "local_only", "too_long_for_itu"};
constexpr std::array<std::string_view, 12> kTypeNames{"unknown",     "fixed_line", "mobile",          "fixed_line_or_mobile",
                                                      "toll_free",   "premium_rate", "shared_cost",   "voip",
                                                      "personal_number", "pager",  "uan",             "voicemail"};

// What stands for a caller who does not want to be known, in From, in CDRs and on gateways (RFC 3323 §4.1.1.3 and practice).
constexpr std::array<std::string_view, 6> kAnonymous{"anonymous", "restricted", "unavailable", "unknown", "private", "withheld"};

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// Satellite networks. Source: ITU-T E.164.D: 870 Inmarsat, 881 global mobile satellite, 882 16 Thuraya.
bool satellite(unsigned code, std::string_view national) {
    return code == 870 || code == 881 || (code == 882 && national.starts_with("16"));
}

/// What a character may be in what was dialled.
enum Dialled : std::uint8_t { kIsDialled = 1, kIsSign = 2, kIsPlus = 4, kIsTab = 8, kIsOther = 16 };

constexpr std::array<std::uint8_t, 256> kDialled = [] {
    std::array<std::uint8_t, 256> kinds{};
    kinds.fill(kIsOther);
    for (char c = '0'; c <= '9'; ++c) kinds[static_cast<std::uint8_t>(c)] = kIsDialled;
    for (char c : {'*', '#'}) kinds[static_cast<std::uint8_t>(c)] = kIsDialled | kIsSign;
    for (char c : {' ', '-', '.', '(', ')', '/', '[', ']'}) kinds[static_cast<std::uint8_t>(c)] = 0;
    kinds['+'] = kIsPlus;
    kinds['\t'] = kIsTab;
    return kinds;
}();

class Reading {
public:
    Reading(const DialContext& context, Number& number, RulesAsked* asked) : context_(context), plan_(*context.plan), n_(number), asked_(asked) {}

    void run(std::string_view written) {
        if (written.size() > kMaxWritten) return refuse(Reason::kTooLongText);
        Written clothes;
        if (nothing_but_dialled(written)) {
            clothes.text = trim(written);
            if (!decided_before_the_plan(clothes)) by_plan(clothes);
            return;
        }
        undress(written, clothes);
        if (is_emergency_urn(clothes.text)) {
            flag(Flag::kUri);
            return found_emergency(InlineText<kMaxSubject>(clothes.text.substr(0, kMaxSubject)));
        }
        if (clothes.uri) flag(Flag::kUri);
        n_.parameters = clothes.parameters;
        if (clothes.text.empty()) return refuse(clothes.uri ? Reason::kNoDigits : Reason::kEmpty);
        if (is_alpha_token(clothes.text)) {
            flag(Flag::kAnonymous);
            return refuse(Reason::kAnonymous);
        }
        if (clothes.name) return refuse(Reason::kBadCharacter);
        const bool plain = gather(clothes.text);
        if (plain && n_.dialled.empty()) return refuse(Reason::kNoDigits);
        if (plain && decided_before_the_plan(clothes)) return;
        by_plan(clothes);
    }

private:
    void flag(Flag f) { n_.flags = static_cast<std::uint16_t>(n_.flags | 1U << static_cast<unsigned>(f)); }
    void refuse(Reason reason) { n_.reason = reason; }

    static bool is_alpha_token(std::string_view text) {
        return (text[0] | 0x20) >= 'a' && (text[0] | 0x20) <= 'z' &&
               std::any_of(kAnonymous.begin(), kAnonymous.end(), [&](std::string_view token) { return iequals(token, text); });
    }

    /// True when a text has nothing but what can be dialled and separators, as most have; dialled is known then.
    bool nothing_but_dialled(std::string_view text) {
        if (text.empty() || text.size() > kMaxSubject) return false;
        unsigned seen = 0;
        const bool plus = text.front() == '+';
        n_.dialled.assign_by([&](char* to) {
            std::size_t size = plus ? 1 : 0;
            to[0] = '+';
            for (std::size_t i = size; i < text.size(); ++i) {
                const unsigned kind = kDialled[static_cast<std::uint8_t>(text[i])];
                to[size] = text[i];
                size += kind & kIsDialled;
                seen |= kind;
            }
            return size;
        });
        if ((seen & (kIsOther | kIsPlus)) != 0 || n_.dialled.empty()) {
            n_.dialled.clear();
            return false;
        }
        signs_ = (seen & kIsSign) != 0;
        digits_only_ = (seen & ~unsigned{kIsDialled}) == 0 && n_.dialled.size() >= (plus ? 4U : 3U);
        return true;
    }

    /// What was dialled: digits, * and #, a plus in front, without ASCII separators. False when there is anything else: such a
    /// text is only a number if the numbering plan can read it.
    bool gather(std::string_view text) {
        if (nothing_but_dialled(text)) return true;
        // No digits at all, a plus behind a bracket, or more than anybody dials.
        for (char c : text) {
            const unsigned kind = kDialled[static_cast<std::uint8_t>(c)];
            if ((kind & kIsDialled) != 0 || (c == '+' && n_.dialled.empty())) {
                n_.dialled.push_back(c);
                signs_ = signs_ || (kind & kIsSign) != 0;
            } else if ((kind & (kIsOther | kIsPlus)) != 0) {
                n_.dialled.clear();
                return false;
            }
        }
        return true;
    }

    /// A telephone's "#" ends what is dialled and is no part of it: 911# is a call for help.
    [[nodiscard]] static std::string_view without_end_sign(std::string_view dialled) {
        while (dialled.ends_with('#')) dialled.remove_suffix(1);
        return dialled;
    }
    [[nodiscard]] bool emergency(std::string_view dialled) const {
        return is_emergency_anywhere(dialled) ||
               (dialled.size() <= kMaxShort && (short_bits(plan_, context_.region, dialled) & kShortEmergency) != 0) ||
               std::find(context_.emergency.begin(), context_.emergency.end(), dialled) != context_.emergency.end();
    }
    void found_emergency(std::string_view dialled) {
        n_.dialled.assign(dialled);
        n_.emergency = true;
        flag(Flag::kEmergency);
        refuse(Reason::kEmergency);
    }

    /// What follows the digits that ask for an outside line; empty when they are not there.
    [[nodiscard]] std::string_view outside_line() const {
        const std::string_view dialled = n_.dialled, prefix = context_.access_prefix;
        return !prefix.empty() && dialled.starts_with(prefix) ? dialled.substr(prefix.size()) : std::string_view();
    }

    /// Emergency, dial plan, feature and short codes: true when one of them has the last word.
    bool decided_before_the_plan(const Written& clothes) {
        const std::string_view dialled = n_.dialled;
        const std::string_view call = without_end_sign(dialled);
        if (call.size() <= kMaxShort || !context_.emergency.empty()) {
            if (emergency(call)) return found_emergency(InlineText<kMaxSubject>(call)), true;
            const std::string_view outside = without_end_sign(outside_line());
            if (!outside.empty() && emergency(outside)) {
                flag(Flag::kAccessPrefix);
                return found_emergency(InlineText<kMaxSubject>(outside)), true;
            }
        }
        if (dialled == "+") return refuse(Reason::kNoDigits), true;
        const bool short_code = dialled.size() <= kMaxShort && (short_bits(plan_, context_.region, dialled) & kShortValid) != 0;
        if (dialled.front() != '+' && (context_.dial_plan != nullptr || !context_.access_prefix.empty()) && by_dial_plan()) return true;
        if (short_code) flag(Flag::kShortCode);  // not of what a rule made another number of
        if (signs_ && n_.dialled.view().find_first_of("*#") != std::string_view::npos) {
            // A trailing "#" ends what is dialled (or an extension); in front, or beside a star, it asks for a feature.
            if (n_.dialled.view().front() == '*' || n_.dialled.view().front() == '#') {
                flag(Flag::kFeatureCode);
                return refuse(Reason::kFeatureCode), true;
            }
            if (clothes.uri) return refuse(Reason::kBadCharacter), true;
        }
        if (short_code) return refuse(Reason::kShortCode), true;
        return false;
    }

    std::optional<Applied> by_rules(std::string_view subject) {
        bool given_up = false;
        auto applied = context_.dial_plan->apply(subject, &given_up);
        if (given_up) flag(Flag::kRuleLimit);
        if (asked_ != nullptr) {
            asked_->asked = true;
            asked_->subject = InlineText<kMaxSubject>(subject);
            asked_->decided = applied ? std::optional(applied->index) : std::nullopt;
        }
        return applied;
    }

    /// True when a rule decided. A number that is global already ("+…") is not for the rules.
    bool by_dial_plan() {
        const std::string_view outside = outside_line();
        std::optional<Applied> applied;
        if (context_.dial_plan != nullptr) {
            // The whole string first: an extension may begin with the digit of the outside line.
            applied = by_rules(n_.dialled);
            if (!applied && !outside.empty() && (applied = by_rules(outside))) flag(Flag::kAccessPrefix);
        }
        if (!applied) {
            if (!outside.empty()) {
                const InlineText<kMaxSubject> rest(outside);
                n_.dialled = rest;
                outside_cut_ = true;
                flag(Flag::kAccessPrefix);
            }
            return false;
        }
        n_.rule = applied->rule;
        n_.dial_plan = context_.dial_plan->name();
        n_.internal = applied->internal;
        const std::string_view result = applied->text;
        if (emergency(result)) {
            // A rule may lead to the call for help (77 for 112); that is no rewriting of one.
            n_.internal = false;
            found_emergency(result);
            return true;
        }
        if (applied->internal) flag(Flag::kInternal);
        if (applied->internal && !result.starts_with('+')) {
            n_.dialled = result;
            refuse(Reason::kInternal);
        } else if (result.starts_with('+') && all_digits(result.substr(1))) {
            Phone phone;
            parse_phone(result, plan_, context_.region, phone);
            take(phone, result);
        } else {
            refuse(Reason::kRuleResultNotE164);
        }
        return true;
    }

    void by_plan(const Written& clothes) {
        if (digits_only_ && !clothes.uri && !outside_cut_) {
            // The scanner would find what is known already.
            const bool plus = n_.dialled.view().front() == '+';
            Phone phone;
            parse_digits(n_.dialled.view().substr(plus ? 1 : 0), plus, plan_, context_.region, phone);
            return take(phone, clothes.text);
        }
        InlineText<kMaxWritten> whole;
        std::string_view text = outside_cut_ ? n_.dialled.view() : clothes.text;
        if (clothes.context.starts_with('+') && !text.starts_with('+')) {
            for (char c : clothes.context) whole.push_back(c);
            for (char c : text) whole.push_back(c);
            text = whole;
        }
        Phone phone;
        parse_phone(text, plan_, context_.region, phone);
        take(phone, text);
        if (!clothes.extension.empty()) {
            // RFC 3966 §3: visual separators are allowed in it, and a leading zero counts.
            n_.extension.clear();
            for (char c : clothes.extension)
                if (is_digit(c)) n_.extension.push_back(c);
        }
    }

    /// What the numbering plan says of a text.
    void take(const Phone& phone, std::string_view text) {
        if (n_.dialled.empty() && phone.error == PhoneError::kNone) n_.dialled = phone.e164();
        switch (phone.error) {
            case PhoneError::kNone: break;
            case PhoneError::kInvalidCountryCode:
                return refuse(text.find('+') == std::string_view::npos && context_.region == kNoRow ? Reason::kNoCountry
                                                                                                    : Reason::kUnknownCallingCode);
            case PhoneError::kNotANumber:
                return refuse(n_.dialled.empty() ? Reason::kBadCharacter : n_.dialled.size() < 3 ? Reason::kTooShort : Reason::kBadCharacter);
            case PhoneError::kTooShortAfterIdd:
            case PhoneError::kTooShort: return refuse(Reason::kTooShort);
            case PhoneError::kTooLong: return refuse(Reason::kTooLong);
        }
        n_.extension.assign_within(phone.extension_text, phone.extension_size);
        n_.calling_code = phone.calling_code;
        n_.type = phone.type;
        n_.valid = phone.valid;
        if (phone.region != kNoRow) n_.region = plan_.regions[phone.region].name();
        switch (phone.type) {
            case Type::kTollFree: flag(Flag::kTollFree); break;
            case Type::kPremiumRate: flag(Flag::kPremium); break;
            case Type::kSharedCost: flag(Flag::kSharedCost); break;
            default: break;
        }
        if (satellite(phone.calling_code, phone.national())) flag(Flag::kSatellite);
        switch (phone.possible) {
            case Possible::kYes: n_.possible = true; break;
            case Possible::kLocalOnly:
                // Nobody outside of the area can dial it, so it has no E.164 form.
                return refuse(Reason::kLocalOnly);
            case Possible::kTooShort: refuse(Reason::kTooShort); break;
            case Possible::kTooLong: refuse(Reason::kTooLong); break;
            case Possible::kInvalidLength: refuse(Reason::kInvalidLength); break;
            case Possible::kInvalidCountryCode: refuse(Reason::kUnknownCallingCode); break;
        }
        if (phone.e164_size - 1U > kMaxItuDigits) {
            n_.possible = false;
            return refuse(Reason::kTooLongForItu);
        }
        // What was written as an international number is shown as such; digits that only might be a number are not made one.
        if (n_.possible || text.find('+') != std::string_view::npos) n_.e164.assign_within(phone.e164_text, phone.e164_size);
    }

    const DialContext& context_;
    const Plan& plan_;
    Number& n_;
    RulesAsked* asked_;
    bool outside_cut_ = false;
    bool signs_ = false;        ///< dialled has a star or a hash
    bool digits_only_ = false;  ///< dialled is at least three digits, with or without a plus, and separators were all that was left out
};

}  // namespace

std::string_view to_string(Flag flag) { return kFlagNames[static_cast<std::size_t>(flag)]; }
std::string_view to_string(Reason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }
std::string_view to_string(Type type) { return kTypeNames[static_cast<std::size_t>(type)]; }

Number normalize(std::string_view written, const DialContext& context, RulesAsked* asked) {
    Number number;
    Reading(context, number, asked).run(written);
    return number;
}

bool is_emergency_urn(std::string_view text) {
    constexpr std::string_view kSos = "urn:service:sos";
    return istarts_with(text, kSos) && (text.size() == kSos.size() || text[kSos.size()] == '.');
}

bool is_emergency_anywhere(std::string_view dialled) {
    return dialled.size() == 3 && std::find(kEmergency.begin(), kEmergency.end(), dialled) != kEmergency.end();
}

std::vector<std::string> emergency_strings(const Plan& plan, std::uint16_t region) {
    std::vector<std::string> found(kEmergency.begin(), kEmergency.end());
    for (std::string& text : short_numbers_with(plan, region, kShortEmergency)) found.push_back(std::move(text));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace tandem::number
