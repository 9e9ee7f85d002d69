// Knows: a table of transactions on a fake wire with a fake clock, and the messages that the tests put in.
// Must not know: sockets.
// Next: transactions_test.cpp, transaction_rows_test.cpp.
#pragma once

#include <catch2/catch.hpp>

#include "base/text.h"
#include "sipnet/transactions.h"

namespace tandem::sipnet::test {

inline const net::Endpoint kAlice = *net::Endpoint::parse("192.0.2.1:5062");
inline const net::Endpoint kBob = *net::Endpoint::parse("198.51.100.2:5060");

struct Wire final : Transport {
    struct Sent {
        net::Endpoint to;
        std::string bytes;
    };
    std::vector<Sent> sent;
    bool broken = false;
    bool reliable = false;
    bool stands = false;  // the connection that a flow would use
    std::vector<Flow> flows, aliases;
    bool send(const Flow& flow, std::string_view bytes) override {
        if (broken && !flow.may_connect) return false;
        if (broken && flow.kind == TransportKind::kUdp) return false;
        flows.push_back(flow);
        sent.push_back({flow.remote, std::string(bytes)});
        return true;
    }
    siptx::Reliability reliability(const Flow&) const override {
        return reliable ? siptx::Reliability::kReliable : siptx::Reliability::kUnreliable;
    }
    bool connected(const Flow&) const override { return stands; }
    void alias(const Flow& flow, const net::Endpoint& at) override {
        aliases.push_back(flow);
        aliases.back().remote = at;
    }
};

struct User final : TransactionUser {
    std::vector<std::string> log;
    Handle server;
    std::string via;
    void on_request(Handle h, const sip::Message& m, const Flow&, std::string_view v) override {
        server = h;
        via = v;
        log.push_back(cat("request ", m.method_text()));
    }
    void on_ack(const sip::Message&, const Flow&, std::string_view) override { log.push_back("ack"); }
    void on_cancel(Handle h, const sip::Message&) override { log.push_back(h == server ? "cancel" : "cancel of another"); }
    void on_response(Handle, std::uint64_t u, const sip::Message& m, const Flow&) override {
        log.push_back(cat("response ", m.status(), " for ", u));
    }
    void on_failure(Handle, std::uint64_t u, Failure f) override { log.push_back(cat("failure ", static_cast<int>(f), " for ", u)); }
    void on_stray_response() override { log.push_back("stray"); }
    void on_undelivered_response() override { log.push_back("undelivered"); }
    std::optional<net::Endpoint> deputy;  // may answer for everybody
    bool may_answer_for(const Flow&, const Flow& from) const override { return deputy && from.remote == *deputy; }
    void on_server_end(Handle) override { log.push_back("end"); }
    void on_timer(std::uint64_t u) override { log.push_back(cat("timer ", u)); }
};

struct Bench {
    Wire wire;
    User user;
    Transactions t{wire, siptx::Timers{}, SipHashKey{0xabcdef01, 2}};
    sip::Message m;
    MonoTime now{seconds{1000}};

    Bench() {
        t.set_user(user);
        t.set_now(now);
    }
    void in(std::string_view text, const net::Endpoint& from) { in(text, Flow{0, from}); }
    void in(std::string_view text, const Flow& from) {
        const auto v = sip::scan(text, sip::Strictness::kLenient, m);
        REQUIRE(v.ok());
        t.on_message(m, from);
    }
    void advance(nanoseconds d) {
        const MonoTime end = now + d;
        while (t.next_deadline() <= end) {
            now = std::max(now, t.next_deadline());
            t.set_now(now);
            t.on_time();
        }
        now = end;
        t.set_now(now);
    }
    std::string last() const { return wire.sent.empty() ? std::string() : wire.sent.back().bytes; }
    std::size_t sent() const { return wire.sent.size(); }
};

inline std::string request(std::string_view method, std::string_view branch = "z9hG4bKa1", std::string_view cseq_method = {}) {
    return cat(method, " sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5062;rport;branch=", branch,
               "\r\nFrom: <sip:alice@example.org>;tag=a\r\nTo: <sip:bob@example.com>\r\nCall-ID: c1\r\nCSeq: 7 ",
               cseq_method.empty() ? method : cseq_method, "\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
}

inline std::string response(const std::string& sent_request, int status, std::string_view method) {
    sip::Message m;
    REQUIRE(sip::scan(sent_request, sip::Strictness::kLenient, m).ok());
    return cat("SIP/2.0 ", status, " X\r\nVia: ", m.top_via_text(),
               "\r\nVia: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKa1\r\nFrom: <sip:alice@example.org>;tag=a\r\n"
               "To: <sip:bob@example.com>;tag=b\r\nCall-ID: c1\r\nCSeq: 7 ",
               method, "\r\nContent-Length: 0\r\n\r\n");
}

inline Handle start(Bench& b, sip::Method method, std::uint64_t user) {
    const Handle h = b.t.new_client();
    REQUIRE(h);
    b.t.start(h, method, request(sip::to_string(method), b.t.branch(h, 0)), "c1", Flow{0, kBob}, user);
    return h;
}

}  // namespace tandem::sipnet::test
