#include "lint/rule_order.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "lint/words.h"
#include "number/rule_automaton.h"

namespace tandem::lint {

namespace {

// What stands before the rules in the automaton of a list.
constexpr std::uint32_t kEmergency = 0, kInputs = 1, kFirstRule = 2;
constexpr int kAttempts = 2000;

/// What is known of one rule after the walk.
struct Fate {
    bool matches = false;    ///< some string that can come
    std::string shortest;    ///< of those
    std::optional<std::string> reached;  ///< a string that the rule takes
    bool open = false;       ///< a string that no regular rule before it takes, but something else may
    bool by_emergency = false;
    std::set<std::size_t> takers;                 ///< earlier rules that take strings of it
    std::map<std::size_t, std::string> overlaps;  ///< the same with a string each
};

class Order {
public:
    Order(const RuleList& list, std::vector<Finding>& out) : list_(list), out_(out), fates_(list.rules.size()) {}

    void run() {
        walked_ = walk();
        for (std::size_t i = 0; i < list_.rules.size(); ++i) {
            if (walked_ && list_.rules[i].language) settle(i);
            else unknown(i);
            unanchored(i);
        }
    }

private:
    Finding& tell(Code code, Severity severity, std::size_t rule) {
        out_.push_back({code, severity, Proof::kProved, list_.subject(rule), {}, {}, {}, {}});
        return out_.back();
    }

    bool walk() {
        number::RuleAutomaton automaton;
        if (const auto emergency = pattern_of(list_.emergency)) automaton.add(*emergency, kEmergency);
        if (list_.inputs) automaton.add(*list_.inputs, kInputs);
        for (std::size_t i = 0; i < list_.rules.size(); ++i)
            if (list_.rules[i].language) automaton.add(*list_.rules[i].language, static_cast<std::uint32_t>(i) + kFirstRule);
        return automaton.walk(list_.alphabet, [this](const std::vector<std::uint32_t>& matched, std::string_view text) {
            see(matched, text);
            return true;
        });
    }

    void see(const std::vector<std::uint32_t>& matched, std::string_view text) {
        if (text.empty()) return;  // nothing was dialled
        if (list_.inputs && std::find(matched.begin(), matched.end(), kInputs) == matched.end()) return;
        const bool emergency = matched.front() == kEmergency;
        std::optional<std::size_t> taker;
        for (const std::uint32_t index : matched) {
            if (index < kFirstRule) continue;
            const std::size_t rule = index - kFirstRule;
            Fate& fate = fates_[rule];
            if (!fate.matches) fate.shortest = text;
            fate.matches = true;
            if (emergency) {
                fate.by_emergency = true;
            } else if (taker) {
                fate.takers.insert(*taker);
                if (list_.rules[rule].regular) fate.overlaps.try_emplace(*taker, text);
            } else if (!fate.reached) {
                if (list_.first(text) == rule) fate.reached = text;
                else fate.open = true;
            }
            if (!taker && list_.rules[rule].regular) taker = rule;
        }
    }

    void settle(std::size_t rule) {
        Fate& fate = fates_[rule];
        const RuleView& view = list_.rules[rule];
        if (!fate.matches) return never(rule);
        if (!fate.reached) behind_access_prefix(rule);
        if (!fate.reached && fate.open) search(rule);
        if (!fate.reached && !fate.open) return unreachable(rule);
        if (!view.regular || !fate.reached) {
            Finding& f = tell(Code::kNotProved, Severity::kNote, rule);
            f.proof = Proof::kUnproved;
            f.text = view.regular ? std::string("an earlier rule that is not regular may take all of it")
                                  : cat("the pattern is not regular (", view.reason, ")");
            if (fate.reached) append(f.text, ": it is reached, but what it takes from the rules behind it is not proved");
            else append(f.text, "; no string was found that reaches it");
            f.witness = fate.reached.value_or("");
        }
        if (fate.overlaps.empty()) return;
        Finding& f = tell(Code::kOverlap, Severity::kNote, rule);
        for (const auto& [taker, text] : fate.overlaps) f.others.push_back(list_.rules[taker].name);
        f.witness = fate.overlaps.begin()->second;
        f.text = cat("a part of its strings is taken by ", listed(f.others), " before it");
    }

    void never(std::size_t rule) {
        Finding& f = tell(Code::kNeverMatches, Severity::kError, rule);
        if (list_.inputs) {
            f.text = "matches no number that is sent to a trunk: a plus and up to 15 digits";
            return;
        }
        f.text = "matches no string that can come";
        if (!list_.dial_plan) return;
        number::RuleAutomaton with_plus;
        with_plus.add(*list_.rules[rule].language, 0);
        with_plus.walk(kDialledOrPlus, [&](const auto&, std::string_view text) {
            if (!text.starts_with('+')) return true;
            f.text = "matches only what is dialled with a plus, and that is a number already: no rule is asked";
            f.witness = text;
            return false;
        });
        f.hint = "a dial plan is asked for strings of digits, * and #";
    }

