#include "rtp/g711.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

using namespace tandem::rtp::g711;

namespace {

std::uint8_t byte(int n) { return static_cast<std::uint8_t>(n); }

// ITU-T G.711 Tables 1a and 2a state the decoder output value y_n of the positive half; these are the formulas of the
// eight segments, written apart from the code under test.
int mu_value(int n) {
    const int segment = n / 16;
    return (2 * (n % 16) + 33) * (1 << segment) - 33;
}
int a_value(int n) {  // n from 0
    const int segment = n / 16;
    if (segment == 0) return 2 * n + 1;
    return (2 * (n % 16) + 33) * (1 << (segment - 1));
}

}  // namespace

TEST_CASE("g711: decoder output values are those of the standard's tables", "[rtp][g711]") {
    for (int n = 0; n < 128; ++n) {
        INFO(n);
        CHECK(decode_mu(byte(0xff - n)) == 4 * mu_value(n));
        CHECK(decode_mu(byte(0x7f - n)) == -4 * mu_value(n));
        CHECK(decode_a(byte(0xd5 ^ n)) == 8 * a_value(n));
        CHECK(decode_a(byte(0x55 ^ n)) == -8 * a_value(n));
    }
    // The ends of the tables as printed: 8031 of 14 bits, 4032 of 13 bits.
    CHECK(decode_mu(0x80) == 4 * 8031);
    CHECK(decode_a(0xaa) == 8 * 4032);
}

TEST_CASE("g711: every code decodes and encodes to itself, but for the two zeros of mu-law", "[rtp][g711]") {
    for (int c = 0; c < 256; ++c) {
        INFO(c);
        CHECK(encode_a(decode_a(byte(c))) == c);
        if (c != 0x7f) CHECK(encode_mu(decode_mu(byte(c))) == c);
    }
    CHECK(encode_mu(decode_mu(0x7f)) == 0xff);
}

TEST_CASE("g711: every sample is encoded to the nearest value of its law", "[rtp][g711]") {
    for (Law law : {Law::kMu, Law::kA}) {
        int previous = -40000;
        for (int s = -32768; s <= 32767; ++s) {
            const auto sample = static_cast<std::int16_t>(s);
            const int got = decode(law, encode(law, sample));
            REQUIRE(got >= previous);  // monotonous
            previous = got;
            // Half of the widest step of the sample's segment bounds the error.
            const double step = std::max(16.0, std::pow(2.0, std::floor(std::log2(std::abs(s) + 133.0)) - 4));
            const bool clipped = std::abs(s) > 32124;
            if (!clipped) REQUIRE(std::abs(got - s) <= step / 2 + 1);
        }
    }
}

TEST_CASE("g711: conversion between the laws stays within one step and keeps the sign", "[rtp][g711]") {
    for (int c = 0; c < 256; ++c) {
        INFO(c);
        CHECK((kMuToA[byte(c)] & 0x80) == (c & 0x80));
        CHECK((kAToMu[byte(c)] & 0x80) == (c & 0x80));
        const int mu = decode_mu(byte(c));
        CHECK(std::abs(decode_a(kMuToA[byte(c)]) - mu) <= std::max(16, std::abs(mu) / 16));
        const int a = decode_a(byte(c));
        CHECK(std::abs(decode_mu(kAToMu[byte(c)]) - a) <= std::max(16, std::abs(a) / 16));
    }
}

TEST_CASE("g711: rows of the standard's conversion tables", "[rtp][g711]") {
    // Value numbers, both from 0: where the conversion is not the plain nearest value.
    struct Row {
        int mu, a;
    };
    for (const Row r : {Row{0, 0}, Row{1, 0}, Row{14, 7}, Row{15, 7}, Row{32, 24}, Row{47, 43}, Row{48, 45},
                        Row{63, 61}, Row{64, 63}, Row{79, 78}, Row{80, 79}, Row{81, 81}, Row{127, 127}})
        CHECK(kMuToA[byte(0xff - r.mu)] == (0xd5 ^ r.a));
    for (const Row r : {Row{1, 0}, Row{15, 7}, Row{16, 8}, Row{32, 24}, Row{32, 25}, Row{48, 44}, Row{48, 45},
                        Row{64, 62}, Row{64, 63}, Row{80, 79}, Row{80, 80}, Row{127, 127}})
        CHECK(kAToMu[byte(0xd5 ^ r.a)] == 0xff - r.mu);
}

TEST_CASE("g711: A to mu to A and mu to A to mu change only the codes that share a value", "[rtp][g711]") {
    int changed_a = 0;
    int changed_mu = 0;
    for (int c = 0; c < 256; ++c) {
        const int a = kMuToA[kAToMu[byte(c)]];
        const int mu = kAToMu[kMuToA[byte(c)]];
        changed_a += a != c ? 1 : 0;
        changed_mu += mu != c ? 1 : 0;
        CHECK(std::abs((a ^ 0x55) - (c ^ 0x55)) <= 1);
        CHECK(std::abs(mu - c) <= 1);
        // A second pass changes nothing more: tandem conversion does not add up.
        CHECK(kMuToA[kAToMu[byte(a)]] == a);
        CHECK(kAToMu[kMuToA[byte(mu)]] == mu);
    }
    // Eight pairs of A-law values a sign meet in one µ-law value, and eight pairs of µ-law values in one A-law value.
    CHECK(changed_a == 2 * 8);
    CHECK(changed_mu == 2 * 8);
}

TEST_CASE("g711: silence decodes to the smallest magnitude", "[rtp][g711]") {
    CHECK(decode_mu(silence(Law::kMu)) == 0);
    CHECK(decode_a(silence(Law::kA)) == 8);
}
