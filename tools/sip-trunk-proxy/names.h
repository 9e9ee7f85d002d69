// Knows: the names that the topology writes where others write addresses, and the servers that each of them means now.
// Must not know: how name servers are asked (sipnet/resolver.h), calls.
// Next: dns/locate.h and dns/cache.h, which it joins; snapshot.h, which holds the names of one topology.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "dns/cache.h"
#include "dns/locate.h"
#include "sip-trunk-proxy/question_budget.h"

namespace tandem::proxy {

/// A name with where it leads. Lives as long as a topology that writes it.
struct NamedHost {
    dns::Wanted wanted;
    dns::Located located;
    bool used_up = false;  ///< its answer was for one use (TTL 0): who comes now asks anew

    [[nodiscard]] bool known() const { return located.complete() && !used_up; }
    [[nodiscard]] bool leads_to(const net::IpAddress& ip) const;
};

struct NameCounters {
    std::uint64_t last_good = 0;  ///< failures that left the last good answer in place
    std::uint64_t nowhere = 0;    ///< names that were found to lead nowhere
    std::uint64_t limited = 0;    ///< questions that were not asked: who caused them had caused too many
};

/// Thread: the SIP worker.
class Names {
public:
    /// ask: begins to ask a name server; on_answer() is told in the end, never from within ask.
    using Ask = std::function<void(const dns::Question&)>;
    Names(const Clock& clock, const Log& log, Ask ask, const dns::CacheLimits& limits = {});

    /// From now on where that leads is kept up to date, as long as the result is held. The same one for the same thing wanted. After
    /// all of them settle() is called once.
    [[nodiscard]] std::shared_ptr<const NamedHost> watch(const dns::Wanted& wanted);
    void settle();
    /// Where something leads that nobody watches, as far as it is known now; what is not known is asked for, and there next time, as
    /// far as the peer that wrote the name may cause questions.
    [[nodiscard]] std::vector<dns::Server> look_up(const dns::Wanted& wanted, const net::IpAddress& written_by);
    /// Asks for what is not known, or was for one use. True when an answer is on its way: then waiting makes sense.
    bool renew(const NamedHost& host);
    /// An answer that it would need is on its way.
    [[nodiscard]] bool pending(const NamedHost& host) const;

    void on_answer(const dns::Question& question, Result<dns::Answer> answer);
    /// Called after each answer.
    void set_changed(std::function<void()> changed) { changed_ = std::move(changed); }

    [[nodiscard]] MonoTime next_deadline() const { return next_; }
    void on_time();
    [[nodiscard]] const NameCounters& counters() const { return counters_; }
    /// Another one whenever what a NamedHost says may have changed.
    [[nodiscard]] std::uint64_t version() const { return version_; }

private:
    void ask(const dns::Question& question);
    /// Gives true when other questions than before have to be kept up to date.
    bool locate(NamedHost& host);

    const Clock& clock_;
    const Log& log_;
    Ask ask_;
    std::function<void()> changed_;
    dns::Cache cache_;
    QuestionBudget budget_;
    std::vector<std::weak_ptr<NamedHost>> hosts_;
    MonoTime next_ = MonoTime::max();
    NameCounters counters_;
    std::uint64_t version_ = 0;
};

}  // namespace tandem::proxy
