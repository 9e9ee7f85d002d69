// Knows: how rules are written as extensions of Asterisk, and when Asterisk would try them in another order.
// Must not know: other targets.
// Next: asterisk_pattern.h; asterisk.cpp, which reads this back; export.h.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "exchange/asterisk_pattern.h"
#include "exchange/export.h"
#include "exchange/shape.h"

namespace tandem::exchange {
namespace {

constexpr std::size_t kMaxVariants = 32;  ///< patterns that one rule with open lengths may become

/// One extension that a rule becomes.
struct Variant {
    std::string extension;
    std::string number;  ///< what Dial() sends
    bool device = false;  ///< it is an extension and goes to the device of that name, not to the trunk
    std::size_t rule = 0;
    Steps steps;         ///< what Asterisk takes the extension to match
};

/// A rule with each of its parts repeated so often; only the last may go on.
struct Lengths {
    std::vector<unsigned> counts;
    bool open = false;
};

Result<std::vector<Lengths>> lengths_of(const Shape& shape) {
    std::vector<Lengths> out = {{}};
    for (std::size_t i = 0; i < shape.parts.size(); ++i) {
        const ShapePart& part = shape.parts[i];
        const bool open = part.max == kMany;
        if (open && i + 1 != shape.parts.size()) return fail(Errc::kUnsupported, "an open length before the end");
        std::vector<Lengths> next;
        const unsigned last = open ? part.min : part.max;
        for (const Lengths& one : out) {
            // The longest first, as repetition is greedy: of two that are the same extension the first decides.
            for (unsigned n = last + 1; n-- > part.min;) {
                next.push_back(one);
                next.back().counts.push_back(n);
                next.back().open = open;
                if (next.size() > kMaxVariants) return fail(Errc::kUnsupported, cat("more than ", kMaxVariants, " lengths"));
            }
        }
        out = std::move(next);
    }
    return out;
}

/// A set as one place of a pattern. digits_only: a set that has all digits may be X.
Result<std::string> place_of(const CharSet& set, bool digits_only) {
    if (set == digits('0', '9')) return "X";
    if (set == digits('1', '9')) return "Z";
    if (set == digits('2', '9')) return "N";
    if (set == any_char()) {
        if (digits_only) return "X";
        return fail(Errc::kUnsupported, "any one character: Asterisk has digits or a set");
    }
    std::string inside;
    for (unsigned c = 0; c < 128; ++c) {
        if (!set.has(c)) continue;
        const char character = static_cast<char>(c);
        if (!is_digit(character) && character != '*' && character != '#' && character != '+') return fail(Errc::kUnsupported, "a character that nobody can dial");
        unsigned last = c;
        while (last + 1 < 128 && set.has(last + 1) && is_digit(static_cast<char>(last + 1)) && is_digit(character)) ++last;
        inside += character;
        if (last > c + 1) inside += '-';
        if (last > c) inside += static_cast<char>(last);
        c = last;
    }
    if (inside.empty()) return fail(Errc::kUnsupported, "an empty set");
    return inside.size() == 1 ? inside : cat('[', inside, ']');
}

class AsteriskWriter {
public:
    AsteriskWriter(const topology::DialPlan& plan, const ExportOptions& options, Exported& out) : plan_(plan), options_(options), out_(out) {}

    void write() {
        for (std::size_t i = 0; i < plan_.rules.rules.size(); ++i) {
            std::vector<Variant> fresh;
            if (const Status ok = variants(i, fresh); !ok) {
                refuse(i, ok.error().what, ok.error().code == Errc::kUnsupported ? hint_ : "");
                continue;
            }
            if (const Variant* rival = out_of_order(fresh)) {
                refuse(i, cat("Asterisk would try it (", fresh.front().extension, ") before rule \"", shown(plan_.rules.rules[rival->rule].name, 60), "\" (", rival->extension, "), which comes first here"),
                       "write patterns that do not meet");
                continue;
            }
            for (Variant& one : fresh) {
                // The same pattern again would never be reached; what is written already decides.
                const bool known = std::any_of(kept_.begin(), kept_.end(), [&](const Variant& other) { return other.steps == one.steps; });
                if (!known) kept_.push_back(std::move(one));
            }
        }
        append(out_.text, "[", plan_.name, "]\n");
        if (!plan_.description.empty()) append(out_.text, "; ", comment(plan_.description), '\n');
        std::size_t told = plan_.rules.rules.size();
        for (const Variant& one : kept_) {
            const number::Rule& rule = plan_.rules.rules[one.rule];
            if (told != one.rule) append(out_.text, "; ", comment(rule.name), ": ", comment(rule.pattern), " -> ", comment(rule.translation), rule.description.empty() ? "" : " (", comment(rule.description), rule.description.empty() ? "" : ")", '\n');
            told = one.rule;
            append(out_.text, "exten => ", one.extension, ",1,Dial(PJSIP/", one.number);
            if (!one.device) append(out_.text, '@', options_.trunk);
            out_.text += ")\n";
        }
    }

private:
    static std::string comment(std::string_view text) {
        std::string out;
        for (const char c : shown(text, 200)) {
            if (c == ';') out += '\\';
            out += c;
        }
        return out;
    }
    void refuse(std::size_t rule, std::string what, std::string_view hint) {
        out_.findings.push_back({rule_place(plan_, rule), std::move(what), std::string(hint), true});
    }

