#include "record/stream.h"

#include <catch2/catch.hpp>

using namespace tandem;

TEST_CASE("stream record: keys in their fixed order", "[record][stream]") {
    quality::Monitor monitor;
    for (int n = 0; n < 60; ++n) {
        if (n == 30) continue;
        monitor.packet({false, 0, static_cast<std::uint16_t>(n), static_cast<std::uint32_t>(160 * n), 7},
                       milliseconds{20 * n}, 8000);
    }
    monitor.finish();
    record::Stream s;
    s.id = "stream-1";
    s.call_id = "a@b";
    s.ssrc = 0x5d931534;
    s.src = *net::Endpoint::parse("192.0.2.1:4000");
    s.dst = *net::Endpoint::parse("[2001:db8::1]:5000");
    s.codec = "PCMU";
    s.match = "sdp";
    s.payload_type = 0;
    s.dscp = 46;
    s.first = WallTime{seconds{1'700'000'000}};
    s.last = s.first + milliseconds{1180};
    std::string out;
    record::append(out, s, monitor);
    CHECK(out ==
          R"({"type":"stream","v":1,"ts":"2023-11-14T22:13:20.000000Z","id":"stream-1","stream":{"call_id":"a@b",)"
          R"("ssrc":"0x5d931534","src":"192.0.2.1:4000","dst":"[2001:db8::1]:5000","codec":"PCMU","received":59,"lost":1,)"
          R"("duplicate":0,"late":0,"reordered":0,"jitter_max_ms":0,"jitter_mean_ms":0,)"
          R"("burst":{"count":0,"packets":0,"duration_ms":0,"loss_ratio":0},)"
          R"("gap":{"packets":60,"duration_ms":1200,"loss_ratio":0.016667},)"
          R"("playout":{"kind":"fixed","buffer_ms":60,"discarded":0,"loss_ratio":0.016667,"burst_ratio":1},)"
          R"("mos_lq":4.267,"grade":{"planning":"missed","missed":["loss"],"class":"unclassified","reasons":["no_rtcp"]},)"
          R"("match":"sdp","mos_lq_no_plc":3.437,"payload_type":0,"packets":59,"packet_ms":20,"duration_ms":1180,"dscp":46}})"
          "\n");
}

TEST_CASE("stream record: a round trip is printed and counts in the grade", "[record][stream]") {
    quality::Monitor monitor;
    for (int n = 0; n < 100; ++n)
        monitor.packet({false, 0, static_cast<std::uint16_t>(n), static_cast<std::uint32_t>(n) * 160U, 7},
                       milliseconds{20 * n}, 8000);
    monitor.finish();
    record::Stream s;
    s.codec = "PCMU";
    s.path = {612.5, false};
    std::string out;
    record::append(out, s, monitor);
    CHECK(out.find(R"("class":"poor","reasons":["rtt"])") != std::string::npos);
    CHECK(out.find(R"("rtt_ms":612.5}})") != std::string::npos);
}

TEST_CASE("stream record: an unknown codec has no score and no jitter", "[record][stream]") {
    quality::Monitor monitor;
    for (int n = 0; n < 5; ++n)
        monitor.packet({false, 97, static_cast<std::uint16_t>(n), 0, 7}, milliseconds{20 * n}, 0);
    monitor.finish();
    record::Stream s;
    s.id = "stream-1";
    std::string out;
    record::append(out, s, monitor);
    CHECK(out.find("mos") == std::string::npos);
    CHECK(out.find("jitter_max") == std::string::npos);
    CHECK(out.find("codec") == std::string::npos);
    CHECK(out.find(R"("match":"shape")") != std::string::npos);
}
