// Knows: the keys of the route record and their order.
// Must not know: how a decision is made.
// Next: schema.json.
#include "record/route.h"

#include "base/text.h"
#include "record/verdict.h"

namespace tandem::record {
namespace {

using policy::PlanTarget;
using topology::kNoIndex;

void write_text(json::Writer& out, std::string_view key, std::string_view value) {
    if (!value.empty()) out.member(key, value);
}

std::string next_hop(const topology::Target& hop) {
    std::string out = cat(to_string(hop.transport), ':', hop.ip ? hop.ip->uri_str() : hop.host);
    if (hop.port != 0) {
        tandem::append(out, ':', hop.port);
    } else if (hop.ip) {
        tandem::append(out, ':', default_port(hop.transport));
    }
    return out;
}

void write_target(json::Writer& out, const PlanTarget& target, const topology::Topology& topology) {
    out.begin_object();
    if (target.trunk != kNoIndex) {
        out.member("trunk", topology.trunks[target.trunk].name);
    } else {
        out.member("user", topology.users[target.user].name);
    }
    out.member("group", target.group);
    if (!target.hop.host.empty()) out.member("next_hop", next_hop(target.hop));
    if (target.realm != kNoIndex) out.member("realm", topology.realms[target.realm].name);
    out.member("request_uri", target.request_uri);
    write_text(out, "called", target.called);
    write_text(out, "calling", target.calling);
    if (target.anonymous) out.member("anonymous", true);
    out.member("pai", target.send_pai);
    write_text(out, "usage", target.usage);
    write_text(out, "route", target.route);
    if (target.rate) out.key("rate").raw(number::to_string_rate(target.rate->rate));
    if (target.path_code.empty()) {  // not asked
        out.end_object();
        return;
    }
    out.member("path", to_string(target.path))
        .member("path_code", target.path_code)
        .member("path_reason", target.path_reason);
    if (target.bridge != kNoIndex) out.member("bridge", topology.bridges[target.bridge].name);
    if (target.verdict) {
        out.key("bypass").begin_object().member("verdict", to_string(target.verdict->value));
        write_text(out, "code", target.verdict->code);
        write_text(out, "reason", target.verdict->reason);
        out.end_object();
    }
    write(out, target.conversions);
    out.end_object();
}

void write_steps(json::Writer& out, const std::vector<policy::Step>& steps) {
    out.key("steps").begin_array();
    for (const policy::Step& step : steps) {
        out.begin_object().member("step", step.step);
        write_text(out, "name", step.rule);
        if (step.rule_index != kNoIndex) out.member("index", step.rule_index);
        write_text(out, "before", step.before);
        write_text(out, "after", step.after);
        write_text(out, "note", step.note);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

void write(json::Writer& out, const policy::Decision& d, const topology::Topology& topology) {
    out.begin_object().member("input", d.input).key("e164");
    if (d.e164.empty()) {
        out.null();
    } else {
        out.string(d.e164);
    }
    if (d.direction != policy::Direction::kUnknown) out.member("direction", to_string(d.direction));
    if (d.source_user != kNoIndex) {
        out.member("source_kind", "user").member("source", topology.users[d.source_user].name);
    } else if (d.source_trunk != kNoIndex) {
        out.member("source_kind", "trunk").member("source", topology.trunks[d.source_trunk].name);
    }
    if (d.emergency) out.member("emergency", true);
    write_text(out, "dial_plan", d.dial_plan);
    write_text(out, "rule", d.dial_rule);
    write_text(out, "policy", d.policy);
    if (const policy::Forward* forward = d.forward()) {
        const std::vector<PlanTarget>& targets = forward->plan.targets;
        write_text(out, "usage", targets.front().usage);
        write_text(out, "route", targets.front().route);
        out.key("targets").begin_array();
        for (const PlanTarget& target : targets) write_target(out, target, topology);
        out.end_array();
    } else if (const policy::Reject* reject = d.reject()) {
        out.key("reject").begin_object().member("status", reject->status).member("phrase", reject->phrase);
        out.member("reason", reject->reason);
        write_text(out, "rule", reject->rule);
        if (reject->retry_after_s > 0) out.member("retry_after_s", reject->retry_after_s);
        out.end_object();
    } else if (const policy::Need* need = d.need()) {
        out.key("need").begin_array();
        for (const policy::Need::Fact& fact : need->facts) {
            out.begin_object().member("fact", to_string(fact.what));
            if (fact.user != kNoIndex) out.member("user", topology.users[fact.user].name);
            if (fact.trunk != kNoIndex) out.member("trunk", topology.trunks[fact.trunk].name);
            out.end_object();
        }
        out.end_array();
    }
    write_steps(out, d.steps);
    out.end_object();
}

}  // namespace tandem::record
