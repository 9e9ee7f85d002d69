#include "lint/rule_results.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lint/result_language.h"
#include "lint/rule_order.h"
#include "lint/syntax.h"
#include "lint/words.h"
#include "number/parse.h"
#include "number/rule_automaton.h"

namespace tandem::lint {

namespace {

// What stands before the rules in the automaton of results.
constexpr std::uint32_t kIsForm = 0, kHasCode = 1, kIsHelp = 2, kFirstResult = 3;
constexpr std::size_t kAll = 20'000;   // strings of a rule that are all tried
constexpr std::size_t kSamples = 1500; // else so many of them
constexpr std::size_t kSpread = 256;   // of those that only tell more of the same
constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kEnough = 200;   // numbers of which none is assigned say something of the rest,
constexpr std::size_t kLong = 8;       // if they are as long as numbers are, with the plus
constexpr std::size_t kCandidates = 8; // results of a kind that are traced back

enum class Verdict : std::size_t { kFine, kForm, kCode, kInvalid, kValid };
constexpr std::size_t kVerdicts = 5;

/// What is known of one rule's results.
struct Results {
    std::optional<ResultLanguage> language;
    bool form = false, code = false;  ///< the walk met a result that has them
    std::vector<std::string> bad_form, bad_code;
    std::size_t tried = 0;            ///< strings that the rule takes
    bool all_tried = false;
    std::array<std::size_t, kVerdicts> counts{};
    std::size_t long_invalid = 0;
    std::array<std::string, kVerdicts> dialled;  ///< the first of each kind
    std::size_t misread = 0, agreed = 0;  ///< against the numbering plan's own reading
    std::string misread_text, misread_own;
};

class Check {
public:
    Check(const RuleList& list, std::vector<Finding>& out) : list_(list), out_(out), results_(list.rules.size()) {}

    void run() {
        for (std::size_t i = 0; i < results_.size(); ++i) results_[i].language = ResultLanguage::of(list_.rules[i]);
        walked_ = walk();
        for (std::size_t i = 0; i < results_.size(); ++i) {
            try_strings(i);
            if (results_[i].tried != 0) judge(i);
        }
        for (std::size_t i = 0; i < results_.size(); ++i) same_number(i);
    }

private:
    [[nodiscard]] bool number_wanted(std::size_t rule) const {
        return !list_.rules[rule].rule->internal || list_.rules[rule].rule->translation.starts_with('+');
    }

    bool walk() {
        number::RuleAutomaton automaton;
        automaton.add("^\\+\\d{1,15}$", kIsForm);
        std::string codes = "^\\+(?:";
        for (const number::CodeRow& row : list_.plan->codes) append(codes, codes.size() == 6 ? "" : "|", row.code);
        automaton.add(codes + ")\\d*$", kHasCode);
        if (const auto help = pattern_of(list_.emergency)) automaton.add(*help, kIsHelp);
        std::string alphabet(kDialledOrPlus);
        for (std::size_t i = 0; i < results_.size(); ++i) {
            if (!results_[i].language) continue;
            automaton.add(results_[i].language->pattern(), static_cast<std::uint32_t>(i) + kFirstResult);
            for (const char c : list_.rules[i].rule->translation)
                if (alphabet.find(c) == std::string::npos) alphabet += c;
        }
        return automaton.walk(alphabet, [this](const std::vector<std::uint32_t>& matched, std::string_view text) {
            see(matched, text);
            return true;
        });
    }

    void see(const std::vector<std::uint32_t>& matched, std::string_view result) {
        const auto has = [&](std::uint32_t index) { return std::binary_search(matched.begin(), matched.end(), index); };
        const bool form = has(kIsForm), code = has(kHasCode), help = has(kIsHelp);
        std::vector<std::size_t> makers;
        for (const std::uint32_t index : matched) {
            if (index < kFirstResult) continue;
            const std::size_t rule = index - kFirstResult;
            Results& it = results_[rule];
            if (!number_wanted(rule)) continue;
            it.form = it.form || form || help;
            it.code = it.code || (form && code) || help;
            if (!form && !help && it.bad_form.size() < kCandidates) it.bad_form.emplace_back(result);
            if (form && !code && it.bad_code.size() < kCandidates) it.bad_code.emplace_back(result);
            makers.push_back(rule);
        }
        if (!form || !code) return;
        for (std::size_t later = 1; later < makers.size(); ++later) {
            for (std::size_t earlier = 0; earlier < later; ++earlier) {
                if (front(makers[later]) != front(makers[earlier])) continue;
                auto& shared = shared_[{makers[later], makers[earlier]}];
                if (shared.size() < kCandidates) shared.emplace_back(result);
            }
        }
    }

