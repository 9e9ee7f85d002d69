// Knows: which peer a call tries first after one did not answer or asked to be left in peace; what a reload leaves of that.
// Must not know: how the view is used (policy).
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// Which of the gateway's two targets a new call goes to first.
net::Endpoint asked_first(Bench& b, std::string_view call) {
    const std::size_t before = b.wire.sent.size();
    const std::string branch = cat("z9hG4bK", call);
    b.in(invite({.call_id = call, .branch = branch}), kAlice);
    for (std::size_t i = before; i < b.wire.sent.size(); ++i) {
        if (b.wire.sent[i].bytes.starts_with("INVITE ")) {
            const net::Endpoint to = b.wire.sent[i].flow.remote;
            b.in(reply(b.wire.sent[i].bytes, 486), to);  // over at once
            return to;
        }
    }
    return {};
}

}  // namespace

TEST_CASE("health: a target that does not answer at all is tried last for 30 s", "[proxy][health]") {
    Bench b;
    b.in(invite(), kAlice);
    b.advance(milliseconds(10'100));  // not even a 100 within the progress time
    REQUIRE(b.count_to(kSpare, "INVITE") == 1);
    CHECK(asked_first(b, "second") == kSpare);
    b.load(kTopology);  // a reload forgets nothing
    CHECK(asked_first(b, "third") == kSpare);
    b.advance(seconds(31));
    CHECK(asked_first(b, "fourth") == kGateway);
}

TEST_CASE("health: slow is not silent", "[proxy][health]") {
    Bench b;
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 100), kGateway);
    b.advance(milliseconds(10'100));
    REQUIRE(b.count_to(kSpare, "INVITE") == 1);
    CHECK(asked_first(b, "second") == kGateway);
}

TEST_CASE("health: an ICMP error puts a target last; its answer brings it back", "[proxy][health]") {
    Bench b;
    b.in(invite(), kAlice);
    b.proxy.on_undeliverable(b.last_to(kGateway).substr(0, 300));
    const std::string at_spare = b.last_to(kSpare);
    CHECK(asked_first(b, "second") == kSpare);
    // The next call is refused there with 503, and the gateway answers again.
    b.in(reply(at_spare, 486), kSpare);
    b.in(invite({.call_id = "third", .branch = "z9hG4bKthird"}), kAlice);
    b.in(reply(b.last_to(kSpare), 503), kSpare);
    b.in(reply(b.last_to(kGateway), 100), kGateway);
    b.in(reply(b.last_to(kGateway), 486), kGateway);
    CHECK(asked_first(b, "fourth") == kGateway);
}

TEST_CASE("health: 503 with Retry-After is heeded for that time, one without counts as 500", "[proxy][health]") {
    Bench b;
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 503), kGateway);
    b.in(reply(b.last_to(kSpare), 486), kSpare);
    CHECK(asked_first(b, "second") == kGateway);

    b.in(invite({.call_id = "third", .branch = "z9hG4bKthird"}), kAlice);
    b.in(reply(b.last_to(kGateway), 503, "Retry-After: 5 (soon)\r\n"), kGateway);
    b.in(reply(b.last_to(kSpare), 486), kSpare);
    CHECK(asked_first(b, "fourth") == kSpare);
    b.advance(seconds(6));
    CHECK(asked_first(b, "fifth") == kGateway);
}

TEST_CASE("health: a call that began before a reload goes on by its own trunks' counts", "[proxy][health]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string first = b.last_to(kGateway);
    // Now the PBX has the place that the gateway had, and three calls; the gateway takes three at most.
    std::string topology(kTopology);
    const auto gateway = topology.find("{\"name\": \"gateway\""), pbx = topology.find("{\"name\": \"pbx\""), end = topology.find("],\n  \"users\"");
    std::string gateway_text = topology.substr(gateway, pbx - gateway), pbx_text = topology.substr(pbx, end - pbx);
    while (gateway_text.back() != '}') gateway_text.pop_back();
    topology.replace(gateway, end - gateway, cat(pbx_text, ",\n", gateway_text));
    b.load(topology);
    for (std::string_view call : {"p1", "p2", "p3"}) {
        const std::string branch = cat("z9hG4bK", call);
        b.in(invite({.number = "02079460300", .call_id = call, .branch = branch}), kAlice);
    }
    REQUIRE(b.count_to(kPbx, "INVITE") == 3);
    b.in(reply(first, 503), kGateway);
    CHECK(b.count_to(kSpare, "INVITE") == 1);
}
