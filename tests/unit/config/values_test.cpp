#include "config/values.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tandem;
using namespace tandem::config;

TEST_CASE("values: targets", "[config]") {
    struct Row {
        std::string_view text, host;
        std::uint16_t port;
        std::string_view transport;
    };
    const Row row = GENERATE(values<Row>({
        {"udp:192.0.2.1:5060", "192.0.2.1", 5060, "udp"},
        {"192.0.2.1", "192.0.2.1", 0, "udp"},
        {"tcp:[2001:db8::1]:5070", "2001:db8::1", 5070, "tcp"},
        {"tls:SIP.Example.net", "sip.example.net", 0, "tls"},
        {"sip.example.net:5080", "sip.example.net", 5080, "udp"},
        {"udp:tls", "tls", 0, "udp"},
    }));
    const auto target = parse_target(row.text);
    CAPTURE(row.text);
    REQUIRE(target);
    CHECK(target->host == row.host);
    CHECK(target->port == row.port);
    CHECK(to_string(target->transport) == row.transport);
    CHECK(target->ip.has_value() == net::IpAddress::parse(row.host).has_value());
}

TEST_CASE("values: what is no target", "[config]") {
    for (const std::string_view text :
         {"", "udp:", "192.0.2.256", "192.0.2.1:0", "192.0.2.1:65536", "1.2.3", "host:", "host:x", "-a.b",
          "a..b", "a b", "http:x:1:2", "sip:alice@x", "2001:db8::1:5060:", "[::1", "123"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_target(text));
    }
}

TEST_CASE("values: listen addresses are addresses", "[config]") {
    CHECK(parse_listen("tls:192.0.2.1")->endpoint.str() == "192.0.2.1:5061");
    CHECK(parse_listen("192.0.2.1:5062")->endpoint.str() == "192.0.2.1:5062");
    CHECK_FALSE(parse_listen("udp:host:5060"));
}

TEST_CASE("values: media ports are pairs above 1023", "[config]") {
    CHECK(parse_ports("30000-30999")->last == 30999);
    CHECK(parse_ports("1024-1025"));
    for (const std::string_view text : {"", "30000", "30001-30999", "30000-30998", "30000-29999", "1022-1999",
                                        "30000-65536", "a-b", "30000-"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_ports(text));
    }
}

TEST_CASE("values: numbers and names", "[config]") {
    CHECK(is_e164("+14255550100"));
    CHECK(is_e164("+123456789012345"));
    for (const std::string_view text :
         {"", "+", "+1", "14255550100", "+04255550100", "+1234567890123456", "+1425555010a"}) {
        CAPTURE(text);
        CHECK_FALSE(is_e164(text));
    }
    CHECK(is_name("itsp-1.a_B"));
    CHECK_FALSE(is_name(""));
    CHECK_FALSE(is_name("a b"));
    CHECK_FALSE(is_name(std::string(65, 'a')));
}

TEST_CASE("values: a reference to a group that the pattern does not have is found", "[config][values]") {
    struct Row {
        std::string_view pattern, translation, nothing;
    };
    const Row row = GENERATE(values<Row>({
        {"^(\\d)(\\d)$", "$1$2", ""},
        {"^(\\d)(\\d)$", "+$3", "$3"},
        {"^(\\d)(\\d)$", "+$0", ""},
        {"^(\\d)$", "+$10", "$10"},
        {"^(\\d)$", "+$$9", ""},
        {"^(\\d)$", "+${2}", "${2}"},
        {"^(?<area>\\d)$", "+${area}$1", ""},
        {"^(?'area'\\d)$", "+${area}", ""},
        {"^(?<area>\\d)$", "+${aera}", "${aera}"},
        {"^(?:\\d)(?=1)(?!2)(?<=3)(?<!4)(?>5)$", "$1", "$1"},
        {"^\\(\\d[()]$", "$1", "$1"},
        {"^[]()](\\d)$", "$1$2", "$2"},
        {"^(?n)(\\d)$", "$1", ""},  // an option that changes what a group is: not judged
        {"^(\\d)$", "1$", ""},
        {"^(\\d)$", "$x${1", ""},
    }));
    CAPTURE(row.pattern, row.translation);
    CHECK(reference_to_nothing(row.pattern, row.translation) == row.nothing);
}

TEST_CASE("values: hosts, user parts and quotable texts", "[config][values]") {
    for (const char* good : {"localhost", "sip.example.net", "192.0.2.1", "2001:db8::1", "[2001:db8::1]"}) CHECK(is_host(good));
    for (const char* bad : {"", "a b", "a\r\nb", "a:5060", "a;b", "1.2.3", "\"a\"", "a@b"}) CHECK_FALSE(is_host(bad));
    for (const char* good : {"alice", "+14255550100", "a.b-c", "%20;x=1"}) CHECK(is_user_part(good));
    for (const char* bad : {"", "a b", "a@b", "<a>", "a\n", "\"a\""}) CHECK_FALSE(is_user_part(bad));
    CHECK(is_quotable("a b"));
    for (const char* bad : {"a\"b", "a\\b", "a\x7f", "a\n"}) CHECK_FALSE(is_quotable(bad));
    CHECK(is_unicast(*tandem::net::IpAddress::parse("223.255.255.255")));
    for (const char* bad : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"})
        CHECK_FALSE(is_unicast(*tandem::net::IpAddress::parse(bad)));
}
