#include "rtp/packet.h"

#include <array>
#include <catch2/catch.hpp>

#include "support/exact_buffer.h"

using namespace tandem;
using rtp::MediaKind;

namespace {

// clang-format off
constexpr std::array<std::uint8_t, 35> kFull = {
    0xb2, 0xe0,              // version 2, padding, extension, 2 CSRCs; marker, payload type 96
    0x12, 0x34,              // sequence 0x1234
    0x00, 0x01, 0xe2, 0x40,  // timestamp 123456
    0x5d, 0x93, 0x15, 0x34,  // SSRC
    0x00, 0x00, 0x00, 0x01,  // CSRC 1
    0x00, 0x00, 0x00, 0x02,  // CSRC 2
    0xbe, 0xde, 0x00, 0x01,  // RFC 8285 one-byte elements, 1 word
    0x10, 0xaa, 0x00, 0x00,
    0x01, 0x02, 0x03, 0x04,  // payload
    0x00, 0x00, 0x03};       // 3 bytes of padding
// clang-format on

}  // namespace

TEST_CASE("rtp: reads CSRCs, extension, payload and padding", "[rtp][packet]") {
    test::ExactBuffer buffer{Bytes{kFull}};
    auto p = rtp::parse(buffer.bytes());
    REQUIRE(p);
    CHECK(p->marker);
    CHECK(p->payload_type == 96);
    CHECK(p->sequence == 0x1234);
    CHECK(p->timestamp == 123456);
    CHECK(p->ssrc == 0x5d931534);
    CHECK(p->csrc.size() == 8);
    CHECK(p->extension_profile == 0xbede);
    CHECK(p->extension.size() == 4);
    CHECK(p->payload.size() == 4);
    CHECK(p->payload[3] == 4);
    CHECK(p->padding == 3);
}

TEST_CASE("rtp: build is the inverse of parse", "[rtp][packet]") {
    auto p = rtp::parse(Bytes{kFull});
    REQUIRE(p);
    auto built = rtp::build(*p);
    REQUIRE(built);
    CHECK(*built == std::vector<std::uint8_t>(kFull.begin(), kFull.end()));
}

TEST_CASE("rtp: every truncation is an error or a shorter payload, never a read past the end", "[rtp][packet]") {
    test::for_each_truncation(as_text(Bytes{kFull}), [](const test::ExactBuffer& cut) {
        auto p = rtp::parse(cut.bytes());
        INFO(cut.bytes().size());
        // Cut within the head parts it must fail; cut later the last byte is taken for the padding count.
        if (cut.bytes().size() < 28) {
            REQUIRE_FALSE(p);
            CHECK(p.error().code == Errc::kTruncated);
        } else if (p) {
            CHECK(p->payload.size() + p->padding == cut.bytes().size() - 28);
        }
        CHECK(rtp::peek(cut.bytes()).has_value() == (cut.bytes().size() >= 12));
    });
}

TEST_CASE("rtp: refuses another version and padding of zero", "[rtp][packet]") {
    auto raw = kFull;
    raw[0] = 0x72;
    CHECK(rtp::parse(Bytes{raw}).error().code == Errc::kUnsupported);
    CHECK_FALSE(rtp::peek(Bytes{raw}));
    raw = kFull;
    raw.back() = 0;
    CHECK_FALSE(rtp::parse(Bytes{raw}));
    raw.back() = 8;  // one more than payload and padding together
    CHECK_FALSE(rtp::parse(Bytes{raw}));
    raw.back() = 7;
    CHECK(rtp::parse(Bytes{raw})->payload.empty());
}

TEST_CASE("rtp: write needs room and allocates nothing", "[rtp][packet]") {
    const rtp::Header h{true, 8, 65535, 0xffffffff, 1};
    const std::array<std::uint8_t, 2> payload{0xd5, 0xd5};
    std::array<std::uint8_t, 14> out{};
    CHECK(rtp::write(h, payload, std::span(out).first(13)) == 0);
    REQUIRE(rtp::write(h, payload, out) == 14);
    auto p = rtp::parse(Bytes{out});
    REQUIRE(p);
    CHECK(p->marker);
    CHECK(p->payload_type == 8);
    CHECK(p->sequence == 65535);
    CHECK(p->timestamp == 0xffffffff);
    CHECK(p->payload.size() == 2);
}

TEST_CASE("rtp: build refuses what the header cannot say", "[rtp][packet]") {
    const std::array<std::uint8_t, 64> many{};
    rtp::Packet p;
    p.csrc = Bytes{many};
    CHECK_FALSE(rtp::build(p));
    p.csrc = Bytes{many}.first(3);
    CHECK_FALSE(rtp::build(p));
    p.csrc = {};
    p.has_extension = true;
    p.extension = Bytes{many}.first(5);
    CHECK_FALSE(rtp::build(p));
    p.extension = {};
    p.payload_type = 128;
    CHECK_FALSE(rtp::build(p));
}

TEST_CASE("rtp: tells the protocols of a shared port apart by the first bytes", "[rtp][packet]") {
    struct Row {
        std::uint8_t first, second;
        std::size_t size;
        MediaKind kind;
    };
    const Row rows[] = {
        {0x80, 0, 12, MediaKind::kRtp},     {0x80, 0xe0, 12, MediaKind::kRtp},
        {0x80, 0, 11, MediaKind::kOther},   {0x81, 200, 28, MediaKind::kRtcp},
        {0x80, 192, 8, MediaKind::kRtcp},   {0x80, 223, 8, MediaKind::kRtcp},
        {0x80, 224, 12, MediaKind::kRtp},   {0x80, 191, 12, MediaKind::kRtp},
        {0x80, 201, 7, MediaKind::kOther},  {0x00, 1, 20, MediaKind::kStun},
        {0x03, 1, 20, MediaKind::kStun},    {0x04, 1, 20, MediaKind::kOther},
        {20, 254, 13, MediaKind::kDtls},    {63, 254, 13, MediaKind::kDtls},
        {64, 0, 20, MediaKind::kOther},     {'I', 'N', 400, MediaKind::kOther},
        {0xc0, 0, 20, MediaKind::kOther},   {0x00, 1, 3, MediaKind::kOther},
    };
    for (const Row& row : rows) {
        std::vector<std::uint8_t> raw(row.size);
        raw[0] = row.first;
        raw[1] = row.second;
        INFO(int{row.first} << " " << int{row.second} << " " << row.size);
        CHECK(rtp::classify(raw) == row.kind);
    }
    CHECK(rtp::classify({}) == MediaKind::kOther);
}
