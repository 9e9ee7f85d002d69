// Knows: how many questions to name servers one peer may cause by the names that it writes into its requests.
// Must not know: the topology's own names, which are never counted; what is asked.
// Next: names.h, which asks.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "base/clock.h"
#include "dns/answer.h"
#include "net/address.h"

namespace tandem::proxy {

struct QuestionLimits {
    std::size_t open = 128;           ///< of all peers at the same time; the resolver has four times as many for the rest
    std::size_t open_per_peer = 16;   ///< the first round of a name needs six: NAPTR, three of SRV, A and AAAA; targets of SRV come with later requests
    unsigned per_second = 20;         ///< of one peer, and as many at once after a pause
};

/// Thread: one. Cost: a hash look-up or two; O(peers) ten times a second at most, while very many ask.
class QuestionBudget {
public:
    explicit QuestionBudget(const QuestionLimits& limits = {}) : limits_(limits) {}

    /// Whether that peer may cause one more; it is counted then, until done().
    [[nodiscard]] bool take(const net::IpAddress& peer, const dns::Question& question, MonoTime now);
    /// It was answered, or failed. Nothing happens for one that nobody's budget was taken for.
    void done(const dns::Question& question);
    [[nodiscard]] std::size_t open() const { return open_.size(); }
    [[nodiscard]] std::size_t peers() const { return peers_.size(); }

private:
    struct Peer {
        double tokens = 0;
        MonoTime at{};  // when tokens was right
        std::size_t open = 0;
    };
    [[nodiscard]] double tokens(const Peer& peer, MonoTime now) const;
    [[nodiscard]] bool make_room(MonoTime now);

    QuestionLimits limits_;
    std::unordered_map<net::IpAddress, Peer> peers_;
    MonoTime swept_ = MonoTime::min();
    std::unordered_map<dns::Question, net::IpAddress> open_;
};

}  // namespace tandem::proxy
