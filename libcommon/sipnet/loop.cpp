#include "sipnet/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <vector>

namespace tandem::sipnet {

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (epoll_ < 0 || event_ < 0) throw std::runtime_error("epoll or eventfd");
    watch(event_, [this] {
        std::uint64_t count = 0;
        while (::read(event_, &count, sizeof count) > 0) {
        }
    });
}

Loop::~Loop() {
    ::close(event_);
    ::close(epoll_);
}

void Loop::watch(int fd, std::function<void()> f) { watch(fd, std::move(f), {}); }

void Loop::watch(int fd, std::function<void()> readable, std::function<void()> writable) {
    watched_[fd] = Watched{std::move(readable), std::move(writable), false};
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) throw std::runtime_error("epoll_ctl");
}

void Loop::want_write(int fd, bool wanted) {
    const auto found = watched_.find(fd);
    if (found == watched_.end() || found->second.wants_write == wanted) return;
    found->second.wants_write = wanted;
    epoll_event event{};
    event.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) throw std::runtime_error("epoll_ctl");
}

void Loop::unwatch(int fd) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    watched_.erase(fd);
}

void Loop::wait(MonoTime now, MonoTime until) {
    int timeout_ms = -1;
    if (until != MonoTime::max()) {
        const auto left = std::chrono::ceil<milliseconds>(until > now ? until - now : nanoseconds{0}).count();
        timeout_ms = left > 60'000 ? 60'000 : static_cast<int>(left);
    }
    std::array<epoll_event, 64> events;
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < n; ++i) {
        // What was called before may have unwatched this one, and what is called may unwatch itself: a copy is called.
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        auto found = watched_.find(event.data.fd);
        if (found == watched_.end()) continue;
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
            const auto f = found->second.readable;
            f();
            if ((event.events & EPOLLOUT) == 0) continue;
            found = watched_.find(event.data.fd);
            if (found == watched_.end()) continue;
        }
        if (found->second.writable && found->second.wants_write) {
            const auto f = found->second.writable;
            f();
        }
    }
}

void Loop::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(event_, &one, sizeof one);
}

}  // namespace tandem::sipnet
