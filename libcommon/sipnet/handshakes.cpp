// Knows: the helpers' loop: bytes between sockets and engines until each handshake is done; whose turn comes first.
// Must not know: what comes after.
// Next: tls/engine.cpp.
#include "sipnet/handshakes.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "base/spsc_ring.h"
#include "sipnet/loop.h"
#include "sipnet/timer_queue.h"

namespace tandem::sipnet {

namespace {

// Both rings of a lane; no more than these are under way in it, so a result always has room.
constexpr std::size_t kRing = 1024;
// Of them kept for connections that we open: those that come in, of known addresses too, may be silent for ten seconds.
constexpr std::size_t kForOurs = 128;
// Of the thread for strangers, below the worker's and the other's: a tenth of their share of a processor.
constexpr int kStrangersNice = 10;

}  // namespace

class Handshakes::Helper {
public:
    Helper(const std::function<void()>& wake_worker, int nice) : wake_worker_(wake_worker), nice_(nice) {}

    SpscRing<HandshakeJob, kRing> jobs;
    SpscRing<HandshakeResult, kRing> done;

    void run() {
        // Of the calling thread alone, by Linux; where it is refused the queues are still two.
        if (nice_ != 0) (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice_);
        SystemClock clock;
        while (!stop_.load(std::memory_order_acquire)) {
            // A full ring of results is emptied by the worker within a round of its loop.
            const MonoTime now = clock.mono();
            loop_.wait(now, over_.empty() ? limits_.next() : now + milliseconds(1));
            HandshakeJob job;
            while (jobs.pop(job)) begin(std::move(job), clock.mono());
            int fd = -1;
            while (limits_.pop_due(clock.mono(), fd)) {
                const auto found = pending_.find(fd);
                if (found != pending_.end() && found->second.until <= clock.mono()) end(fd, "the TLS handshake did not end in time");
            }
            while (!over_.empty() && done.push(std::move(over_.front()))) {
                over_.pop_front();
                wake_worker_();
            }
        }
    }
    void stop() {
        stop_.store(true, std::memory_order_release);
        loop_.wake();
    }
    void wake() { loop_.wake(); }

private:
    struct Pending {
        siptx::Handle connection;
        HandshakePlace place;
        std::unique_ptr<tls::Engine> engine;
        std::string out;
        MonoTime until{};
        bool done = false;
    };

    void begin(HandshakeJob job, MonoTime now) {
        Pending& p = pending_[job.fd];
        p = {};
        p.connection = job.connection;
        p.place = job.place;
        p.engine = job.expected ? std::make_unique<tls::Engine>(std::move(job.context), std::move(*job.expected))
                                : std::make_unique<tls::Engine>(std::move(job.context), job.client_usage);
        p.until = now + job.limit;
        limits_.push(p.until, job.fd);
        loop_.watch(job.fd, [this, fd = job.fd] { readable(fd); }, [this, fd = job.fd] { step(fd, {}); });
        step(job.fd, {});
    }

    void readable(int fd) {
        std::array<char, 16'384> buffer;
        const auto got = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got < 0) return end(fd, std::strerror(errno));
        if (got == 0) return end(fd, "closed by the peer during the TLS handshake");
        step(fd, {buffer.data(), static_cast<std::size_t>(got)});
    }

    // One step with what has come; then out goes what the step made.
    void step(int fd, std::string_view came) {
        Pending& p = pending_.at(fd);
        std::string error;
        if (!p.done) {
            const auto progress = p.engine->handshake(came);
            p.engine->take_pending(p.out);
            if (progress) {
                p.done = *progress == tls::Engine::Progress::kDone;
            } else {
                error = progress.error().what;
            }
        }
        while (!p.out.empty()) {
            const auto sent = ::send(fd, p.out.data(), p.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0) break;  // full, or broken: then reading tells
            p.out.erase(0, static_cast<std::size_t>(sent));
        }
        if (!error.empty() || p.done) return end(fd, std::move(error));  // the alert that tells the peer why is on its way
        loop_.want_write(fd, !p.out.empty());
    }

    void end(int fd, std::string error) {
        const auto found = pending_.find(fd);
        loop_.unwatch(fd);
        HandshakeResult result;
        result.connection = found->second.connection;
        result.place = found->second.place;
        if (error.empty()) {
            result.engine = std::move(found->second.engine);
            result.unsent = std::move(found->second.out);
        } else {
            result.error = std::move(error);
        }
        pending_.erase(found);
        over_.push_back(std::move(result));
    }

    const std::function<void()>& wake_worker_;
    const int nice_;
    Loop loop_;
    std::atomic<bool> stop_{false};
    std::unordered_map<int, Pending> pending_;  // by descriptor
    TimerQueue<int> limits_;
    std::deque<HandshakeResult> over_;
};

Handshakes::Handshakes(const HandshakeLimits& limits, std::function<void()> wake) : limits_(limits), wake_(std::move(wake)) {}

Handshakes::~Handshakes() {
    for (Lane* lane : {&known_, &behind_}) {
        if (lane->helper) lane->helper->stop();
    }
    for (Lane* lane : {&known_, &behind_}) {
        if (lane->thread.joinable()) lane->thread.join();
    }
}

std::optional<HandshakePlace> Handshakes::place_for(const HandshakeJob& job) const {
    HandshakePlace place{job.remote, !job.known, !job.known, !job.expected};
    if (place.counted) {
        const auto found = per_address_.find(job.remote);
        const bool many = found != per_address_.end() && found->second >= limits_.per_address;
        if (place.stranger && (many || strangers_ >= limits_.strangers)) return std::nullopt;
        place.behind = place.behind || many;
    }
    const std::size_t room = place.counted ? kRing - kForOurs : kRing;
    if ((place.behind ? behind_ : known_).under_way >= room) return std::nullopt;
    return place;
}

bool Handshakes::begin(Lane& lane, HandshakeJob& job, int nice) {
    if (!lane.helper) {
        lane.helper = std::make_unique<Helper>(wake_, nice);
        lane.thread = std::thread([helper = lane.helper.get()] { helper->run(); });
    }
    if (!lane.helper->jobs.push(std::move(job))) return false;
    ++lane.under_way;
    lane.helper->wake();
    return true;
}

bool Handshakes::start(HandshakeJob job) {
    const auto place = place_for(job);
    job.place = place.value_or(HandshakePlace{});
    if (!place || !begin(place->behind ? behind_ : known_, job, place->behind ? kStrangersNice : 0)) {
        ++counters_.refused;
        return false;
    }
    if (place->stranger) ++strangers_;
    if (place->behind && !place->stranger) ++counters_.behind;
    if (place->counted) ++per_address_[place->remote];
    return true;
}

bool Handshakes::take(HandshakeResult& out) {
    for (Lane* lane : {&known_, &behind_}) {
        if (!lane->helper || !lane->helper->done.pop(out)) continue;
        --lane->under_way;
        if (out.place.stranger) --strangers_;
        if (!out.place.counted) return true;
        if (const auto found = per_address_.find(out.place.remote); found != per_address_.end() && --found->second == 0) per_address_.erase(found);
        return true;
    }
    return false;
}

}  // namespace tandem::sipnet
