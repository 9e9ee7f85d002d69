#include "net/address.h"

#include <arpa/inet.h>

#include <catch2/catch.hpp>
#include <random>

#include "base/text.h"
#include "net/prefix.h"

using namespace tandem;
using namespace tandem::net;

TEST_CASE("address: reads and writes both families", "[net][address]") {
    CHECK(IpAddress::parse("192.0.2.1")->str() == "192.0.2.1");
    CHECK(IpAddress::parse("2001:DB8:0::1")->str() == "2001:db8::1");
    CHECK(IpAddress::parse("[2001:db8::1]")->uri_str() == "[2001:db8::1]");
    CHECK(IpAddress::v4(0x7F000001).loopback());
    CHECK(IpAddress::parse("::1")->loopback());
    CHECK(IpAddress::parse("0.0.0.0")->unspecified());
    CHECK_FALSE(IpAddress{}.unspecified());
}

TEST_CASE("address: refuses names, shorthand, zones and brackets around IPv4", "[net][address]") {
    for (auto bad : {"", "localhost", "127.1", "1.2.3.4.5", "256.0.0.1", "fe80::1%eth0", "[192.0.2.1]", ":::"})
        CHECK_FALSE(IpAddress::parse(bad).has_value());
    CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0x", 9)).has_value());
}

TEST_CASE("endpoint: needs a port unless one is given to fall back on", "[net][address]") {
    CHECK(Endpoint::parse("192.0.2.1:5060")->str() == "192.0.2.1:5060");
    CHECK(Endpoint::parse("[2001:db8::1]:5061")->str() == "[2001:db8::1]:5061");
    CHECK(Endpoint::parse("192.0.2.1", 5060)->port == 5060);
    CHECK(Endpoint::parse("2001:db8::1", 5060)->str() == "[2001:db8::1]:5060");
    for (auto bad : {"192.0.2.1", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000", "[::1", "[::1]5060"})
        CHECK_FALSE(Endpoint::parse(bad).has_value());
}

TEST_CASE("prefix: refuses host bits after the mask", "[net][prefix]") {
    CHECK(Prefix::parse("10.1.0.0/16")->str() == "10.1.0.0/16");
    for (auto bad : {"10.1.0.1/16", "10.1.0.0", "10.1.0.0/33", "10.1.0.0/", "x/8"})
        CHECK_FALSE(Prefix::parse(bad).has_value());
    CHECK(Prefix(*IpAddress::parse("10.1.2.3"), 20).str() == "10.1.0.0/20");
}

TEST_CASE("prefix: holds its addresses and narrower subnets, not those of the other family", "[net][prefix]") {
    auto p = *Prefix::parse("10.1.0.0/16");
    CHECK(p.contains(*IpAddress::parse("10.1.255.255")));
    CHECK_FALSE(p.contains(*IpAddress::parse("10.2.0.0")));
    CHECK_FALSE(p.contains(*IpAddress::parse("::1")));
    CHECK(p.contains(*Prefix::parse("10.1.2.0/24")));
    CHECK_FALSE(p.contains(*Prefix::parse("10.0.0.0/8")));
    CHECK(Prefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("10.1.2.3")));
}

TEST_CASE("prefix table: the narrowest subnet wins and duplicates are refused", "[net][prefix]") {
    PrefixTable table;
    CHECK(table.add(*Prefix::parse("10.0.0.0/8"), 1));
    CHECK(table.add(*Prefix::parse("10.1.0.0/16"), 2));
    CHECK(table.add(*Prefix::parse("2001:db8::/32"), 3));
    CHECK_FALSE(table.add(*Prefix::parse("10.0.0.0/8"), 9));
    CHECK(table.longest(*IpAddress::parse("10.1.2.3"))->value == 2);
    CHECK(table.longest(*IpAddress::parse("10.2.2.3"))->value == 1);
    CHECK(table.longest(*IpAddress::parse("2001:db8:1::"))->value == 3);
    CHECK_FALSE(table.longest(*IpAddress::parse("192.0.2.1")).has_value());
    CHECK(table.exact(*Prefix::parse("10.1.0.0/16"))->value == 2);
    CHECK_FALSE(table.exact(*Prefix::parse("10.1.0.0/24")).has_value());
}

TEST_CASE("address: an IPv4 address is read and written as inet_pton() and inet_ntop() do", "[net][address]") {
    std::mt19937 random(4711);
    const std::string_view alphabet = "0123456789..:x 25";
    for (int i = 0; i < 300'000; ++i) {
        std::string text;
        if (i % 2 == 0) {
            for (int part = 0; part < 4; ++part) append(text, part == 0 ? "" : ".", static_cast<unsigned>(random() % 300));
            if (i % 6 == 0) text[random() % text.size()] = alphabet[random() % alphabet.size()];
        } else {
            for (std::size_t n = random() % 17; n > 0; --n) text.push_back(alphabet[random() % 12]);
        }
        in_addr peer{};
        const bool known = inet_pton(AF_INET, text.c_str(), &peer) == 1;
        const auto ours = IpAddress::parse(text);
        if (known != (ours && ours->is_v4())) FAIL(text);
        if (known && ours->str() != inet_ntoa(peer)) FAIL(text << " came out as " << ours->str());
        if (known && Endpoint{*ours, 5060}.str() != cat(inet_ntoa(peer), ":5060")) FAIL(text);
    }
}
