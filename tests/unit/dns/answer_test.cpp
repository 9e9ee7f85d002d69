// Knows: what is read from packets of name servers, good and bad.
// Must not know: who asks.
// Next: packet.h, which writes them.
#include "dns/answer.h"

#include <catch2/catch.hpp>

#include "packet.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::dns;
using dns::test::Packet;

namespace {

Answer must(const Packet& p, const Question& q) {
    const tandem::test::ExactBuffer exact(p.bytes());
    auto answer = parse_answer(exact.bytes(), q);
    if (!answer) UNSCOPED_INFO(answer.error().what);
    REQUIRE(answer.has_value());
    return *answer;
}

Errc refused(Bytes bytes, const Question& q) {
    const auto answer = parse_answer(bytes, q);
    REQUIRE_FALSE(answer.has_value());
    CHECK_FALSE(answer.error().what.empty());
    return answer.error().code;
}

const Question kA{"sip.example", Type::kA};
const Question kSrv{"_sip._udp.example", Type::kSrv};

}  // namespace

TEST_CASE("dns answer: addresses with the smallest time to live", "[dns][answer]") {
    Packet p("sip.example", 1, 2);
    p.a("sip.example", 300, 0x0a000001).a("sip.example", 60, 0x0a000002);
    const Answer a = must(p, kA);
    REQUIRE(a.addresses.size() == 2);
    CHECK(a.addresses[1].str() == "10.0.0.2");
    CHECK(a.ttl_s == 60);
    CHECK_FALSE(a.negative());
    Packet six("sip.example", 28, 1);
    six.aaaa("sip.example", 5, 7);
    CHECK(must(six, {"sip.example", Type::kAaaa}).addresses.at(0).str() == "2001:db8::7");
}

TEST_CASE("dns answer: SRV with Additional, only for names that it mentions", "[dns][answer]") {
    Packet p("_sip._udp.example", 33, 2, 0, 3);
    p.srv("_sip._udp.example", 100, 1, 2, 5060, "a.example").srv("_sip._udp.example", 100, 3, 4, 5070, "");
    p.a("a.example", 40, 0x0a000001).aaaa("a.example", 50, 1).a("evil.example", 1, 0x7f000001);
    const Answer a = must(p, kSrv);
    CHECK(a.srv == std::vector<Srv>{{1, 2, 5060, "a.example"}, {3, 4, 5070, ""}});
    REQUIRE(a.additional.size() == 2);
    CHECK(a.additional[0] == Additional{"a.example", *net::IpAddress::parse("10.0.0.1")});
    CHECK(a.ttl_s == 40);
}

TEST_CASE("dns answer: NAPTR", "[dns][answer]") {
    Packet p("example", 35, 1);
    p.naptr("EXAMPLE", 9, 50, 10, "SIP+D2U", "_sip._udp.Example");
    CHECK(must(p, {"example", Type::kNaptr}).naptr == std::vector<Naptr>{{50, 10, "s", "SIP+D2U", "", "_sip._udp.example"}});
}

TEST_CASE("dns answer: aliases are followed in any order, not for ever", "[dns][answer]") {
    Packet p("sip.example", 1, 3);
    p.a("c.example", 300, 0x0a000001).cname("b.example", 20, "c.example").cname("sip.example", 30, "b.example");
    const Answer a = must(p, kA);
    CHECK(a.addresses.size() == 1);
    CHECK(a.ttl_s == 20);
    Packet loop("sip.example", 1, 2);
    loop.cname("sip.example", 30, "b.example").cname("b.example", 30, "sip.example");
    CHECK(must(loop, kA).negative());
}

TEST_CASE("dns answer: no such name, no such record: the SOA says how long", "[dns][answer]") {
    Packet none("sip.example", 1, 0, 1, 0, 0x8183);
    none.soa("example", 900, 120);
    const Answer a = must(none, kA);
    CHECK(a.negative());
    CHECK_FALSE(a.exists);
    CHECK(a.ttl_s == 120);
    Packet empty("sip.example", 1, 0, 1);
    empty.soa("example", 60, 120);
    CHECK(must(empty, kA).exists);
    CHECK(must(empty, kA).ttl_s == 60);
    CHECK(must(Packet("sip.example", 1, 0), kA).ttl_s == 0);
}

