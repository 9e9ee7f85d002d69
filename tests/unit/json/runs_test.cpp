#include "json/runs.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <array>
#include <random>
#include <string>

using namespace tandem::json;

namespace {

bool is_stop(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }
bool is_odd(char c) { return c == '\0' || static_cast<unsigned char>(c) >= 0x80; }

template <class Is>
std::uint64_t marks(const std::array<char, 64>& bytes, Is is) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (is(bytes[i])) bits |= std::uint64_t{1} << i;
    return bits;
}

// What the machine's way and the portable one say of 64 bytes, against a look at each of them.
void check(const std::array<char, 64>& bytes) {
    const bool any_high = std::any_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    bool high = false, portable_high = false;
    const std::uint64_t stops = marks(bytes, is_stop);
    CHECK(stops_of(bytes.data(), high) == stops);
    CHECK(portable::stops_of(bytes.data(), portable_high) == stops);
    CHECK(high == any_high);
    CHECK(portable_high == any_high);
    const std::uint64_t feeds = marks(bytes, [](char c) { return c == '\n'; }), odd = marks(bytes, is_odd);
    const LineMarks fast = line_marks_of(bytes.data()), slow = portable::line_marks_of(bytes.data());
    CHECK(fast.feeds == feeds);
    CHECK(slow.feeds == feeds);
    CHECK(fast.odd == odd);
    CHECK(slow.odd == odd);
}

}  // namespace

TEST_CASE("runs: mark every value of a byte at every place, whatever stands beside it", "[json][runs]") {
    for (const char around : {'a', '\0', '\x1f', '\x21', '\xff', '"'}) {
        for (unsigned value = 0; value < 256; ++value) {
            INFO(value << " among " << static_cast<int>(around));
            for (const std::size_t at : {0U, 1U, 7U, 8U, 15U, 16U, 31U, 47U, 62U, 63U}) {
                std::array<char, 64> bytes;
                bytes.fill(around);
                bytes[at] = static_cast<char>(value);
                check(bytes);
            }
        }
    }
}

TEST_CASE("runs: mark random bytes as a look at each of them does", "[json][runs]") {
    std::mt19937 random(20261122);
    for (int round = 0; round < 5'000; ++round) {
        std::array<char, 64> bytes;
        for (char& c : bytes) c = random() % 3 == 0 ? static_cast<char>(random()) : "ab\"\\\n \x01\xc3"[random() % 8];
        check(bytes);
    }
}

TEST_CASE("runs: a line ends at its line feed or where the bytes end, and only its own bytes are suspect", "[json][runs]") {
    for (std::size_t size = 0; size < 200; ++size) {
        for (const std::size_t feed : {std::size_t{0}, size / 2, size - 1, size + 3}) {
            for (const std::size_t odd : {std::size_t{0}, size / 3, size / 2 + 1, size + 5}) {
                std::string bytes(size + 10 + kRunPadding, 'x');
                bytes[odd] = odd % 2 == 0 ? '\0' : '\xc3';
                if (feed < size) bytes[feed] = '\n';
                const std::size_t end = std::min(size, feed);
                bool suspect = false;
                INFO(size << ' ' << feed << ' ' << odd);
                CHECK(line_run(bytes.data(), bytes.data() + size, suspect) == bytes.data() + end);
                CHECK(suspect == (odd < end && bytes[odd] != '\n'));
            }
        }
    }
}

TEST_CASE("runs: stops come in order, and those that are passed by do not come", "[json][runs]") {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "0123456789\"";
    const std::size_t size = text.size();
    text.resize(size + kRunPadding);
    Stops all(text.data());
    for (std::size_t at = 10; at < size; at += 11) CHECK(all.next() == text.data() + at);
    CHECK(all.next() == text.data() + size);
    CHECK_FALSE(all.high());
    for (std::size_t from = 0; from < size; from += 7) {
        Stops some(text.data());
        some.skip_to(text.data() + from);
        const std::size_t next = text.find('"', from);
        CHECK(some.next() == text.data() + next);
    }
}
