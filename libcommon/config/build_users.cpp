// Knows: how users, DID ranges, dial plans, routes, policies and emergency numbers are filled from the file.
// Must not know: what is decided by them.
// Next: keys_users.cpp for the keys; checks_numbers.cpp for overlaps.
#include "base/text.h"
#include "config/build.h"
#include "number/plan.h"

namespace tandem::config {
namespace {

using topology::Index;
using topology::kNoIndex;


/// The only inside realm; kNoIndex when there is none or more than one.
Index only_inside_realm(const topology::Topology& t) {
    Index found = kNoIndex;
    for (Index i = 0; i < t.realms.size(); ++i) {
        if (t.realms[i].side != topology::Side::kInside) continue;
        if (found != kNoIndex) return kNoIndex;
        found = i;
    }
    return found;
}

void build_contacts(Build& build, const Fields& f, topology::User& user) {
    for (const json::Value* item : f.objects("contacts")) {
        const Fields c(build.loader, *item, kContactTable);
        topology::Contact contact;
        contact.target = c.target("target").value_or(topology::Target{});
        contact.user = c.has("user") ? c.text("user") : user.name;
        if (!is_user_part(contact.user) && c.has("user")) {
            build.problems().error(c.offset("user"), cat('"', shortened(contact.user), "\" cannot be the user part of a SIP URI"),
                                   "write other characters as %XX");
        }
        contact.realm = c.has("realm") ? c.reference("realm") : only_inside_realm(build.topology);
        if (contact.realm == kNoIndex && !c.given("realm") && !build.topology.realms.empty()) {
            build.problems().error(c.offset(),
                                   cat("a contact of user \"", user.name,
                                       "\" has no \"realm\", and there is not just one inside realm"),
                                   "name the realm that reaches it");
        }
        user.contacts.push_back(std::move(contact));
    }
}

void build_user(Build& build, const json::Value& item) {
    const Fields f(build.loader, item, kUserTable);
    topology::User user;
    user.name = f.text("name");
    user.address = f.has("address") ? f.text("address") : cat(user.name, '@', build.topology.domain);
    if (f.has("address")) {
        const auto [name, host] = cut(user.address, '@');
        if (!is_user_part(name) || !is_host(host) ||
            user.address.starts_with("sip:")) {
            build.problems().error(f.offset("address"),
                                   cat('"', user.address.substr(0, 60), "\" is no address of record"),
                                   "write \"user@domain\"");
        }
    }
    const std::string line = f.text("number");
    user.number = cut(line, ';').first;
    if (user.number.size() < line.size()) user.line_extension = line.substr(user.number.size() + std::string_view(";ext=").size());
    user.more_numbers = f.texts("numbers");
    user.extension = f.text("extension");
    for (const std::string_view key : {"number", "extension"}) {
        const std::string& digits = key == "number" ? user.line_extension : user.extension;
        if (!digits.starts_with('0')) continue;
        build.problems().warning(f.offset(key),
                                 cat("extension ", shortened(digits), " of user \"", user.name,
                                     "\" begins with 0: right by RFC 3966 §3, refused by some peers"));
    }
    user.site = f.reference("site");
    user.location = f.choice_as<topology::Location>("location");
    build_contacts(build, f, user);
    user.registers = f.boolean("registers");
    user.dial_plan = f.reference("dial_plan");
    user.policy = f.reference("policy");
    user.sip_profile = or_first(f.reference("sip_profile"));
    user.media_profile = or_first(f.reference("media_profile"));
    user.encryption = f.choice_as<topology::Encryption>("encryption");
    user.bypass_capable = f.boolean("bypass_capable");
    user.mobile = f.boolean("mobile");
    user.subnet = f.prefix("subnet");
    if (user.contacts.empty() && !user.registers && !f.given("contacts") && !f.given("registers")) {
        build.problems().warning(
            f.offset(),
            cat("user \"", user.name, "\" has no contacts and does not register: calls to it fail"),
            "write \"contacts\" or \"registers\": true");
    }
    build.topology.users.push_back(std::move(user));
}

template <class Scoped>
void build_scope(Build& build, const Fields& f, Scoped& out) {
    out.scope = f.choice_as<topology::Scope>("scope");
    out.site = f.reference("site");
    if (out.scope == topology::Scope::kSite && !f.given("site")) {
        build.problems().error(f.offset("scope"),
                               cat("scope of \"", out.name, "\" is site, but there is no \"site\""),
                               "name the site");
    }
    if (out.scope != topology::Scope::kSite && f.has("site")) {
        build.problems().error(f.offset("site"), cat("\"site\" of \"", out.name, "\" has no effect"),
                               "write \"scope\": \"site\", or leave it out");
    }
}

}  // namespace

void build_users(Build& build) {
    topology::Topology& t = build.topology;
    for (const json::Value* item : build.root.objects("users")) build_user(build, *item);
    for (const json::Value* item : build.root.objects("did_ranges")) {
        const Fields f(build.loader, *item, kDidRangeTable);
        topology::DidRange range;
        range.name = f.text("name");
        range.first = f.text("from");
        range.last = f.text("to");
        range.user = f.reference("user");
        range.extension_digits = f.count("extension_digits");
        range.unassigned_status = f.count("unassigned_status");
        range.unassigned_user = f.reference("unassigned_user");
        range.unassigned =
            range.unassigned_user == kNoIndex ? topology::Unassigned::kReject : topology::Unassigned::kUser;
        t.did_ranges.push_back(std::move(range));
    }
    if (const json::Value* item = build.root.object("emergency")) {
        const Fields f(build.loader, *item, kEmergencyTable);
        t.emergency.usage = f.reference("usage");
        for (const json::Value* number : f.objects("numbers")) {
            const Fields n(build.loader, *number, kEmergencyNumberTable);
            t.emergency.numbers.push_back({n.text("dial"), n.texts("masks")});
            const std::vector<std::string>& masks = t.emergency.numbers.back().masks;
            for (std::size_t i = 0; i < masks.size(); ++i) {
                if (!is_digits(masks[i]) || masks[i].size() > 32) {
                    build.problems().error(n.element_offset("masks", i), "a mask is digits only");
                }
            }
            t.emergency.strings.push_back(t.emergency.numbers.back().dial);
            t.emergency.strings.insert(t.emergency.strings.end(), masks.begin(), masks.end());
        }
    }
}

void build_numbers(Build& build) {
    topology::Topology& t = build.topology;
    for (const json::Value* item : build.root.objects("dial_plans")) {
        const Fields f(build.loader, *item, kDialPlanTable);
        topology::DialPlan plan;
        plan.name = f.text("name");
        build_scope(build, f, plan);
        plan.access_prefix = f.text("access_prefix");
        if (f.has("access_prefix") &&
            (plan.access_prefix.size() > 4 ||
             plan.access_prefix.find_first_not_of("0123456789*#") != std::string::npos)) {
            build.problems().error(f.offset("access_prefix"),
                                   cat("\"", plan.access_prefix.substr(0, 40), "\" is no access prefix"),
                                   "write 1 to 4 digits, \"*\" or \"#\"");
        }
        plan.country = f.text("country");
        plan.description = f.text("description");
        if (f.has("country") && number::builtin_plan().region(plan.country) == number::kNoRow) {
            build.problems().error(f.offset("country"),
                                   cat("country \"", plan.country.substr(0, 40), "\" is not known"),
                                   "write an ISO 3166 code of two letters, as \"US\"");
        }
        plan.rules = build_rules(build, f.objects("rules"), plan.name);
        t.dial_plans.push_back(std::move(plan));
    }
    for (const json::Value* item : build.root.objects("usages")) {
        if (!item->is_object()) {
            t.usages.push_back({item->is_string() ? item->string() : std::string()});
            continue;
        }
        const Fields f(build.loader, *item, kUsageTable);
        t.usages.push_back({f.text("name"), f.choice_as<topology::Order>("order")});
    }
    for (const json::Value* item : build.root.objects("routes")) {
        const Fields f(build.loader, *item, kRouteTable);
        topology::Route route;
        route.name = f.text("name");
        route.pattern = f.text("pattern");
        route.usages = f.references("usages");
        route.trunks = f.references("trunks");
        route.description = f.text("description");
        route.suppress_caller_id = f.boolean("suppress_caller_id");
        route.alternate_caller_id = f.text("alternate_caller_id");
        if (f.has("pattern")) {
            auto regex = number::Regex::compile(route.pattern);
            if (regex) {
                route.regex = std::move(*regex);
            } else {
                build.problems().error(f.offset("pattern"),
                                       cat("pattern of route \"", route.name, "\": ", regex.error().what));
            }
        }
        for (const std::string_view key : {"usages", "trunks"}) {
            if (f.has(key) && f.references(key).empty()) {
                build.problems().warning(
                    f.offset(key), cat("route \"", route.name, "\" has no ", key, ": no call takes it"));
            }
        }
        t.routes.push_back(std::move(route));
    }
    for (const json::Value* item : build.root.objects("policies")) {
        const Fields f(build.loader, *item, kPolicyTable);
        topology::Policy policy;
        policy.name = f.text("name");
        build_scope(build, f, policy);
        policy.usages = f.references("usages");
        t.policies.push_back(std::move(policy));
    }
}

}  // namespace tandem::config
