#include "capture/frame.h"

#include <catch2/catch.hpp>

#include "support/capture_builder.h"
#include "support/exact_buffer.h"

using namespace tandem;
using capture::FrameKind;
using capture::LinkType;

namespace {

const net::Endpoint kA4 = *net::Endpoint::parse("192.0.2.1:5060");
const net::Endpoint kB4 = *net::Endpoint::parse("192.0.2.2:5062");
const net::Endpoint kA6 = *net::Endpoint::parse("[2001:db8::1]:5060");
const net::Endpoint kB6 = *net::Endpoint::parse("[2001:db8::2]:5062");

FrameKind decode(LinkType link, std::string_view frame, capture::Datagram& out) {
    test::ExactBuffer buffer(frame);
    const FrameKind kind = capture::decode(link, buffer.bytes(), out);
    // The payload is copied out of sight of the buffer, so that tests may look at it afterwards.
    static std::string kept;
    kept = kind == FrameKind::kUdp ? std::string(as_text(out.payload)) : "";
    out.payload = as_bytes(kept);
    return kind;
}

}  // namespace

TEST_CASE("frame: every link type leads to the datagram", "[capture][frame]") {
    const std::string v4 = test::udp_ip(kA4, kB4, "hello", {46, 0, 17, 0});
    const std::string v6 = test::udp_ip(kA6, kB6, "hello", {46, 0, 17, 0});
    const auto sll = [](std::string_view packet, unsigned type) {
        return test::Packer().u16(0).u16(1).u16(6).text(std::string(8, 'm')).u16(type).text(packet).str();
    };
    const auto sll2 = [](std::string_view packet, unsigned type) {
        return test::Packer().u16(type).u16(0).u32(3).u16(1).u8(0).u8(6).text(std::string(8, 'm')).text(packet).str();
    };
    struct Row {
        LinkType link;
        std::string frame;
        bool six;
    };
    const Row rows[] = {
        {LinkType::kEthernet, test::ethernet(v4), false},
        {LinkType::kEthernet, test::ethernet(v6), true},
        {LinkType::kEthernet, test::ethernet(v4, {100}), false},
        {LinkType::kEthernet, test::ethernet(v6, {100, 200}), true},
        {LinkType::kEthernet, test::ethernet(v4) + std::string(13, '\0'), false},  // Ethernet padding
        {LinkType::kLinuxSll, sll(v4, 0x0800), false},
        {LinkType::kLinuxSll, sll(v6, 0x86dd), true},
        {LinkType::kLinuxSll2, sll2(v4, 0x0800), false},
        {LinkType::kLinuxSll2, sll2(v6, 0x86dd), true},
        {LinkType::kRaw, v4, false},
        {LinkType::kRaw, v6, true},
        {LinkType::kRawBsd, v4, false},
        {LinkType::kIpv4, v4, false},
        {LinkType::kIpv6, v6, true},
        {LinkType::kNull, test::Packer(true).u32(2).text(v4).str(), false},
        {LinkType::kNull, test::Packer(false).u32(2).text(v4).str(), false},
        {LinkType::kNull, test::Packer(true).u32(30).text(v6).str(), true},
        {LinkType::kLoop, test::Packer(false).u32(24).text(v6).str(), true},
    };
    int n = 0;
    for (const Row& row : rows) {
        INFO(n++);
        capture::Datagram d;
        REQUIRE(decode(row.link, row.frame, d) == FrameKind::kUdp);
        CHECK(d.source == (row.six ? kA6 : kA4));
        CHECK(d.destination == (row.six ? kB6 : kB4));
        CHECK(as_text(d.payload) == "hello");
        CHECK(d.dscp == 46);
        CHECK_FALSE(d.cut);
    }
}

TEST_CASE("frame: IPv6 extension headers are walked", "[capture][frame]") {
    const std::string segment = test::udp(kA6, kB6, "hi");
    const auto with = [&](unsigned first, const std::string& chain) {
        test::Ipv4Fields fields;
        fields.protocol = first;
        return test::ip(kA6.ip, kB6.ip, chain + segment, fields);
    };
    const std::string options = test::Packer().u8(17).u8(0).text(std::string(6, '\0')).str();
    const std::string two = test::Packer().u8(60).u8(1).text(std::string(14, '\0')).str() + options;
    const std::string ah = test::Packer().u8(17).u8(4).text(std::string(22, '\0')).str();
    const std::string atomic = test::Packer().u8(17).u8(0).u16(0).u32(7).str();
    const std::string piece = test::Packer().u8(17).u8(0).u16(1).u32(7).str();
    capture::Datagram d;
    CHECK(decode(LinkType::kRaw, with(0, options), d) == FrameKind::kUdp);
    CHECK(as_text(d.payload) == "hi");
    CHECK(decode(LinkType::kRaw, with(43, two), d) == FrameKind::kUdp);
    CHECK(decode(LinkType::kRaw, with(51, ah), d) == FrameKind::kUdp);
    CHECK(decode(LinkType::kRaw, with(44, atomic), d) == FrameKind::kUdp);
    CHECK(decode(LinkType::kRaw, with(44, piece), d) == FrameKind::kFragment);
    CHECK(decode(LinkType::kRaw, with(58, ""), d) == FrameKind::kOtherIp);
    std::string endless;
    for (int i = 0; i < 20; ++i) endless += test::Packer().u8(60).u8(0).text(std::string(6, '\0')).str();
    CHECK(decode(LinkType::kRaw, with(60, endless), d) == FrameKind::kMalformed);
}