    /// What all results of a rule begin with. Only rules that write the same front are meant for the same numbers: that "0100" and all
    /// ten digits lead to one telephone is as it should be.
    [[nodiscard]] std::string_view front(std::size_t rule) const {
        const std::string_view text = list_.rules[rule].rule->translation;
        return text.substr(0, text.find('$'));
    }

    [[nodiscard]] Verdict verdict(std::size_t rule, std::string_view result) const {
        if (list_.is_emergency(result)) return Verdict::kFine;
        if (list_.rules[rule].rule->internal && !result.starts_with('+')) return Verdict::kFine;
        const std::string_view digits = result.starts_with('+') ? result.substr(1) : std::string_view();
        if (digits.empty() || digits.size() > 15 || !std::all_of(digits.begin(), digits.end(), is_digit)) return Verdict::kForm;
        std::array<char, 3> front{'0', '0', '0'};
        digits.copy(front.data(), front.size());
        const number::CodeRow* code = list_.plan->code_in_front(front.data());
        // Of less than three digits the zeros behind them are none of theirs.
        const std::size_t size = code == nullptr ? 0 : code->code >= 100 ? 3 : code->code >= 10 ? 2 : 1;
        if (size == 0 || digits.size() < size) return Verdict::kCode;
        number::Phone phone;
        number::parse_phone(result, *list_.plan, number::kNoRow, phone);
        return phone.error == number::PhoneError::kNone && phone.valid ? Verdict::kValid : Verdict::kInvalid;
    }

    void try_string(std::size_t rule, const std::string& text) {
        if (text.empty()) return;
        const auto applied = list_.apply(text);
        if (!applied || applied->index != rule) return;
        Results& it = results_[rule];
        ++it.tried;
        const Verdict v = verdict(rule, applied->text);
        if (it.counts[static_cast<std::size_t>(v)]++ == 0) it.dialled[static_cast<std::size_t>(v)] = text;
        if (v == Verdict::kInvalid && applied->text.size() >= kLong) ++it.long_invalid;
        if (list_.region == number::kNoRow || list_.rules[rule].rule->internal) return;
        number::DialContext context;
        context.plan = list_.plan;
        context.region = list_.region;
        const number::Number own = number::normalize(text, context);
        if (!own.valid) return;
        if (own.e164.view() == applied->text) {
            ++it.agreed;
        } else if ((v == Verdict::kCode || v == Verdict::kInvalid) && it.misread++ == 0) {
            it.misread_text = text;
            it.misread_own = own.e164.str();
        }
    }

    /// Every kind of result that there can be was met, and some are numbers: of those more say nothing new.
    [[nodiscard]] bool seen_enough(std::size_t rule) {
        Results& it = results_[rule];
        const auto met = [&](Verdict v) { return it.counts[static_cast<std::size_t>(v)] != 0; };
        if (!met(Verdict::kValid) && !met(Verdict::kFine)) return false;
        // Without a plus in its translation a rule of internal numbers makes nothing else.
        if (const number::Rule& written = *list_.rules[rule].rule; written.internal && written.translation.find('+') == std::string::npos) return true;
        const bool walked = walked_ && it.language && number_wanted(rule);
        return (met(Verdict::kForm) || (walked && it.bad_form.empty())) && (met(Verdict::kCode) || (walked && it.bad_code.empty()));
    }
    /// And the dial plan's country reads one as the rule does, or is not asked.
    [[nodiscard]] bool seen_all(std::size_t rule) {
        return seen_enough(rule) && (list_.region == number::kNoRow || list_.rules[rule].rule->internal || results_[rule].agreed != 0);
    }

    void try_all(std::size_t rule, const WordList& all) {
        results_[rule].all_tried = true;
        std::size_t step = 1;
        for (std::size_t i = 0; i < all.size(); i += step) {
            try_string(rule, all.at(i));
            if (step != 1 || !seen_enough(rule)) continue;
            if (seen_all(rule)) return;
            // What is left to know is how the country reads them, and some of each part tell.
            step = 1 + (all.size() - i) / kSpread;
        }
    }

    void try_samples(std::size_t rule, const Words& words, std::mt19937& engine) {
        for (std::size_t i = 0, left = kSpread; i < kSamples && left != 0; ++i) {
            if (const auto text = words.random(engine)) try_string(rule, *text);
            if (!seen_enough(rule)) continue;
            left = seen_all(rule) ? 0 : left - 1;
        }
    }

    void try_strings(std::size_t rule) {
        Results& it = results_[rule];
        const RuleView& view = list_.rules[rule];
        if (!view.language) return;
        const Words words(*view.language, list_.alphabet);
        if (const auto all = words.all(kAll)) return try_all(rule, *all);
        std::mt19937 engine(1);
        try_samples(rule, words, engine);
        // A pattern of any characters hardly ever gives a number by chance: those of digits only are tried as well.
        try_samples(rule, Words(*view.language, kDigits), engine);
        // What the walk met may be too rare to be hit by chance.
        for (const auto* results : {&it.bad_form, &it.bad_code})
            for (const std::string& result : *results)
                if (const auto text = it.language->dialled(result, list_.alphabet)) try_string(rule, *text);
    }

