#include "base/stream.h"

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace tandem;

namespace {
struct Pipe {
    Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
    std::array<int, 2> ends{};
};
}  // namespace

TEST_CASE("stream: what is written to a descriptor comes out of it", "[base][stream]") {
    Pipe pipe;
    {
        FdOutput out(pipe.ends[1], true);
        REQUIRE(out.write("hello "));
        REQUIRE(out.write("world"));
        REQUIRE(out.flush());
    }
    FdInput in(pipe.ends[0], true);
    std::array<char, 64> buffer{};
    auto n = in.read(buffer);
    REQUIRE(n);
    CHECK(std::string(buffer.data(), *n) == "hello world");
    CHECK(*in.read(buffer) == 0);
}

TEST_CASE("stream: a closed pipe is an error that can be told apart", "[base][stream]") {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    ::close(pipe.ends[0]);
    FdOutput out(pipe.ends[1], true);
    REQUIRE(out.write("x"));
    CHECK_FALSE(out.reader_gone());
    CHECK_FALSE(out.flush());
    CHECK(out.reader_gone());
}

namespace {
/// A limit on file sizes, which write() meets as it meets a full disk.
class Room {
public:
    explicit Room(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        const rlimit now{bytes, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &now) == 0);
    }
    ~Room() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};
}  // namespace

TEST_CASE("stream: a line that a full disk cut in two does not stay half", "[base][stream]") {
    std::string path = std::string(::getenv("TMPDIR") ? ::getenv("TMPDIR") : "/tmp") + "/tandem_full_test.XXXXXX";
    int fd = ::mkstemp(path.data());
    REQUIRE(fd >= 0);
    const bool own = GENERATE(true, false);
    std::unique_ptr<FdOutput> out = std::make_unique<FdOutput>(fd, false);
    if (own) {
        auto created = FdOutput::create(path);
        REQUIRE(created);
        out = std::move(*created);
    }
    {
        Room room(12);
        REQUIRE(out->write("first\nsecond\nthird\n"));
        CHECK_FALSE(out->flush());
        CHECK_FALSE(out->reader_gone());
        CHECK(out->lines_lost() == 2);
        REQUIRE(out->write("fourth, too long\n"));
        CHECK_FALSE(out->flush());
        CHECK(out->lines_lost() == 3);
    }
    REQUIRE(out->write("fifth\n"));
    CHECK(out->flush());
    CHECK(out->lines_lost() == 3);
    // A file of our own is cut back to whole lines; elsewhere the half line is ended.
    CHECK(*read_file(path) == (own ? "first\nfifth\n" : "first\nsecond\nfifth\n"));
    ::close(fd);
    ::unlink(path.c_str());
}

TEST_CASE("stream: a FIFO that nobody writes does not hold the program back from a signal", "[base][stream]") {
    std::string path = std::string(::getenv("TMPDIR") ? ::getenv("TMPDIR") : "/tmp") + "/tandem_fifo_test." + std::to_string(::getpid());
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int wake = ::eventfd(1, EFD_CLOEXEC);
    auto in = FdInput::open(path, wake);  // would hang here
    REQUIRE(in);
    std::array<char, 64> buffer{};
    CHECK(*(*in)->read(buffer) == 0);
    // Once somebody writes, it is read as any pipe.
    std::uint64_t taken = 0;
    REQUIRE(::read(wake, &taken, sizeof taken) == sizeof taken);
    const int writer = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    REQUIRE(::write(writer, "text", 4) == 4);
    CHECK(*(*in)->read(buffer) == 4);
    ::close(writer);
    CHECK(*(*in)->read(buffer) == 0);
    ::close(wake);
    ::unlink(path.c_str());
}

TEST_CASE("stream: a wake-up ends a read that would wait for ever", "[base][stream]") {
    Pipe pipe;
    int wake = ::eventfd(1, EFD_CLOEXEC);
    FdInput in(pipe.ends[0], true, wake);
    std::array<char, 8> buffer{};
    auto n = in.read(buffer);
    REQUIRE(n);
    CHECK(*n == 0);
    ::close(wake);
    ::close(pipe.ends[1]);
}

TEST_CASE("stream: files are read whole up to a limit, and missing ones say why", "[base][stream]") {
    std::string path = std::string(::getenv("TMPDIR") ? ::getenv("TMPDIR") : "/tmp") + "/tandem_stream_test." +
                       std::to_string(::getpid());
    {
        auto out = FdOutput::create(path);
        REQUIRE(out);
        REQUIRE((*out)->write(std::string(200000, 'x')));
    }
    auto text = read_file(path);
    REQUIRE(text);
    CHECK(text->size() == 200000);
    auto long_one = read_file(path, 1000);
    REQUIRE_FALSE(long_one);
    CHECK(long_one.error().code == Errc::kRange);
    ::unlink(path.c_str());
    auto none = read_file(path);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::kIo);
    CHECK(none.error().what.find(path) != std::string::npos);
    CHECK_FALSE(FdOutput::create("/nonexistent/x"));
}

TEST_CASE("stream: a text is given in chunks", "[base][stream]") {
    StringInput in("abcde", 2);
    std::array<char, 64> buffer{};
    CHECK(*in.read(buffer) == 2);
    CHECK(*in.read(buffer) == 2);
    CHECK(*in.read(buffer) == 1);
    CHECK(*in.read(buffer) == 0);
}

TEST_CASE("stream: all that is in it, but no more than the limit", "[base][stream]") {
    StringInput in("12345678", 3);
    CHECK(read_all(in, 8) == "12345678");
    StringInput more("12345678", 3);
    const auto refused = read_all(more, 7);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::kRange);
}
