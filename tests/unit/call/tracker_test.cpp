#include "call/tracker.h"

#include <catch2/catch.hpp>
#include <random>

#include "call/diagnosis.h"
#include "call/ladder.h"
#include "rtp/rtcp.h"
#include "support/call_builder.h"

using namespace tandem;
using call::Match;
using call::Outcome;

namespace {

/// Copies what it is given, since calls and streams end with the tracker's call.
struct Recorder final : call::Sink {
    struct StreamCopy {
        std::uint64_t number, call;
        net::Endpoint source, destination;
        Match match;
        std::uint64_t packets, received, lost;
        std::optional<std::uint64_t> lost_tail;
        std::string codec;
        double jitter_max_ms;
    };
    struct CallCopy {
        std::string id;
        Outcome outcome;
        int status;
        std::optional<double> pdd_ms, ring_ms, answer_ms, duration_ms;
        bool by_caller, timeout;
        std::optional<int> q850;
        std::size_t legs;
        std::uint64_t retransmissions;
        std::vector<StreamCopy> streams;
        std::string ladder, session_id;
        std::vector<std::string> findings;
    };
    std::vector<CallCopy> calls;
    std::vector<StreamCopy> strays;

    static StreamCopy copy(const call::Stream& s) {
        const auto& q = s.monitor.stats().sequence();
        return {s.number, s.call, s.key.source, s.key.destination, s.match, q.packets(), q.received(), q.lost(),
                s.monitor.lost_tail(), s.media() == nullptr ? "" : s.media()->name, s.monitor.stats().jitter().max_ms()};
    }
    static std::optional<double> ms(std::optional<WallTime> a, std::optional<WallTime> b) {
        if (!a || !b) return std::nullopt;
        return static_cast<double>((*b - *a).count()) / 1e6;
    }
    void call(const call::Call& c, const std::vector<const call::Stream*>& streams, WallTime now) override {
        CallCopy k{c.call_id(), c.outcome(now), c.status(), ms(c.invited(), c.progressed() ? c.progressed() : c.answered()),
                   ms(c.invited(), c.rang()), ms(c.invited(), c.answered()), ms(c.answered(), c.ended()),
                   c.ended_by_caller(), call::timed_out(c.ending(now)), c.q850(), c.legs().size(), c.invite_retransmissions(),
                   {}, call::draw_ladder(c.ladder()), c.session_id(), {}};
        for (const auto* s : streams) k.streams.push_back(copy(*s));
        for (const auto& f : call::diagnose(c, streams)) k.findings.emplace_back(f.code);
        calls.push_back(std::move(k));
    }
    void stream(const call::Stream& s, const call::Call*) override { strays.push_back(copy(s)); }
};

struct Fixture {
    Recorder sink;
    call::TrackerOptions options;
    std::unique_ptr<call::Tracker> tracker;
    test::Dialog dialog{"c1", {"alice", "192.0.2.1", 4000}, {"bob", "192.0.2.2", 5000}};

