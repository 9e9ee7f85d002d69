// Knows: that messages reach the right transaction and that what the machines ask is sent, on a fake wire with a fake clock.
// Must not know: sockets.
// Next: transactions_bench.h; transaction_rows_test.cpp for CANCEL and Timer C row by row.
#include "sipnet/transactions.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "unit/sipnet/transactions_bench.h"

using namespace tandem;
using namespace tandem::sipnet;
using namespace tandem::sipnet::test;

TEST_CASE("transactions: a repeated request is answered from memory and told once", "[sipnet]") {
    Bench b;
    b.in(request("OPTIONS"), kAlice);
    CHECK(b.user.log == std::vector<std::string>{"request OPTIONS"});
    CHECK(b.user.via == "SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKa1;received=192.0.2.1;rport=5062");
    b.in(request("OPTIONS"), kAlice);
    CHECK(b.sent() == 0);
    b.t.respond(b.user.server, 200);
    REQUIRE(b.sent() == 1);
    CHECK(b.wire.sent[0].to == kAlice);  // received and rport, not the sent-by
    CHECK(b.last().find("SIP/2.0 200 OK\r\n") == 0);
    CHECK(b.last().find(";tag=") != std::string::npos);
    b.in(request("OPTIONS"), kAlice);
    CHECK(b.sent() == 2);
    CHECK(b.wire.sent[1].bytes == b.wire.sent[0].bytes);
    CHECK(b.user.log.size() == 1);
    b.advance(seconds(33));
    CHECK(b.user.log.back() == "end");
    CHECK(b.t.live_servers() == 0);
}

TEST_CASE("transactions: another method or branch is another transaction", "[sipnet]") {
    Bench b;
    b.in(request("OPTIONS"), kAlice);
    b.in(request("OPTIONS", "z9hG4bKa2"), kAlice);
    b.in(request("INFO"), kAlice);
    CHECK(b.user.log.size() == 3);
    CHECK(b.t.live_servers() == 3);
}

TEST_CASE("transactions: an RFC 2543 request is matched by what it has", "[sipnet]") {
    Bench b;
    b.in(request("OPTIONS", "1"), kAlice);
    b.in(request("OPTIONS", "1"), kAlice);
    CHECK(b.user.log.size() == 1);
}

TEST_CASE("transactions: the ACK of a failure is consumed, that of a 2xx is handed on", "[sipnet]") {
    Bench b;
    b.in(request("INVITE"), kAlice);
    b.t.respond(b.user.server, 486);
    b.in(request("ACK"), kAlice);
    CHECK(b.user.log == std::vector<std::string>{"request INVITE"});
    const std::size_t before = b.sent();
    b.advance(seconds(4));
    CHECK(b.sent() == before);  // no more repetitions of the 486
    b.in(request("ACK", "z9hG4bKother"), kAlice);
    CHECK(b.user.log.back() == "ack");
}

TEST_CASE("transactions: a failure is repeated until it is acknowledged or given up", "[sipnet]") {
    Bench b;
    b.in(request("INVITE"), kAlice);
    b.t.respond(b.user.server, 404);
    b.advance(seconds(31));
    CHECK(b.sent() == 10);
    b.advance(seconds(2));
    CHECK(b.user.log.back() == "end");
}

TEST_CASE("transactions: a CANCEL is answered, and told while the INVITE is open", "[sipnet]") {
    Bench b;
    b.in(request("INVITE"), kAlice);
    const Handle server = b.user.server;
    b.in(request("CANCEL"), kAlice);
    CHECK(b.last().find("SIP/2.0 200 OK\r\n") == 0);
    CHECK(b.user.log.back() == "cancel");
    b.t.respond(server, 487);
    const auto told = b.user.log.size();
    b.in(request("CANCEL"), kAlice);
    CHECK(b.last().find("SIP/2.0 200 OK\r\n") == 0);
    CHECK(b.user.log.size() == told);
    b.in(request("CANCEL", "z9hG4bKnobody"), kAlice);
    CHECK(b.last().find("SIP/2.0 481 ") == 0);
}

TEST_CASE("transactions: responses come back by the branch; strays and old generations are dropped", "[sipnet]") {
    Bench b;
    const Handle h = start(b, sip::Method::kOptions, 42);
    const std::string sent = b.last();
    b.in(response(sent, 200, "OPTIONS"), kBob);
    CHECK(b.user.log.back() == "response 200 for 42");
    b.in(response(sent, 200, "OPTIONS"), kBob);
    CHECK(b.user.log.size() == 1);  // absorbed
    b.in(response(sent, 200, "BYE"), kBob);
    CHECK(b.user.log.back() == "stray");
    b.advance(seconds(6));
    CHECK(b.t.live_clients() == 0);
    const Handle again = start(b, sip::Method::kOptions, 43);
    CHECK(again.index == h.index);
    const auto told = b.user.log.size();
    b.in(response(sent, 200, "OPTIONS"), kBob);
    CHECK(b.user.log.size() == told + 1);
    CHECK(b.user.log.back() == "stray");
}

