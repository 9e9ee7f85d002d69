// Knows: sdp/offer_answer.h, tried from outside.
// Must not know: how it is done.
// Next: libcommon/sdp/offer_answer.h.
#include "sdp/offer_answer.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::sdp;

namespace {

LocalMedia at(std::string_view endpoint, Direction direction = Direction::kSendRecv) {
    return {*net::Endpoint::parse(endpoint), 7, 1, direction};
}

Session read(std::string_view text) {
    auto s = parse(text);
    REQUIRE(s);
    return *s;
}

MediaProfile speaks(std::vector<std::string> codecs) {
    MediaProfile p;
    p.codecs = std::move(codecs);
    return p;
}

constexpr std::string_view kHead =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

}  // namespace

TEST_CASE("offer: an offer is strict SDP with all that the profile speaks", "[sdp][offer]") {
    MediaProfile p = speaks({"PCMA", "opus", "PCMU"});
    p.comfort_noise = true;
    const std::string text = print(make_offer(p, at("192.0.2.9:4000")));
    CHECK(parse_strict(text));
    CHECK(text ==
          "v=0\r\no=- 7 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
          "m=audio 4000 RTP/AVP 8 96 0 13 101 97\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:96 opus/48000/2\r\n"
          "a=rtpmap:0 PCMU/8000\r\na=rtpmap:13 CN/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 "
          "0-15\r\n"
          "a=rtpmap:97 telephone-event/48000\r\na=fmtp:97 0-15\r\na=ptime:20\r\na=sendrecv\r\n");
}

TEST_CASE("offer: a dynamic number never takes the one of telephone-event", "[sdp][offer]") {
    MediaProfile p = speaks({"opus", "iLBC"});
    p.dtmf_payload_type = 96;
    const auto s = summarise(make_offer(p, at("192.0.2.9:4000")));
    CHECK(s.audio()->codecs[0].payload_type == 97);
    CHECK(s.audio()->codecs[1].payload_type == 98);
    CHECK(s.audio()->dtmf[0].payload_type == 96);
}

TEST_CASE("offer: hold in its three forms", "[sdp][offer]") {
    MediaProfile p;
    p.hold = HoldForm::kSendonly;
    CHECK(print(make_offer(p, at("192.0.2.9:4000", hold_direction(p)))).find("a=sendonly") !=
          std::string::npos);
    p.hold = HoldForm::kInactive;
    CHECK(print(make_offer(p, at("192.0.2.9:4000", hold_direction(p)))).find("c=IN IP4 192.0.2.9") !=
          std::string::npos);
    p.hold = HoldForm::kZeroAddress;
    const auto zero = print(make_offer(p, at("192.0.2.9:4000", hold_direction(p))));
    CHECK(zero.find("c=IN IP4 0.0.0.0") != std::string::npos);
    CHECK(zero.find("a=inactive") != std::string::npos);
    CHECK(summarise(read(zero)).audio()->held());
}

TEST_CASE("answer: takes the offerer's first codec that both have, and one only", "[sdp][answer]") {
    const auto offer = read(
        cat(kHead, "m=audio 5000 RTP/AVP 9 0 8 100\r\na=rtpmap:100 telephone-event/8000\r\na=ptime:30\r\n"));
    const auto a = make_answer(speaks({"PCMA", "PCMU"}), offer, at("192.0.2.9:4000"));
    REQUIRE(a);
    CHECK(a->agreed.codec.name == "PCMU");
    CHECK(a->agreed.remote_rtp.str() == "192.0.2.1:5000");
    CHECK(a->agreed.remote_rtcp.str() == "192.0.2.1:5001");
    CHECK(a->agreed.dtmf_send == std::uint8_t{100});
    CHECK(a->agreed.dtmf_receive == std::uint8_t{100});
    CHECK(a->agreed.ptime_ms == 30);
    CHECK(a->session.media.at(0).formats == std::vector<std::string>{"0", "100"});
    CHECK(parse_strict(print(a->session)));

    const Codec pcma{8, "PCMA", 8000, 1, {}};
    CHECK(make_answer(speaks({"PCMA", "PCMU"}), offer, at("192.0.2.9:4000"), &pcma)->agreed.codec.name ==
          "PCMA");
    const Codec g729{18, "G729", 8000, 1, {}};
    CHECK(make_answer(speaks({"PCMA", "PCMU"}), offer, at("192.0.2.9:4000"), &g729)->agreed.codec.name ==
          "PCMU");
}

TEST_CASE("answer: as many lines as the offer, all but the taken one refused", "[sdp][answer]") {
    const auto offer =
        read(cat(kHead,
                 "m=video 6000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\nm=audio 5000 RTP/SAVP 0\r\n"
                 "m=audio 5002 RTP/AVP 8\r\nm=image 5004 udptl t38\r\n"));
    const auto a = make_answer(speaks({"PCMA"}), offer, at("192.0.2.9:4000"));
    REQUIRE(a);
    REQUIRE(a->session.media.size() == 5);
    for (const std::size_t i : {0U, 1U, 2U, 4U}) {
        CHECK(a->session.media[i].port == 0);
        CHECK(a->session.media[i].type == offer.media[i].type);
        CHECK(a->session.media[i].formats == offer.media[i].formats);
    }
    CHECK(a->session.media[3].port == 4000);
    CHECK(a->agreed.remote_rtp.port == 5002);
}

