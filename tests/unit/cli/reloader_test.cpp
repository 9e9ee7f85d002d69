// Knows: that what is served by is built beside the caller, one at a time, and that nobody waits for one at the end.
// Must not know: what is built.
#include "cli/reloader.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <semaphore>
#include <stdexcept>
#include <thread>

using namespace tandem;
using namespace tandem::cli;

namespace {

using Made = Loading<int>;

// A load that takes as long as the test wants; shared, because it may outlive the test.
struct Slow {
    std::counting_semaphore<64> go{0}, woken{0};
    std::atomic<int> begun{0};
};

struct Scene {
    std::shared_ptr<Slow> slow = std::make_shared<Slow>();
    Reloader<int> reloader{[slow = slow] {
                               const int number = ++slow->begun;
                               slow->go.acquire();
                               return Made{std::make_shared<int>(), {}, {std::to_string(number)}};
                           },
                           [slow = slow] { slow->woken.release(); }};
    std::string taken() {
        if (!slow->woken.try_acquire_for(std::chrono::seconds(10))) return "not woken";
        auto loading = reloader.take();
        return loading && loading->snapshot ? loading->warnings.at(0) : "nothing";
    }
};

}  // namespace

TEST_CASE("reload: the caller does not wait, and is woken when there is something to take", "[cli][reload]") {
    Scene s;
    CHECK_FALSE(s.reloader.take().has_value());
    s.reloader.ask();
    CHECK(s.reloader.busy());
    CHECK_FALSE(s.reloader.take().has_value());
    s.slow->go.release();
    CHECK(s.taken() == "1");
    CHECK_FALSE(s.reloader.take().has_value());
    CHECK_FALSE(s.reloader.busy());
}

TEST_CASE("reload: what is asked for in between is one more load, not one each", "[cli][reload]") {
    Scene s;
    for (int i = 0; i < 5; ++i) s.reloader.ask();
    s.slow->go.release();
    CHECK(s.taken() == "1");
    CHECK(s.reloader.busy());
    s.slow->go.release();
    CHECK(s.taken() == "2");
    CHECK_FALSE(s.reloader.busy());
    CHECK(s.slow->begun == 2);
}

TEST_CASE("reload: an exception is an error of that load and no end of the program", "[cli][reload]") {
    auto woken = std::make_shared<std::counting_semaphore<4>>(0);
    Reloader<int> reloader([]() -> Made { throw std::runtime_error("no memory"); },
                           [woken] { woken->release(); });
    reloader.ask();
    REQUIRE(woken->try_acquire_for(std::chrono::seconds(10)));
    const auto loading = reloader.take();
    REQUIRE(loading.has_value());
    CHECK(loading->snapshot == nullptr);
    CHECK(loading->errors == std::vector<std::string>{"no memory"});
}

TEST_CASE("reload: the end of the program waits for no load", "[cli][reload]") {
    std::shared_ptr<Slow> slow;
    {
        Scene s;
        slow = s.slow;
        s.reloader.ask();
        while (slow->begun == 0) std::this_thread::yield();
    }  // a destructor that waited would never come back
    slow->go.release();
    CHECK_FALSE(slow->woken.try_acquire_for(std::chrono::milliseconds(50)));
}
