#include "cli/stop.h"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tandem::cli {

// A machine without a free descriptor gives -1: then nothing wakes, but the flag still works.
StopFlag::StopFlag() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopFlag::~StopFlag() {
    if (fd_ >= 0) ::close(fd_);
}

void StopFlag::request(int signal) {
    int none = 0;
    signal_.compare_exchange_strong(none, signal);
    ++count_;
    wake();
}

void StopFlag::hup() {
    hup_ = true;
    wake();
}

void StopFlag::wake() {
    std::uint64_t one = 1;
    // The only failure is a full counter, which is readable already.
    [[maybe_unused]] ssize_t n = ::write(fd_, &one, sizeof one);
}

void StopFlag::clear_wakeup() {
    std::uint64_t count = 0;
    [[maybe_unused]] ssize_t n = ::read(fd_, &count, sizeof count);
}

}  // namespace tandem::cli
