#include "base/secret_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "base/text.h"

using namespace tandem;

namespace {

/// A file of its own with a mode, gone at the end.
class Secret {
public:
    explicit Secret(mode_t mode) {
        std::string pattern = "/tmp/tandem_secret_XXXXXX";
        const int fd = ::mkstemp(pattern.data());
        REQUIRE(fd >= 0);
        REQUIRE(::write(fd, "hush\n", 5) == 5);
        REQUIRE(::fchmod(fd, mode) == 0);
        ::close(fd);
        path = pattern;
    }
    ~Secret() { ::unlink(path.c_str()); }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    std::string path;
};

}  // namespace

TEST_CASE("secret file: one that only we may read is read", "[base][secret]") {
    for (const mode_t mode : {0600U, 0400U, 0700U}) {
        const Secret secret(mode);
        const auto read = read_secret_file(secret.path, 100);
        REQUIRE(read);
        CHECK(read->text == "hush\n");
        CHECK(read->warning.empty());
    }
}

TEST_CASE("secret file: one that others may read or write is refused with what to do", "[base][secret]") {
    for (const mode_t mode : {0644U, 0604U, 0602U, 0666U, 0777U}) {
        const Secret secret(mode);
        const auto read = read_secret_file(secret.path, 100);
        CAPTURE(mode);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::kPolicy);
        CHECK(read.error().what.find("opens it to everybody") != std::string::npos);
        CHECK(read.error().what.ends_with(cat("; write: chmod 600 ", secret.path)));
        CHECK(read.error().what.find("hush") == std::string::npos);
    }
}

TEST_CASE("secret file: the own group's is read with a warning, a foreign group's is not", "[base][secret]") {
    const Secret secret(0640);
    REQUIRE(::chown(secret.path.c_str(), static_cast<uid_t>(-1), ::getegid()) == 0);
    const auto read = read_secret_file(secret.path, 100);
    REQUIRE(read);
    CHECK(read->warning.find("its mode 0640 opens it to the whole group") != std::string::npos);
    if (::geteuid() != 0) return;  // only root may give a file away
    constexpr gid_t kForeign = 54321;
    REQUIRE(::chown(secret.path.c_str(), static_cast<uid_t>(-1), kForeign) == 0);
    const auto foreign = read_secret_file(secret.path, 100);
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().what.find("opens it to a foreign group") != std::string::npos);
}

TEST_CASE("secret file: a pipe has no mode to look at", "[base][secret]") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    REQUIRE(::write(ends[1], "hush", 4) == 4);
    ::close(ends[1]);
    const auto read = read_secret_file(cat("/dev/fd/", ends[0]), 100);
    ::close(ends[0]);
    REQUIRE(read);
    CHECK(read->text == "hush");
}

TEST_CASE("secret file: errors name the file", "[base][secret]") {
    const auto missing = read_secret_file("/nowhere/key", 100);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().what == "cannot open /nowhere/key: No such file or directory");
    const auto folder = read_secret_file("/tmp", 100);
    REQUIRE_FALSE(folder);
    CHECK(folder.error().what == "cannot read /tmp: Is a directory");
    const Secret secret(0600);
    const auto longer = read_secret_file(secret.path, 4);
    REQUIRE_FALSE(longer);
    CHECK(longer.error().code == Errc::kRange);
}