TEST_CASE("frame: what is not a whole UDP datagram is told apart", "[capture][frame]") {
    const auto with = [](test::Ipv4Fields fields, std::string_view segment = "12345678") {
        return test::ethernet(test::ip(kA4.ip, kB4.ip, segment, fields));
    };
    capture::Datagram d;
    CHECK(decode(LinkType::kEthernet, with({0, 0, 6, 0}), d) == FrameKind::kTcp);
    CHECK(decode(LinkType::kEthernet, with({0, 0, 1, 0}), d) == FrameKind::kOtherIp);
    CHECK(decode(LinkType::kEthernet, with({0, 0x2000, 17, 0}), d) == FrameKind::kFragment);
    CHECK(decode(LinkType::kEthernet, with({0, 0x0001, 17, 0}), d) == FrameKind::kFragment);
    CHECK(decode(LinkType::kEthernet, with({0, 0x4000, 17, 0}, test::udp(kA4, kB4, "x")), d) == FrameKind::kUdp);
    CHECK(decode(LinkType::kEthernet, with({}, "1234567"), d) == FrameKind::kMalformed);
    std::string arp = test::ethernet(test::udp_ip(kA4, kB4, ""));
    arp[13] = '\x06';
    CHECK(decode(LinkType::kEthernet, arp, d) == FrameKind::kNotIp);
    CHECK(decode(static_cast<LinkType>(9), arp, d) == FrameKind::kUnknownLink);
    for (const unsigned tunnel : {4U, 41U, 47U}) CHECK(decode(LinkType::kEthernet, with({0, 0, tunnel, 0}), d) == FrameKind::kTunnel);
    for (const unsigned type : {0x8847U, 0x8848U, 0x8864U})
        CHECK(decode(LinkType::kEthernet, test::Packer().text(std::string(12, 'm')).u16(type).text("xxxx").str(), d) == FrameKind::kTunnel);
    REQUIRE(decode(LinkType::kEthernet, with({0, 0, 6, 0}, test::udp(kA4, kB4, "")), d) == FrameKind::kTcp);
    CHECK(d.source == kA4);
    CHECK(d.destination == kB4);
    CHECK(decode(LinkType::kNull, test::Packer().u32(7).text("xxxx").str(), d) == FrameKind::kNotIp);
    CHECK(decode(LinkType::kRaw, "\x10", d) == FrameKind::kNotIp);
}

TEST_CASE("frame: a datagram that the capture cut is given and marked", "[capture][frame]") {
    const std::string whole = test::ethernet(test::udp_ip(kA4, kB4, "0123456789"));
    capture::Datagram d;
    REQUIRE(decode(LinkType::kEthernet, std::string_view(whole).substr(0, whole.size() - 4), d) == FrameKind::kUdp);
    CHECK(d.cut);
    CHECK(as_text(d.payload) == "012345");
}

TEST_CASE("frame: a UDP length that its packet does not hold is malformed", "[capture][frame]") {
    std::string segment = test::udp(kA4, kB4, "abc");
    capture::Datagram d;
    segment[5] = '\x0c';
    CHECK(decode(LinkType::kRaw, test::ip(kA4.ip, kB4.ip, segment), d) == FrameKind::kMalformed);
    segment[5] = '\x07';
    CHECK(decode(LinkType::kRaw, test::ip(kA4.ip, kB4.ip, segment), d) == FrameKind::kMalformed);
    segment[5] = '\x0a';  // shorter: the rest is padding
    REQUIRE(decode(LinkType::kRaw, test::ip(kA4.ip, kB4.ip, segment), d) == FrameKind::kUdp);
    CHECK(as_text(d.payload) == "ab");
}

TEST_CASE("frame: no truncation reads past the end", "[capture][frame]") {
    for (const std::string& frame :
         {test::ethernet(test::udp_ip(kA4, kB4, "payload"), {1, 2}), test::ethernet(test::udp_ip(kA6, kB6, "payload"))})
        test::for_each_truncation(frame, [](const test::ExactBuffer& cut) {
            capture::Datagram d;
            const FrameKind kind = capture::decode(LinkType::kEthernet, cut.bytes(), d);
            CHECK((kind == FrameKind::kMalformed || (kind == FrameKind::kUdp && d.cut)));
        });
}
