#include "rtp/rtcp.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "rtp/ntp.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::rtp;

namespace {

// clang-format off
constexpr std::array<std::uint8_t, 96> kCompound = {
    0x81, 200, 0x00, 12,                              // SR, 1 block, 13 words
    0x5d, 0x93, 0x15, 0x34,                           // SSRC
    0x83, 0xaa, 0x7e, 0x80, 0x80, 0x00, 0x00, 0x00,   // NTP 1970-01-01T00:00:00.5
    0x00, 0x00, 0x1f, 0x40,                           // RTP timestamp 8000
    0x00, 0x00, 0x00, 0x32,                           // 50 packets
    0x00, 0x00, 0x1f, 0x40,                           // 8000 octets
    0x00, 0x00, 0x00, 0x07,                           // about SSRC 7
    0x40, 0xff, 0xff, 0xfe,                           // fraction 64/256, cumulative -2
    0x00, 0x01, 0x00, 0x05,                           // one cycle, sequence 5
    0x00, 0x00, 0x00, 0x10,                           // jitter 16
    0x7e, 0x80, 0x80, 0x00,                           // last SR
    0x00, 0x00, 0x80, 0x00,                           // 0.5 s since
    0x81, 202, 0x00, 3,                               // SDES, 1 chunk
    0x5d, 0x93, 0x15, 0x34, 1, 4, 'a', '@', 'b', 'c', 0, 0,
    0x80, 207, 0x00, 3,                               // XR: stepped over
    0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0,
    0x81, 203, 0x00, 2,                               // BYE with a reason
    0x5d, 0x93, 0x15, 0x34, 3, 'b', 'y', 'e'};
// clang-format on

}  // namespace

TEST_CASE("rtcp: reads a compound of SR, SDES, XR and BYE", "[rtp][rtcp]") {
    test::ExactBuffer buffer{Bytes{kCompound}};
    auto compound = parse_rtcp(buffer.bytes());
    REQUIRE(compound);
    REQUIRE(compound->size() == 4);
    const auto& sr = std::get<SenderReport>(compound->at(0));
    CHECK(sr.ssrc == 0x5d931534);
    CHECK(from_ntp(sr.ntp) == WallTime{milliseconds{500}});
    CHECK(sr.packet_count == 50);
    CHECK(sr.octet_count == 8000);
    REQUIRE(sr.blocks.size() == 1);
    CHECK(sr.blocks[0].fraction_lost == 64);
    CHECK(sr.blocks[0].cumulative_lost == -2);
    CHECK(sr.blocks[0].extended_highest == 0x10005);
    CHECK(sr.blocks[0].delay_since_last_sr == 0x8000);
    const auto& sdes = std::get<Sdes>(compound->at(1));
    REQUIRE(sdes.chunks.size() == 1);
    CHECK(sdes.chunks[0].items == std::vector<SdesItem>{{kSdesCname, "a@bc"}});
    CHECK(std::get<OtherRtcp>(compound->at(2)).type == 207);
    const auto& bye = std::get<Bye>(compound->at(3));
    CHECK(bye.ssrcs == std::vector<std::uint32_t>{0x5d931534});
    CHECK(bye.reason == "bye");
}

TEST_CASE("rtcp: what is written is read back, byte for byte", "[rtp][rtcp]") {
    auto compound = parse_rtcp(Bytes{kCompound});
    REQUIRE(compound);
    ByteWriter out;
    for (const auto& packet : *compound) REQUIRE(append_rtcp(out, packet));
    CHECK(out.view().size() == kCompound.size());
    CHECK(std::equal(out.view().begin(), out.view().end(), kCompound.begin()));
}

TEST_CASE("rtcp: a cut compound is an error at every length but between packets", "[rtp][rtcp]") {
    test::for_each_truncation(as_text(Bytes{kCompound}), [](const test::ExactBuffer& cut) {
        const std::size_t n = cut.bytes().size();
        INFO(n);
        CHECK(parse_rtcp(cut.bytes()).has_value() == (n == 52 || n == 68 || n == 84));
    });
}

TEST_CASE("rtcp: counts that pass the end of their packet are refused", "[rtp][rtcp]") {
    for (const auto type : std::initializer_list<std::uint8_t>{200, 201, 202, 203}) {
        const std::array<std::uint8_t, 8> raw{0x9f, type, 0, 1, 0, 0, 0, 1};
        INFO(int{type});
        auto r = parse_rtcp(Bytes{raw});
        REQUIRE_FALSE(r);
        CHECK(r.error().code == Errc::kTruncated);
    }
}

TEST_CASE("rtcp: padding is taken off, and refused when it is zero or too long", "[rtp][rtcp]") {
    std::array<std::uint8_t, 12> rr{0xa0, 201, 0, 2, 0, 0, 0, 9, 0, 0, 0, 4};
    auto r = parse_rtcp(Bytes{rr});
    REQUIRE(r);
    CHECK(std::get<ReceiverReport>(r->at(0)).ssrc == 9);
    rr[11] = 0;
    CHECK_FALSE(parse_rtcp(Bytes{rr}));
    rr[11] = 9;
    CHECK_FALSE(parse_rtcp(Bytes{rr}));
}

TEST_CASE("rtcp: an SDES list ends with a null byte also when the text fills its word", "[rtp][rtcp]") {
    ByteWriter out;
    const Sdes sdes{{{1, {{kSdesCname, "ab"}}}, {2, {}}}};
    REQUIRE(append_rtcp(out, sdes));
    CHECK(out.size() == 4 + 4 + 8 + 4 + 4);
    auto back = parse_rtcp(out.view());
    REQUIRE(back);
    CHECK(std::get<Sdes>(back->at(0)) == sdes);
}

TEST_CASE("rtcp: refuses to write what a count field cannot say", "[rtp][rtcp]") {
    ByteWriter out;
    CHECK_FALSE(append_rtcp(out, ReceiverReport{1, std::vector<ReportBlock>(32)}));
    CHECK_FALSE(append_rtcp(out, Bye{std::vector<std::uint32_t>(32), {}}));
    const std::string text(256, 'x');
    CHECK_FALSE(append_rtcp(out, Sdes{{{1, {{kSdesCname, text}}}}}));
    CHECK(out.size() == 0);
}

TEST_CASE("ntp: round trip, compact form and RTT of the RFC's example", "[rtp][ntp]") {
    const WallTime t{nanoseconds{1'750'000'000'123'456'789}};
    CHECK(t - from_ntp(to_ntp(t)) <= nanoseconds{1});
    // RFC 3550 §6.4.1 Figure 2: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 0x0005:4000 gives 0x0006:2000 = 6.125 s.
    CHECK(round_trip(0xb7108000U, 0xb7052000U, 0x00054000U) == milliseconds{6125});
    CHECK(round_trip(1, 2, 3) == nanoseconds{0});
    CHECK(compact_ntp(0xb44db7052000'0000ULL << 0) == 0xb7052000U);
    CHECK(to_compact(milliseconds{5250}) == 0x00054000U);
    CHECK(to_compact(nanoseconds{-1}) == 0);
    CHECK(to_compact(seconds{70000}) == 0xffffffffU);
}
