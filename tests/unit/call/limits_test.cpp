#include <catch2/catch.hpp>
#include <set>

#include "call/kept_text.h"
#include "call/tracker.h"
#include "support/call_builder.h"

using namespace tandem;
using call::kept_text;

namespace {

/// Counts what it is given and keeps the Call-IDs in their order.
struct Counter final : call::Sink {
    std::vector<std::string> calls;
    std::size_t bytes = 0;           // of the largest call
    std::size_t call_streams = 0, most_streams = 0, early_streams = 0, strays = 0;
    std::uint64_t packets = 0;

    void call(const call::Call& c, const std::vector<const call::Stream*>& streams, WallTime) override {
        calls.push_back(c.call_id());
        bytes = std::max(bytes, c.bytes());
        call_streams += streams.size();
        most_streams = std::max(most_streams, streams.size());
        for (const auto* s : streams) packets += s->monitor.stats().sequence().received();
    }
    void stream(const call::Stream& s, const call::Call* c) override {
        (c == nullptr ? strays : early_streams) += 1;
        packets += s.monitor.stats().sequence().received();
    }
};

struct Limits {
    Counter sink;
    call::TrackerOptions options;
    std::unique_ptr<call::Tracker> tracker;

    call::Tracker& start() {
        tracker = std::make_unique<call::Tracker>(options, sink);
        return *tracker;
    }
    void send(std::int64_t ms, const net::Endpoint& source, const net::Endpoint& destination, std::string_view payload) {
        call::Datagram d;
        d.source = source;
        d.destination = destination;
        d.payload = as_bytes(payload);
        d.time = WallTime{seconds{1'750'000'000}} + milliseconds{ms};
        tracker->datagram(d);
    }
};

net::Endpoint at(std::string_view text) { return *net::Endpoint::parse(text); }
/// 10.N.x.y, one for each number.
std::string host(unsigned net, std::size_t n) { return cat("10.", net, ".", n / 250, ".", n % 250 + 1); }

const net::Endpoint kCaller = at("192.0.2.1:5060"), kCallee = at("192.0.2.2:5060");

test::Dialog dialog(std::string call_id) {
    return {std::move(call_id), {"alice", "192.0.2.1", 4000}, {"bob", "192.0.2.2", 5000}};
}

}  // namespace

TEST_CASE("kept text: short texts are kept whole, long ones as beginning, length and hash", "[call][limits]") {
    const std::string whole(call::kMaxKeptText, 'x');
    CHECK(kept_text("") == "");
    CHECK(kept_text(whole) == whole);
    const std::string cut = kept_text(whole + "y");
    CHECK(cut.size() == call::kMaxKeptText);
    CHECK(cut.find("...(257 bytes, sha256 ") != std::string::npos);
    CHECK(cut.back() == ')');
    CHECK(kept_text(whole + "y") == cut);
    CHECK(kept_text(whole + "z") != cut);
    CHECK(kept_text(cut) == cut);
}

TEST_CASE("kept text: no character is cut in two", "[call][limits]") {
    for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string text(shift, 'x');
        while (text.size() < 1000) text += "\xf0\x9f\x93\x9e";  // U+1F4DE
        const std::string kept = kept_text(text);
        CHECK(kept.size() <= call::kMaxKeptText);
        CHECK((kept.find("...(") - shift) % 4 == 0);
    }
    CHECK(kept_text(std::string(1000, '\x80')).rfind("...(1000 bytes", 0) == 0);
}

TEST_CASE("tracker: calls whose long Call-IDs differ in one byte are different, and hold little", "[call][limits]") {
    Limits t;
    t.start();
    const std::string beginning(20'000, 'c');
    for (int n = 0; n < 500; ++n) {
        const auto d = dialog(cat(beginning, n));
        t.send(n, kCaller, kCallee, d.request({.extra = cat("X-Long: ", std::string(2000, 'h'), "\r\n")}));
        t.send(n, kCaller, kCallee, d.request({.branch = "b", .cseq = 2, .method = "BYE", .to_tag = "t"}));
    }
    t.tracker->finish();
    CHECK(t.sink.calls.size() == 500);
    CHECK(std::set<std::string>(t.sink.calls.begin(), t.sink.calls.end()).size() == 500);
    CHECK(t.sink.bytes < 2048);
}

TEST_CASE("tracker: what calls hold stays within the budget, and each is given out once", "[call][limits]") {
    Limits t;
    t.options.max_bytes = 1 << 20;
    t.start();
    std::string lines;
    for (int m = 0; m < 20; ++m) append(lines, "m=audio ", 5000 + 2 * m, " RTP/AVP 0 8 18 96\r\na=rtpmap:96 a-name-that-is-not-short/8000\r\n");
    for (std::size_t n = 0; n < 1000; ++n)
        t.send(static_cast<std::int64_t>(n), kCaller, kCallee,
               dialog(cat(n)).request({.body = cat("v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nc=IN IP4 ", host(1, n), "\r\nt=0 0\r\n", lines)}));
    const auto evicted = t.tracker->counts().calls_evicted;
    CHECK(evicted > 500);
    CHECK(evicted < 1000);
    CHECK(t.sink.calls.size() == evicted);
    CHECK(t.sink.calls.front() == "0");  // nobody ended: the one that is due first
    t.tracker->finish();
    CHECK(std::set<std::string>(t.sink.calls.begin(), t.sink.calls.end()).size() == 1000);
    CHECK(t.sink.calls.size() == 1000);
}

TEST_CASE("tracker: a call that is over gives way before one that goes on", "[call][limits]") {
    Limits t;
    t.options.max_calls = 3;
    t.start();
    for (const char* id : {"open", "first-over", "second-over"}) t.send(0, kCaller, kCallee, dialog(id).request({}));
    t.send(10, kCaller, kCallee, dialog("second-over").request({.branch = "b", .cseq = 2, .method = "BYE", .to_tag = "t"}));
    t.send(5, kCaller, kCallee, dialog("first-over").request({.branch = "b", .cseq = 2, .method = "BYE", .to_tag = "t"}));
    for (const char* id : {"n1", "n2", "n3"}) t.send(20, kCaller, kCallee, dialog(id).request({}));
    CHECK(t.sink.calls == std::vector<std::string>{"first-over", "second-over", "open"});
    CHECK(t.tracker->counts().calls_evicted == 3);
    t.tracker->finish();
}

TEST_CASE("tracker: a failure that was tried again is not over", "[call][limits]") {
    Limits t;
    t.options.max_calls = 2;
    t.start();
    const auto again = dialog("again");
    t.send(0, kCaller, kCallee, again.request({}));
    t.send(1, kCallee, kCaller, again.response(503, "No", {.to_tag = "t"}));
    t.send(2, kCaller, kCallee, again.request({.branch = "2", .cseq = 2}));
    t.send(3, kCallee, kCaller, again.response(180, "Ringing", {.branch = "2", .cseq = 2, .to_tag = "t"}));
    t.send(4, kCaller, kCallee, dialog("over").request({}));
    t.send(5, kCaller, kCallee, dialog("over").request({.branch = "b", .cseq = 2, .method = "BYE", .to_tag = "t"}));
    t.send(6, kCaller, kCallee, dialog("new").request({}));
    CHECK(t.sink.calls == std::vector<std::string>{"over"});
    t.tracker->finish();
    CHECK(t.sink.calls.size() == 3);
}

TEST_CASE("tracker: of 10000 streams at a time none is lost, whether their SDP came before or after them", "[call][limits]") {
    const bool before = GENERATE(true, false);
    constexpr std::size_t kStreams = 10'000;
    Limits t;
    t.start();
    const auto describe = [&](std::int64_t ms) {
        for (std::size_t n = 0; n < kStreams; ++n) {
            auto d = dialog(cat(n));
            d.from = {"alice", host(1, n), 4000};
            t.send(ms, kCaller, kCallee, d.request({.body = test::sdp_text(d.from)}));
        }
    };
    if (before) describe(0);
    for (std::uint16_t i = 0; i < 6; ++i)
        for (std::size_t n = 0; n < kStreams; ++n)
            t.send(10 + 20 * i, at(cat(host(2, n), ":6000")), at(cat(host(1, n), ":4000")),
                   test::rtp_text(i, 160U * i, static_cast<std::uint32_t>(n)));
    if (!before) describe(200);
    t.tracker->finish();
    CHECK(t.sink.call_streams == kStreams);
    CHECK(t.sink.strays == 0);
    CHECK(t.sink.packets == 6 * kStreams);
    CHECK(t.tracker->counts().candidates_evicted == 0);
}

TEST_CASE("tracker: flows that give way before it is clear what they are, are counted", "[call][limits]") {
    Limits t;
    t.options.max_candidates = 100;
    t.start();
    for (std::uint16_t i = 0; i < 3; ++i)
        for (std::size_t n = 0; n < 101; ++n)
            t.send(20 * i, at(cat(host(2, n), ":6000")), at("192.0.2.9:4000"),
                   test::rtp_text(i, 160U * i, static_cast<std::uint32_t>(n)));
    t.tracker->finish();
    CHECK(t.tracker->counts().candidates_evicted == 203);  // each of 303 packets but the first 100 takes another's place
    CHECK(t.tracker->counts().other == 303);
    CHECK(t.tracker->counts().rtp == 0);
}

TEST_CASE("tracker: a flood of SSRCs towards one call is given out as it comes", "[call][limits]") {
    Limits t;
    t.start();
    const auto d = dialog("c");
    t.send(0, kCaller, kCallee, d.request({.body = test::sdp_text(d.from)}));
    for (std::uint32_t n = 0; n < 1000; ++n) t.send(1, at("192.0.2.2:5000"), at("192.0.2.1:4000"), test::rtp_text(1, 160, n));
    CHECK(t.sink.early_streams == 744);
    CHECK(t.tracker->counts().streams_evicted == 744);
    t.tracker->finish();
    CHECK(t.sink.most_streams == 256);
    CHECK(t.sink.packets == 1000);
}

TEST_CASE("tracker: the streams of strangers leave by their number, however many share an endpoint", "[call][limits]") {
    Limits t;
    t.options.max_streams = 50;
    t.start();
    for (std::uint32_t n = 0; n < 2000; ++n)
        for (std::uint16_t i = 0; i < 4; ++i)
            t.send(n, at("192.0.2.2:5000"), at("192.0.2.2:5000"), test::rtp_text(i, 160U * i, n));
    CHECK(t.sink.strays == 1950);
    t.tracker->finish();
    CHECK(t.sink.strays == 2000);
    CHECK(t.sink.packets == 8000);
}

TEST_CASE("tracker: many calls that name one endpoint leave the latest with it", "[call][limits]") {
    Limits t;
    t.start();
    for (int n = 0; n < 200; ++n) t.send(n, kCaller, kCallee, dialog(cat(n)).request({.body = test::sdp_text({"a", "192.0.2.1", 4000})}));
    t.send(300, at("192.0.2.2:5000"), at("192.0.2.1:4000"), test::rtp_text(1, 160, 7));
    t.tracker->finish();
    CHECK(t.sink.calls.size() == 200);
    CHECK(t.sink.call_streams == 1);
    CHECK(t.sink.strays == 0);
}