TEST_CASE("transactions: a failure of an INVITE is acknowledged on the same way, again each time", "[sipnet]") {
    Bench b;
    start(b, sip::Method::kInvite, 1);
    const std::string sent = b.last();
    b.in(response(sent, 503, "INVITE"), kBob);
    REQUIRE(b.sent() == 2);
    CHECK(b.wire.sent[1].to == kBob);
    CHECK(b.last().find("ACK sip:bob@example.com SIP/2.0\r\n") == 0);
    CHECK(b.last().find("To: <sip:bob@example.com>;tag=b\r\n") != std::string::npos);
    CHECK(b.last().find("CSeq: 7 ACK\r\n") != std::string::npos);
    b.in(response(sent, 503, "INVITE"), kBob);
    CHECK(b.sent() == 3);
    CHECK(b.user.log == std::vector<std::string>{"response 503 for 1"});
}

TEST_CASE("transactions: nothing comes: the INVITE is sent seven times, then it is told", "[sipnet]") {
    Bench b;
    start(b, sip::Method::kInvite, 1);
    b.advance(seconds(33));
    CHECK(b.sent() == 7);
    CHECK(b.user.log == std::vector<std::string>{"failure 0 for 1"});
    CHECK(b.t.live_clients() == 0);
}

TEST_CASE("transactions: a CANCEL waits for the first provisional", "[sipnet]") {
    Bench b;
    const Handle h = start(b, sip::Method::kInvite, 1);
    const std::string sent = b.last();
    b.t.cancel(h, "SIP;cause=200;text=\"Call completed elsewhere\"");
    CHECK(b.sent() == 1);
    b.in(response(sent, 180, "INVITE"), kBob);
    CHECK(b.last().find("CANCEL sip:bob@example.com SIP/2.0\r\n") == 0);
    CHECK(b.last().find(b.t.branch(h, 0)) != std::string::npos);
    CHECK(b.last().find("Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n") != std::string::npos);
    b.in(response(sent, 200, "CANCEL"), kBob);
    b.in(response(sent, 487, "INVITE"), kBob);
    CHECK(b.user.log == std::vector<std::string>{"response 180 for 1", "response 487 for 1"});
    CHECK(b.last().find("ACK ") == 0);
}

TEST_CASE("transactions: a cancelled INVITE that never ends is given up after 64*T1", "[sipnet]") {
    Bench b;
    const Handle h = start(b, sip::Method::kInvite, 1);
    b.in(response(b.last(), 180, "INVITE"), kBob);
    b.t.cancel(h, {});
    b.advance(seconds(33));
    CHECK(b.user.log.back() == "failure 0 for 1");
    CHECK(b.t.live_clients() == 0);
}

TEST_CASE("transactions: Timer C cancels, each 18x starts it anew", "[sipnet]") {
    Bench b;
    start(b, sip::Method::kInvite, 1);
    const std::string sent = b.last();
    b.in(response(sent, 180, "INVITE"), kBob);
    b.advance(seconds(170));
    b.in(response(sent, 183, "INVITE"), kBob);
    b.advance(seconds(170));
    CHECK(b.last().find("CANCEL ") == std::string::npos);
    b.advance(seconds(12));
    CHECK(b.user.log.back() == "failure 1 for 1");
    CHECK(b.last().find("CANCEL ") == 0);
    b.in(response(sent, 487, "INVITE"), kBob);
    CHECK(b.user.log.back() == "response 487 for 1");
}

TEST_CASE("transactions: what cannot be sent is told later, not from within start", "[sipnet]") {
    Bench b;
    b.wire.broken = true;
    const Handle h = b.t.new_client();
    b.t.start(h, sip::Method::kInvite, request("INVITE", b.t.branch(h, 0)), "c1", Flow{0, kBob}, 5);
    CHECK(b.user.log.empty());
    b.advance(milliseconds(1));
    CHECK(b.user.log == std::vector<std::string>{"failure 2 for 5"});
}

TEST_CASE("transactions: an ICMP error ends the transaction whose branch it brings back", "[sipnet]") {
    Bench b;
    const Handle h = start(b, sip::Method::kInvite, 5);
    b.t.on_undeliverable("z9hG4bKsomethingelse");
    CHECK(b.user.log.empty());
    b.t.on_undeliverable(b.t.branch(h, 0));
    CHECK(b.user.log == std::vector<std::string>{"failure 2 for 5"});
}