    Fixture() {
        options.keep_ladder = true;
        start();
    }
    void start() { tracker = std::make_unique<call::Tracker>(options, sink); }
    void send(double at_s, std::string_view source, std::string_view destination, std::string_view payload) {
        call::Datagram d;
        d.source = *net::Endpoint::parse(source);
        d.destination = *net::Endpoint::parse(destination);
        d.payload = as_bytes(payload);
        d.time = WallTime{seconds{1'750'000'000}} + nanoseconds{static_cast<std::int64_t>(at_s * 1e6) * 1000};
        tracker->datagram(d);
    }
    void to_callee(double at_s, std::string_view text) { send(at_s, "192.0.2.1:5060", "192.0.2.2:5060", text); }
    void to_caller(double at_s, std::string_view text) { send(at_s, "192.0.2.2:5060", "192.0.2.1:5060", text); }
    /// 20 ms RTP from one endpoint to another.
    void media(double from_s, int packets, std::string_view source, std::string_view destination, std::uint32_t ssrc,
               std::uint8_t type = 0, int first = 1) {
        for (int i = 0; i < packets; ++i)
            send(from_s + 0.02 * i, source, destination,
                 test::rtp_text(static_cast<std::uint16_t>(first + i), static_cast<std::uint32_t>(160 * (first + i)), ssrc,
                                type));
    }
    void invite(double at_s, bool with_sdp = true) {
        to_callee(at_s, dialog.request({.branch = "1", .body = with_sdp ? test::sdp_text(dialog.from) : ""}));
    }
    void answer(double at_s) {
        to_caller(at_s, dialog.response(200, "OK", {.branch = "1", .to_tag = "t", .body = test::sdp_text(dialog.to)}));
        to_callee(at_s + 0.001, dialog.request({.branch = "a", .method = "ACK", .to_tag = "t"}));
    }
    void bye(double at_s, bool from_caller = true, std::string_view extra = "") {
        const std::string text =
            dialog.request({.branch = "b", .cseq = 2, .method = "BYE", .to_tag = "t", .extra = extra}, from_caller);
        if (from_caller) {
            to_callee(at_s, text);
        } else {
            to_caller(at_s, text);
        }
    }
    const Recorder::CallCopy& only() {
        tracker->finish();
        REQUIRE(sink.calls.size() == 1);
        return sink.calls[0];
    }
};

constexpr std::string_view kA = "192.0.2.1:4000";
constexpr std::string_view kB = "192.0.2.2:5000";

}  // namespace

TEST_CASE("tracker: an answered call has its times, its end and its media", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.to_caller(0.01, f.dialog.response(100, "Trying", {.branch = "1"}));
    f.to_caller(0.3, f.dialog.response(180, "Ringing", {.branch = "1", .to_tag = "t"}));
    f.answer(1.5);
    f.media(1.5, 100, kA, kB, 0xa);
    f.media(1.505, 100, kB, kA, 0xb);
    f.bye(4.5, true, "Reason: Q.850;cause=16;text=\"Normal\"\r\n");
    const auto& c = f.only();
    CHECK(c.outcome == Outcome::kAnswered);
    CHECK(c.status == 200);
    CHECK(c.pdd_ms == Approx(300));
    CHECK(c.ring_ms == Approx(300));
    CHECK(c.answer_ms == Approx(1500));
    CHECK(c.duration_ms == Approx(3000));
    CHECK(c.by_caller);
    CHECK(c.q850 == 16);
    CHECK(c.legs == 1);
    REQUIRE(c.streams.size() == 2);
    CHECK(c.streams[0].match == Match::kSdp);
    CHECK(c.streams[0].codec == "PCMU");
    CHECK(c.streams[0].received == 100);
    CHECK(c.streams[0].lost == 0);
    CHECK(c.findings.empty());
    const auto counts = f.tracker->counts();
    CHECK(counts.sip == 6);
    CHECK(counts.rtp == 200);
    CHECK(counts.other == 0);
}

TEST_CASE("tracker: post-dial delay without a provisional runs to the 200", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.to_caller(0.1, f.dialog.response(100, "Trying", {.branch = "1"}));
    f.answer(2);
    f.bye(3, false);
    const auto& c = f.only();
    CHECK(c.pdd_ms == Approx(2000));
    CHECK_FALSE(c.ring_ms);
    CHECK_FALSE(c.by_caller);
}

TEST_CASE("tracker: retransmissions and challenges are no attempts", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.invite(0.5);
    f.invite(1.5);
    f.to_caller(1.6, f.dialog.response(407, "Proxy Authentication Required", {.branch = "1", .to_tag = "x"}));
    f.to_callee(1.61, f.dialog.request({.branch = "1", .method = "ACK", .to_tag = "x"}));
    f.to_callee(1.7, f.dialog.request({.branch = "2", .cseq = 2, .body = test::sdp_text(f.dialog.from)}));
    f.to_caller(1.9, f.dialog.response(183, "Session Progress", {.branch = "2", .cseq = 2, .to_tag = "t"}));
    f.to_caller(2.5, f.dialog.response(200, "OK", {.branch = "2", .cseq = 2, .to_tag = "t"}));
    const auto& c = f.only();
    CHECK(c.retransmissions == 2);
    CHECK(c.outcome == Outcome::kAnswered);
    CHECK(c.pdd_ms == Approx(1900));
    CHECK(c.legs == 1);
    CHECK(c.findings == std::vector<std::string>{"invite_retransmitted", "no_bye"});
}

TEST_CASE("tracker: a challenge that nobody answers is a rejection", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.to_caller(0.1, f.dialog.response(401, "Unauthorized", {.branch = "1", .to_tag = "x"}));
    const auto& c = f.only();
    CHECK(c.outcome == Outcome::kRejected);
    CHECK(c.status == 401);
}

TEST_CASE("tracker: outcomes of calls that nobody answers", "[call][tracker]") {
    struct Row {
        int status;
        bool rings;
        double capture_ends;
        Outcome outcome;
        bool timeout;
    };
    const Row rows[] = {
        {486, true, 2, Outcome::kBusy, false},      {404, false, 2, Outcome::kRejected, false},
        {503, false, 2, Outcome::kFailed, false},   {480, true, 2, Outcome::kNoAnswer, false},
        {408, false, 2, Outcome::kFailed, true},    {302, false, 2, Outcome::kRedirected, false},
        {0, false, 20, Outcome::kIncomplete, false},{0, false, 40, Outcome::kFailed, true},
        {0, true, 40, Outcome::kIncomplete, false}, {0, true, 200, Outcome::kNoAnswer, false},
    };
    for (const Row& row : rows) {
        Fixture f;
        f.invite(0);
        if (row.rings) f.to_caller(0.2, f.dialog.response(180, "Ringing", {.branch = "1", .to_tag = "t"}));
        if (row.status != 0) f.to_caller(1, f.dialog.response(row.status, "No", {.branch = "1", .to_tag = "t"}));
        f.send(row.capture_ends, "192.0.2.9:1", "192.0.2.8:1", "something else that goes on");
        const auto& c = f.only();
        INFO(row.status << " " << row.capture_ends);
        CHECK(c.outcome == row.outcome);
        CHECK(c.timeout == row.timeout);
        CHECK_FALSE(c.answer_ms);
    }
}

TEST_CASE("tracker: a cancelled call, with the cause of its Reason", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.to_caller(0.2, f.dialog.response(180, "Ringing", {.branch = "1", .to_tag = "t"}));
    f.to_callee(3, f.dialog.request({.branch = "1", .method = "CANCEL", .extra = "Reason: SIP;cause=487, Q.850;cause=102\r\n"}));
    f.to_caller(3.01, f.dialog.response(200, "OK", {.branch = "1", .method = "CANCEL", .to_tag = "t"}));
    f.to_caller(3.02, f.dialog.response(487, "Request Terminated", {.branch = "1", .to_tag = "t"}));
    const auto& c = f.only();
    CHECK(c.outcome == Outcome::kCancelled);
    CHECK(c.status == 487);
    CHECK(c.q850 == 102);
}

TEST_CASE("tracker: a hop behind a proxy is a leg, and times are those of the first hop", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.send(0.01, "192.0.2.2:5060", "192.0.2.3:5060", f.dialog.request({.branch = "p"}));
    f.send(0.1, "192.0.2.3:5060", "192.0.2.2:5060", f.dialog.response(180, "Ringing", {.branch = "p", .to_tag = "t"}));
    f.to_caller(0.4, f.dialog.response(180, "Ringing", {.branch = "1", .to_tag = "t"}));
    f.send(0.9, "192.0.2.3:5060", "192.0.2.2:5060", f.dialog.response(200, "OK", {.branch = "p", .to_tag = "t"}));
    f.answer(1.0);
    const auto& c = f.only();
    CHECK(c.legs == 2);
    CHECK(c.pdd_ms == Approx(400));
    CHECK(c.answer_ms == Approx(1000));
}

TEST_CASE("tracker: forks are told, and the first answer counts", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.to_caller(0.1, f.dialog.response(180, "Ringing", {.branch = "1", .to_tag = "one"}));
    f.to_caller(0.2, f.dialog.response(180, "Ringing", {.branch = "1", .to_tag = "two"}));
    f.to_caller(1.0, f.dialog.response(200, "OK", {.branch = "1", .to_tag = "two"}));
    f.to_caller(1.2, f.dialog.response(200, "OK", {.branch = "1", .to_tag = "one"}));
    const auto& c = f.only();
    CHECK(c.pdd_ms == Approx(100));
    CHECK(c.answer_ms == Approx(1000));
    CHECK(c.findings == std::vector<std::string>{"forked", "no_bye"});
}

TEST_CASE("tracker: Session-ID of the caller", "[call][tracker]") {
    Fixture f;
    f.to_callee(0, f.dialog.request({.extra = "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000\r\n"}));
    CHECK(f.only().session_id == "ab30317f1a784dc48ff824d0d3715d86");
}

TEST_CASE("tracker: REGISTER and OPTIONS are no calls", "[call][tracker]") {
    Fixture f;
    f.to_callee(0, f.dialog.request({.method = "REGISTER"}));
    f.to_caller(0, f.dialog.response(200, "OK", {.method = "REGISTER"}));
    f.to_callee(0, f.dialog.request({.method = "OPTIONS"}));
    f.tracker->finish();
    CHECK(f.sink.calls.empty());
    CHECK(f.tracker->counts().sip == 3);
}

TEST_CASE("tracker: a capture that begins within a call", "[call][tracker]") {
    Fixture f;
    f.bye(1);
    const auto& c = f.only();
    CHECK(c.outcome == Outcome::kAnswered);
    CHECK_FALSE(c.pdd_ms);
    CHECK_FALSE(c.duration_ms);
    CHECK(c.findings == std::vector<std::string>{"began_before"});
}

TEST_CASE("tracker: media behind a NAT is tied by its source", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.answer(1);
    f.media(1, 10, "198.51.100.7:61000", kB, 1);  // the caller's private address is another one outside
    f.media(1, 10, kB, "198.51.100.7:61000", 2);
    const auto& c = f.only();
    REQUIRE(c.streams.size() == 2);
    CHECK(c.streams[0].match == Match::kSdp);
    CHECK(c.streams[1].match == Match::kSymmetric);
    CHECK(c.streams[1].codec == "PCMU");
}

TEST_CASE("tracker: media before its SDP is bound when the SDP comes", "[call][tracker]") {
    Fixture f;
    f.invite(0, false);
    f.media(0.5, 20, kA, kB, 1, 96);
    f.to_caller(1, f.dialog.response(200, "OK", {.branch = "1", .to_tag = "t",
                                                 .body = test::sdp_text(f.dialog.to, "96", "a=rtpmap:96 opus/48000/2\r\n")}));
    f.media(1, 20, kA, kB, 1, 96, 21);
    const auto& c = f.only();
    REQUIRE(c.streams.size() == 1);
    CHECK(c.streams[0].received == 40);
    CHECK(c.streams[0].match == Match::kSdp);
    CHECK(c.streams[0].codec == "opus");
    CHECK(f.sink.strays.empty());
}

TEST_CASE("tracker: a stream without SDP needs four packets in sequence, and then all of them count", "[call][tracker]") {
    Fixture f;
    f.media(0, 3, kA, kB, 1);
    f.media(1, 4, kA, kB, 2);
    // 1, 3, 2 and then four in a row: those that came before count as well.
    int at = 0;
    for (const int n : {1, 3, 2, 4, 5, 6, 7}) f.media(2 + 0.02 * at++, 1, kA, kB, 3, 0, n);
    for (int i = 0; i < 50; ++i) f.media(3 + 0.02 * i, 1, kA, kB, 4, 0, i * 1000);  // random numbers: no stream
    f.tracker->finish();
    REQUIRE(f.sink.strays.size() == 2);
    CHECK(f.sink.strays[0].packets == 4);
    CHECK(f.sink.strays[0].match == Match::kShape);
    CHECK(f.sink.strays[1].received == 7);
    CHECK(f.tracker->counts().rtp == 11);
    CHECK(f.tracker->counts().other == 53);
}

TEST_CASE("tracker: one packet is a stream where SDP announced it", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.media(0.5, 1, kB, kA, 1);
    CHECK(f.only().streams.size() == 1);
}

TEST_CASE("tracker: a stream without a call ends by silence, and the SSRC may come again", "[call][tracker]") {
    Fixture f;
    f.media(0, 10, kA, kB, 1);
    f.media(61, 10, kA, kB, 1);
    CHECK(f.sink.strays.size() == 1);
    f.tracker->finish();
    REQUIRE(f.sink.strays.size() == 2);
    CHECK(f.sink.strays[1].number == 2);
}

TEST_CASE("tracker: a port used again belongs to the later call", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.answer(0.1);
    f.bye(1);
    f.dialog.call_id = "c2";
    f.invite(2);
    f.media(2.1, 10, kB, kA, 9);
    f.tracker->finish();
    REQUIRE(f.sink.calls.size() == 2);
    CHECK(f.sink.calls[0].streams.empty());
    CHECK(f.sink.calls[1].streams.size() == 1);
}

TEST_CASE("tracker: a call is given out soon after its end, while others go on", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.answer(1);
    f.bye(2);
    f.send(6.9, "192.0.2.9:1", "192.0.2.8:1", "later on");
    CHECK(f.sink.calls.empty());
    f.send(7.1, "192.0.2.9:1", "192.0.2.8:1", "later on");
    CHECK(f.sink.calls.size() == 1);
}

TEST_CASE("tracker: media keeps an answered call open, and comes with it when the sender goes on after BYE", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    f.answer(1);
    f.media(1, 50 * 60, kA, kB, 1);
    f.bye(61);
    f.media(61, 200, kA, kB, 1, 0, 3001);
    const auto& c = f.only();
    REQUIRE(c.streams.size() == 1);
    CHECK(c.streams[0].received == 3200);
    CHECK(c.findings == std::vector<std::string>{"one_way_media"});
}

TEST_CASE("tracker: calls beyond the limit are given out early and counted", "[call][tracker]") {
    Fixture f;
    f.options.max_calls = 10;
    f.start();
    for (int i = 0; i < 100; ++i) {
        f.dialog.call_id = cat("many-", i);
        f.invite(0.001 * i);
    }
    CHECK(f.sink.calls.size() == 90);
    CHECK(f.sink.calls[0].id == "many-0");
    CHECK(f.tracker->counts().calls_evicted == 90);
    f.dialog.call_id = "many-0";
    f.answer(1);  // too late: it was given out, and makes no second call
    f.tracker->finish();
    CHECK(f.sink.calls.size() == 100);
}

TEST_CASE("tracker: streams beyond the limit are given out early and counted", "[call][tracker]") {
    Fixture f;
    f.options.max_streams = 10;
    f.start();
    f.invite(0);
    for (std::uint32_t i = 0; i < 50; ++i) f.media(0.1 * i, 1, kB, kA, 100 + i);  // of the call, by SDP
    for (std::uint32_t i = 0; i < 50; ++i) f.media(6 + 0.1 * i, 4, "192.0.2.7:7000", "192.0.2.8:7000", 200 + i);
    f.tracker->finish();
    CHECK(f.tracker->counts().streams == 100);
    CHECK(f.tracker->counts().streams_evicted == 90);
    REQUIRE(f.sink.calls.size() == 1);
    CHECK(f.sink.strays.size() + f.sink.calls[0].streams.size() == 100);
}

TEST_CASE("tracker: sender reports tell what is missing at the end", "[call][tracker]") {
    Fixture f;
    f.invite(0);
    const auto report = [&](double at, std::uint32_t count) {
        ByteWriter out;
        REQUIRE(rtp::append_rtcp(out, rtp::SenderReport{0xa, 0, 0, count, 0, {}}));
        f.send(at, "192.0.2.2:5001", "192.0.2.1:4001", as_text(out.view()));
    };
    f.media(0.1, 50, kB, kA, 0xa);
    report(1.2, 50);
    f.media(1.3, 50, kB, kA, 0xa, 0, 51);
    report(2.4, 105);
    const auto& c = f.only();
    REQUIRE(c.streams.size() == 1);
    CHECK(c.streams[0].lost_tail == 5U);
    CHECK(f.tracker->counts().rtcp == 2);
}

TEST_CASE("tracker: telephone-event and comfort noise do not feed the jitter", "[call][tracker]") {
    Fixture f;
    f.to_callee(0, f.dialog.request({.body = test::sdp_text(f.dialog.from, "0 13 101", "a=rtpmap:101 telephone-event/8000\r\n")}));
    f.media(1, 10, kB, kA, 1);
    for (int i = 0; i < 10; ++i) f.send(1.2 + 0.02 * i, kB, kA, test::rtp_text(static_cast<std::uint16_t>(11 + i), 1760, 1, 101));
    f.media(1.4, 1, kB, kA, 1, 13, 21);
    f.media(1.42, 10, kB, kA, 1, 0, 22);
    const auto& c = f.only();
    REQUIRE(c.streams.size() == 1);
    CHECK(c.streams[0].received == 31);
    CHECK(c.streams[0].jitter_max_ms == Approx(0).margin(0.001));
    CHECK(c.streams[0].codec == "PCMU");
}

TEST_CASE("tracker: what is neither SIP nor RTP is counted by kind", "[call][tracker]") {
    Fixture f;
    f.to_callee(0, "\r\n\r\n");
    f.to_callee(0, "");
    f.to_callee(0, std::string(20, '\0'));
    f.to_callee(0, std::string("\x00\x01\x00\x00\x21\x12\xa4\x42", 8));
    f.to_callee(0, std::string("\x16\xfe\xfd\x00", 4));
    f.to_callee(0, "GET / HTTP/1.1\r\n\r\n");
    f.to_callee(0, "INVITE sip:x SIP/2.0\r\n\r\n");
    f.to_callee(0, std::string("\x80\xc8\x00\xff\x00\x00\x00\x00", 8));
    f.to_callee(0, "\r\n" + f.dialog.request({}));
    const auto n = f.tracker->counts();
    CHECK(n.keepalive == 3);
    CHECK(n.stun == 1);
    CHECK(n.dtls == 1);
    CHECK(n.other == 1);
    CHECK(n.sip_bad == 1);
    CHECK(n.rtcp_bad == 1);
    CHECK(n.sip == 1);
}

TEST_CASE("tracker: time that runs back ends nothing early and breaks nothing", "[call][tracker]") {
    Fixture f;
    f.invite(100);
    f.answer(50);
    f.media(10, 100, kA, kB, 1);
    f.bye(0);
    const auto& c = f.only();
    CHECK(c.outcome == Outcome::kAnswered);
    CHECK(c.streams[0].received == 100);
}

TEST_CASE("tracker: the same datagrams give the same result, whatever they are", "[call][tracker]") {
    const auto run = [] {
        Fixture f;
        std::mt19937 random(42);
        f.options.max_calls = 20;
        f.options.max_streams = 30;
        f.options.max_candidates = 10;
        f.start();
        for (int i = 0; i < 5000; ++i) {
            f.dialog.call_id = cat("r", random() % 60);
            f.dialog.from.rtp_port = static_cast<std::uint16_t>(4000 + random() % 20);
            const double at = i * 0.05;
            switch (random() % 6) {
                case 0: f.invite(at); break;
                case 1: f.answer(at); break;
                case 2: f.bye(at, random() % 2 == 0); break;
                default:
                    f.media(at, 5, cat("192.0.2.1:", 4000 + random() % 20), kB, static_cast<std::uint32_t>(random() % 20), 0,
                            static_cast<int>(random() % 65536));
            }
        }
        f.tracker->finish();
        std::string text;
        for (const auto& c : f.sink.calls) append(text, c.id, ' ', c.status, ' ', c.streams.size(), '\n');
        for (const auto& s : f.sink.strays) append(text, s.number, ' ', s.packets, ' ', s.lost, '\n');
        const auto n = f.tracker->counts();
        CHECK(n.calls == f.sink.calls.size());
        std::uint64_t packets = 0, streams = f.sink.strays.size();
        for (const auto& s : f.sink.strays) packets += s.packets;
        for (const auto& c : f.sink.calls) {
            streams += c.streams.size();
            for (const auto& s : c.streams) packets += s.packets;
        }
        CHECK(n.streams == streams);
        CHECK(n.rtp == packets);
        return text;
    };
    CHECK(run() == run());
}

TEST_CASE("ladder: columns, arrows both ways and marks of retransmission", "[call][ladder]") {
    Fixture f;
    f.invite(0);
    f.invite(0.5);
    f.answer(1.25);
    const auto& c = f.only();
    CHECK(c.ladder ==
          "           192.0.2.1:5060                    192.0.2.2:5060\n"
          "    0.000         |--------- INVITE (SDP) --------->|\n"
          "    0.500         |-------- INVITE (SDP) * -------->|\n"
          "    1.250         |<-------- 200 OK (SDP) ----------|\n"
          "    1.251         |-------------- ACK ------------->|\n");
}

TEST_CASE("ladder: captured text cannot drive a terminal", "[call][ladder]") {
    Fixture f;
    f.invite(0);
    f.to_caller(0.1, f.dialog.response(404, "No\x1b[2J\xff", {.branch = "1", .to_tag = "t"}));
    const std::string ladder = f.only().ladder;
    CHECK(ladder.find("404 No?[2J?") != std::string::npos);
    CHECK(ladder.find('\x1b') == std::string::npos);
}
