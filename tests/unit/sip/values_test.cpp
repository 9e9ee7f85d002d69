// Knows: the insides of header values: what is taken apart how, what is refused.
// Must not know: messages.
#include "sip/values.h"

#include <catch2/catch.hpp>
#include <vector>

#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sip;

namespace {
std::vector<std::string> list(std::string_view text) {
    std::vector<std::string> out;
    while (const auto v = next_in_list(text)) out.emplace_back(*v);
    return out;
}
using Strings = std::vector<std::string>;
}  // namespace

TEST_CASE("values: commas in quotes and brackets do not separate", "[sip][values]") {
    CHECK(list("a, b ,c") == Strings{"a", "b", "c"});
    CHECK(list("\"x, \\\"y\" <sip:a@b;p=1,2>, <sip:c@d>") == Strings{"\"x, \\\"y\" <sip:a@b;p=1,2>", "<sip:c@d>"});
    CHECK(list(" ,, a ,\r\n b,") == Strings{"a", "b"});
    CHECK(list("").empty());
    CHECK(list("\"open, b").size() == 1);
}

TEST_CASE("values: name-addr in its forms", "[sip][values]") {
    struct Row {
        std::string_view text, display, uri, tag;
        bool bracketed, display_ok;
    };
    const Row rows[] = {
        {"<sip:a@b>;tag=1", "", "sip:a@b", "1", true, true},
        {"\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s", "\"A. G. Bell\"", "sip:agb@bell-telephone.com", "a48s", true, true},
        {"Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "sip:c8oqz84zk7z@privacy.org", "hyh8", true, true},
        {"sip:+12125551212@server.phone2net.com;tag=887s", "", "sip:+12125551212@server.phone2net.com", "887s", false, true},
        {"<sip:a@b;tag=inside>", "", "sip:a@b;tag=inside", "", true, true},
        {"Bell, Alexander <sip:a@b>;tag=43", "Bell, Alexander", "sip:a@b", "43", true, false},
        {"caller<sip:caller@example.com>;tag=323", "caller", "sip:caller@example.com", "323", true, true},
        {"\"quote \\\" in it\" <sip:a@b>", "\"quote \\\" in it\"", "sip:a@b", "", true, true},
        {"tel:+49301234;tag=x", "", "tel:+49301234", "x", false, true},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const auto a = parse_name_addr(row.text);
        REQUIRE(a.has_value());
        CHECK(a->display == row.display);
        CHECK(a->uri_text == row.uri);
        CHECK(a->tag() == row.tag);
        CHECK(a->bracketed == row.bracketed);
        CHECK(a->display_ok == row.display_ok);
    }
    for (std::string_view bad : {"", " ", "\"open <sip:a@b>", "<sip:a@b", "<>", "\"x\" sip:a@b", "<sip:a@b> junk", ";tag=1"}) {
        INFO(bad);
        CHECK_FALSE(parse_name_addr(bad).has_value());
    }
}

TEST_CASE("values: Via with blanks, IPv6 and odd parameters", "[sip][values]") {
    const auto a = parse_via("SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1");
    REQUIRE(a.has_value());
    CHECK(a->transport == "UDP");
    CHECK(a->host == "first.example.com");
    CHECK(a->port == 4000);
    CHECK(a->branch() == "z9hG4bKa7c6a8dlze.1");
    CHECK(a->rfc3261_branch());
    const auto b = parse_via("SIP/2.0/TLS [2001:db8::9:1];received=[2001:db8::9:255];branch=1");
    REQUIRE(b.has_value());
    CHECK(b->host == "2001:db8::9:1");
    CHECK(b->port == 0);
    CHECK_FALSE(b->rfc3261_branch());
    for (std::string_view bad : {"", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/3.0/UDP h", "SIP/2.0/UDP h:0", "SIP/2.0/UDP h:70000",
                                 "SIP/2.0/UDP h;;", "SIP/2.0/UDP h branch=1", "SIP/2.0/UDP [::1", "HTTP/2.0/UDP h"}) {
        INFO(bad);
        CHECK_FALSE(parse_via(bad).has_value());
    }
}

TEST_CASE("values: CSeq, RAck, Reason, Session-ID", "[sip][values]") {
    CHECK(parse_cseq("0009\r\n  INVITE")->number == 9);
    CHECK(parse_cseq("4711 FOO")->method == Method::kUnknown);
    CHECK(parse_cseq("4711 FOO")->method_text == "FOO");
    CHECK(parse_cseq("2147483648 INVITE").error().code == Errc::kRange);
    for (std::string_view bad : {"", "INVITE", "1", "1INVITE", "-1 INVITE", "1 IN VITE", "0x1 INVITE"}) {
        INFO(bad);
        CHECK_FALSE(parse_cseq(bad).has_value());
    }
    const auto rack = parse_rack("776656 1 INVITE");
    REQUIRE(rack.has_value());
    CHECK(rack->rseq == 776656);
    CHECK(rack->cseq.number == 1);
    CHECK_FALSE(parse_rack("1 INVITE").has_value());
    const auto replaces = parse_replaces("  12@10.0.0.1 ;from-tag=a;early-only;TO-TAG=b ");
    REQUIRE(replaces.has_value());
    CHECK(replaces->call_id == "12@10.0.0.1");
    CHECK(replaces->to_tag == "b");
    CHECK(replaces->from_tag == "a");
    for (std::string_view bad : {"", ";to-tag=a;from-tag=b", "c;to-tag=a", "c;from-tag=b", "c;to-tag;from-tag=b", "c"}) {
        INFO(bad);
        CHECK_FALSE(parse_replaces(bad).has_value());
    }
    test::for_each_truncation("425928@x.example;to-tag=7743;from-tag=6472", [](const test::ExactBuffer& b) {
        const auto r = parse_replaces(b.text());
        if (r) CHECK((r->call_id == "425928@x.example" && r->to_tag == "7743"));
    });
    const auto reason = parse_reason("Q.850 ;cause=16 ;text=\"Terminated; ok\"");
    REQUIRE(reason.has_value());
    CHECK(reason->protocol == "Q.850");
    CHECK(reason->cause == 16);
    CHECK(reason->text == "Terminated; ok");
    CHECK_FALSE(parse_reason(";cause=16").has_value());
    CHECK_FALSE(parse_reason("SIP;cause=abc")->cause.has_value());
    struct Row {
        std::string_view list;
        std::optional<int> cause;
    };
    const Row rows[] = {{"", {}},
                        {"SIP;cause=486", {}},
                        {"Q.850;cause=16", 16},
                        {"q.850 ; text=\"a, b\" ; cause=0", 0},
                        {"SIP;cause=486, Q.850;cause=17;text=\"busy, really\", Q.850;cause=18", 17},
                        {"Q.850;cause=128, Q.850;cause=127", 127},
                        {"Q.850;cause=", {}},
                        {"Q.850", {}},
                        {",,;", {}}};
    for (const auto& row : rows) {
        CAPTURE(row.list);
        CHECK(q850_cause(row.list) == row.cause);
    }
    const auto id = parse_session_id("ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2");
    REQUIRE(id.has_value());
    CHECK(id->remote == "47755a9de7794ba387653f2099600ef2");
    CHECK(parse_session_id("ab30317f1a784dc48ff824d0d3715d86")->remote.empty());
    for (std::string_view bad : {"", "AB30317F1A784DC48FF824D0D3715D86", "ab30", "ab30317f1a784dc48ff824d0d3715d86;remote=1"}) {
        INFO(bad);
        CHECK_FALSE(parse_session_id(bad).has_value());
    }
}

TEST_CASE("values: every truncation is safe", "[sip][values]") {
    test::for_each_truncation("\"A \\\" B\" <sip:a@[::1]:5060;lr>;tag=1;x=\"y;z\"", [](const test::ExactBuffer& b) {
        if (const auto a = parse_name_addr(b.text())) static_cast<void>(a->uri().has_value() && !a->tag().empty());
    });
    test::for_each_truncation("SIP / 2.0 / UDP [2001:db8::1]: 4000;ttl=16 ;branch=\"z\"", [](const test::ExactBuffer& b) {
        static_cast<void>(parse_via(b.text()).has_value());
    });
    test::for_each_truncation("Q.850 ;cause=16 ;text=\"Terminated\"", [](const test::ExactBuffer& b) {
        static_cast<void>(parse_reason(b.text()).has_value());
    });
}
