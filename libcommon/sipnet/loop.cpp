#include "sipnet/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace tandem::sipnet {

namespace {

// Of those behind, in one round: so long does everybody else wait at most.
constexpr int kBehindARound = 4;

void control(int set, int how, int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (::epoll_ctl(set, how, fd, &event) != 0) throw std::runtime_error("epoll_ctl");
}

}  // namespace

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), behind_(::epoll_create1(EPOLL_CLOEXEC)), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (epoll_ < 0 || behind_ < 0 || event_ < 0) throw std::runtime_error("epoll or eventfd");
    control(epoll_, EPOLL_CTL_ADD, behind_, EPOLLIN);
    watch(event_, [this] {
        std::uint64_t count = 0;
        while (::read(event_, &count, sizeof count) > 0) {
        }
    });
}

Loop::~Loop() {
    ::close(event_);
    ::close(behind_);
    ::close(epoll_);
}

void Loop::watch(int fd, std::function<void()> f) { watch(fd, std::move(f), {}); }

void Loop::watch(int fd, std::function<void()> readable, std::function<void()> writable, Turn turn) {
    watched_[fd] = Watched{std::move(readable), std::move(writable), false, turn};
    control(set_of(turn), EPOLL_CTL_ADD, fd, EPOLLIN);
}

void Loop::want_write(int fd, bool wanted) {
    const auto found = watched_.find(fd);
    if (found == watched_.end() || found->second.wants_write == wanted) return;
    found->second.wants_write = wanted;
    control(set_of(found->second.turn), EPOLL_CTL_MOD, fd, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Loop::move_up(int fd) {
    const auto found = watched_.find(fd);
    if (found == watched_.end() || found->second.turn == Turn::kOrdinary) return;
    ::epoll_ctl(behind_, EPOLL_CTL_DEL, fd, nullptr);
    found->second.turn = Turn::kOrdinary;
    control(epoll_, EPOLL_CTL_ADD, fd, found->second.wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Loop::unwatch(int fd) {
    const auto found = watched_.find(fd);
    if (found == watched_.end()) return;
    ::epoll_ctl(set_of(found->second.turn), EPOLL_CTL_DEL, fd, nullptr);
    watched_.erase(found);
}

void Loop::wait(MonoTime now, MonoTime until) {
    int timeout_ms = -1;
    if (until != MonoTime::max()) {
        const auto left = std::chrono::ceil<milliseconds>(until > now ? until - now : nanoseconds{0}).count();
        timeout_ms = left > 60'000 ? 60'000 : static_cast<int>(left);
    }
    std::array<epoll_event, 64> events;
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
    bool behind = false;
    for (int i = 0; i < n; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == behind_) {
            behind = true;
        } else {
            call(event.data.fd, event.events);
        }
    }
    if (!behind) return;
    const int few = ::epoll_wait(behind_, events.data(), kBehindARound, 0);
    for (int i = 0; i < few; ++i) call(events[static_cast<std::size_t>(i)].data.fd, events[static_cast<std::size_t>(i)].events);
}

// What was called before may have unwatched this one, and what is called may unwatch itself: a copy is called.
void Loop::call(int fd, std::uint32_t events) {
    auto found = watched_.find(fd);
    if (found == watched_.end()) return;
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
        const auto f = found->second.readable;
        f();
        if ((events & EPOLLOUT) == 0) return;
        found = watched_.find(fd);
        if (found == watched_.end()) return;
    }
    if (found->second.writable && found->second.wants_write) {
        const auto f = found->second.writable;
        f();
    }
}

void Loop::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(event_, &one, sizeof one);
}

}  // namespace tandem::sipnet
