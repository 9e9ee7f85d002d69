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
#include "dns/hosts.h"
#include "net/address.h"
#include "sipnet/file_watch.h"
#include "sipnet/loop.h"

namespace tandem::sipnet {

struct ResolverOptions {
    std::vector<net::Endpoint> servers;  ///< empty: those of /etc/resolv.conf, and /etc/hosts goes first
    milliseconds timeout{1000};          ///< of the first try; each further one waits twice as long
    int tries = 2;                       ///< of each server
    std::size_t most = 512;              ///< questions that are open at the same time; those beyond fail at once
    std::string hosts_file = "/etc/hosts", resolv_conf = "/etc/resolv.conf";
    milliseconds look_every{5000};       ///< whether one of the files has changed
};

struct ResolverCounters {
    std::uint64_t asked = 0;
    std::uint64_t failed = 0;   ///< no answer, or one that says nothing
    std::uint64_t refused = 0;  ///< too many open questions
};

/// Without servers of its own it reads /etc/hosts and /etc/resolv.conf when it is made; from then on a thread of its own does, when they
/// change and by restart(), and hands over what it made of them. Thread: the loop's.
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
    /// Reads the files anew. Questions from then on wait for that, half a second at most; open ones stay with the servers of before.
    void restart();

    [[nodiscard]] MonoTime next_deadline() const;
    void on_time();
    [[nodiscard]] const ResolverCounters& counters() const { return counters_; }

private:
    struct Channel;
    struct System {  // what the two files say
        std::shared_ptr<const dns::Hosts> hosts;
        std::unique_ptr<Channel> channel;
    };
    struct Finished {
        dns::Question question;
        Result<dns::Answer> answer;
    };
    static System load(const ResolverOptions& options);
    void adopt(System system);
    void send(const dns::Question& question);
    void finish(const dns::Question& question, Result<dns::Answer> answer);
    void deliver();

    Loop& loop_;
    const Clock& clock_;
    ResolverOptions options_;
    Done done_;
    std::size_t open_ = 0;
    std::vector<Finished> finished_;
    ResolverCounters counters_;
    std::shared_ptr<const dns::Hosts> hosts_;
    std::unique_ptr<Channel> channel_;
    std::vector<std::unique_ptr<Channel>> former_;  // with questions that are open
    std::vector<dns::Question> held_;               // until the files are read, or that time
    MonoTime held_until_ = MonoTime::max();
    std::unique_ptr<FileWatch<System>> files_;
};

}  // namespace tandem::sipnet
