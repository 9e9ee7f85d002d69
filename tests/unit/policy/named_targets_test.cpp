// Knows: what becomes of a target that is a name: asked for, one try a server, left as it is where nothing is known.
// Must not know: DNS (tests/unit/dns).
// Next: decide_test.cpp.
#include "support.h"

#include <algorithm>

using namespace tandem;
using namespace tandem::policy;
using namespace tandem::test;

namespace {

std::shared_ptr<const topology::Topology> named(std::string_view targets = R"("pbx.example")") {
    return load({{R"("targets": ["udp:10.0.0.40:5060"])", cat(R"("targets": [)", targets, R"(], "sources": ["10.0.0.40/32"])")}});
}

dns::Server server(std::string_view at, std::uint16_t priority, std::uint16_t record) {
    return {*net::Endpoint::parse(at), dns::Transport::kTcp, priority, 1, record};
}

LiveView running(const topology::Topology& t, NamedTarget target) {
    LiveView live;
    live.running = true;
    live.users.assign(t.users.size(), UserState{true, {}});
    live.trunks.resize(t.trunks.size());
    live.trunks[t.find_trunk("pbx")].named.push_back(std::move(target));
    return live;
}

std::string hops(const Decision& d) {
    std::string out;
    REQUIRE(d.forward());
    for (const PlanTarget& target : d.forward()->plan.targets) {
        if (target.request_uri.find("@pbx.example") == std::string::npos && target.request_uri.find("@10.0.0.40") == std::string::npos) continue;  // other trunks
        append(out, out.empty() ? "" : " ", to_string(target.hop.transport), ':', target.hop.ip ? target.hop.endpoint()->str() : target.hop.host);
    }
    return out;
}

}  // namespace

TEST_CASE("named target: offline it stays a name, running it has to be asked for first", "[policy][names]") {
    const auto t = named();
    const CallFacts facts = from_user(*t, "alice", "+14255550211");
    CHECK(hops(decide(facts, *t, LiveView{}, WallTime{})) == "udp:pbx.example");
    const Decision need = decide(facts, *t, running(*t, {}), WallTime{});
    REQUIRE(need.need());
    CHECK(need.need()->facts.at(0).what == Missing::kAddress);
    CHECK(need.need()->facts.at(0).trunk == t->find_trunk("pbx"));
    CallFacts waited = facts;
    waited.waited = true;
    CHECK(hops(decide(waited, *t, running(*t, {}), WallTime{})) == "udp:pbx.example");
}

TEST_CASE("named target: one try a server, in the order of their priorities, those that are down last", "[policy][names]") {
    const auto t = named();
    const CallFacts facts = from_user(*t, "alice", "+14255550211");
    const std::vector<dns::Server> servers{server("10.0.0.40:5070", 1, 0), server("10.0.0.41:5071", 2, 1), server("10.0.0.42:5072", 3, 2)};
    NamedTarget target;
    target.known = true;
    target.servers = servers;
    const Decision all = decide(facts, *t, running(*t, target), WallTime{});
    CHECK(hops(all) == "tcp:10.0.0.40:5070 tcp:10.0.0.41:5071 tcp:10.0.0.42:5072");
    CHECK(all.forward()->plan.targets[2].group == 2);
    target.health = {Health::kDown, Health::kUnknown, Health::kUnknown};
    CHECK(hops(decide(facts, *t, running(*t, target), WallTime{})) == "tcp:10.0.0.41:5071 tcp:10.0.0.42:5072 tcp:10.0.0.40:5070");
    // An answer that was for one use is asked for anew, and serves who has waited.
    target.known = false;
    target.health.clear();
    CHECK(decide(facts, *t, running(*t, target), WallTime{}).need());
    CallFacts waited = facts;
    waited.waited = true;
    CHECK(hops(decide(waited, *t, running(*t, target), WallTime{})).starts_with("tcp:10.0.0.40:5070"));
}

TEST_CASE("named target: of very many servers eight are tried", "[policy][names]") {
    const auto t = named();
    std::vector<dns::Server> servers;
    for (std::uint16_t i = 0; i < 20; ++i) servers.push_back(server(cat("10.0.0.", 40 + i, ":5060"), i, i));
    NamedTarget target;
    target.known = true;
    target.servers = servers;
    const Decision d = decide(from_user(*t, "alice", "+14255550211"), *t, running(*t, target), WallTime{});
    REQUIRE(d.forward());
    const auto& targets = d.forward()->plan.targets;
    CHECK(std::count_if(targets.begin(), targets.end(), [&](const PlanTarget& one) { return one.trunk == t->find_trunk("pbx"); }) == 8);
}

TEST_CASE("named target: nobody waits for one that is not first", "[policy][names]") {
    const auto t = named(R"("udp:10.0.0.40:5060", "pbx.example")");
    LiveView live = running(*t, {.known = true, .servers = {}, .health = {}});
    live.trunks[t->find_trunk("pbx")].named.emplace_back();
    CHECK(hops(decide(from_user(*t, "alice", "+14255550211"), *t, live, WallTime{})) == "udp:10.0.0.40:5060 udp:pbx.example");
}
