// Knows: that files are read on another thread when they change or when somebody asks, and that nobody waits for a slow one.
// Must not know: name servers (resolver_test.cpp).
#include "sipnet/file_watch.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

using namespace tandem;
using namespace tandem::sipnet;

namespace {

struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "tandem-watch-test.XXXXXX").string();
    Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

template <class F>
bool within(milliseconds limit, F condition) {
    const SystemClock clock;
    for (const MonoTime end = clock.mono() + limit; clock.mono() < end; std::this_thread::sleep_for(milliseconds(1))) {
        if (condition()) return true;
    }
    return condition();
}

}  // namespace

TEST_CASE("file watch: a file that changes, comes or goes is read anew, one that does not is not", "[sipnet][files]") {
    const Folder folder;
    const std::string file = folder.path + "/one";
    const auto loads = std::make_shared<std::atomic<int>>(0), wakes = std::make_shared<std::atomic<int>>(0);
    FileWatch<int> watch({file}, [loads] { return ++*loads; }, [wakes] { ++*wakes; }, milliseconds(5));
    std::this_thread::sleep_for(milliseconds(50));
    CHECK(*loads == 0);
    CHECK_FALSE(watch.take());
    std::ofstream(file) << "a";
    CHECK(within(seconds(5), [&] { return *wakes >= 1; }));
    CHECK(watch.take().has_value());
    CHECK_FALSE(watch.take());
    const int before = *loads;
    std::filesystem::remove(file);
    CHECK(within(seconds(5), [&] { return *loads > before; }));
    const int gone = *loads;
    watch.ask();
    CHECK(within(seconds(5), [&] { return *loads > gone; }));
}

TEST_CASE("file watch: a slow file holds up neither who asks nor who ends; a load that throws gives nothing", "[sipnet][files]") {
    const SystemClock clock;
    const auto busy = std::make_shared<std::atomic<int>>(0), wakes = std::make_shared<std::atomic<int>>(0);
    MonoTime begin{};
    {
        FileWatch<int> slow({}, [busy] {
            *busy = 1;
            std::this_thread::sleep_for(milliseconds(500));
            *busy = 2;
            return 1;
        }, [wakes] { ++*wakes; }, seconds(60));
        begin = clock.mono();
        slow.ask();
        CHECK(clock.mono() - begin < milliseconds(100));
        REQUIRE(within(milliseconds(400), [&] { return *busy == 1; }));
        begin = clock.mono();
    }
    CHECK(clock.mono() - begin < milliseconds(200));
    CHECK(*busy == 1);
    CHECK(within(seconds(5), [&] { return *busy == 2; }));
    CHECK(*wakes == 0);  // who would be woken is gone
    const auto tries = std::make_shared<std::atomic<int>>(0);
    FileWatch<int> bad({}, [tries]() -> int {
        if (++*tries == 1) throw std::runtime_error("unreadable");
        return 7;
    }, [] {}, seconds(60));
    bad.ask();
    REQUIRE(within(seconds(5), [&] { return *tries == 1; }));
    CHECK_FALSE(bad.take());
    std::optional<int> made;
    CHECK(within(seconds(5), [&] {
        bad.ask();
        made = bad.take();
        return made.has_value();
    }));
    CHECK(made == 7);
}

TEST_CASE("file watch: what was begun before somebody asked is not given", "[sipnet][files]") {
    const auto version = std::make_shared<std::atomic<int>>(1), begun = std::make_shared<std::atomic<int>>(0);
    FileWatch<int> watch({}, [version, begun] {
        const int now = *version;
        ++*begun;
        std::this_thread::sleep_for(milliseconds(100));
        return now;
    }, [] {}, seconds(60));
    watch.ask();
    REQUIRE(within(seconds(5), [&] { return *begun == 1; }));
    *version = 2;
    watch.ask();
    std::optional<int> made;
    CHECK(within(seconds(5), [&] { return (made = watch.take()).has_value(); }));
    CHECK(made == 2);
    CHECK(*begun == 2);
}
