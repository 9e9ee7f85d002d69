// Knows: OPTIONS to targets, and when these are down and up by it.
// Must not know: calls beside the one that shows the order of targets.
// Next: health_test.cpp for what calls find out.
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

std::string probed(std::string_view more = "") {
    std::string out(kTopology);
    const std::string_view from = "{\"name\": \"default\"}, {\"name\": \"keeps503\"";
    out.replace(out.find(from), std::string_view("{\"name\": \"default\"}").size(),
                cat("{\"name\": \"default\", \"options_interval_s\": 10, \"options_fall\": 2, \"options_rise\": 2", more, "}"));
    return out;
}

// For so long every probe is answered, but those of the gateway as it is said.
void run(Bench& b, seconds time, int gateway) {
    for (seconds t{0}; t < time; t += seconds(1)) {
        const std::size_t before = b.wire.sent.size();
        b.advance(seconds(1));
        const std::size_t end = b.wire.sent.size();
        for (std::size_t i = before; i < end; ++i) {
            const Wire::Sent sent = b.wire.sent[i];
            if (!sent.bytes.starts_with("OPTIONS ")) continue;
            const int status = sent.flow.remote == kGateway ? gateway : 200;
            if (status != 0) b.in(reply(sent.bytes, status), sent.flow.remote, sent.flow.socket);
        }
    }
}

net::Endpoint first_of(Bench& b, std::string_view id) {
    const std::size_t before = b.wire.sent.size();
    const std::string branch = cat("z9hG4bK", id);
    b.in(invite({.call_id = id, .branch = branch}), kAlice);
    for (std::size_t i = before; i < b.wire.sent.size(); ++i) {
        if (!b.wire.sent[i].bytes.starts_with("INVITE ")) continue;
        const net::Endpoint to = b.wire.sent[i].flow.remote;
        b.in(reply(b.wire.sent[i].bytes, 486), to);
        return to;
    }
    return {};
}

}  // namespace

TEST_CASE("probes: each target of a trunk is asked once an interval, by a message that scans", "[proxy][probes]") {
    Bench b(probed());
    run(b, seconds(100), 200);
    for (const net::Endpoint& target : {kGateway, kSpare, kPbx, kItsp}) {
        CHECK(b.count_to(target, "OPTIONS ") >= 9);
        CHECK(b.count_to(target, "OPTIONS ") <= 11);
    }
    CHECK(b.count_to(kAlice, "OPTIONS ") == 0);
    const Read r(b.last_to(kItsp));
    CHECK(r.m.request_uri() == "sip:itsp.example");
    CHECK(b.tells.empty());
    CHECK(b.proxy.counters().probes_failed == 0);
}

TEST_CASE("probes: so many failures make a target down, so many answers bring it back", "[proxy][probes]") {
    Bench b(probed());
    run(b, seconds(20), 404);  // an answer is an answer
    CHECK(first_of(b, "one") == kGateway);
    run(b, seconds(45), 0);
    REQUIRE(b.tells.size() == 1);
    CHECK(b.tells[0] == "target_down trunk gateway udp 10.0.0.30 5060: no answer");
    CHECK(first_of(b, "two") == kSpare);
    b.advance(seconds(0));
    run(b, seconds(11), 200);
    CHECK(first_of(b, "three") == kSpare);  // once is not enough
    run(b, seconds(20), 200);
    REQUIRE(b.tells.size() == 2);
    CHECK(b.tells[1] == "target_up trunk gateway udp 10.0.0.30 5060");
    CHECK(first_of(b, "four") == kGateway);
    run(b, seconds(25), 503);
    CHECK(b.tells.size() == 3);
}

TEST_CASE("probes: a call without any response puts a probed target off until its probes are answered", "[proxy][probes]") {
    Bench b(probed());
    run(b, seconds(15), 200);
    b.in(invite(), kAlice);
    b.proxy.on_undeliverable(b.last_to(kGateway).substr(0, 300));
    CHECK(first_of(b, "two") == kSpare);
    run(b, seconds(40), 0);
    CHECK(first_of(b, "three") == kSpare);  // without probes it would have come back after 30 s
    run(b, seconds(40), 200);
    CHECK(first_of(b, "four") == kGateway);
}

TEST_CASE("probes: a reload that wants none any more ends them", "[proxy][probes]") {
    Bench b(probed());
    run(b, seconds(45), 0);
    REQUIRE(first_of(b, "one") == kSpare);
    b.load(kTopology);
    run(b, seconds(45), 0);
    const std::size_t asked = b.count_to(kGateway, "OPTIONS ");
    run(b, seconds(60), 0);
    CHECK(b.count_to(kGateway, "OPTIONS ") == asked);
    CHECK(first_of(b, "two") == kGateway);
    b.load(probed());
    run(b, seconds(30), 200);
    CHECK(b.count_to(kGateway, "OPTIONS ") > asked);
}

TEST_CASE("timers of a profile: repetitions, Timer B and the wait for an ACK go by them", "[proxy][timers]") {
    std::string topology(kTopology);
    const std::string_view from = "{\"name\": \"default\"}, {\"name\": \"keeps503\"";
    topology.replace(topology.find(from), std::string_view("{\"name\": \"default\"}").size(),
                     R"({"name": "default"}, {"name": "far", "timers": {"t1_ms": 2000}}, {"name": "near", "timers": {"t1_ms": 100, "b_ms": 1000}})");
    struct Row {
        std::string_view profile;
        std::size_t sent_in_4s;    // at 0, T1, 3 T1, 7 T1, …
        milliseconds gives_up;
    };
    for (const Row& row : {Row{"default", 4, milliseconds(32'000)}, Row{"far", 2, milliseconds(128'000)}, Row{"near", 4, milliseconds(1000)}}) {
        CAPTURE(row.profile);
        std::string with = topology;
        const std::string_view pbx = "\"name\": \"pbx\", ";
        with.insert(with.find(pbx) + pbx.size(), cat("\"sip_profile\": \"", row.profile, "\", \"retry\": {\"progress_timeout_ms\": 0}, "));
        Bench b(with);
        b.in(invite({.number = "02079460300"}), kAlice);
        b.advance(milliseconds(3990));
        CHECK(b.count_to(kPbx, "INVITE") == row.sent_in_4s);
        Bench c(with);
        c.in(invite({.number = "02079460300"}), kAlice);
        c.advance(row.gives_up - milliseconds(50));
        CHECK(c.count_to(kAlice, "SIP/2.0 4") == 0);
        c.advance(milliseconds(100));
        CHECK(c.count_to(kAlice, "SIP/2.0 408") == 1);
        // Our own final responses to it are repeated at its pace too: G = T1, 2 T1, …
        Bench d(with);
        d.in(invite({.number = "00000", .from = "pbx", .via_host = "10.0.0.40:5060"}), kPbx);
        d.advance(milliseconds(1450));
        CHECK(d.count_to(kPbx, "SIP/2.0 4") == (row.profile == "near" ? 4U : row.profile == "far" ? 1U : 2U));
    }
}