    Status variants(std::size_t index, std::vector<Variant>& out) {
        const number::Rule& rule = plan_.rules.rules[index];
        hint_ = "";
        if (rule.internal && rule.translation.starts_with('+')) return fail(Errc::kUnsupported, "its result is an internal number with +, and devices are named by their extension");
        auto shape = shape_of(rule.pattern);
        if (!shape) return fail(Errc::kUnsupported, cat("pattern ", shown(rule.pattern, 80), ": ", shape.error().what));
        if (!shape->begins || !shape->ends) return fail(Errc::kUnsupported, cat("pattern ", shown(rule.pattern, 80), " is not anchored at both ends"));
        auto pieces = translation_parts(rule.translation, shape->groups);
        if (!pieces) return fail(std::move(pieces.error()));
        for (const TranslationPart& piece : *pieces)
            if (piece.literal.find_first_not_of("0123456789*#+") != std::string::npos) return fail(Errc::kUnsupported, cat("translation ", shown(rule.translation, 60), " has more than digits, *, # and +"));
        auto lengths = lengths_of(*shape);
        if (!lengths) return fail(std::move(lengths.error()));
        for (const Lengths& one : *lengths) {
            auto variant = write_one(*shape, *pieces, one);
            if (!variant) return fail(std::move(variant.error()));
            variant->rule = index;
            variant->device = rule.internal;
            // Two lengths cannot be the same pattern unless the plan says the same twice.
            out.push_back(std::move(*variant));
        }
        return {};
    }

    Result<Variant> write_one(const Shape& shape, const std::vector<TranslationPart>& pieces, const Lengths& lengths) {
        Variant out;
        std::string body;
        std::vector<std::size_t> begins(shape.groups + 1, 0), ends(shape.groups + 1, 0);
        std::size_t at = 0;
        bool plain = true;
        for (std::size_t i = 0; i < shape.parts.size(); ++i) {
            const ShapePart& part = shape.parts[i];
            const bool open = lengths.open && i + 1 == shape.parts.size();
            unsigned fixed = lengths.counts[i];
            std::string tail;
            if (open) {
                const bool digit_tail = part.set == digits('0', '9');
                if (part.set != any_char() && !(digit_tail && options_.digits_only)) {
                    hint_ = digit_tail ? "say --digits-only if nothing but digits is dialled" : "";
                    return fail(Errc::kUnsupported, "an open length of one set: Asterisk's \".\" and \"!\" take any character");
                }
                tail = fixed == 0 ? "!" : ".";
                if (fixed > 0) --fixed;
            }
            std::string place;
            if (fixed > 0) {
                auto written = place_of(part.set, options_.digits_only);
                if (!written) {
                    if (part.set == any_char()) hint_ = "say --digits-only if nothing but digits is dialled";
                    return fail(std::move(written.error()));
                }
                place = std::move(*written);
                plain = plain && place.size() == 1 && place != "X" && place != "Z" && place != "N";
            }
            for (unsigned n = 0; n < fixed; ++n) body += place;
            body += tail;
            plain = plain && tail.empty();
            if (part.group != 0) {
                if (begins[part.group] == ends[part.group]) begins[part.group] = at;
                ends[part.group] = open ? kOpen : at + fixed;
            }
            at += fixed;
        }
        if (body.empty()) return fail(Errc::kUnsupported, "an empty dialled string");
        out.extension = plain ? body : cat('_', body);
        for (const TranslationPart& piece : pieces) {
            out.number += piece.literal;
            if (piece.group == 0) continue;
            const std::size_t begin = begins[piece.group], end = ends[piece.group];
            if (begin == end) continue;
            const bool whole_rest = end == kOpen || (!lengths.open && end == at);
            if (begin == 0 && whole_rest) out.number += "${EXTEN}";
            else if (whole_rest) append(out.number, "${EXTEN:", begin, '}');
            else append(out.number, "${EXTEN:", begin, ':', end - begin, '}');
        }
        if (out.number.empty()) return fail(Errc::kUnsupported, "nothing is left of the number");
        auto steps = asterisk_steps(out.extension);
        if (!steps) return fail(std::move(steps.error()));
        out.steps = std::move(*steps);
        return out;
    }

    // An earlier rule's extension that Asterisk would try after one of these, where both match.
    const Variant* out_of_order(const std::vector<Variant>& fresh) const {
        const auto wrong = [](const Variant& earlier, const Variant& later) {
            return earlier.steps != later.steps && overlap(earlier.steps, later.steps) && asterisk_order(earlier.extension, later.extension) > 0;
        };
        for (std::size_t i = 0; i < fresh.size(); ++i) {
            for (const Variant& earlier : kept_)
                if (wrong(earlier, fresh[i])) return &earlier;
            for (std::size_t k = 0; k < i; ++k)
                if (wrong(fresh[k], fresh[i])) return &fresh[k];
        }
        return nullptr;
    }

    static constexpr std::size_t kOpen = static_cast<std::size_t>(-1);
    const topology::DialPlan& plan_;
    const ExportOptions& options_;
    Exported& out_;
    std::vector<Variant> kept_;
    std::string_view hint_;
};

}  // namespace

Exported export_asterisk(const topology::Topology& topology, const ExportOptions& options) {
    Exported out;
    for (const topology::DialPlan* plan : chosen_plans(topology, options)) {
        if (!plan->access_prefix.empty())
            out.findings.push_back({cat("dial plan \"", plan->name, '"'), cat("a context has no access prefix (", plan->access_prefix, ")"), "put it into the patterns", true});
        if (!out.text.empty()) out.text += '\n';
        AsteriskWriter(*plan, options, out).write();
    }
    if (options.plan.empty()) refuse_all_beside_plans(topology, "extensions.conf", false, out.findings);
    return out;
}

}  // namespace tandem::exchange
