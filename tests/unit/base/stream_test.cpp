#include "base/stream.h"

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/eventfd.h>
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