TEST_CASE("transactions: a full table answers 503 and keeps nothing", "[sipnet]") {
    Bench b;
    b.t.set_max(256);
    for (int i = 0; i < 256; ++i) b.in(request("OPTIONS", cat("z9hG4bKn", i)), kAlice);
    CHECK(b.user.log.size() == 256);
    b.in(request("OPTIONS", "z9hG4bKone-more"), kAlice);
    CHECK(b.user.log.size() == 256);
    CHECK(b.last().find("SIP/2.0 503 ") == 0);
    CHECK(b.last().find("Retry-After: ") != std::string::npos);
    b.advance(seconds(33));
    CHECK(b.t.live_servers() == 0);
}

TEST_CASE("transactions: ten thousand at once are all found again", "[sipnet]") {
    Bench b;
    for (int i = 0; i < 10'000; ++i) b.in(request("INFO", cat("z9hG4bKn", i)), kAlice);
    CHECK(b.t.live_servers() == 10'000);
    for (int i = 0; i < 10'000; ++i) b.in(request("INFO", cat("z9hG4bKn", i)), kAlice);
    CHECK(b.user.log.size() == 10'000);
    b.advance(seconds(70));
    CHECK(b.t.live_servers() == 0);
}

TEST_CASE("transactions: a response is heard from where the request went and of its call only", "[sipnet]") {
    const auto mallory = *net::Endpoint::parse("203.0.113.66:5060");
    for (const sip::Method method : {sip::Method::kInvite, sip::Method::kBye}) {
        Bench b;
        start(b, method, 42);
        const std::string sent = b.last();
        const std::size_t before = b.sent();
        for (const int status : {100, 180, 200, 407, 603}) b.in(response(sent, status, sip::to_string(method)), mallory);
        CHECK(b.user.log == std::vector<std::string>(5, "stray"));
        std::string other_call = response(sent, 200, sip::to_string(method));
        other_call.replace(other_call.find("Call-ID: c1"), 11, "Call-ID: c2");
        b.in(other_call, kBob);
        CHECK(b.user.log.size() == 6);
        CHECK(b.user.log.back() == "stray");
        CHECK(b.sent() == before);  // no ACK either
        // Another port of the same host is the same host: behind address translation, or a stack that sends from a port of its own.
        b.in(response(sent, 200, sip::to_string(method)), *net::Endpoint::parse("198.51.100.2:49152"));
        CHECK(b.user.log.back() == "response 200 for 42");
    }
}

TEST_CASE("transactions: the user says who may answer for whom", "[sipnet]") {
    Bench b;
    b.user.deputy = *net::Endpoint::parse("198.51.100.3:5060");
    start(b, sip::Method::kInvite, 42);
    b.in(response(b.last(), 180, "INVITE"), *b.user.deputy);
    CHECK(b.user.log == std::vector<std::string>{"response 180 for 42"});
}

TEST_CASE("transactions: a stranger cannot answer a CANCEL", "[sipnet]") {
    Bench b;
    const Handle h = start(b, sip::Method::kInvite, 42);
    const std::string sent = b.last();
    b.in(response(sent, 180, "INVITE"), kBob);
    b.t.cancel(h, {});
    REQUIRE(b.last().starts_with("CANCEL "));
    b.in(response(sent, 200, "CANCEL"), *net::Endpoint::parse("203.0.113.66:5060"));
    CHECK(b.user.log.back() == "stray");
    const std::size_t before = b.sent();
    b.advance(seconds(1));
    CHECK(b.sent() > before);  // it is still repeated
}

namespace {

// As a connection that Alice opened hands it on.
Flow by_connection(TransportKind kind) { return Flow{0x8000, *net::Endpoint::parse("192.0.2.1:40001"), kind, false, 0}; }

}  // namespace

TEST_CASE("transactions: over a stream the response goes back by its connection, whatever Via says", "[sipnet][stream]") {
    Bench b;
    b.wire.reliable = true;
    const Flow alice = by_connection(TransportKind::kTcp);
    b.in(request("OPTIONS"), alice);
    b.t.respond(b.user.server, 200);
    REQUIRE(b.wire.flows.size() == 1);
    CHECK(b.wire.flows[0] == alice);
    CHECK(b.user.log.back() == "end");  // nothing is repeated over a stream
}

TEST_CASE("transactions: when the connection is gone the response goes to the port in Via by a new one", "[sipnet][stream]") {
    for (const TransportKind kind : {TransportKind::kTcp, TransportKind::kTls}) {
        Bench b;
        b.wire.reliable = true;
        b.in(request("OPTIONS"), by_connection(kind));
        b.wire.broken = true;
        b.t.respond(b.user.server, 200);
        if (kind == TransportKind::kTls) {
            CHECK(b.wire.flows.empty());  // to somebody whom we cannot tell from anybody else: never
            continue;
        }
        REQUIRE(b.wire.flows.size() == 1);
        CHECK(b.wire.flows[0].remote == *net::Endpoint::parse("192.0.2.1:5062"));
        CHECK(b.wire.flows[0].may_connect);
    }
}

TEST_CASE("transactions: a peer that does not read its connection gets no new ones for its responses", "[sipnet][stream]") {
    Bench b;
    b.wire.reliable = b.wire.stands = true;
    b.in(request("OPTIONS"), by_connection(TransportKind::kTcp));
    b.wire.broken = true;
    b.t.respond(b.user.server, 200);
    CHECK(b.wire.flows.empty());
}

TEST_CASE("transactions: a lost connection fails what waits by it, and nothing else", "[sipnet][stream]") {
    Bench b;
    b.wire.reliable = true;
    const auto start_by = [&](sip::Method method, const Flow& to, std::uint64_t user) {
        const Handle h = b.t.new_client();
        b.t.start(h, method, request(sip::to_string(method), b.t.branch(h, 0)), "c1", to, user);
        return h;
    };
    const Flow bob{0x8000, kBob, TransportKind::kTls, true, 3};
    Flow anybody = bob, other = bob;
    anybody.peer = 0;
    other.peer = 4;
    start_by(sip::Method::kInvite, bob, 1);
    start_by(sip::Method::kBye, anybody, 2);
    start_by(sip::Method::kBye, other, 3);
    start_by(sip::Method::kBye, Flow{0, kBob}, 4);
    b.t.on_lost(bob);
    CHECK(b.user.log == std::vector<std::string>{"failure 2 for 1", "failure 2 for 2"});
    CHECK(b.t.live_clients() == 2);
}

TEST_CASE("transactions: an INVITE that rings survives its connection, for the answer may come by another one", "[sipnet][stream]") {
    Bench b;
    b.wire.reliable = true;
    const Flow bob{0x8000, kBob, TransportKind::kTcp, true, 0};
    const Handle h = b.t.new_client();
    b.t.start(h, sip::Method::kInvite, request("INVITE", b.t.branch(h, 0)), "c1", bob, 1);
    const std::string sent = b.last();
    b.in(response(sent, 180, "INVITE"), bob);
    b.t.on_lost(bob);
    b.in(response(sent, 200, "INVITE"), Flow{0x8000, *net::Endpoint::parse("198.51.100.2:40002"), TransportKind::kTcp, false, 0});
    CHECK(b.user.log == std::vector<std::string>{"response 180 for 1", "response 200 for 1"});
    // By another transport it is somebody else's.
    b.in(response(sent, 200, "INVITE"), kBob);
    CHECK(b.user.log.back() == "stray");
}

TEST_CASE("transactions: alias in the Via of a TLS request is told to the transport", "[sipnet][stream]") {
    Bench b;
    std::string text = request("OPTIONS");
    text.replace(text.find(";rport"), 6, ";alias");
    b.in(text, by_connection(TransportKind::kTcp));
    CHECK(b.wire.aliases.empty());
    text.replace(text.find("z9hG4bKa1"), 9, "z9hG4bKa2");
    b.in(text, by_connection(TransportKind::kTls));
    REQUIRE(b.wire.aliases.size() == 1);
    CHECK(b.wire.aliases[0].remote == *net::Endpoint::parse("192.0.2.1:5062"));
}

TEST_CASE("transactions: a lost connection costs what waits by it, not what waits elsewhere", "[sipnet][stream]") {
    constexpr unsigned kConnections = 4000, kEach = 16;
    Bench b;
    b.wire.reliable = true;
    const auto flow_to = [](unsigned i) {
        return Flow{0x8000, *net::Endpoint::parse(cat("198.51.100.", i % 250 + 1, ':', 10'000 + i)), TransportKind::kTcp, true, 0};
    };
    for (unsigned n = 0; n < kEach; ++n) {
        for (unsigned i = 0; i < kConnections; ++i) {
            const Handle h = b.t.new_client();
            b.t.start(h, sip::Method::kBye, request("BYE", b.t.branch(h, 0)), "c1", flow_to(i), i);
        }
        b.wire.sent.clear();
        b.wire.flows.clear();
    }
    CHECK(b.t.live_clients() == kConnections * kEach);
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned i = 0; i < kConnections; ++i) {
        const std::size_t before = b.user.log.size();
        b.t.on_lost(flow_to(i));
        REQUIRE(b.user.log.size() == before + kEach);
        REQUIRE(b.user.log.back() == cat("failure 2 for ", i));
    }
    // A walk over all of them for each one takes a hundred times as long.
    CHECK(std::chrono::steady_clock::now() - begin < seconds(3));
    CHECK(b.t.live_clients() == 0);
    // Nothing of them is left in a list, nor of one that was never started.
    b.t.abandon(b.t.new_client());
    CHECK(b.t.live_clients() == 0);
    b.t.on_lost(flow_to(1));
    CHECK(b.user.log.size() == kConnections * kEach);
}
