// Knows: asking name servers without ever waiting: c-ares's sockets and timeouts in the event loop.
// Must not know: what is asked for and why (dns/locate.h), how long an answer holds (dns/cache.h).
// Next: dns/answer.h, which reads what comes; tools/sip-trunk-proxy/names.h, which asks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "dns/answer.h"
#include "net/address.h"
#include "sipnet/loop.h"

namespace tandem::sipnet {

struct ResolverOptions {
    std::vector<net::Endpoint> servers;  ///< empty: those of /etc/resolv.conf, and /etc/hosts goes first
    milliseconds timeout{1000};          ///< of the first try; each further one waits twice as long
    int tries = 2;                       ///< of each server
    std::size_t most = 512;              ///< questions that are open at the same time; those beyond fail at once
};

struct ResolverCounters {
    std::uint64_t asked = 0;
    std::uint64_t failed = 0;   ///< no answer, or one that says nothing
    std::uint64_t refused = 0;  ///< too many open questions
};

/// Thread: the loop's, which so reads two small files itself: /etc/resolv.conf when this is made and by restart(), and /etc/hosts for
/// each question about addresses (not when servers are given).
class Resolver {
public:
    using Done = std::function<void(const dns::Question&, Result<dns::Answer>)>;

    /// done() is called from the loop, never from within ask(). Throws when the system has no memory or descriptors left.
    Resolver(Loop& loop, const Clock& clock, ResolverOptions options, Done done);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// An answer over UDP that was cut short is asked for again over TCP.
    void ask(const dns::Question& question);
    /// Reads /etc/resolv.conf anew. Questions that are open then fail.
    void restart();

    [[nodiscard]] MonoTime next_deadline() const;
    void on_time();
    [[nodiscard]] const ResolverCounters& counters() const { return counters_; }

private:
    struct Channel;
    struct Finished {
        dns::Question question;
        Result<dns::Answer> answer;
    };
    void finish(const dns::Question& question, Result<dns::Answer> answer);
    void deliver();

    Loop& loop_;
    const Clock& clock_;
    ResolverOptions options_;
    Done done_;
    std::size_t open_ = 0;
    std::vector<Finished> finished_;
    ResolverCounters counters_;
    std::unique_ptr<Channel> channel_;
};

}  // namespace tandem::sipnet
