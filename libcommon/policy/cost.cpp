// Knows: how offers are compared.
// Must not know: who asks.
// Next: routing.cpp.
#include "policy/cost.h"

#include <algorithm>
#include <chrono>

namespace tandem::policy {

std::vector<Offer> offers_by_cost(const topology::Topology& topology, std::span<const Index> routes, std::string_view e164, WallTime now) {
    const auto today = std::chrono::floor<std::chrono::days>(now);
    std::vector<Offer> offers;
    for (const Index route : routes) {
        for (const Index trunk : topology.routes[route].trunks) {
            Offer& offer = offers.emplace_back(Offer{route, trunk, {}});
            const topology::Rates& rates = topology.trunks[trunk].rates;
            if (rates.deck) offer.rate = rates.deck->rate(e164, rates.column, today);
        }
    }
    const auto price = [](const Offer& offer) { return offer.rate ? offer.rate->rate : number::kNoRate; };
    std::stable_sort(offers.begin(), offers.end(), [&](const Offer& a, const Offer& b) { return price(a) < price(b); });
    return offers;
}

}  // namespace tandem::policy
