// Knows: how trunks and number rules are filled from the file.
// Must not know: what is decided by them.
// Next: keys_trunks.cpp for the keys; checks_bypass.cpp for settings that contradict each other.
#include "base/text.h"
#include "config/build.h"

namespace tandem::config {
namespace {

using topology::kNoIndex;
using topology::Trunk;
using topology::TrunkKind;

/// The profile named, else the first one.

topology::Retry retry_preset(std::string_view name) {
    topology::Retry retry;
    retry.preset = name;
    if (name == "lync") {
        retry.codes = {503};
    } else if (name == "teams") {
        retry.codes = {408, 503, 504};
    } else {
        retry.codes = {408, 480, 503, 504};
    }
    return retry;
}

topology::Retry build_retry(Build& build, const json::Value* item) {
    if (!item) return retry_preset("generic");
    const Fields f(build.loader, *item, kRetryTable);
    constexpr std::string_view kPresets[] = {"generic", "lync", "teams"};
    topology::Retry retry = retry_preset(kPresets[f.choice("preset")]);
    if (f.has("codes")) retry.codes = f.integers("codes");
    for (std::size_t i = 0; i < retry.codes.size(); ++i) {
        if (retry.codes[i] != 486) continue;
        build.problems().error(f.element_offset("codes", i),
                               "486 is never retried: the callee is busy whatever the trunk", "leave it out");
    }
    if (f.has("progress_timeout_ms")) retry.progress_timeout_ms = f.count("progress_timeout_ms");
    if (f.has("trying_is_progress")) retry.trying_is_progress = f.boolean("trying_is_progress");
    if (f.has("no_retry_after_provisional"))
        retry.no_retry_after_provisional = f.boolean("no_retry_after_provisional");
    return retry;
}

topology::Bypass build_bypass(Build& build, const json::Value* item) {
    if (!item) return {};
    const Fields f(build.loader, *item, kBypassTable);
    topology::Bypass b;
    b.enabled = f.boolean("enabled");
    b.centralized_media = f.boolean("centralized_media");
    b.qualified = f.choice_as<topology::Qualified>("qualified");
    b.product = f.text("product");
    b.accepts_client_media = f.boolean("accepts_client_media");
    b.media_address = f.address("media_address");
    b.alternate_media_address = f.address("alternate_media_address");
    return b;
}

void not_yet(const Build& build, std::size_t offset, std::string_view what) {
    build.problems().warning(offset, cat(what, " is accepted but not honoured yet"));
}

void build_reach(Build& build, const Fields& f, Trunk& trunk) {
    const std::string who = cat("trunk \"", trunk.name, '"');
    trunk.targets = f.targets("targets");
    trunk.sources = f.prefixes("sources");
    trunk.bridge = f.reference("bridge");
    trunk.span = f.text("span");
    if (trunk.kind == TrunkKind::kTdm) {
        not_yet(build, f.offset("kind"), cat("kind \"tdm\" of ", who));
        if (!f.given("bridge"))
            build.problems().error(f.offset(), cat(who, " is a TDM span, but has no \"bridge\""),
                                   "name the bridge that has the span");
        if (f.has("targets"))
            build.problems().error(f.offset("targets"), cat(who, " is a TDM span and has no targets"),
                                   "leave them out");
        return;
    }
    if (!f.given("realm"))
        build.problems().error(f.offset(), cat(who, " has no \"realm\""), "name the realm that faces it");
    if (!f.given("targets")) {
        build.problems().error(f.offset(), cat(who, " has no \"targets\""), "write where it is reached");
    } else if (f.has("targets") && trunk.targets.empty()) {
        build.problems().error(f.offset("targets"), "\"targets\" is empty", "write at least one");
    }
    bool named_only = trunk.sources.empty() && !trunk.targets.empty();
    for (std::size_t i = 0; i < trunk.targets.size(); ++i) {
        const topology::Target& target = trunk.targets[i];
        if (!target.ip) continue;
        named_only = false;
        const net::Prefix host(*target.ip, target.ip->bits());
        if (!f.given("sources")) trunk.sources.push_back(host);
    }
    trunk.resolved_sources = f.has("resolved_sources") ? f.boolean("resolved_sources") : !f.given("sources");
    if (named_only && !trunk.resolved_sources) {
        build.problems().warning(
            f.offset("targets"),
            cat(who, " has no \"sources\", only names for targets, and \"resolved_sources\" is false: requests from it are refused"),
            "write its source addresses");
    }
    if (f.choice("identify_by") != 0)
        not_yet(build, f.offset("identify_by"), cat("\"identify_by\": other than source-address of ", who));
}

}  // namespace

topology::NumberRules build_rules(Build& build, const std::vector<const json::Value*>& items,
                                  std::string_view set_name) {
    topology::NumberRules out;
    std::vector<std::size_t> pattern_offsets;
    bool complete = true;
    for (const json::Value* item : items) {
        const Fields f(build.loader, *item, kRuleTable);
        number::Rule rule{f.text("name"), f.text("pattern"), f.text("translation"), f.boolean("internal"), f.text("description")};
        complete = complete && f.has("pattern") && f.has("translation");
        if (rule.translation.find_first_of(" \"<>@") != std::string::npos) {
            build.problems().error(f.offset("translation"),
                                   cat("translation \"", shortened(rule.translation), "\" gives what is no number"),
                                   "leave out spaces, quotes, \"<\", \">\" and \"@\"");
        }
        if (const auto nothing = reference_to_nothing(rule.pattern, rule.translation); !nothing.empty()) {
            build.problems().warning(f.offset("translation"),
                                     cat("\"", shortened(nothing), "\" names a group that the pattern does not have: it is put into the "
                                         "number as it stands"),
                                     "write the number of a group, or \"$$\" for a dollar sign");
        }
        if (rule.name.empty()) rule.name = cat("rule ", out.rules.size() + 1);
        out.rules.push_back(std::move(rule));
        pattern_offsets.push_back(f.offset("pattern"));
    }
    if (!complete || out.rules.empty()) return out;
    auto compiled = number::RuleSet::compile(std::string(set_name), out.rules);
    if (!compiled) {
        // The set stops at its first error; each pattern by itself tells all of them.
        bool told = false;
        for (std::size_t i = 0; i < out.rules.size(); ++i) {
            const auto regex = number::Regex::compile(out.rules[i].pattern);
            if (regex) continue;
            told = true;
            build.problems().error(pattern_offsets[i], cat("pattern of ", set_name, ", rule \"",
                                                           out.rules[i].name, "\": ", regex.error().what));
        }
        if (!told)
            build.problems().error(pattern_offsets.front(), cat(set_name, ": ", compiled.error().what));
        return out;
    }
    out.compiled = std::move(*compiled);
    for (const std::string& name : out.compiled.unanchored()) {
        for (std::size_t i = 0; i < out.rules.size(); ++i) {
            if (out.rules[i].name != name) continue;
            build.problems().warning(
                pattern_offsets[i],
                cat("pattern of ", set_name, ", rule \"", name, "\" also matches inside longer numbers"),
                "begin it with ^ and end it with $");
        }
    }
    return out;
}

void build_trunks(Build& build) {
    topology::Topology& t = build.topology;
    for (const json::Value* item : build.root.objects("trunks")) {
        const Fields f(build.loader, *item, kTrunkTable);
        Trunk trunk;
        trunk.name = f.text("name");
        trunk.kind = f.choice_as<TrunkKind>("kind");
        trunk.realm = f.reference("realm");
        trunk.domain = f.text("domain");
        check_host(build, f, "domain");
        build_reach(build, f, trunk);
        if (const json::Value* auth = f.object("auth")) {
            const Fields a(build.loader, *auth, kAuthTable);
            check_quotable(build, a, "realm");
            check_quotable(build, a, "username");
            trunk.auth = topology::Auth{a.text("realm"), a.text("username"), a.file("password_file")};
        }
        std::size_t limits_offset = 0;
        if (const json::Value* limits = f.object("limits")) {
            const Fields l(build.loader, *limits, kLimitsTable);
            trunk.limits = {l.count("calls"), l.count("cps"), l.count("max_duration_s")};
            limits_offset = l.offset("max_duration_s");
        }
        if (const json::Value* rates = f.object("rates")) {
            const Fields r(build.loader, *rates, kRatesTable);
            if (r.has("file"))
                build.rates.push_back({static_cast<topology::Index>(t.trunks.size()), r.file("file"), r.text("column"), r.offset("file")});
        }
        trunk.retry = build_retry(build, f.object("retry"));
        const std::string set = cat("trunk ", trunk.name, ' ');
        trunk.called = build_rules(build, f.objects("called"), set + "called");
        trunk.calling = build_rules(build, f.objects("calling"), set + "calling");
        trunk.inbound_called = build_rules(build, f.objects("inbound_called"), set + "inbound_called");
        trunk.inbound_calling = build_rules(build, f.objects("inbound_calling"), set + "inbound_calling");
        trunk.remove_plus = f.boolean("remove_plus");
        trunk.dial_plan = f.reference("dial_plan");
        trunk.sip_profile = or_first(f.reference("sip_profile"));
        trunk.media_profile = or_first(f.reference("media_profile"));
        trunk.site = f.reference("site");
        trunk.media = f.choice_as<topology::MediaPolicy>("media");
        trunk.bypass = build_bypass(build, f.object("bypass"));
        const bool always_mediated =
            trunk.kind == TrunkKind::kTdm || trunk.media == topology::MediaPolicy::kMediate ||
            (trunk.realm != kNoIndex && t.realms[trunk.realm].side == topology::Side::kOutside);
        if (trunk.limits.max_duration_s > 0 && !always_mediated) {
            not_yet(build, limits_offset,
                    cat("\"max_duration_s\" of trunk \"", trunk.name, "\" for calls whose media is direct"));
        }
        trunk.location_restricted = f.boolean("location_restricted");
        trunk.usages = f.references("usages");
        if (trunk.location_restricted && !f.given("site")) {
            build.problems().error(
                f.offset("location_restricted"),
                cat("trunk \"", trunk.name, "\" is location restricted, but has no \"site\""),
                "name its site");
        }
        t.trunks.push_back(std::move(trunk));
    }
}

}  // namespace tandem::config
