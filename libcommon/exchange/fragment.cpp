// Knows: the written form of a topology file, as far as imports need it.
// Must not know: foreign formats, what the loader checks.
// Next: fragment.h; ../config/keys.h for all keys of the file.
#include "exchange/fragment.h"

#include <algorithm>

#include "base/text.h"
#include "json/writer.h"
#include "net/address.h"

namespace tandem::exchange {

std::string topology_name(std::string_view text) {
    std::string out;
    for (const char c : trim(text)) {
        const bool plain = is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
        if (plain) {
            out += c;
        } else if (!out.ends_with('-')) {
            out += '-';
        }
    }
    while (out.ends_with('-')) out.pop_back();
    while (out.starts_with('-')) out.erase(0, 1);
    return out.empty() ? "unnamed" : out.substr(0, 64);
}

std::string Names::unique(std::string name) {
    if (const auto known = taken_.find(name); known != taken_.end()) {
        std::string next;
        do next = cat(name, '-', known->second++);
        while (taken_.contains(next));
        name = std::move(next);
    }
    taken_.emplace(name, 2);
    return name;
}

std::string host_name(std::string_view text) {
    text = trim(text);
    if (const auto ip = net::IpAddress::parse(text); ip && !ip->none() && !ip->unspecified() && (ip->is_v4() ? ip->bytes()[0] < 224 : ip->bytes()[0] != 0xFF)) return ip->str();
    std::string out;
    bool letter = false;
    for (const std::string_view label : split(text, '.')) {
        std::string one;
        for (const char c : label.substr(0, 63)) {
            letter = letter || is_alpha(c);
            one += is_alpha(c) || is_digit(c) ? to_lower(c) : '-';
        }
        while (one.ends_with('-')) one.pop_back();
        while (one.starts_with('-')) one.erase(0, 1);
        if (!one.empty() && out.size() + one.size() < 240) append(out, out.empty() ? "" : ".", one);
    }
    return letter && !out.empty() ? out : cat("gateway", out.empty() ? "" : "-", out);
}

std::string Names::unique_name(std::string name) {
    constexpr std::size_t kLongest = 64;
    if (name.size() > kLongest) name.resize(kLongest);
    if (std::string whole = unique(name); whole.size() <= kLongest) return whole;
    return unique(name.substr(0, kLongest - 12));  // room for the number
}

const std::string& Fragment::add_site(std::string_view origin) {
    const auto [known, first] = known_sites_.try_emplace(std::string(origin));
    if (first) {
        known->second = site_names_.unique_name(topology_name(origin));
        sites.push_back(known->second);
    }
    return known->second;
}

void Fragment::add_usage(const std::string& name) {
    if (known_usages_.insert(name).second) usages.push_back(name);
}

namespace {

constexpr std::string_view kIndent = "    ";

void write_names(json::Writer& out, std::string_view key, const std::vector<std::string>& names) {
    out.key(key).begin_array();
    for (const std::string& name : names) out.string(name);
    out.end_array();
}

// The members of one object on one line.
template <class F>
std::string one_line(F members) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    members(out);
    out.end_object();
    return line;
}

std::string rule_line(const number::Rule& rule) {
    return one_line([&](json::Writer& out) {
        out.member("name", rule.name).member("pattern", rule.pattern).member("translation", rule.translation);
        if (rule.internal) out.member("internal", true);
        if (!rule.description.empty()) out.member("description", rule.description);
    });
}

// "key": [ one line each ]
void write_list(std::string& out, std::string_view indent, std::string_view key, const std::vector<std::string>& lines) {
    append(out, ",\n", indent, '"', key, "\": [");
    for (std::size_t i = 0; i < lines.size(); ++i) append(out, i == 0 ? "\n" : ",\n", indent, kIndent, lines[i]);
    if (!lines.empty()) append(out, '\n', indent);
    out += ']';
}

// The object's own members on one line, then its rules one a line.
std::string with_rules(std::string head, const std::vector<std::pair<std::string_view, const std::vector<number::Rule>*>>& sets) {
    const bool any = std::any_of(sets.begin(), sets.end(), [](const auto& set) { return !set.second->empty(); });
    if (!any) return head;
    head.pop_back();  // the closing brace
    const std::string inner = cat(kIndent, kIndent, kIndent);
    for (const auto& [key, rules] : sets) {
        if (rules->empty()) continue;
        std::vector<std::string> lines;
        for (const number::Rule& rule : *rules) lines.push_back(rule_line(rule));
        write_list(head, inner, key, lines);
    }
    append(head, '\n', kIndent, kIndent, '}');
    return head;
}

std::string plan_lines(const Plan& plan) {
    std::string head = one_line([&](json::Writer& out) {
        out.member("name", plan.name).member("scope", plan.scope);
        if (!plan.site.empty()) out.member("site", plan.site);
        if (!plan.access_prefix.empty()) out.member("access_prefix", plan.access_prefix);
        if (!plan.description.empty()) out.member("description", plan.description);
    });
    return with_rules(std::move(head), {{"rules", &plan.rules}});
}

std::string trunk_lines(const Trunk& trunk) {
    std::string head = one_line([&](json::Writer& out) {
        out.member("name", trunk.name).member("kind", "gateway").member("realm", "inside");
        write_names(out, "targets", {cat("udp:", trunk.host)});
        if (trunk.remove_plus) out.member("remove_plus", true);
        if (!trunk.dial_plan.empty()) out.member("dial_plan", trunk.dial_plan);
        if (!trunk.usages.empty()) write_names(out, "usages", trunk.usages);
    });
    return with_rules(std::move(head), {{"called", &trunk.called}, {"calling", &trunk.calling}});
}

std::string route_line(const Route& route) {
    return one_line([&](json::Writer& out) {
        out.member("name", route.name).member("pattern", route.pattern);
        write_names(out, "usages", route.usages);
        write_names(out, "trunks", route.trunks);
        if (route.suppress_caller_id) out.member("suppress_caller_id", true);
        if (!route.alternate_caller_id.empty()) out.member("alternate_caller_id", route.alternate_caller_id);
        if (!route.description.empty()) out.member("description", route.description);
    });
}

std::string policy_line(const Policy& policy) {
    return one_line([&](json::Writer& out) {
        out.member("name", policy.name).member("scope", policy.scope);
        if (!policy.site.empty()) out.member("site", policy.site);
        write_names(out, "usages", policy.usages);
    });
}

template <class T, class F>
std::vector<std::string> each(const std::vector<T>& items, F line) {
    std::vector<std::string> out;
    for (const T& item : items) out.push_back(line(item));
    return out;
}

}  // namespace

std::string write_topology(const Fragment& fragment) {
    std::string out = cat("{\n", kIndent, "\"version\": 1");
    // Every file has a realm; where ours listens is the site's own affair.
    write_list(out, kIndent, "realms", {R"({"name":"inside","side":"inside","listen":["udp:127.0.0.1:5060"]})"});
    const auto optional = [&](std::string_view key, const std::vector<std::string>& lines) {
        if (!lines.empty()) write_list(out, kIndent, key, lines);
    };
    optional("sites", each(fragment.sites, [](const std::string& name) {
                 return one_line([&](json::Writer& w) { w.member("name", name); });
             }));
    optional("trunks", each(fragment.trunks, trunk_lines));
    optional("dial_plans", each(fragment.dial_plans, plan_lines));
    optional("usages", each(fragment.usages, [](const std::string& name) {
                 std::string text;
                 json::Writer(text).string(name);
                 return text;
             }));
    optional("routes", each(fragment.routes, route_line));
    optional("policies", each(fragment.policies, policy_line));
    return out + "\n}\n";
}

}  // namespace tandem::exchange
