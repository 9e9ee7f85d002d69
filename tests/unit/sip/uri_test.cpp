// Knows: which URIs are taken apart how, which are refused and where.
// Must not know: messages.
#include "sip/uri.h"

#include <catch2/catch.hpp>

#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sip;

TEST_CASE("uri: forms of sip, sips and tel", "[sip][uri]") {
    struct Row {
        std::string_view text, scheme, user, password, host;
        int port;
        std::string_view params, headers;
    };
    const Row rows[] = {
        {"sip:alice@atlanta.com", "sip", "alice", "", "atlanta.com", 0, "", ""},
        {"sip:alice:secretword@atlanta.com;transport=tcp", "sip", "alice", "secretword", "atlanta.com", 0,
         ";transport=tcp", ""},
        {"SIPS:alice@atlanta.com?subject=project%20x&priority=urgent", "sips", "alice", "", "atlanta.com", 0, "",
         "subject=project%20x&priority=urgent"},
        {"sip:+1-212-555-1212:1234@gateway.com;user=phone", "sip", "+1-212-555-1212", "1234", "gateway.com", 0,
         ";user=phone", ""},
        {"sip:192.0.2.4:65535", "sip", "", "", "192.0.2.4", 65535, "", ""},
        {"sip:[2001:db8::9:1]:5070;lr", "sip", "", "", "2001:db8::9:1", 5070, ";lr", ""},
        {"sip:user;par=u%40example.net@example.com", "sip", "user;par=u%40example.net", "", "example.com", 0, "", ""},
        {"sip:*21*491@example.com", "sip", "*21*491", "", "example.com", 0, "", ""},
        {"sip:*21#@example.com", "sip", "*21#", "", "example.com", 0, "", ""},
        {"sip:@example.com", "sip", "", "", "example.com", 0, "", ""},
        {"tel:+358-555-1234567;postd=pp22", "tel", "+358-555-1234567", "", "", 0, ";postd=pp22", ""},
        {"tel:7042;phone-context=example.com", "tel", "7042", "", "", 0, ";phone-context=example.com", ""},
        {"urn:service:sos", "other", "service:sos", "", "", 0, "", ""},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const auto uri = parse_uri(row.text);
        REQUIRE(uri.has_value());
        CHECK(to_string(uri->scheme) == row.scheme);
        CHECK(uri->user == row.user);
        CHECK(uri->password == row.password);
        CHECK(uri->host == row.host);
        CHECK(uri->port == row.port);
        CHECK(uri->params == row.params);
        CHECK(uri->headers == row.headers);
    }
}

TEST_CASE("uri: rejects port 0", "[sip][uri]") {
    const auto uri = parse_uri("sip:a@b:0");
    REQUIRE_FALSE(uri.has_value());
    CHECK(uri.error().code == Errc::kRange);
    CHECK(uri.error().offset == 8);
    CHECK(uri.error().rule == "RFC 3261 §25.1");
}

TEST_CASE("uri: what is no URI is refused", "[sip][uri]") {
    for (std::string_view text :
         {"", "sip", "sip:", ":a@b", "1sip:a@b", "sip:a@", "sip:a b@c", "sip:a@b c", "sip:a@b:99999", "sip:a@b:5060x",
          "sip:a@[::1", "sip:a@[192.0.2.1]", "sip:a@[::1]x", "sip:a%4@b", "sip:a%zz@b", "sip:a@b;x=\"y\"", "sip:a<b@c",
          "sip:a@b;lr>", "tel:", "tel:+", "tel:abcxyz", "tel:12 34", "weird:a b", "sip:a@b@c", "sip:2001:db8::1"}) {
        INFO(text);
        CHECK_FALSE(parse_uri(text).has_value());
    }
}

TEST_CASE("uri: parameters are found by name, quoted values hold semicolons", "[sip][uri]") {
    CHECK(find_param(";lr;ftag=x", "LR") == "");
    CHECK(find_param(";lr;ftag=x", "ftag") == "x");
    CHECK_FALSE(find_param(";lr;ftag=x", "f").has_value());
    CHECK(find_param("; a = \"x;y\\\"z\" ; b=2", "b") == "2");
    CHECK(find_param("; a = \"x;y\\\"z\" ; b=2", "a") == "x;y\\\"z");
    CHECK_FALSE(find_param(";;b=2", "b").has_value());
    ParamCursor open(";a=\"x");
    CHECK_FALSE(open.next().has_value());
    CHECK_FALSE(open.complete());
}

TEST_CASE("uri: equivalence follows the examples of RFC 3261 §19.1.4", "[sip][uri]") {
    auto same = [](std::string_view a, std::string_view b) {
        return equivalent(parse_uri(a).value(), parse_uri(b).value());
    };
    CHECK(same("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
    CHECK(same("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
    CHECK(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"));
    CHECK(same("tel:+1-201-555-0123", "tel:+12015550123"));
    CHECK_FALSE(same("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
    CHECK_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
    CHECK_FALSE(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
    CHECK_FALSE(same("sip:a@b", "sip:a@b;user=phone"));
    CHECK_FALSE(same("sip:a@b", "sips:a@b"));
}

TEST_CASE("uri: user parts are escaped and back", "[sip][uri]") {
    CHECK(escape_user("a b@c#1") == "a%20b%40c%231");
    CHECK(unescape(escape_user("a b@c#1\n")) == "a b@c#1\n");
    CHECK(unescape("%4") == "%4");
}

TEST_CASE("uri: every truncation is safe", "[sip][uri]") {
    for (std::string_view text : {"sip:al%20ice:pw@[2001:db8::1]:5060;lr;a=b?x=%41", "tel:+49-30;phone-context=+49"}) {
        test::for_each_truncation(text, [](const test::ExactBuffer& b) {
            if (const auto uri = parse_uri(b.text())) CHECK(uri->text == b.text());
        });
    }
}
