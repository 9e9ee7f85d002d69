// Knows: voice translation-rule sets of Cisco IOS and IOS XE.
// Must not know: other dial plans.
// Next: import.h; export_cisco_ios.cpp for the way back.
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "exchange/import.h"

namespace tandem::exchange {
namespace {

/// A rule's match and replacement, without their slashes.
struct Written {
    std::string match, replacement;
};

// The text between slashes and what follows them; "\/" is a slash.
std::optional<std::pair<std::string, std::string_view>> slashed(std::string_view text) {
    if (!text.starts_with('/')) return std::nullopt;
    std::string out;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '/') return std::pair(std::move(out), trim(text.substr(at + 1)));
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '/') ++at;
        out += text[at];
    }
    return std::nullopt;
}

/// A match pattern in our syntax. IOS replaces the first place that matches and keeps the rest of the number: `begins` and `ends` say
/// whether the pattern itself says where it stands.
struct Match {
    std::string body;
    unsigned groups = 0;
    bool begins = false, ends = false;
    bool takes_rest = false;  ///< its last part is ".*": nothing is left behind it
};

class Converter {
public:
    explicit Converter(std::string_view text) : text_(text) {}

    Result<Match> match() {
        if (text_.empty()) return fail(Errc::kUnsupported, "an empty match", 0);
        if (text_.front() == '^') {
            out_.begins = true;
            at_ = 1;
        }
        while (at_ < text_.size()) {
            if (Status ok = step(); !ok) return fail(std::move(ok.error()));
        }
        if (open_) return fail(Errc::kSyntax, "\"\\(\" without \"\\)\"", text_.size());
        return std::move(out_);
    }

private:
    // One character or set with what repeats it, or a bracket of a group.
    Status step() {
        const std::size_t begin = at_;
        const char c = text_[at_++];
        out_.takes_rest = false;
        if (c == '$') {
            if (at_ != text_.size()) return fail(Errc::kUnsupported, "\"$\" before the end", begin);
            out_.ends = true;
            return {};
        }
        if (c == '\\') {
            if (at_ == text_.size()) return fail(Errc::kSyntax, "\"\\\" at the end", begin);
            const char next = text_[at_++];
            if (next == '(') {
                if (open_) return fail(Errc::kUnsupported, "a set within a set", begin);
                open_ = true;
                ++out_.groups;
                out_.body += '(';
                return {};
            }
            if (next == ')') {
                if (!open_) return fail(Errc::kSyntax, "\"\\)\" without \"\\(\"", begin);
                open_ = false;
                out_.body += ')';
                if (at_ < text_.size() && std::string_view("*+?").find(text_[at_]) != std::string_view::npos)
                    return fail(Errc::kUnsupported, "a set that is repeated", at_);
                out_.takes_rest = rest_within_;
                return {};
            }
            if (is_digit(next)) return fail(Errc::kUnsupported, "a reference back within the match", begin);
            if (is_alpha(next)) return fail(Errc::kUnsupported, cat("\"\\", next, "\""), begin);
            literal(next);
        } else if (c == '[') {
            const auto close = text_.find(']', at_ + (text_.substr(at_).starts_with("^]") ? 2 : text_.substr(at_).starts_with(']') ? 1 : 0));
            if (close == std::string_view::npos) return fail(Errc::kSyntax, "\"[\" without \"]\"", begin);
            const std::string_view inside = text_.substr(at_, close - at_);
            if (inside.find_first_of("\\[") != std::string_view::npos || inside.starts_with(']') || inside.starts_with("^]"))
                return fail(Errc::kUnsupported, cat("the set [", shown(inside, 20), "]"), begin);
            append(out_.body, '[', inside, ']');
            at_ = close + 1;
        } else if (c == '.') {
            out_.body += '.';
        } else if (std::string_view("()|{}").find(c) != std::string_view::npos) {
            return fail(Errc::kUnsupported, cat("\"", c, "\" without \"\\\""), begin);
        } else if (std::string_view("*+?^").find(c) != std::string_view::npos) {
            return fail(Errc::kSyntax, cat("\"", c, "\" with nothing before it"), begin);
        } else {
            literal(c);
        }
        rest_within_ = false;
        if (at_ < text_.size() && std::string_view("*+?").find(text_[at_]) != std::string_view::npos) {
            const bool rest = c == '.' && text_[at_] != '?';
            out_.body += text_[at_++];
            if (at_ < text_.size() && std::string_view("*+?").find(text_[at_]) != std::string_view::npos)
                return fail(Errc::kUnsupported, "what is repeated twice", at_);
            rest_within_ = rest;
            out_.takes_rest = rest && !open_;
        }
        return {};
    }
    void literal(char c) {
        if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out_.body += '\\';
        out_.body += c;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Match out_;
    bool open_ = false;
    bool rest_within_ = false;  ///< the step before was ".*" or ".+"
};

// The replacement in our syntax; groups are counted from `shift`.
Result<std::string> replacement(std::string_view text, unsigned groups, unsigned shift) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '&') return fail(Errc::kUnsupported, "\"&\" in the replacement", at);
        if (c == '$') {
            out += "$$";
        } else if (c != '\\') {
            out += c;
        } else if (at + 1 == text.size()) {
            return fail(Errc::kSyntax, "\"\\\" at the end of the replacement", at);
        } else if (const char next = text[++at]; !is_digit(next)) {
            out += next;
        } else if (next == '0' || static_cast<unsigned>(next - '0') > groups) {
            return fail(Errc::kUnsupported, cat("\"\\", next, "\" names a set that the match does not have"), at - 1);
        } else {
            append(out, "${", static_cast<unsigned>(next - '0') + shift, '}');
        }
    }
    return out;
}

