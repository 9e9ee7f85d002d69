// Knows: how to make certificates for a test, by the openssl program.
// Must not know: what a test does with them.
// Next: engine_test.cpp.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/text.h"

namespace tandem::test {

/// A folder of its own with keys and certificates; all of it is gone with it.
class Certificates {
public:
    Certificates() {
        REQUIRE(::mkdtemp(folder_.data()) != nullptr);
        authority("ca");
    }
    ~Certificates() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    [[nodiscard]] std::string path(std::string_view file) const { return cat(folder_, '/', file); }

    /// NAME.pem and NAME.key of an issuer.
    void authority(std::string_view name) {
        run(cat("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=", name, " -keyout ", path(name), ".key -out ",
                path(name), ".pem"));
    }
    /// NAME.pem and NAME.key with these alternatives ("DNS:a,IP:192.0.2.1"), issued by `issuer`; usage as extendedKeyUsage has it.
    void leaf(std::string_view name, std::string_view alternatives, std::string_view usage = {}, std::string_view issuer = "ca", int days = 365) {
        std::ofstream(path("extensions")) << "subjectAltName=" << alternatives << '\n'
                                          << (usage.empty() ? std::string() : cat("extendedKeyUsage=", usage, "\n"));
        run(cat("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=", name, " -keyout ", path(name), ".key -out ", path(name),
                ".csr"));
        run(cat("openssl x509 -req -in ", path(name), ".csr -CA ", path(issuer), ".pem -CAkey ", path(issuer), ".key -CAcreateserial -days ", days,
                " -extfile ", path("extensions"), " -out ", path(name), ".pem"));
        std::filesystem::permissions(path(cat(name, ".key")), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }

private:
    static void run(const std::string& command) {
        INFO(command);
        REQUIRE(std::system(cat(command, " >/dev/null 2>&1").c_str()) == 0);
    }
    std::string folder_ = (std::filesystem::temp_directory_path() / "tandem-tls-test.XXXXXX").string();
};

/// False, with a word about it, where the program is not installed.
inline bool have_openssl() {
    if (std::system("openssl version >/dev/null 2>&1") == 0) return true;
    WARN("SKIP: no openssl program");
    return false;
}

}  // namespace tandem::test
