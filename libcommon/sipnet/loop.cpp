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

void Loop::watch(int fd, std::function<void()> f) {
    watched_[fd] = std::move(f);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) throw std::runtime_error("epoll_ctl");
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
        // What was called before may have unwatched this one.
        const auto found = watched_.find(events[static_cast<std::size_t>(i)].data.fd);
        if (found == watched_.end()) continue;
        const auto f = found->second;
        f();
    }
}

void Loop::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(event_, &one, sizeof one);
}

}  // namespace tandem::sipnet