Result<number::Rule> convert(const Written& written) {
    auto match = Converter(written.match).match();
    if (!match) return fail(std::move(match.error()));
    const unsigned shift = match->begins ? 0 : 1;
    auto text = replacement(written.replacement, match->groups, shift);
    if (!text) return fail(std::move(text.error()));
    number::Rule rule;
    const bool rest = !match->ends && !match->takes_rest;
    rule.pattern = cat(match->begins ? "^" : "^(.*?)", match->body, rest ? "(.*)$" : "$");
    rule.translation = cat(match->begins ? "" : "${1}", *text, rest ? cat("${", match->groups + shift + 1, '}') : "");
    return rule;
}

class IosReader {
public:
    IosReader(const Source& source, Fragment& into) : source_(source), into_(into) {}

    void read() {
        const std::string_view text = source_.text();
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            const std::string_view code = trim(text.substr(at, end - at));
            if (!code.empty() && code.front() != '!') line(code, static_cast<std::size_t>(code.data() - text.data()));
            at = end + 1;
        }
        flush();
        if (others_ > 0) into_.findings.push_back({source_.where(first_other_), cat(others_, " lines of other configuration are left out, this the first"), {}, false});
    }

private:
    struct Numbered {
        unsigned number;
        std::size_t offset;
        std::string_view text;
    };
    void refuse(std::size_t offset, std::string what, std::string hint = {}) {
        into_.findings.push_back({source_.where(offset), std::move(what), std::move(hint), true});
    }

    void line(std::string_view code, std::size_t offset) {
        if (istarts_with(code, "voice translation-rule ")) {
            flush();
            name_ = trim(code.substr(23));
            offset_ = offset;
            open_ = true;
            return;
        }
        const auto [first, rest] = cut(code, ' ');
        if (!open_ || !iequals(first, "rule")) {
            // "exit" and "end" close what is open; everything else is another part of the configuration.
            if (iequals(code, "exit") || iequals(code, "end")) return flush();
            flush();
            return other(code, offset);
        }
        const auto [digits, definition] = cut(trim(rest), ' ');
        const auto number = to_number<unsigned>(digits);
        if (!number || *number == 0) return refuse(offset, cat(shown(code, 80), ": a rule has a number from 1 on"));
        rules_.push_back({*number, offset, trim(definition)});
    }

    // Another part of a router's configuration. What says how numbers go is told line by line, the rest once.
    void other(std::string_view code, std::size_t offset) {
        static constexpr std::array<std::string_view, 12> kAboutNumbers = {"voice translation-profile", "translate ", "translation-profile ", "translation-rule ",
                                                                           "destination-pattern ", "prefix ", "forward-digits ", "digit-strip", "no digit-strip",
                                                                           "num-exp ", "dialplan-pattern ", "rule "};
        if (std::any_of(kAboutNumbers.begin(), kAboutNumbers.end(), [&](std::string_view one) { return istarts_with(code, one); }))
            return refuse(offset, cat(shown(code, 80), ": only \"voice translation-rule\" sets are taken"), "bind them to trunks by hand");
        if (others_++ == 0) first_other_ = offset;
    }

    void flush() {
        if (!open_) return;
        open_ = false;
        // Rules are tried by their number, not in the order of the file.
        std::stable_sort(rules_.begin(), rules_.end(), [](const Numbered& a, const Numbered& b) { return a.number < b.number; });
        Plan plan;
        plan.description = source_.described({}, offset_);
        RuleSink sink(plan.rules, plan.rule_names, into_.findings);
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (i + 1 < rules_.size() && rules_[i].number == rules_[i + 1].number) {
                refuse(rules_[i].offset, cat("rule ", rules_[i].number, " stands again further down, which replaces it"));
                continue;
            }
            add(rules_[i], sink);
        }
        rules_.clear();
        if (plan.rules.empty()) return;
        plan.name = into_.plan_names.unique_name(cat("translation-rule-", topology_name(name_)));
        into_.dial_plans.push_back(std::move(plan));
    }

    void add(const Numbered& one, RuleSink& sink) {
        const std::string which = cat("rule ", one.number, " of translation-rule ", shown(name_, 30), ": ");
        if (istarts_with(one.text, "reject")) return refuse(one.offset, cat(which, "it rejects calls"), "a dial plan makes numbers; keep such calls from a route instead");
        const auto match = slashed(one.text);
        const auto text = match ? slashed(match->second) : std::nullopt;
        if (!text) return refuse(one.offset, cat(which, "not \"/match/ /replacement/\""));
        if (!text->second.empty()) return refuse(one.offset, cat(which, "\"", shown(text->second, 60), "\": numbers here have no type and plan"));
        auto rule = convert({match->first, text->first});
        if (!rule) return refuse(one.offset, cat(which, rule.error().what));
        rule->name = cat("rule ", one.number);
        rule->description = source_.described(one.text, one.offset);
        sink.add(std::move(*rule), source_.where(one.offset));
    }

    const Source& source_;
    Fragment& into_;
    std::string name_;
    std::size_t offset_ = 0;
    bool open_ = false;
    std::vector<Numbered> rules_;
    std::size_t others_ = 0, first_other_ = 0;
};

}  // namespace

Status import_cisco_ios(const Source& source, Fragment& into) {
    IosReader(source, into).read();
    return {};
}

}  // namespace tandem::exchange
