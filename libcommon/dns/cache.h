// Knows: how long an answer of a name server holds, when it is asked for anew, and what holds while nobody answers.
// Must not know: sockets, the clock (times come in), what answers are used for.
// Next: sipnet/resolver.h, which asks; locate.h, which reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "dns/answer.h"

namespace tandem::dns {

struct CacheLimits {
    /// A provider that moves is followed within the hour, whatever its zone says.
    seconds longest{3600};
    /// RFC 2308 §5 suggests one to three hours at most; a record that was taken out by mistake shall not cost a trunk so long.
    seconds longest_negative{300};
    /// DEVIATION from RFC 2308 §5, which forbids to keep a "no" without an SOA: without any wait each call would ask again.
    seconds shortest_negative{5};
    /// The last good answer holds so long after its time while the servers do not answer (RFC 8767 §5 suggests one to three days).
    seconds last_good{3600};
    /// After a failure nobody asks for so long (RFC 2308 §7.1: at most 5 minutes).
    seconds retry{5};
    /// Beyond them the question that was asked for longest ago is forgotten, unless it is watched.
    std::size_t entries = 4096;
};

/// Thread: one.
class Cache {
public:
    explicit Cache(const CacheLimits& limits = {}) : limits_(limits) {}

    /// What is known, good or last good; a `failed` answer when asking was in vain and nothing is left of an earlier one; null
    /// when it must be asked first.
    [[nodiscard]] const Answer* find(const Question& question, MonoTime now) const;
    /// Its time has passed and its server was asked in vain: what find() gives is the last good answer.
    [[nodiscard]] bool stale(const Question& question, MonoTime now) const;
    /// It held for one use only (TTL 0), and that is over: the next user asks anew, and waits.
    [[nodiscard]] bool used_up(const Question& question) const;
    /// It is being asked right now.
    [[nodiscard]] bool asking(const Question& question) const;
    /// Whether somebody should ask now: not known or expired, nobody is asking, and the wait after a failure is over.
    [[nodiscard]] bool wants_asking(const Question& question, MonoTime now) const;
    /// How many questions there are whose last try brought nothing.
    [[nodiscard]] std::size_t failing() const { return failing_; }

    void begin(const Question& question, MonoTime now);
    /// What came.
    void store(const Question& question, Answer answer, MonoTime now);
    /// Nothing came, or nothing good. Gives true when it is the first failure after a success, or ever.
    bool fail(const Question& question, MonoTime now);

    /// Watched questions are asked anew before their time is over, so that nobody has to wait.
    void watch(const std::vector<Question>& questions);
    /// Watched questions that are due. Cost: O(entries).
    [[nodiscard]] std::vector<Question> due(MonoTime now) const;
    /// When due() gives something; MonoTime::max() when never. Cost: O(entries).
    [[nodiscard]] MonoTime next_due() const;
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        Answer answer;
        MonoTime expires{}, refresh{}, gone{}, used{};
        bool known = false;    // answer is one
        bool failing = false;  // the last try brought nothing
        bool asking = false, watched = false;
    };
    [[nodiscard]] const Entry* get(const Question& question) const;
    void make_room();

    CacheLimits limits_;
    std::unordered_map<Question, Entry> entries_;
    std::size_t failing_ = 0;
};

}  // namespace tandem::dns