TEST_CASE("answer: refuses what the profile does not speak", "[sdp][answer]") {
    struct Row {
        std::string_view media;
        SrtpMode srtp;
        std::string_view why;
    };
    const Row rows[] = {
        {"m=audio 5000 RTP/AVP 9\r\n", SrtpMode::kNone, "no codec in common"},
        {"m=image 5000 udptl t38\r\n", SrtpMode::kNone, "no audio line"},
        {"m=audio 0 RTP/AVP 0\r\n", SrtpMode::kNone, "no audio line"},
        {"m=audio 5000 RTP/SAVP 0\r\n", SrtpMode::kNone,
         "the audio line is encrypted and SRTP is not supported on this leg"},
        {"m=audio 5000 RTP/AVP 0\r\n", SrtpMode::kRequired,
         "the profile requires SRTP, which is not supported on this leg"},
        {"m=audio 5000 RTP/AVP 0\r\nc=IN IP4 host.example\r\n", SrtpMode::kNone,
         "the audio line has no IP address"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.media);
        MediaProfile p;
        p.srtp = row.srtp;
        const auto a = make_answer(p, read(cat(kHead, row.media)), at("192.0.2.9:4000"));
        REQUIRE_FALSE(a);
        CHECK(a.error().code == Errc::kUnsupported);
        CHECK(a.error().what == row.why);
    }
}

TEST_CASE("answer: directions by RFC 3264 6.1, for each offer and each wish of ours", "[sdp][answer]") {
    struct Row {
        std::string_view offered;
        Direction ours;
        Direction answer;
    };
    const Row rows[] = {
        {"sendrecv", Direction::kSendRecv, Direction::kSendRecv},
        {"sendonly", Direction::kSendRecv, Direction::kRecvOnly},
        {"recvonly", Direction::kSendRecv, Direction::kSendOnly},
        {"inactive", Direction::kSendRecv, Direction::kInactive},
        {"sendrecv", Direction::kSendOnly, Direction::kSendOnly},
        {"sendonly", Direction::kSendOnly, Direction::kInactive},
        {"recvonly", Direction::kSendOnly, Direction::kSendOnly},
        {"sendrecv", Direction::kInactive, Direction::kInactive},
        {"sendonly", Direction::kInactive, Direction::kInactive},
    };
    for (const auto& row : rows) {
        CAPTURE(row.offered);
        const auto a = make_answer({}, read(cat(kHead, "m=audio 5000 RTP/AVP 0\r\na=", row.offered, "\r\n")),
                                   at("192.0.2.9:4000", row.ours));
        REQUIRE(a);
        CHECK(a->agreed.direction == row.answer);
        CHECK(summarise(a->session).audio()->direction == row.answer);
    }
}

TEST_CASE("answer: 0.0.0.0 is accepted and said to be silent", "[sdp][answer]") {
    const auto a = make_answer({}, read(cat(kHead, "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n")),
                               at("192.0.2.9:4000"));
    REQUIRE(a);
    CHECK(a->agreed.remote_zero_address);
    CHECK(a->agreed.direction == Direction::kSendRecv);
}

TEST_CASE("read_answer: numbers of both sides are kept apart", "[sdp][answer]") {
    const auto offer = make_offer(speaks({"PCMU", "PCMA"}), at("192.0.2.9:4000"));
    const auto n = read_answer(
        {}, offer, read(cat(kHead, "m=audio 5000 RTP/AVP 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\n")));
    REQUIRE(n);
    CHECK(n->codec.payload_type == 8);
    REQUIRE(n->receive.size() == 2);
    CHECK(n->receive[0].payload_type == 8);
    CHECK(n->receive[1].payload_type == 0);
    CHECK(n->dtmf_send == std::uint8_t{96});
    CHECK(n->dtmf_receive == std::uint8_t{101});
}

TEST_CASE("read_answer: what is no answer to our offer is refused", "[sdp][answer]") {
    const auto offer = make_offer(speaks({"PCMU"}), at("192.0.2.9:4000"));
    struct Row {
        std::string_view media;
        Errc code;
    };
    const Row rows[] = {
        {"", Errc::kSyntax},
        {"m=video 5000 RTP/AVP 0\r\n", Errc::kSyntax},
        {"m=audio 0 RTP/AVP 0\r\n", Errc::kUnsupported},
        {"m=audio 5000 RTP/AVP 8\r\n", Errc::kUnsupported},
        {"m=audio 5000 RTP/SAVP 0\r\n", Errc::kUnsupported},
    };
    for (const auto& row : rows) {
        CAPTURE(row.media);
        const auto n = read_answer({}, offer, read(cat(kHead, row.media)));
        REQUIRE_FALSE(n);
        CHECK(n.error().code == row.code);
    }
}

TEST_CASE("offer and answer: rtcp-mux only when both want it", "[sdp][answer]") {
    MediaProfile mux;
    mux.rtcp_mux = true;
    const auto offer = make_offer(mux, at("192.0.2.9:4000"));
    const auto yes = make_answer(mux, offer, at("192.0.2.1:5000"));
    REQUIRE(yes);
    CHECK(yes->agreed.rtcp_mux);
    CHECK(yes->agreed.remote_rtcp.port == 4000);
    CHECK(read_answer(mux, offer, yes->session)->rtcp_mux);
    const auto no = make_answer({}, offer, at("192.0.2.1:5000"));
    CHECK_FALSE(no->agreed.rtcp_mux);
    CHECK_FALSE(read_answer(mux, offer, no->session)->rtcp_mux);
    CHECK(read_answer(mux, offer, no->session)->remote_rtcp.port == 5001);
}