    Finding& tell(Code code, Severity severity, std::size_t rule, bool proved, const std::string& witness) {
        out_.push_back({code, severity, proved ? Proof::kProved : Proof::kUnproved, list_.subject(rule), {}, {}, {}, witness});
        return out_.back();
    }
    [[nodiscard]] std::string made_of(const std::string& text) const {
        const auto applied = list_.compiled->apply(text);
        return cat(text, " becomes ", applied ? shown(applied->text, 60) : std::string());
    }
    [[nodiscard]] static std::string how_many(const Results& it) {
        return it.all_tried ? cat("of all ", it.tried, " strings that it takes") : cat("of ", it.tried, " strings that were tried");
    }

    void judge(std::size_t rule) {
        Results& it = results_[rule];
        const bool walked = walked_ && it.language && number_wanted(rule);
        const auto count = [&](Verdict v) { return it.counts[static_cast<std::size_t>(v)]; };
        const auto first = [&](Verdict v) -> const std::string& { return it.dialled[static_cast<std::size_t>(v)]; };
        const std::size_t fine = count(Verdict::kFine);
        if (const std::size_t bad = count(Verdict::kForm); bad != 0) {
            const bool all = bad == it.tried;
            Finding& f = tell(Code::kResultNotE164, all ? Severity::kError : Severity::kWarning, rule,
                              !all || it.all_tried || (walked && !it.form), first(Verdict::kForm));
            f.text = cat(all ? "never makes" : "does not always make", " a plus and up to 15 digits: ", made_of(f.witness));
            f.hint = all ? "write a translation that begins with + and the calling code" : "write a pattern that takes only as many digits as a number has";
            if (all) return;
        }
        if (const std::size_t bad = count(Verdict::kCode); bad != 0) {
            const bool all = fine + count(Verdict::kInvalid) + count(Verdict::kValid) == 0;
            Finding& f = tell(Code::kResultUnknownCode, all ? Severity::kError : Severity::kNote, rule,
                              !all || it.all_tried || (walked && !it.code), first(Verdict::kCode));
            f.text = cat(all ? "always makes" : "also makes", " numbers with a calling code that does not exist: ", made_of(f.witness));
            if (all) f.hint = "write the calling code into the translation";
            if (all) return;
        }
        if (it.misread != 0 && it.agreed == 0) {
            Finding& f = tell(Code::kResultInvalid, Severity::kError, rule, true, it.misread_text);
            f.text = cat("what the dial plan's country reads as ", it.misread_own, " becomes a number that is not assigned: ", made_of(f.witness));
            f.hint = cat("a translation of national numbers begins with +", list_.plan->regions[list_.region].code);
            return;
        }
        const bool told = it.all_tried || it.long_invalid >= kEnough || count(Verdict::kInvalid) == it.tried;
        if (told && count(Verdict::kInvalid) != 0 && fine + count(Verdict::kValid) == 0) {
            Finding& f = tell(Code::kResultInvalid, Severity::kError, rule, it.all_tried, first(Verdict::kInvalid));
            f.text = cat("makes no number that the numbering plan assigns, ", how_many(it), ": ", made_of(f.witness));
        }
    }

    void same_number(std::size_t later) {
        std::vector<std::string> others;
        std::string text, witness;
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const auto shared = shared_.find({later, earlier});
            if (shared == shared_.end()) continue;
            for (const std::string& result : shared->second) {
                const auto a = results_[earlier].language->dialled(result, list_.alphabet);
                const auto b = results_[later].language->dialled(result, list_.alphabet);
                if (!a || !b || list_.first(*a) != earlier || list_.first(*b) != later) continue;
                if (others.empty()) {
                    witness = *b;
                    text = cat(*a, " by \"", list_.rules[earlier].name, "\" and ", *b, " both become ", result);
                }
                others.push_back(list_.rules[earlier].name);
                break;
            }
        }
        if (others.empty()) return;
        Finding& f = tell(Code::kSameNumber, Severity::kNote, later, true, witness);
        f.text = cat("makes numbers that ", listed(others), others.size() == 1 ? " makes" : " make", " too: ", text);
        f.others = std::move(others);
    }

    const RuleList& list_;
    std::vector<Finding>& out_;
    std::vector<Results> results_;
    std::map<std::pair<std::size_t, std::size_t>, std::vector<std::string>> shared_;  ///< (later, earlier): results of both
    bool walked_ = false;
};

}  // namespace

void check_results(const RuleList& list, std::vector<Finding>& out) { Check(list, out).run(); }

}  // namespace tandem::lint
