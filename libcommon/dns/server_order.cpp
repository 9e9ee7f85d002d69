#include "dns/server_order.h"

#include <algorithm>

namespace tandem::dns {

namespace {

// SplitMix64: spreads even a small seed over all bits.
std::uint64_t roll(std::uint64_t& state) {
    state += 0x9e37'79b9'7f4a'7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return z ^ (z >> 31);
}

// The addresses of one record: [first, end) in the list.
struct Group {
    std::size_t first, end;
    std::uint16_t priority;
    std::uint32_t weight;
};

}  // namespace

std::vector<Server> in_order(std::span<const Server> servers, std::uint64_t dice) {
    std::vector<Server> out;
    out.reserve(servers.size());
    if (servers.size() < 2) {
        out.assign(servers.begin(), servers.end());
        return out;
    }
    std::vector<Group> records;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const bool same = i > 0 && servers[i].record == servers[i - 1].record && servers[i].priority == servers[i - 1].priority;
        if (same) {
            ++records.back().end;
        } else {
            records.push_back({i, i + 1, servers[i].priority, servers[i].weight});
        }
    }
    // Those of weight 0 come first in a priority, so that they have a small chance of being selected.
    std::stable_sort(records.begin(), records.end(), [](const Group& a, const Group& b) {
        return a.priority != b.priority ? a.priority < b.priority : a.weight == 0 && b.weight != 0;
    });
    while (!records.empty()) {
        std::uint32_t sum = 0;
        for (const Group& r : records) sum += r.priority == records.front().priority ? r.weight : 0;
        const auto point = static_cast<std::uint32_t>(roll(dice) % (std::uint64_t{sum} + 1));
        std::uint32_t running = 0;
        auto chosen = records.begin();
        for (; chosen->priority == records.front().priority; ++chosen) {
            running += chosen->weight;
            if (running >= point) break;
        }
        out.insert(out.end(), servers.begin() + static_cast<std::ptrdiff_t>(chosen->first),
                   servers.begin() + static_cast<std::ptrdiff_t>(chosen->end));
        records.erase(chosen);
    }
    return out;
}

}  // namespace tandem::dns
