// Knows: how rules are written as voice translation-rule sets of Cisco IOS.
// Must not know: other targets.
// Next: cisco_ios.cpp, which reads this back; export.h.
#include "base/text.h"
#include "exchange/export.h"
#include "exchange/shape.h"

namespace tandem::exchange {
namespace {

constexpr std::size_t kMaxRules = 100;   // of a set
constexpr unsigned kMaxCopies = 32;      // of one place that is written out

Result<std::string> place_of(const CharSet& set) {
    if (set == any_char()) return ".";
    std::string out;
    if (count(set) == 1) {
        const char c = first_of(set);
        if (c == '(' || c == ')' || c == '|' || c == '{' || c == '}' || c == ' ') return fail(Errc::kUnsupported, cat("the character \"", c, '"'));
        if (std::string_view("\\^$.*+?[]/").find(c) != std::string_view::npos) out += '\\';
        out += c;
        return out;
    }
    out += '[';
    for (unsigned c = 0; c < 128; ++c) {
        if (!set.has(c)) continue;
        if (std::string_view("\\[]^-/ ").find(static_cast<char>(c)) != std::string_view::npos) return fail(Errc::kUnsupported, cat("\"", static_cast<char>(c), "\" in a set"));
        unsigned last = c;
        while (last + 1 < 128 && set.has(last + 1)) ++last;
        out += static_cast<char>(c);
        if (last > c + 1) out += '-';
        if (last > c) out += static_cast<char>(last);
        c = last;
    }
    if (out.size() == 1) return fail(Errc::kUnsupported, "an empty set");
    return out + ']';
}

Result<std::string> match_of(const Shape& shape) {
    std::string out = "^";
    unsigned group = 0;
    // Empty groups have no parts, so each is opened when its number comes up.
    const auto close = [&] {
        if (group != 0) out += "\\)";
        group = 0;
    };
    unsigned opened = 0;
    for (const ShapePart& part : shape.parts) {
        if (part.group != group) {
            close();
            if (part.group != 0) {
                if (part.group != opened + 1) return fail(Errc::kUnsupported, "an empty group");
                opened = group = part.group;
                out += "\\(";
            }
        }
        auto place = place_of(part.set);
        if (!place) return fail(std::move(place.error()));
        if (part.min > kMaxCopies || (part.max != kMany && part.max > kMaxCopies)) return fail(Errc::kUnsupported, cat("a repetition of more than ", kMaxCopies));
        if (part.max == kMany) {
            for (unsigned n = 1; n < part.min; ++n) out += *place;
            append(out, *place, part.min == 0 ? '*' : '+');
            continue;
        }
        for (unsigned n = 0; n < part.min; ++n) out += *place;
        for (unsigned n = part.min; n < part.max; ++n) append(out, *place, '?');
    }
    close();
    if (opened != shape.groups) return fail(Errc::kUnsupported, "an empty group");
    if (shape.ends) out += '$';
    return out;
}

Result<std::string> replacement_of(const std::vector<TranslationPart>& pieces) {
    std::string out;
    for (const TranslationPart& piece : pieces) {
        if (piece.group > 9) return fail(Errc::kUnsupported, "a tenth group");
        if (piece.group != 0) append(out, '\\', piece.group);
        for (const char c : piece.literal) {
            if (c == '&' || c == ' ') return fail(Errc::kUnsupported, cat("\"", c, "\" in the translation"));
            if (c == '/' || c == '\\') out += '\\';
            out += c;
        }
    }
    return out;
}

Result<std::string> rule_of(const number::Rule& rule) {
    if (rule.internal) return fail(Errc::kUnsupported, "its result is an internal extension, which a translation rule cannot say");
    auto shape = shape_of(rule.pattern);
    if (!shape) return fail(Errc::kUnsupported, cat("pattern ", shown(rule.pattern, 80), ": ", shape.error().what));
    if (!shape->begins) return fail(Errc::kUnsupported, cat("pattern ", shown(rule.pattern, 80), " is not anchored: IOS replaces the first place that matches, here each one is"));
    auto match = match_of(*shape);
    if (!match) return match;
    auto pieces = translation_parts(rule.translation, shape->groups);
    if (!pieces) return fail(std::move(pieces.error()));
    auto text = replacement_of(*pieces);
    if (!text) return text;
    return cat('/', *match, "/ /", *text, '/');
}

}  // namespace

Exported export_cisco_ios(const topology::Topology& topology, const ExportOptions& options) {
    Exported out;
    std::size_t set = 0;
    for (const topology::DialPlan* plan : chosen_plans(topology, options)) {
        if (!plan->access_prefix.empty())
            out.findings.push_back({cat("dial plan \"", plan->name, '"'), cat("a translation rule has no access prefix (", plan->access_prefix, ")"), "put it into the patterns", true});
        append(out.text, "! ", plan->name, plan->description.empty() ? "" : ": ", shown(plan->description, 200), "\nvoice translation-rule ", ++set, '\n');
        std::size_t number = 0;
        for (std::size_t i = 0; i < plan->rules.rules.size(); ++i) {
            auto rule = number < kMaxRules ? rule_of(plan->rules.rules[i]) : Result<std::string>(fail(Errc::kUnsupported, cat("a set has at most ", kMaxRules, " rules")));
            const number::Rule& source = plan->rules.rules[i];
            if (rule) append(out.text, "! ", shown(source.name, 60), source.description.empty() ? "" : ": ", shown(source.description, 200), "\n rule ", ++number, ' ', *rule, '\n');
            else out.findings.push_back({rule_place(*plan, i), rule.error().what, {}, true});
        }
        out.text += "!\n";
    }
    if (options.plan.empty()) refuse_all_beside_plans(topology, "a router's configuration of translation rules", false, out.findings);
    return out;
}

}  // namespace tandem::exchange
