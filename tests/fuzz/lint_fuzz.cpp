// Knows: rules of any kind as lint sees them: each line a pattern, a tab and a translation.
// Must not know: topology files.
// Next: libcommon/lint/lint.h; tests/unit/lint/rules_test.cpp, which tries more strings on fewer rules.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "lint/lint.h"
#include "number/plan.h"
#include "topology/topology.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tandem;
    // Large patterns only cost time: their automata are bounded, and are tried elsewhere.
    if (size > 200) return 0;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<number::Rule> rules;
    while (!text.empty() && rules.size() < 4) {
        const auto [line, rest] = cut(text, '\n');
        text = rest;
        const auto [pattern, translation] = cut(line, '\t');
        if (pattern.find('{') != std::string_view::npos && pattern.size() > 40) return 0;
        rules.push_back({cat("r", rules.size()), std::string(pattern), std::string(translation), false});
    }
    auto compiled = number::RuleSet::compile("plan", rules);
    if (!compiled) return 0;
    topology::Topology topology;
    topology::DialPlan plan;
    plan.name = "plan";
    plan.country = "US";
    plan.rules.rules = rules;
    plan.rules.compiled = std::move(*compiled);
    topology.dial_plans.push_back(std::move(plan));
    const number::RuleSet& set = topology.dial_plans[0].rules.compiled;

    for (const lint::Finding& f : lint::check(topology, number::builtin_plan())) {
        if (f.subject.kind != "rule" || f.witness.empty()) continue;
        const auto regex = number::Regex::compile(rules[f.subject.index].pattern);
        const auto applied = set.apply(f.witness);
        const bool taken = applied && applied->index == f.subject.index;
        switch (f.code) {
            case lint::Code::kUnreachable:
                // An emergency number matches in a rule set and is never brought before it.
                if (taken && !f.others.empty()) std::abort();
                break;
            case lint::Code::kOverlap:
                if (regex->match(f.witness) != number::MatchEnd::kMatch || !applied || applied->index >= f.subject.index) std::abort();
                break;
            case lint::Code::kCatastrophic:
                if (regex->match(f.witness) != number::MatchEnd::kLimit) std::abort();
                break;
            case lint::Code::kResultNotE164:
            case lint::Code::kResultUnknownCode:
            case lint::Code::kResultInvalid:
                if (!taken) std::abort();
                break;
            default: break;
        }
    }
    return 0;
}