TEST_CASE("dns answer: a time to live with its highest bit set is zero", "[dns][answer]") {
    Packet p("sip.example", 1, 1);
    p.a("sip.example", 0x8000'0001U, 0x0a000001);
    CHECK(must(p, kA).ttl_s == 0);
}

TEST_CASE("dns answer: what is no answer to the question is refused", "[dns][answer]") {
    CHECK(refused(Packet("sip.example", 1, 0, 0, 0, 0x8182).bytes(), kA) == Errc::kIo);         // SERVFAIL
    CHECK(refused(Packet("sip.example", 1, 0, 0, 0, 0x8185).bytes(), kA) == Errc::kIo);         // REFUSED
    CHECK(refused(Packet("sip.example", 1, 0, 0, 0, 0x0180).bytes(), kA) == Errc::kSyntax);     // a query
    CHECK(refused(Packet("sip.example", 1, 0, 0, 0, 0x8380).bytes(), kA) == Errc::kTruncated);  // TC
    CHECK(refused(Packet("other.example", 1, 0).bytes(), kA) == Errc::kSyntax);
    CHECK(refused(Packet("sip.example", 28, 0).bytes(), kA) == Errc::kSyntax);
    Packet odd("sip.example", 1, 1);
    odd.record("sip.example", 1, 5, [&] { odd.w.u16(1); });
    CHECK(refused(odd.bytes(), kA) == Errc::kSyntax);
    Packet long_srv("_sip._udp.example", 33, 1);
    long_srv.record("_sip._udp.example", 33, 5, [&] {
        long_srv.w.u64(0);
        long_srv.w.u64(0);
    });
    CHECK(refused(long_srv.bytes(), kSrv) == Errc::kSyntax);
}

TEST_CASE("dns answer: pointers go backwards only", "[dns][answer]") {
    for (const unsigned pointer : {0xc000U + 29, 0xc000U + 31, 0xffffU}) {  // itself, forwards, outside
        Packet p("sip.example", 1, 1);
        REQUIRE(p.w.size() == 29);
        p.w.u16(static_cast<std::uint16_t>(pointer));
        p.w.u16(1);
        p.w.u16(1);
        p.w.u32(5);
        p.w.u16(4);
        p.w.u32(1);
        CHECK(refused(p.bytes(), kA) == Errc::kSyntax);
    }
    Packet good("sip.example", 1, 1);
    good.w.u16(0xc00c);
    good.w.u16(1);
    good.w.u16(1);
    good.w.u32(5);
    good.w.u16(4);
    good.w.u32(0x0a000001);
    CHECK(must(good, kA).addresses.size() == 1);
}

TEST_CASE("dns answer: of very many records only so many are read and kept", "[dns][answer]") {
    Packet p("example", 35, 2000);
    for (int i = 0; i < 2000; ++i) p.naptr("example", 9, 50, 10, "SIP+D2U", "_sip._udp.example");
    CHECK(must(p, {"example", Type::kNaptr}).naptr.size() == kMaxKept);
}

TEST_CASE("dns answer: cut off at any length it is refused or says less", "[dns][answer]") {
    Packet p("_sip._udp.example", 33, 2, 0, 1);
    p.srv("_sip._udp.example", 100, 1, 2, 5060, "a.example").srv("_sip._udp.example", 100, 3, 4, 5070, "").a("a.example", 40, 0x0a000001);
    tandem::test::for_each_truncation(as_text(p.bytes()), [](const auto& cut) { CHECK_FALSE(parse_answer(cut.bytes(), kSrv).has_value()); });
}

TEST_CASE("dns answer: a label that no host has names nothing", "[dns][answer]") {
    Packet p("_sip._udp.example", 33, 1);
    p.record("_sip._udp.example", 33, 5, [&] {
        for (int i = 0; i < 3; ++i) p.w.u16(1);
        p.w.u8(3);
        p.w.bytes(as_bytes("a.b"));
        p.w.u8(0);
    });
    CHECK(must(p, kSrv).srv.at(0).target == "a?b");
}
