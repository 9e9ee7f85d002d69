#include "record/explanation.h"

#include "record/did.h"
#include "record/number.h"
#include "record/route.h"

namespace tandem::record {
namespace {

using policy::kNoIndex;
using topology::Topology;

void write_rules(json::Writer& out, const policy::Explanation& it) {
    out.key("rules").begin_array();
    for (const policy::RuleTried& rule : it.rules) {
        out.begin_object().member("index", rule.index);
        if (!rule.name.empty()) out.member("name", rule.name);
        out.member("pattern", rule.pattern).member("subject", rule.subject).member("matches", rule.matches);
        if (rule.decided) out.member("decided", true);
        if (rule.given_up) out.member("given_up", true);
        if (rule.matches) out.member("result", rule.result);
        out.end_object();
    }
    out.end_array();
}

void write_usages(json::Writer& out, const policy::Explanation& it, const Topology& t) {
    out.member("usages_of", it.usages_of).key("usages").begin_array();
    for (const policy::UsageTried& usage : it.usages) {
        out.begin_object().member("usage", t.usages[usage.usage].name).member("order", to_string(t.usages[usage.usage].order));
        out.key("routes").begin_array();
        for (const policy::RouteTried& route : usage.routes) {
            out.begin_object().member("index", route.route).member("name", t.routes[route.route].name);
            out.member("pattern", t.routes[route.route].pattern).member("matches", route.matches).end_object();
        }
        out.end_array().key("trunks").begin_array();
        for (const policy::Offer& offer : usage.offers) {
            out.begin_object().member("trunk", t.trunks[offer.trunk].name).member("route", t.routes[offer.route].name);
            if (offer.rate) {
                out.key("rate").raw(number::to_string_rate(offer.rate->rate));
                out.member("prefix", number::prefix_text(offer.rate->prefix));
            }
            out.end_object();
        }
        out.end_array().end_object();
    }
    out.end_array();
}

}  // namespace

void write(json::Writer& out, const policy::Explanation& it, const Topology& t) {
    out.begin_object().member("input", it.input);
    if (it.called != it.input) out.member("called", it.called);
    out.key("number");
    write_number(out, it.called, it.number);
    if (it.dial_plan != kNoIndex) {
        out.key("dial_plan").begin_object().member("name", t.dial_plans[it.dial_plan].name);
        out.member("scope", to_string(t.dial_plans[it.dial_plan].scope)).end_object();
        if (!it.rules_skipped.empty()) {
            out.member("rules_skipped", it.rules_skipped);
        } else {
            write_rules(out, it);
        }
    }
    if (!it.emergency.empty()) out.member("emergency", it.emergency);
    if (!it.number.emergency) {
        out.key("did");
        write_did(out, it.called, it.number.e164, it.number.extension, it.did, t);
    }
    if (it.policy != kNoIndex) out.member("policy", t.policies[it.policy].name);
    if (!it.usages_of.empty()) write_usages(out, it, t);
    if (it.decision) {
        out.key("decision");
        write(out, *it.decision, t);
    }
    out.end_object();
}

}  // namespace tandem::record
