#include "base/text.h"

#include <array>
#include <catch2/catch.hpp>

using namespace tandem;

TEST_CASE("text: trims blanks, tabs and line ends only at the ends", "[base][text]") {
    CHECK(trim("  a b\t\r\n") == "a b");
    CHECK(trim(" \t").empty());
    CHECK(trim("").empty());
}

TEST_CASE("text: splits on every separator and keeps empty parts", "[base][text]") {
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(cut("key=value=x", '=') == std::pair<std::string_view, std::string_view>{"key", "value=x"});
    CHECK(cut("key", '=').second.empty());
}

TEST_CASE("text: reads a number only when the whole text is one and it fits", "[base][text]") {
    CHECK(to_number<std::uint16_t>("65535") == 65535);
    for (auto bad : {"", "65536", "-1", "+1", " 1", "1 ", "0x1", "1.0"})
        CHECK_FALSE(to_number<std::uint16_t>(bad).has_value());
}

TEST_CASE("text: compares ASCII without case and leaves other bytes alone", "[base][text]") {
    CHECK(iequals("Via", "vIA"));
    CHECK_FALSE(iequals("Via", "Vi"));
    CHECK_FALSE(iequals("\xC3\x84", "\xC3\xA4"));
    CHECK(istarts_with("SIP/2.0 200", "sip/2.0"));
    CHECK_FALSE(istarts_with("SI", "SIP"));
}

TEST_CASE("text: hex there and back", "[base][text]") {
    std::array<std::uint8_t, 3> bytes{0x00, 0xAB, 0xFF};
    CHECK(to_hex(bytes) == "00abff");
    CHECK(from_hex("00ABff") == std::vector<std::uint8_t>{0x00, 0xAB, 0xFF});
    CHECK_FALSE(from_hex("0").has_value());
    CHECK_FALSE(from_hex("0g").has_value());
}

TEST_CASE("text: accepts well-formed UTF-8 and nothing else (RFC 3629)", "[base][text]") {
    for (std::string_view good : {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x93\x9E", "\xEF\xBF\xBD"})
        CHECK(is_utf8(good));
    // overlong, lone tail, surrogate, above U+10FFFF, cut short
    for (std::string_view bad : {"\xC0\x80", "\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"})
        CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("text: repairs ill-formed UTF-8 with U+FFFD and says so", "[base][text]") {
    std::string out;
    CHECK(append_utf8_repaired(out, "a\xFF\xC3\xA4"));
    CHECK(out == "a\xEF\xBF\xBD\xC3\xA4");
    CHECK(is_utf8(out));
    out.clear();
    CHECK_FALSE(append_utf8_repaired(out, "plain"));
}

TEST_CASE("text: suggests the nearest spelling and stays silent when nothing is near", "[base][text]") {
    std::array<std::string_view, 3> keys{"trunks", "realms", "sites"};
    CHECK(nearest("trunk", keys) == "trunks");
    CHECK(nearest("relams", keys) == "realms");
    CHECK(nearest("zzzzzzzz", keys).empty());
}

TEST_CASE("text: cat joins texts, characters and integers", "[base][text]") {
    CHECK(cat("a", 'b', 12, std::uint8_t{7}, -3L, std::string("c")) == "ab127-3c");
}

TEST_CASE("text: what is shown to a person has no control character and an end", "[base][text]") {
    CHECK(shown("plain é") == "plain é");
    CHECK(shown(std::string_view("a\0b\x1b[2J\n\x7f", 9)) == "a\\x00b\\x1b[2J\\x0a\\x7f");
    CHECK(shown("\xC2\x9B" "31m") == "\\x9b31m");  // CSI in one code point
    CHECK(shown("\xFF") == "\xEF\xBF\xBD");
    CHECK(shown("\xC2") == "\xEF\xBF\xBD");
    CHECK(shown("abcdef", 3) == "abc…");
    CHECK(shown("abc", 3) == "abc");
    CHECK(shown("aéé", 2) == "a…");  // never half a character
    CHECK(shown("", 0).empty());
}

TEST_CASE("text: characters as UTF-8, at the borders of each length", "[base][text]") {
    struct Case {
        char32_t c;
        const char* bytes;
    };
    for (const auto& [c, bytes] : {Case{0x7F, "\x7F"}, {0x80, "\xC2\x80"}, {0x7FF, "\xDF\xBF"}, {0x800, "\xE0\xA0\x80"}, {0xFFFF, "\xEF\xBF\xBF"},
                                   {0x10000, "\xF0\x90\x80\x80"}, {0x10FFFF, "\xF4\x8F\xBF\xBF"}}) {
        std::string out = "a";
        append_utf8(out, c);
        CHECK(out == std::string("a") + bytes);
        CHECK(is_utf8(out));
    }
}

TEST_CASE("text: numbers are read to the last one that fits", "[base][text]") {
    CHECK(to_number<std::uint8_t>("255") == 255);
    CHECK_FALSE(to_number<std::uint8_t>("256"));
    CHECK(to_number<std::uint32_t>("4294967295") == 4294967295U);
    CHECK_FALSE(to_number<std::uint32_t>("4294967296"));
    CHECK(to_number<std::uint64_t>("18446744073709551615") == 18446744073709551615U);
    for (const char* bad : {"18446744073709551616", "99999999999999999999999", "", "+1", "-0", " 1", "1 ", "0x1"}) CHECK_FALSE(to_number<std::uint64_t>(bad));
    CHECK(to_number<std::uint16_t>("0000065535") == 65535);
}

TEST_CASE("text: hexadecimal digits of any number", "[base][text]") {
    std::string out;
    append_hex(out, 0x0123456789abcdefU);
    append_hex(out, 0xdeadbeefU, 8);
    append_hex(out, 0x12345U, 2);
    CHECK(out == "0123456789abcdefdeadbeef45");
}
