// Knows: who a request comes from: a bridge with a token, a trunk, a user, or nobody we know.
// Must not know: what is called.
// Next: decide.cpp for what follows.
#include "base/text.h"
#include "policy/policy.h"
#include "policy/work.h"

namespace tandem::policy {

bool knows_source(const topology::Topology& topology, Index realm, const net::Endpoint& source) {
    return realm != kNoIndex && (topology.bridge_by_source(realm, source) != kNoIndex ||
                                 topology.trunk_by_source(realm, source.ip) != kNoIndex ||
                                 topology.user_by_source(realm, source) != kNoIndex);
}

bool identify_source(Work& work) {
    const CallFacts& facts = work.facts;
    const topology::Topology& topology = work.topology;
    Decision& decision = work.decision;
    const std::string from = facts.source ? facts.source->str() : std::string();

    if (facts.user != kNoIndex || facts.trunk != kNoIndex) {
        decision.source_user = facts.user;
        decision.source_trunk = facts.user == kNoIndex ? facts.trunk : kNoIndex;
        const std::string& name =
            facts.user != kNoIndex ? topology.users[facts.user].name : topology.trunks[facts.trunk].name;
        work.step("source", name, facts.user != kNoIndex ? facts.user : facts.trunk, from, {},
                  facts.user != kNoIndex ? "user, as told" : "trunk, as told");
        return true;
    }
    if (facts.anyone) {
        work.step("source", {}, kNoIndex, from, {}, "anyone, by dial plan and policy");
        return true;
    }
    if (facts.source && facts.realm != kNoIndex) {
        const std::string& realm = topology.realms[facts.realm].name;
        const Index bridge = topology.bridge_by_source(facts.realm, *facts.source);
        if (bridge != kNoIndex) {
            decision.source_bridge = bridge;
            work.step("source", topology.bridges[bridge].name, bridge, from, {},
                      cat("bridge, realm ", realm));
            if (facts.sealed) return true;
            work.reject(403, "bridge_without_token", topology.bridges[bridge].name);
            return false;
        }
        if (facts.sealed) {
            work.step("source", {}, kNoIndex, from, {}, "a token from elsewhere than a bridge");
            work.reject(403, "token_not_from_bridge");
            return false;
        }
        Index trunk = topology.trunk_by_source(facts.realm, facts.source->ip);
        if (trunk == kNoIndex) trunk = facts.named_trunk;
        const Index user = topology.user_by_source(facts.realm, *facts.source);
        // Exactly the contact of a user goes before a trunk's subnet that happens to hold it.
        if (user != kNoIndex && (trunk == kNoIndex || topology.user_at(facts.realm, user, *facts.source))) {
            decision.source_user = user;
            work.step("source", topology.users[user].name, user, from, {}, cat("user, realm ", realm));
            return true;
        }
        if (trunk != kNoIndex) {
            decision.source_trunk = trunk;
            work.step("source", topology.trunks[trunk].name, trunk, from, {}, cat("trunk, realm ", realm));
            return true;
        }
        work.step("source", {}, kNoIndex, from, {}, cat("unknown in realm ", realm));
    } else {
        work.step("source", {}, kNoIndex, from, {}, "not told");
    }
    work.reject(403, "unknown_source");
    return false;
}

}  // namespace tandem::policy
