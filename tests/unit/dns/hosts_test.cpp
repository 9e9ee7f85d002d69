// Knows: what lines of /etc/hosts mean.
// Must not know: files.
#include "dns/hosts.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "dns/answer.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::dns;

namespace {

std::string text(const std::vector<net::IpAddress>& ips) {
    std::string out;
    for (const net::IpAddress& ip : ips) append(out, out.empty() ? "" : " ", ip.str());
    return out;
}

constexpr std::string_view kFile =
    "127.0.0.1\tlocalhost localhost.localdomain\n"
    "# 192.0.2.9 commented.example\n"
    "  192.0.2.1   SBC.Example.  sbc #the old one\r\n"
    "192.0.2.2 sbc.example\n192.0.2.2 sbc.example\n"
    "2001:db8::1 sbc.example v6only.example\n"
    "fe80::1%eth0 link.example\n"
    "not-an-address name.example\n"
    "192.0.2.5\n\n   \n"
    "192.0.2.300 bad.example\n"
    "192.0.2.6 last.example";

}  // namespace

TEST_CASE("hosts: names with their addresses, whatever stands between them", "[dns][hosts]") {
    const Hosts hosts = Hosts::parse(kFile);
    struct Row {
        std::string_view name, v4, v6;
    };
    const Row rows[] = {{"localhost", "127.0.0.1", ""},
                        {"localhost.localdomain", "127.0.0.1", ""},
                        {"sbc.example", "192.0.2.1 192.0.2.2", "2001:db8::1"},
                        {"sbc", "192.0.2.1", ""},
                        {"v6only.example", "", "2001:db8::1"},
                        {"last.example", "192.0.2.6", ""},
                        {"commented.example", "", ""},
                        {"old", "", ""},
                        {"link.example", "", ""},
                        {"name.example", "", ""},
                        {"bad.example", "", ""},
                        {"", "", ""}};
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(text(hosts.find(row.name, true)) == row.v4);
        CHECK(text(hosts.find(row.name, false)) == row.v6);
    }
    CHECK(hosts.size() == 6);
}

TEST_CASE("hosts: of a name so many addresses are kept, and no name is longer than DNS has it", "[dns][hosts]") {
    std::string file;
    for (int i = 1; i < 200; ++i) append(file, "192.0.2.", i, " many.example\n");
    append(file, "192.0.2.1 ", std::string(255, 'a'), ' ', std::string(256, 'b'), '\n');
    const Hosts hosts = Hosts::parse(file);
    CHECK(hosts.find("many.example", true).size() == kMaxKept);
    CHECK(hosts.find(std::string(255, 'a'), true).size() == 1);
    CHECK(hosts.size() == 2);
}

TEST_CASE("hosts: cut off anywhere, no byte beyond is read", "[dns][hosts]") {
    for (std::size_t n = 0; n <= kFile.size(); ++n) {
        const test::ExactBuffer cut(kFile.substr(0, n));
        CHECK(Hosts::parse(cut.text()).size() <= 6);
    }
}
