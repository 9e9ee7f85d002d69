// Knows: sdp/session.h, tried from outside.
// Must not know: how it is done.
// Next: libcommon/sdp/session.h.
#include "sdp/session.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sdp;

namespace {

// RFC 8866 §5 example shape, with what a telephone sends beside it.
constexpr std::string_view kCall =
    "v=0\r\n"
    "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\n"
    "s=Call to John Smith\r\n"
    "i=SDP Offer #1\r\n"
    "u=http://www.jdoe.example.com/home.html\r\n"
    "e=Jane Doe <jane@jdoe.example.com>\r\n"
    "p=+1 617 555-6011\r\n"
    "c=IN IP4 198.51.100.1\r\n"
    "b=AS:128\r\n"
    "t=0 0\r\n"
    "a=group:BUNDLE audio\r\n"
    "m=audio 49170 RTP/AVP 0 8 101\r\n"
    "i=the line\r\n"
    "c=IN IP4 198.51.100.2\r\n"
    "b=TIAS:64000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\n"
    "a=rtcp-mux\r\n"
    "m=video 51372/2 RTP/SAVP 99\r\n"
    "a=rtpmap:99 h263-1998/90000\r\n";

}  // namespace

TEST_CASE("session: a strict description is read whole and printed byte for byte", "[sdp][session]") {
    const auto s = parse_strict(kCall);
    REQUIRE(s);
    CHECK(print(*s) == kCall);
    CHECK(s->origin.username == "jdoe");
    CHECK(s->origin.version == "3724394405");
    CHECK(s->connection->ip() == net::IpAddress::parse("198.51.100.1"));
    REQUIRE(s->media.size() == 2);
    const Media& audio = s->media[0];
    CHECK(audio.port == 49170);
    CHECK(audio.formats == std::vector<std::string>{"0", "8", "101"});
    CHECK(s->connection_of(audio)->address == "198.51.100.2");
    REQUIRE(audio.find("RTCP-mux") != nullptr);
    CHECK_FALSE(audio.find("rtcp-mux")->has_value);
    CHECK(s->media[1].port_count == 2);
    CHECK(s->connection_of(s->media[1])->address == "198.51.100.1");
    CHECK(s->find("group")->value == "BUNDLE audio");
}