    void unreachable(std::size_t rule) {
        const Fate& fate = fates_[rule];
        Finding& f = tell(Code::kUnreachable, Severity::kError, rule);
        for (const std::size_t taker : fate.takers) f.others.push_back(list_.rules[taker].name);
        f.witness = fate.shortest;
        if (fate.takers.empty()) {
            f.text = "all of its strings are emergency numbers, which no rule takes";
            f.hint = "remove it";
            return;
        }
        f.text = cat(listed(f.others), fate.takers.size() == 1 ? " takes" : " take", " all of its strings",
                     fate.by_emergency ? " that are no emergency numbers" : "");
        const RuleView& taker = list_.rules[*fate.takers.begin()];
        const bool same = fate.takers.size() == 1 && taker.rule->pattern == list_.rules[rule].rule->pattern &&
                          taker.rule->translation == list_.rules[rule].rule->translation;
        f.hint = same ? "remove it" : "place it before what takes its strings, or remove it";
    }

    /// Of what follows an outside line's digits emergency strings are known, of what follows them twice they are not.
    void behind_access_prefix(std::size_t rule) {
        if (!list_.dial_plan || list_.access_prefix.empty()) return;
        for (const std::string& text : list_.emergency) {
            const std::string dialled = list_.access_prefix + text;
            if (!text.starts_with(list_.access_prefix) || std::binary_search(list_.emergency.begin(), list_.emergency.end(), dialled)) continue;
            const auto inner = list_.compiled->apply(text);
            if (inner && inner->index == rule && !list_.compiled->apply(dialled)) fates_[rule].reached = dialled;
        }
    }

    void search(std::size_t rule) {
        const Words words(*list_.rules[rule].language, list_.alphabet);
        std::mt19937 engine(1);
        for (int i = 0; i < kAttempts && !fates_[rule].reached; ++i) {
            const auto text = words.random(engine);
            if (text && !text->empty() && list_.first(*text) == rule) fates_[rule].reached = text;
        }
    }

    void unknown(std::size_t rule) {
        const RuleView& view = list_.rules[rule];
        Finding& f = tell(Code::kNotProved, Severity::kNote, rule);
        f.proof = Proof::kUnproved;
        f.text = view.language ? cat("the rules together need more than ", number::RuleAutomaton::kMaxStates, " states")
                               : cat("the pattern is not regular (", view.reason, ')');
    }

    void unanchored(std::size_t rule) {
        const RuleView& view = list_.rules[rule];
        const auto inside = matches_inside(view.regex, list_.alphabet);
        if (!inside) return;
        Finding& f = tell(Code::kUnanchored, Severity::kWarning, rule);
        f.proof = view.regular ? Proof::kProved : Proof::kUnproved;
        f.witness = *inside;
        f.text = "the pattern also matches inside longer strings, and what is around the match stays";
        if (const auto result = view.regex.replace(*inside, view.rule->translation); result && !inside->empty())
            append(f.text, ": ", *inside, " becomes ", *result);
        f.hint = cat("write ^(?:", view.rule->pattern, ")$");
    }

    const RuleList& list_;
    std::vector<Finding>& out_;
    std::vector<Fate> fates_;
    bool walked_ = false;
};

}  // namespace

void check_order(const RuleList& list, std::vector<Finding>& out) { Order(list, out).run(); }

std::optional<std::string> matches_inside(const number::Regex& regex, std::string_view alphabet) {
    number::RuleAutomaton automaton;
    if (!automaton.add(cat("^(?:", regex.pattern(), ")$"), 0) || !automaton.add(regex.pattern(), 1))
        return regex.anchored() ? std::nullopt : std::optional(std::string());
    std::optional<std::string> found;
    const bool whole = automaton.walk(alphabet, [&](const std::vector<std::uint32_t>& matched, std::string_view text) {
        if (matched.front() == 0) return true;
        found = text;
        return false;
    });
    return whole || regex.anchored() ? found : std::optional(std::string());
}

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 5;
    std::string out;
    const std::size_t shown = names.size() > kShown + 1 ? kShown : names.size();
    for (std::size_t i = 0; i < shown; ++i)
        append(out, i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", '"', names[i], '"');
    if (shown < names.size()) append(out, " and ", names.size() - shown, " more");
    return out;
}

}  // namespace tandem::lint
