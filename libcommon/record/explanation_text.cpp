// Knows: how an explanation reads for people.
// Must not know: how anything was decided.
// Next: explanation.h, which declares it; explanation.cpp, the same for machines.
#include "base/text.h"
#include "record/explanation.h"

namespace tandem::record {
namespace {

using policy::kNoIndex;
using topology::Topology;

/// "  > 3 name: text"; the mark says that it decided.
void line(std::string& out, bool mark, std::string_view what) { tandem::append(out, mark ? "  > " : "    ", what, '\n'); }

std::string yes_no(bool yes, std::string_view what) { return cat(yes ? "" : "not ", what); }

void number_part(std::string& out, const number::Number& n) {
    out += "number\n";
    if (!n.e164.empty()) {
        line(out, true, cat(n.e164.view(), ": ", n.region.empty() ? "no region" : n.region, ", ", number::to_string(n.type), ", ",
                            yes_no(n.possible, "possible"), ", ", yes_no(n.valid, "valid"), n.extension.empty() ? "" : ", extension ",
                            n.extension.view()));
    } else {
        line(out, true, cat(n.dialled.view(), n.dialled.empty() ? "" : ": ", "no E.164 number: ", number::to_string(n.reason)));
    }
    std::string flags;
    for (std::size_t i = 0; i < number::kFlags; ++i)
        if (n.has(static_cast<number::Flag>(i))) tandem::append(flags, flags.empty() ? "" : ", ", number::to_string(static_cast<number::Flag>(i)));
    if (!flags.empty()) line(out, false, cat("flags: ", flags));
}

void rules_part(std::string& out, const policy::Explanation& it, const Topology& t) {
    if (it.dial_plan == kNoIndex) {
        out += "dial plan\n";
        line(out, false, "none");
        return;
    }
    const topology::DialPlan& plan = t.dial_plans[it.dial_plan];
    tandem::append(out, "dial plan ", plan.name, " (", to_string(plan.scope), ")\n");
    if (!it.rules_skipped.empty()) line(out, false, it.rules_skipped);
    bool decided = false;
    for (const policy::RuleTried& rule : it.rules) {
        std::string text = cat(rule.index + 1, ' ', rule.name.empty() ? "(no name)" : rule.name, "  ", rule.pattern, ": ");
        if (!rule.matches) {
            tandem::append(text, rule.subject, rule.given_up ? " takes too many steps, so it counts as not matching" : " does not match");
        } else {
            tandem::append(text, rule.subject, " -> ", rule.result, decided ? "  would match too, but a rule above decided" : "");
        }
        decided = decided || rule.decided;
        line(out, rule.decided, text);
    }
    if (it.rules_skipped.empty() && !decided) line(out, false, "no rule matches: the numbering plan reads it");
}

void did_part(std::string& out, const policy::Explanation& it, const Topology& t) {
    if (it.number.emergency) return;
    out += "whose number\n";
    const policy::DidAnswer& did = it.did;
    std::string text(policy::to_string(did.kind));
    if (did.user != kNoIndex) tandem::append(text, ": user ", t.users[did.user].name);
    if (did.user == kNoIndex && did.status != 0) tandem::append(text, ": answered ", did.status);
    if (did.range != kNoIndex) tandem::append(text, ", range ", t.did_ranges[did.range].name);
    if (did.users > 1) tandem::append(text, ", shared by ", did.users, " users");
    line(out, did.kind != policy::DidKind::kNotOurs, text);
}

void usages_part(std::string& out, const policy::Explanation& it, const Topology& t) {
    if (it.usages_of.empty()) return;
    tandem::append(out, "usages of the ", it.usages_of);
    if (it.policy != kNoIndex) tandem::append(out, ' ', t.policies[it.policy].name);
    out += '\n';
    for (const policy::UsageTried& usage : it.usages) {
        line(out, false, cat(t.usages[usage.usage].name, " (", to_string(t.usages[usage.usage].order), ")"));
        if (usage.routes.empty()) line(out, false, "  no route has it");
        for (const policy::RouteTried& tried : usage.routes) {
            const topology::Route& route = t.routes[tried.route];
            line(out, tried.matches, cat("  route ", tried.route + 1, ' ', route.name, "  ", route.pattern, tried.matches ? ": matches" : ": does not match"));
        }
        for (const policy::Offer& offer : usage.offers) {
            std::string text = cat("    trunk ", t.trunks[offer.trunk].name, " by route ", t.routes[offer.route].name);
            if (offer.rate) tandem::append(text, ", rate ", number::to_string_rate(offer.rate->rate), " by prefix ", number::prefix_text(offer.rate->prefix));
            line(out, false, text);
        }
    }
}

void decision_part(std::string& out, const policy::Explanation& it, const Topology& t) {
    if (!it.decision) {
        out += "decision\n";
        line(out, false, "who calls is not told: name a user or a trunk");
        return;
    }
    const policy::Decision& decision = *it.decision;
    out += "steps\n";
    for (const policy::Step& step : decision.steps) {
        std::string text(step.step);
        if (!step.rule.empty()) tandem::append(text, ' ', step.rule);
        if (!step.before.empty() || !step.after.empty()) tandem::append(text, ": ", step.before, step.after.empty() ? "" : " -> ", step.after);
        if (!step.note.empty()) tandem::append(text, " (", step.note, ')');
        line(out, false, text);
    }
    tandem::append(out, "decision: ", to_string(decision.direction), decision.emergency ? ", emergency" : "", '\n');
    if (const policy::Reject* reject = decision.reject()) {
        line(out, true, cat("refused: ", reject->status, ' ', reject->phrase, " (", reject->reason, reject->rule.empty() ? "" : ", ", reject->rule, ')'));
    } else if (const policy::Forward* forward = decision.forward()) {
        std::size_t place = 0;
        for (const policy::PlanTarget& target : forward->plan.targets) {
            const bool trunk = target.trunk != kNoIndex;
            std::string text = cat(++place, ' ', trunk ? "trunk " : "user ", trunk ? t.trunks[target.trunk].name : t.users[target.user].name);
            tandem::append(text, ": ", target.request_uri, ", called ", target.called);
            tandem::append(text, ", calling ", target.anonymous ? "anonymous" : target.calling.empty() ? "not told" : target.calling);
            if (!target.path_code.empty()) tandem::append(text, ", media ", to_string(target.path), " (", target.path_code, ')');
            line(out, place == 1, text);
        }
    } else {
        line(out, true, "needs what only a running node knows");
    }
}

}  // namespace

std::string explanation_text(const policy::Explanation& it, const Topology& t) {
    std::string out = cat(it.input, '\n');
    if (it.called != it.input) tandem::append(out, "inbound rules of the trunk\n  > ", it.called, '\n');
    number_part(out, it.number);
    if (!it.emergency.empty()) tandem::append(out, "emergency\n  > sent as ", it.emergency, ", untouched; before every rule, limit and rate\n");
    rules_part(out, it, t);
    did_part(out, it, t);
    usages_part(out, it, t);
    decision_part(out, it, t);
    return out;
}

}  // namespace tandem::record
