// Knows: a tree of patterns, place by place, that finds those which may meet another without looking at all of them.
// Must not know: what patterns are written like.
// Next: cucm_order.h.
#include "exchange/cucm_order.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>

#include "exchange/cucm_pattern.h"

namespace tandem::exchange {
namespace {

constexpr std::size_t kPairLooks = 8;        ///< of two patterns of which one at least has one length, which is the only one looked at
constexpr std::size_t kOpenPairLooks = 300;  ///< of two that have none

bool meet(const CharSet& a, const CharSet& b) { return (a.low & b.low) != 0 || (a.high & b.high) != 0; }

/// Patterns below the places that they begin with, up to the one that is repeated.
class Tree {
public:
    explicit Tree(std::size_t& looks) : looks_(looks), nodes_(1) {}

    void add(const Steps& steps, std::uint32_t pattern) {
        std::size_t node = 0;
        for (const Step& step : steps) {
            if (step.unbounded) break;
            for (unsigned n = 0; n < step.min; ++n) node = child(node, step.set);
        }
        nodes_[node].patterns.push_back(pattern);
    }
    /// Those that may meet the steps, or nothing when that takes too long.
    std::optional<std::vector<std::uint32_t>> near(const Steps& steps) {
        found_.clear();
        wanted_.clear();
        open_ = false;
        for (const Step& step : steps) {
            open_ = step.unbounded;
            if (open_) break;
            wanted_.insert(wanted_.end(), step.min, step.set);
        }
        if (!walk()) return std::nullopt;
        return found_;
    }

private:
    struct Node {
        std::vector<std::pair<CharSet, std::uint32_t>> children;
        std::vector<std::uint32_t> patterns;
    };

    bool spend(std::size_t n) {
        looks_ -= std::min(n, looks_);
        return looks_ > 0;
    }
    std::size_t child(std::size_t node, const CharSet& set) {
        spend(1);
        for (const auto& [known, next] : nodes_[node].children)
            if (known == set) return next;
        nodes_[node].children.emplace_back(set, static_cast<std::uint32_t>(nodes_.size()));
        nodes_.emplace_back();
        return nodes_.size() - 1;
    }
    bool walk() {
        std::vector<std::pair<std::size_t, std::size_t>> waiting = {{0, 0}};
        while (!waiting.empty()) {
            const auto [at, place] = waiting.back();
            waiting.pop_back();
            const Node& node = nodes_[at];
            if (!spend(1 + node.children.size() + node.patterns.size())) return false;
            // Whether one that ends here, or goes on with what is repeated, really meets it is for the comparison to find out.
            found_.insert(found_.end(), node.patterns.begin(), node.patterns.end());
            if (place == wanted_.size() && !open_) continue;
            for (const auto& [set, next] : node.children)
                if (place >= wanted_.size() || meet(set, wanted_[place])) waiting.emplace_back(next, place + 1);
        }
        return true;
    }

    std::size_t& looks_;
    std::vector<Node> nodes_;
    std::vector<CharSet> wanted_;
    bool open_ = false;
    std::vector<std::uint32_t> found_;
};

}  // namespace

CucmOrder cucm_order(const std::vector<const Steps*>& patterns, std::size_t& looks) {
    CucmOrder out;
    Tree tree(looks);
    std::vector<std::size_t> kept;
    std::vector<std::vector<std::uint32_t>> behind;  // of each kept one, those that must follow it
    std::vector<bool> fixed;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const Steps& steps = *patterns[i];
        const bool one_length = fixed_length(steps);
        auto near = tree.near(steps);
        std::optional<std::size_t> rival;
        std::vector<std::uint32_t> after, before;
        for (std::size_t k = 0; near && k < near->size(); ++k) {
            const std::uint32_t other = (*near)[k];
            if (one_length && fixed[other] && shortest(steps) != shortest(*patterns[kept[other]])) continue;
            const std::size_t price = one_length || fixed[other] ? kPairLooks : kOpenPairLooks;
            if (looks <= price) {
                looks = 0;
                near.reset();
                break;
            }
            looks -= price;
            switch (cucm_closer(steps, *patterns[kept[other]])) {
                case Closer::kNeither: break;
                case Closer::kFirst: after.push_back(other); break;
                case Closer::kSecond: before.push_back(other); break;
                case Closer::kDepends: rival = rival ? std::min(*rival, kept[other]) : kept[other]; break;
            }
        }
        if (!near) {
            out.conflicts.push_back({i, CucmConflict::Why::kTooMany, 0});
            continue;
        }
        if (rival) {
            out.conflicts.push_back({i, CucmConflict::Why::kRival, *rival});
            continue;
        }
        const auto self = static_cast<std::uint32_t>(kept.size());
        for (const std::uint32_t other : before) behind[other].push_back(self);
        tree.add(steps, self);
        kept.push_back(i);
        fixed.push_back(one_length);
        behind.push_back(std::move(after));
    }
    std::vector<std::uint32_t> waiting(kept.size(), 0);
    for (const auto& list : behind)
        for (const std::uint32_t other : list) ++waiting[other];
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    for (std::uint32_t i = 0; i < kept.size(); ++i)
        if (waiting[i] == 0) ready.push(i);
    std::vector<bool> done(kept.size(), false);
    while (!ready.empty()) {
        const std::uint32_t next = ready.top();
        ready.pop();
        done[next] = true;
        out.order.push_back(kept[next]);
        for (const std::uint32_t other : behind[next])
            if (--waiting[other] == 0) ready.push(other);
    }
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (!done[i]) out.conflicts.push_back({kept[i], CucmConflict::Why::kRing, 0});
    return out;
}

}  // namespace tandem::exchange
