// Knows: who is called in a round of the loop, and who comes behind.
// Must not know: what descriptors are for.
#include "sipnet/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <deque>

using namespace tandem;
using namespace tandem::sipnet;

namespace {

// A descriptor that is readable, until somebody reads it.
struct Ready {
    std::array<int, 2> ends{-1, -1};
    Ready() {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
        say();
    }
    ~Ready() {
        for (const int fd : ends) ::close(fd);
    }
    Ready(const Ready&) = delete;
    Ready& operator=(const Ready&) = delete;
    void say() const { REQUIRE(::send(ends[1], "x", 1, MSG_NOSIGNAL) == 1); }
    void hear() const {
        char byte = 0;
        (void)::recv(ends[0], &byte, 1, MSG_DONTWAIT);
    }
    [[nodiscard]] int fd() const { return ends[0]; }
};

}  // namespace

TEST_CASE("loop: whatever waits behind, an ordinary descriptor is called in the next round, and all of them in the end", "[sipnet][loop]") {
    Loop loop;
    const SystemClock clock;
    std::deque<Ready> many(300);
    std::size_t called = 0;
    for (const Ready& one : many) {
        loop.watch(one.fd(), [&called, &one] { one.hear(); ++called; }, {}, Loop::Turn::kBehind);
    }
    loop.wait(clock.mono(), clock.mono());
    CHECK(called > 0);
    CHECK(called <= 4);
    const Ready ordinary;
    int first = -1;
    loop.watch(ordinary.fd(), [&] {
        ordinary.hear();
        first = static_cast<int>(called);
    });
    const int before = static_cast<int>(called);
    loop.wait(clock.mono(), clock.mono());
    CHECK(first == before);
    for (int i = 0; i < 100; ++i) loop.wait(clock.mono(), clock.mono());
    CHECK(called == 300);
    for (const Ready& one : many) loop.unwatch(one.fd());
    many.front().say();
    loop.wait(clock.mono(), clock.mono());
    CHECK(called == 300);
}

TEST_CASE("loop: one behind may write, move up, and go", "[sipnet][loop]") {
    Loop loop;
    const SystemClock clock;
    Ready one;
    one.hear();
    int readable = 0, writable = 0;
    loop.watch(one.fd(), [&] { one.hear(); ++readable; }, [&] { ++writable; }, Loop::Turn::kBehind);
    loop.want_write(one.fd(), true);
    loop.wait(clock.mono(), clock.mono());
    CHECK(writable == 1);
    loop.move_up(one.fd());
    one.say();
    loop.wait(clock.mono(), clock.mono());
    CHECK(readable == 1);
    CHECK(writable == 2);  // what it wanted it wants still
    loop.want_write(one.fd(), false);
    loop.wait(clock.mono(), clock.mono());
    CHECK(writable == 2);
    loop.unwatch(one.fd());
    loop.move_up(one.fd());  // nobody any more
    one.say();
    loop.wait(clock.mono(), clock.mono());
    CHECK(readable == 1);
}
