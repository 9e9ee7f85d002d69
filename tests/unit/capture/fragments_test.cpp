#include "capture/fragments.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/text.h"
#include "support/capture_builder.h"

using namespace tandem;
using capture::FrameKind;

namespace {

const net::Endpoint kA = *net::Endpoint::parse("192.0.2.1:5060"), kB = *net::Endpoint::parse("192.0.2.2:5062");
const net::Endpoint kA6 = *net::Endpoint::parse("[2001:db8::1]:5060"), kB6 = *net::Endpoint::parse("[2001:db8::2]:5062");

/// A datagram as pieces of `step` bytes (a multiple of 8), in order.
std::vector<std::string> pieces(std::string_view payload, std::size_t step, unsigned id, const net::Endpoint& a = kA,
                                const net::Endpoint& b = kB) {
    const std::string segment = test::udp(a, b, payload);
    std::vector<std::string> out;
    for (std::size_t at = 0; at < segment.size(); at += step) {
        const std::string part = segment.substr(at, step);
        const bool more = at + step < segment.size();
        if (a.ip.is_v4()) {
            out.push_back(test::ip(a.ip, b.ip, part, {0, static_cast<unsigned>(at / 8) | (more ? 0x2000U : 0U), 17, id}));
        } else {
            const std::string head = test::Packer().u8(17).u8(0).u16(static_cast<unsigned>(at) | (more ? 1U : 0U)).u32(id).str();
            out.push_back(test::ip(a.ip, b.ip, head + part, {0, 0, 44, 0}));
        }
    }
    return out;
}

/// What comes of packets, one second after the other.
struct Assembly {
    capture::Fragments fragments;
    std::vector<std::string> out;
    std::int64_t now_s = 0;

    void take(std::string_view packet, std::int64_t after_s = 0) {
        now_s += after_s;
        capture::Datagram piece, whole;
        REQUIRE(capture::decode(capture::LinkType::kRaw, as_bytes(packet), piece) == FrameKind::kFragment);
        if (!fragments.add(piece, WallTime{seconds{1'700'000'000 + now_s}}, whole)) return;
        CHECK(whole.source.port == 5060);
        CHECK(whole.destination.port == 5062);
        out.emplace_back(as_text(whole.payload));
    }
    void take(const std::vector<std::string>& packets) {
        for (const std::string& p : packets) take(p);
    }
};

const std::string kText = [] {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += static_cast<char>('a' + i % 26);
    return text;
}();

}  // namespace

TEST_CASE("fragments: in any order they become the datagram, for IPv4 and IPv6", "[capture][fragments]") {
    std::mt19937 random(7);
    for (const bool six : {false, true})
        for (const std::size_t step : {8U, 552U, 1480U, 3000U}) {
            Assembly a;
            auto list = six ? pieces(kText, step, 9, kA6, kB6) : pieces(kText, step, 9);
            if (list.size() > capture::Fragments::kMaxPieces) continue;
            for (int round = 0; round < 3; ++round) {
                a.take(list);
                std::shuffle(list.begin(), list.end(), random);
            }
            CHECK(a.out == std::vector<std::string>(3, kText));
            CHECK(a.fragments.completed() == 3);
            a.fragments.finish();
            CHECK(a.fragments.lost() == 0);
        }
}

TEST_CASE("fragments: packets of different ids and addresses do not mix", "[capture][fragments]") {
    Assembly a;
    const auto first = pieces(kText, 1480, 1), second = pieces("B" + kText, 1480, 2);
    auto back = *net::Endpoint::parse("192.0.2.3:5060");
    const auto third = pieces("C" + kText, 1480, 1, back, kB);
    for (std::size_t i = 0; i < first.size(); ++i)
        for (const auto* list : {&first, &second, &third}) a.take((*list)[i]);
    CHECK(a.out == std::vector<std::string>{kText, "B" + kText, "C" + kText});
}

TEST_CASE("fragments: a missing piece is counted when the wait is over, and at the end", "[capture][fragments]") {
    Assembly a;
    const auto list = pieces(kText, 1480, 1);
    REQUIRE(list.size() == 3);
    a.take(list[0]);
    a.take(list[2]);
    a.take(pieces(kText, 1480, 2)[0], 61);
    CHECK(a.fragments.lost() == 2);
    a.take(list[1]);
    CHECK(a.out.empty());
    a.fragments.finish();
    CHECK(a.fragments.lost() == 4);
}

TEST_CASE("fragments: a copy of a piece changes nothing, an overlap spoils the packet", "[capture][fragments]") {
    Assembly a;
    const auto list = pieces(kText, 1480, 1);
    a.take(list[0]);
    a.take(list[0]);
    a.take(list[1]);
    a.take(list[2]);
    CHECK(a.out.size() == 1);
    std::string other = list[1];
    other.back() = '#';
    a.take({list[0], list[1], other, list[2]});
    CHECK(a.out.size() == 1);
    CHECK(a.fragments.lost() == 3);  // list[2] waits in vain
    const auto shifted = pieces(kText, 1472, 1);
    a.take({list[0], shifted[1]});
    CHECK(a.out.size() == 1);
}

TEST_CASE("fragments: an end that moves, and bytes behind it, spoil the packet", "[capture][fragments]") {
    Assembly a;
    const auto long_one = pieces(kText, 1480, 1), short_one = pieces(kText.substr(0, 1400), 552, 1);
    a.take({short_one.back(), long_one.back()});
    CHECK(a.fragments.lost() == 2);
    a.take({long_one.back(), short_one.back()});
    a.take(long_one);
    CHECK(a.out.size() <= 1);
    for (const std::string& text : a.out) CHECK(text == kText);
}

TEST_CASE("fragments: a flood of first pieces is bounded", "[capture][fragments]") {
    Assembly a;
    const std::string part(1480, 'x');
    for (unsigned id = 0; id < 20'000; ++id)
        a.take(test::ip(*net::IpAddress::parse(cat("10.0.", id >> 16, ".1")), kB.ip, part, {0, 0x2000, 17, id & 0xffff}));
    CHECK(a.fragments.lost() > 10'000);
    a.fragments.finish();
    CHECK(a.fragments.lost() == 20'000);
}

TEST_CASE("fragments: what is not UDP is left alone", "[capture][fragments]") {
    Assembly a;
    a.take(test::ip(kA.ip, kB.ip, "12345678", {0, 0x2000, 6, 1}));
    a.fragments.finish();
    CHECK(a.fragments.lost() == 0);
}
