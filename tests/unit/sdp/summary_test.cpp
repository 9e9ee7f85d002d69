// Knows: sdp/summary.h, tried from outside.
// Must not know: how it is done.
// Next: libcommon/sdp/summary.h.
#include "sdp/summary.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "sdp/codecs.h"

using namespace tandem;
using namespace tandem::sdp;

namespace {

constexpr std::string_view kHead =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

Summary of(std::string_view media) {
    const auto s = parse(cat(kHead, media));
    REQUIRE(s);
    return summarise(*s);
}

}  // namespace

TEST_CASE("summary: codecs with and without rtpmap, events and comfort noise apart", "[sdp][summary]") {
    const auto s =
        of("m=audio 4000 RTP/AVP 8 0 96 101 110 13 77\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 "
           "useinbandfec=1\r\n"
           "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=rtpmap:110 telephone-event/48000\r\n"
           "a=ptime:30\r\na=maxptime:60\r\n");
    const MediaSummary* a = s.audio();
    REQUIRE(a != nullptr);
    REQUIRE(a->codecs.size() == 3);
    CHECK(a->codecs[0] == Codec{8, "PCMA", 8000, 1, ""});
    CHECK(a->codecs[1] == Codec{0, "PCMU", 8000, 1, ""});
    CHECK(a->codecs[2] == Codec{96, "opus", 48000, 2, "useinbandfec=1"});
    REQUIRE(a->dtmf.size() == 2);
    CHECK(a->dtmf[0].payload_type == 101);
    CHECK(a->dtmf[1].clock_hz == 48000);
    CHECK(a->comfort_noise == std::uint8_t{13});
    CHECK(a->ptime_ms == 30);
    CHECK(a->maxptime_ms == 60);
    CHECK(a->rtp.str() == "192.0.2.1:4000");
    CHECK(a->rtcp.str() == "192.0.2.1:4001");
}

TEST_CASE("summary: an rtpmap overrides the static meaning of a number", "[sdp][summary]") {
    CHECK(of("m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMA/8000\r\n").audio()->codecs.at(0).name == "PCMA");
    CHECK(of("m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 nonsense\r\n").audio()->codecs.at(0).name == "PCMU");
    CHECK(of("m=audio 4000 RTP/AVP 300 x 128 97\r\n").audio()->codecs.empty());
}

TEST_CASE("summary: RTCP address by rule, attribute and mux", "[sdp][summary]") {
    CHECK(of("m=audio 4000 RTP/AVP 0\r\na=rtcp:5001\r\n").audio()->rtcp.str() == "192.0.2.1:5001");
    CHECK(of("m=audio 4000 RTP/AVP 0\r\na=rtcp:5001 IN IP4 192.0.2.9\r\n").audio()->rtcp.str() ==
          "192.0.2.9:5001");
    const auto mux = of("m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\na=rtcp:5001\r\n");
    CHECK(mux.audio()->rtcp_mux);
    CHECK(mux.audio()->rtcp.str() == "192.0.2.1:4000");
    CHECK(of("m=audio 65535 RTP/AVP 0\r\n").audio()->rtcp.port == 65535);
}

TEST_CASE("summary: directions and holds", "[sdp][summary]") {
    struct Row {
        std::string_view text;
        Direction direction;
        bool held;
    };
    const Row rows[] = {
        {"m=audio 4000 RTP/AVP 0\r\n", Direction::kSendRecv, false},
        {"a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\n", Direction::kSendOnly, true},
        {"a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n", Direction::kSendRecv, false},
        {"m=audio 4000 RTP/AVP 0\r\na=inactive\r\n", Direction::kInactive, true},
        {"m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n", Direction::kRecvOnly, false},
        {"m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n", Direction::kSendRecv, true},
        {"m=audio 4000 RTP/AVP 0\r\nc=IN IP6 ::\r\n", Direction::kSendRecv, true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto s = of(row.text);
        CHECK(s.audio()->direction == row.direction);
        CHECK(s.audio()->held() == row.held);
    }
    CHECK(mirrored(Direction::kSendOnly) == Direction::kRecvOnly);
    CHECK(mirrored(Direction::kInactive) == Direction::kInactive);
}

TEST_CASE("summary: the wire forms of SRTP are told apart", "[sdp][summary]") {
    constexpr std::string_view key = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
    const auto savp = of(cat("m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 ", key, "\r\n"));
    CHECK(savp.audio()->srtp.savp);
    CHECK_FALSE(savp.audio()->srtp.plain);
    CHECK(savp.audio()->srtp.suites == std::vector<std::string>{"AES_CM_128_HMAC_SHA1_80"});

    const auto osrtp = of(cat("m=audio 4000 RTP/AVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 ", key,
                              "\r\n"
                              "a=crypto:2 AES_CM_128_HMAC_SHA1_32 ",
                              key, "\r\na=crypto:x AES_CM_128_HMAC_SHA1_32 ", key, "\r\n"));
    CHECK(osrtp.audio()->srtp.plain);
    CHECK(osrtp.audio()->srtp.osrtp);
    CHECK(osrtp.audio()->srtp.suites.size() == 2);

    const auto capneg = of("m=audio 4000 RTP/AVP 0\r\na=tcap:1 RTP/SAVP\r\na=pcfg:1 t=1\r\n");
    CHECK(capneg.audio()->srtp.capneg);
    CHECK_FALSE(
        of("m=audio 4000 RTP/AVP 0\r\na=tcap:1 RTP/AVPF\r\na=pcfg:1 t=1\r\n").audio()->srtp.any_secure());

    const auto dtls = of("m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=fingerprint:sha-256 AA\r\n");
    CHECK(dtls.audio()->srtp.dtls);
    CHECK(dtls.audio()->srtp.savp);
    CHECK_FALSE(of("m=audio 4000 RTP/AVP 0\r\n").audio()->srtp.any_secure());
}

TEST_CASE("summary: T.38, refused lines, ICE and host names", "[sdp][summary]") {
    const auto fax = of("m=audio 0 RTP/AVP 0\r\nm=image 4002 udptl T38\r\na=T38FaxVersion:0\r\n");
    CHECK(fax.audio() == nullptr);
    REQUIRE(fax.fax() != nullptr);
    CHECK(fax.fax()->rtp.port == 4002);
    CHECK(fax.media.size() == 2);
    CHECK(of("m=audio 4000 RTP/AVP 0\r\na=candidate:1 1 UDP 1 192.0.2.1 4000 typ host\r\n").audio()->ice);
    const auto name = of("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 media.example.com\r\n");
    CHECK(name.audio()->rtp.ip.none());
    CHECK_FALSE(name.audio()->held());
}

TEST_CASE("codecs: static numbers and names", "[sdp][codecs]") {
    CHECK(static_codec(9)->clock_hz == 8000);
    CHECK_FALSE(static_codec(77));
    CHECK_FALSE(static_codec(255));
    CHECK(codec_by_name("pcma")->payload_type == 8);
    CHECK(codec_by_name("opus")->channels == 2);
    CHECK_FALSE(codec_by_name("nothing"));
    CHECK(is_g711(*codec_by_name("PCMU")));
    CHECK_FALSE(is_g711(*codec_by_name("G722")));
}