TEST_CASE("session: what the field sends is read, and each liberty is told with its rule", "[sdp][session]") {
    struct Row {
        std::string_view what;
        std::string_view text;
        std::string_view rule;
    };
    const Row rows[] = {
        {"line end is not CRLF", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\n", "RFC 8866 §9"},
        {"no s= line", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nt=0 0\r\n", "RFC 8866 §5.3"},
        {"no t= line", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n", "RFC 8866 §5.9"},
        {"no o= line", "v=0\r\ns=-\r\nt=0 0\r\n", "RFC 8866 §5.2"},
        {"o= does not have 6 parts", "v=0\r\no=- 1 1\r\ns=-\r\nt=0 0\r\n", "RFC 8866 §5.2"},
        {"version is not 0", "v=1\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n", "RFC 8866 §5.1"},
        {"v= is not the first line", "o=- 1 1 IN IP4 192.0.2.1\r\nv=0\r\ns=-\r\nt=0 0\r\n", "RFC 8866 §5.1"},
        {"blank line", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n\r\n", "RFC 8866 §9"},
        {"blank at the end of a line", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=- \r\nt=0 0\r\n", "RFC 8866 §9"},
        {"last line without line end", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0", "RFC 8866 §9"},
        {"line out of order", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nc=IN IP4 192.0.2.1\r\n",
         "RFC 8866 §9"},
        {"line of unknown type", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nx=1\r\n", "RFC 8866 §9"},
        {"line type in upper case", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nS=-\r\nt=0 0\r\n", "RFC 8866 §9"},
        {"c= address is not of the family that it names",
         "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 2001:db8::1\r\nt=0 0\r\n", "RFC 8866 §5.7"},
        {"media without a c= line",
         "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4 RTP/AVP 0\r\n", "RFC 8866 §5.7"},
        {"m= without a format", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP\r\n",
         "RFC 8866 §5.14"},
        {"b= is not type:number", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nb=64\r\nt=0 0\r\n",
         "RFC 8866 §5.8"},
        {"session line after an m= line",
         "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\nt=0 0\r\n",
         "RFC 8866 §9"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        std::vector<Deviation> deviations;
        REQUIRE(parse(row.text, &deviations));
        bool told = false;
        for (const auto& d : deviations) told = told || (d.what == row.what && d.rule == row.rule);
        CHECK(told);
        const auto strict = parse_strict(row.text);
        REQUIRE_FALSE(strict);
        CHECK(strict.error().code == Errc::kSyntax);
        CHECK_FALSE(strict.error().rule.empty());
    }
}

TEST_CASE("session: what cannot be read is refused with code and offset", "[sdp][session]") {
    struct Row {
        std::string_view text;
        Errc code;
        std::size_t offset;
    };
    using namespace std::string_view_literals;
    const Row rows[] = {
        {"", Errc::kMissing, 0},
        {"\r\n\r\n", Errc::kMissing, 0},
        {"v=0\r\nhello\r\n", Errc::kSyntax, 5},
        {"v=0\r\ns=a\0b\r\n"sv, Errc::kSyntax, 8},
        {"v=0\r\nc=IN IP4\r\n", Errc::kSyntax, 5},
        {"v=0\r\nm=audio\r\n", Errc::kSyntax, 5},
        {"v=0\r\nm=audio x RTP/AVP 0\r\n", Errc::kSyntax, 5},
        {"v=0\r\nm=audio 65536 RTP/AVP 0\r\n", Errc::kRange, 5},
        {"v=0\r\nm=audio 4/0 RTP/AVP 0\r\n", Errc::kRange, 5},
        {"v=x\r\n", Errc::kSyntax, 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto s = parse(row.text);
        REQUIRE_FALSE(s);
        CHECK(s.error().code == row.code);
        CHECK(s.error().offset == row.offset);
    }
}

TEST_CASE("session: caps on size, media lines and attributes hold at the boundary", "[sdp][session]") {
    std::string many = "v=0\r\n";
    for (int i = 0; i < 64; ++i) many += "m=audio 0 RTP/AVP 0\r\n";
    CHECK(parse(many));
    many += "m=audio 0 RTP/AVP 0\r\n";
    REQUIRE_FALSE(parse(many));
    CHECK(parse(many).error().code == Errc::kRange);

    std::string attributes = "v=0\r\n";
    for (int i = 0; i < 1000; ++i) attributes += "a=x\r\n";
    CHECK(parse(attributes));
    attributes += "a=x\r\n";
    CHECK(parse(attributes).error().code == Errc::kRange);

    std::string big = "v=0\r\ns=";
    big += std::string(kMaxSize - big.size() - 2, 'a');
    big += "\r\n";
    CHECK(parse(big));
    big += "a";
    CHECK(parse(big).error().code == Errc::kRange);
}

TEST_CASE("session: cut at every length it is read or refused, never over-read, and prints what it read",
          "[sdp][session]") {
    for (std::size_t n = 0; n <= kCall.size(); ++n) {
        const test::ExactBuffer cut_short(kCall.substr(0, n));
        const auto s = parse(as_text(cut_short.bytes()));
        if (!s) continue;
        const auto again = parse(print(*s));
        REQUIRE(again);
        CHECK(*again == *s);
    }
}

TEST_CASE("session: times, zones and keys survive a round trip", "[sdp][session]") {
    constexpr std::string_view text =
        "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=3724394400 3724398000\r\n"
        "r=604800 3600 0 90000\r\nt=3724484400 3724488000\r\nz=3730928400 -1h\r\nk=prompt\r\na=recvonly\r\n";
    std::vector<Deviation> deviations;
    const auto s = parse(text, &deviations);
    REQUIRE(s);
    CHECK(s->timings.size() == 2);
    CHECK(s->timings[0].repeats.size() == 1);
    CHECK(print(*s) == text);
    CHECK(deviations.empty());
}
