// Knows: sdp/plan.h, tried from outside.
// Must not know: how it is done.
// Next: libcommon/sdp/plan.h.
#include "sdp/plan.h"

#include <catch2/catch.hpp>
#include <functional>

#include "base/text.h"

using namespace tandem;
using namespace tandem::sdp;

namespace {

constexpr std::string_view kHead =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
constexpr std::string_view kEvent = "a=rtpmap:101 telephone-event/8000\r\n";

Summary of(std::string_view media) {
    const auto s = parse(cat(kHead, media));
    REQUIRE(s);
    return summarise(*s);
}

std::string kinds(const ConversionPlan& p) {
    std::string out;
    for (const auto& s : p.steps) append(out, out.empty() ? "" : " ", to_string(s.kind));
    return out;
}

}  // namespace

TEST_CASE("plan: equal profiles need nothing, with or without descriptions", "[sdp][plan]") {
    const MediaProfile p;
    CHECK(plan(p, p).direct());
    const auto offer = of(cat("m=audio 4000 RTP/AVP 0 8 101\r\n", kEvent));
    CHECK(plan(p, p, &offer).direct());
    const auto answer = of(cat("m=audio 6000 RTP/AVP 8 101\r\n", kEvent));
    CHECK(plan(p, p, &offer, &answer).direct());
}

TEST_CASE(
    "plan: one changed key of leg B's profile gives one step of its kind, and the reason names both legs",
    "[sdp][plan]") {
    struct Row {
        std::function<void(MediaProfile&)> change;
        std::string_view kind;
        std::string_view a;
        std::string_view b;
    };
    const Row rows[] = {
        {[](MediaProfile& p) { p.codecs = {"G729"}; }, "codec", "PCMU,PCMA", "G729"},
        {[](MediaProfile& p) { p.transcoding = Transcoding::kAlways; }, "codec", "PCMU", "PCMU"},
        {[](MediaProfile& p) { p.dtmf = DtmfForm::kInfo; }, "dtmf", "rfc4733", "info"},
        {[](MediaProfile& p) { p.dtmf = DtmfForm::kInband; }, "dtmf", "rfc4733", "inband"},
        {[](MediaProfile& p) {
             p.dtmf_payload_type = 96;
             p.dtmf_payload_type_fixed = true;
         },
         "dtmf", "rfc4733 pt 101", "rfc4733 pt 96"},
        {[](MediaProfile& p) {
             p.accepted_ptimes_ms = {30};
             p.ptime_ms = 30;
         },
         "ptime", "20 ms", "30 ms"},
        {[](MediaProfile& p) { p.srtp = SrtpMode::kRequired; }, "srtp", "none", "required"},
        {[](MediaProfile& p) { p.hold = HoldForm::kSendonly; }, "hold", "inactive", "sendonly"},
        {[](MediaProfile& p) { p.behind_nat = true; }, "nat", "open", "behind NAT"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.kind);
        MediaProfile b;
        row.change(b);
        const auto p = plan({}, b);
        REQUIRE(kinds(p) == row.kind);
        CHECK(p.steps[0].a == row.a);
        CHECK(p.steps[0].b == row.b);
        CHECK_FALSE(p.steps[0].reason.empty());
        CHECK(kinds(plan(b, {})) == row.kind);  // the same the other way round
    }
    MediaProfile no_digits;
    no_digits.dtmf = DtmfForm::kNone;
    CHECK(plan({}, no_digits).direct());
    MediaProfile v4;
    v4.ip_family = IpFamily::kV4;
    MediaProfile v6;
    v6.ip_family = IpFamily::kV6;
    CHECK(plan({}, v6).direct());
    CHECK(kinds(plan(v4, v6)) == "ip_family");
    MediaProfile maybe;
    maybe.srtp = SrtpMode::kOptional;
    CHECK(plan({}, maybe).direct());
}

TEST_CASE("plan: the offer's facts win over the caller's profile", "[sdp][plan]") {
    struct Row {
        std::string_view offer;
        std::function<void(MediaProfile&)> change;  // of leg B
        std::string_view kinds;
    };
    const auto none = [](MediaProfile&) {};
    const Row rows[] = {
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n",
         [](MediaProfile& p) { p.codecs = {"PCMA"}; }, "codec"},
        {"m=audio 4000 RTP/AVP 0\r\n", none, ""},  // digits then travel in the audio, on both legs
        {"m=audio 4000 RTP/AVP 0\r\n", [](MediaProfile& p) { p.dtmf_payload_type_fixed = true; }, "dtmf"},
        {"m=audio 4000 RTP/AVP 0\r\n", [](MediaProfile& p) { p.dtmf = DtmfForm::kInfo; }, "dtmf"},
        {"m=audio 4000 RTP/AVP 0\r\n", [](MediaProfile& p) { p.dtmf = DtmfForm::kInband; }, ""},
        {"m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n",
         [](MediaProfile& p) { p.dtmf_payload_type_fixed = true; }, "dtmf"},
        {"m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/16000\r\n", none, "dtmf"},
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:30\r\n",
         [](MediaProfile& p) {
             p.accepted_ptimes_ms = {10, 20};
         },
         "ptime"},
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=maxptime:10\r\n", none,
         "ptime"},
        {"m=audio 4000 RTP/SAVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=crypto:1 "
         "AES_CM_128_HMAC_SHA1_80 inline:k\r\n",
         none, "srtp"},
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=crypto:1 "
         "AES_CM_128_HMAC_SHA1_80 inline:k\r\n",
         none, ""},
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=crypto:1 "
         "AES_CM_128_HMAC_SHA1_80 inline:k\r\n",
         [](MediaProfile& p) { p.srtp = SrtpMode::kRequired; }, "srtp"},
        {"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\nm=audio 4002 RTP/SAVP 0\r\n"
         "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k\r\n",
         [](MediaProfile& p) { p.srtp = SrtpMode::kRequired; }, ""},
        {"m=image 4000 udptl t38\r\n", none, "fax"},
        {"m=image 4000 udptl t38\r\n", [](MediaProfile& p) { p.fax = FaxForm::kT38; }, ""},
        {"m=audio 4000 RTP/AVP 0 101\r\nc=IN IP6 2001:db8::1\r\na=rtpmap:101 telephone-event/8000\r\n",
         [](MediaProfile& p) { p.ip_family = IpFamily::kV4; }, "ip_family"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.offer);
        MediaProfile b;
        row.change(b);
        const auto offer = of(row.offer);
        CHECK(kinds(plan({}, b, &offer)) == row.kinds);
    }
}

TEST_CASE("plan: the answer's facts win over the callee's profile", "[sdp][plan]") {
    const auto offer = of(cat("m=audio 4000 RTP/AVP 0 101\r\n", kEvent));
    const auto other_codec = of(cat("m=audio 6000 RTP/AVP 8 101\r\n", kEvent));
    CHECK(kinds(plan({}, {}, &offer, &other_codec)) == "codec");
    const auto no_event = of("m=audio 6000 RTP/AVP 0\r\n");
    CHECK(plan({}, {}, &offer, &no_event).direct());
    MediaProfile demanding;
    demanding.dtmf_payload_type_fixed = true;
    CHECK(kinds(plan(demanding, {}, &offer, &no_event)) == "dtmf");
    const auto v6 = of(cat("m=audio 6000 RTP/AVP 0 101\r\nc=IN IP6 2001:db8::2\r\n", kEvent));
    CHECK(kinds(plan({}, {}, &offer, &v6)) == "ip_family");
}
