// Knows: the helper's loop: bytes between sockets and engines until each handshake is done.
// Must not know: what comes after.
// Next: tls/engine.cpp.
#include "sipnet/handshakes.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "sipnet/loop.h"
#include "sipnet/timer_queue.h"

namespace tandem::sipnet {

class Handshakes::Helper {
public:
    explicit Helper(Handshakes& owner) : owner_(owner) {}

    void run() {
        SystemClock clock;
        while (!stop_.load(std::memory_order_acquire)) {
            // A full ring of results is emptied by the worker within a round of its loop.
            const MonoTime now = clock.mono();
            loop_.wait(now, over_.empty() ? limits_.next() : now + milliseconds(1));
            HandshakeJob job;
            while (owner_.jobs_.pop(job)) begin(std::move(job), clock.mono());
            int fd = -1;
            while (limits_.pop_due(clock.mono(), fd)) {
                const auto found = pending_.find(fd);
                if (found != pending_.end() && found->second.until <= clock.mono()) end(fd, "the TLS handshake did not end in time");
            }
            while (!over_.empty() && owner_.done_.push(std::move(over_.front()))) {
                over_.pop_front();
                owner_.wake_();
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
        std::unique_ptr<tls::Engine> engine;
        std::string out;
        MonoTime until{};
        bool done = false;
    };

    void begin(HandshakeJob job, MonoTime now) {
        Pending& p = pending_[job.fd];
        p = {};
        p.connection = job.connection;
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
        if (error.empty()) {
            result.engine = std::move(found->second.engine);
            result.unsent = std::move(found->second.out);
        } else {
            result.error = std::move(error);
        }
        pending_.erase(found);
        over_.push_back(std::move(result));
    }

    Handshakes& owner_;
    Loop loop_;
    std::atomic<bool> stop_{false};
    std::unordered_map<int, Pending> pending_;  // by descriptor
    TimerQueue<int> limits_;
    std::deque<HandshakeResult> over_;
};

Handshakes::Handshakes(std::function<void()> wake) : wake_(std::move(wake)) {}

Handshakes::~Handshakes() {
    if (!thread_.joinable()) return;
    helper_->stop();
    thread_.join();
}

bool Handshakes::start(HandshakeJob job) {
    if (!jobs_.push(std::move(job))) return false;
    if (!helper_) {
        // Who serves no TLS has no thread for it.
        helper_ = std::make_unique<Helper>(*this);
        thread_ = std::thread([this] { helper_->run(); });
    }
    helper_->wake();
    return true;
}

}  // namespace tandem::sipnet
