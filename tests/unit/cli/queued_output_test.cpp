// Knows: that a reader who takes nothing stalls nobody, and that what is lost is said.
// Must not know: who writes what.
#include "cli/queued_output.h"

#include <catch2/catch.hpp>
#include <mutex>
#include <semaphore>
#include <string>

#include "base/text.h"

using namespace tandem;
using namespace tandem::cli;

namespace {

// Takes one text for each permit; its owner sees to it that it lives long enough.
class Sluggish final : public OutputStream {
public:
    std::counting_semaphore<1'000'000> permits{0};
    Status write(std::string_view text) override {
        permits.acquire();
        const std::lock_guard lock(mutex_);
        text_ += text;
        return {};
    }
    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::string text_;
};

}  // namespace

TEST_CASE("queued output: lines come out in their order, all of them by the end", "[cli][queue]") {
    StringOutput out;
    std::string wanted;
    {
        QueuedOutput queue(out, "tool");
        for (int i = 0; i < 1000; ++i) {
            const std::string line = cat("line ", i, '\n');
            wanted += line;
            REQUIRE(queue.write(line));
        }
    }
    CHECK(out.text() == wanted);
}

TEST_CASE("queued output: what nobody reads is dropped without a wait, counted and said", "[cli][queue]") {
    static Sluggish out;
    {
        QueuedOutput queue(out, "tool");
        const std::string line(1023, 'x');
        for (int i = 0; i < 1000; ++i) REQUIRE(queue.write(cat(line, '\n')));  // would hang here if it waited
        CHECK_FALSE(queue.settle(std::chrono::milliseconds(20)));
        const std::uint64_t lost = queue.lost();
        CHECK(lost >= 1000 - 2 * QueuedOutput::kMaxBytes / 1024 - 1);
        CHECK(lost < 1000);
        out.permits.release(2000);
        while (out.text().find("lines lost") == std::string::npos) queue.settle(std::chrono::milliseconds(5));
        CHECK(out.text().find(cat("WARNING tool: ", lost, " lines lost here")) != std::string::npos);
        CHECK(queue.write("again\n"));
    }
    CHECK(out.text().ends_with("again\n"));
}

TEST_CASE("queued output: a reader that never takes anything does not hold the program", "[cli][queue]") {
    static Sluggish out;
    {
        QueuedOutput queue(out, "tool");
        REQUIRE(queue.write("never read\n"));
    }  // would hang here
    CHECK(out.text().empty());
    out.permits.release(10);
}
