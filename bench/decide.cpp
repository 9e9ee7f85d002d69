// Knows: how long the policy takes to decide a call from the example company, of which each direction takes another way.
// Must not know: sockets, records.
// Next: libcommon/policy/policy.h.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "config/topology_file.h"
#include "policy/bypass.h"
#include "policy/policy.h"

using namespace tandem;

namespace {

const topology::Topology& company() {
    static const auto loaded = config::load_topology(TANDEM_ROOT "/examples/company.json");
    if (!loaded.ok()) std::abort();
    return *loaded.topology;
}

policy::CallFacts call(std::string_view user, std::string_view trunk, std::string_view called) {
    policy::CallFacts facts;
    if (!user.empty()) facts.user = company().find_user(user);
    if (!trunk.empty()) facts.trunk = company().find_trunk(trunk);
    facts.called = called;
    return facts;
}

void decide(benchmark::State& state, const policy::CallFacts& facts) {
    const policy::LiveView live;
    for (auto _ : state)
        benchmark::DoNotOptimize(policy::decide(facts, company(), live, {}, policy::Detail::kDecisive));
}

void outbound(benchmark::State& state) { decide(state, call("alice", "", "2065550123")); }
void inbound(benchmark::State& state) { decide(state, call("", "itsp", "+14255550114")); }
void to_pbx(benchmark::State& state) { decide(state, call("alice", "", "201")); }
void internal(benchmark::State& state) { decide(state, call("alice", "", "114")); }
void refused(benchmark::State& state) { decide(state, call("bob", "", "011442079460018")); }

BENCHMARK(outbound);
BENCHMARK(inbound);
BENCHMARK(to_pbx);
BENCHMARK(internal);
BENCHMARK(refused);

void verdict(benchmark::State& state) {
    policy::BypassQuestion question;
    question.user = company().find_user("alice");
    question.trunk = company().find_trunk("pbx");
    for (auto _ : state) benchmark::DoNotOptimize(policy::bypass_verdict(question, company()));
}
BENCHMARK(verdict);

}  // namespace
