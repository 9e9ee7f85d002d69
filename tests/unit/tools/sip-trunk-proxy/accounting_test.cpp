// Knows: which dialogs get which records: forks, a key that is used again, too many calls, texts that are too long.
// Must not know: how calls are routed.
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

bool has(const std::string& record, std::string_view text) { return record.find(text) != std::string::npos; }

std::string id_of(const std::string& record) {
    const auto at = record.find("\"id\":\"") + 6;
    return record.substr(at, record.find('"', at) - at);
}

struct Ledger {
    FakeClock clock;
    LiveCounters live;
    Counters counters;
    std::vector<std::string> records;
    Accounting accounting{clock, live, counters, 3, [this](std::string_view line) { records.emplace_back(line); }};

    void answer(std::uint64_t key, std::string_view call_id) {
        CallLog log;
        CallTexts::Values texts{};
        texts[CallTexts::kCallId] = call_id;
        log.texts = CallTexts(texts);
        log.key = key;
        log.status = 200;
        log.answer_ms = 1;
        log.answer_at = clock.mono();
        accounting.answered(std::move(log));
    }
};

}  // namespace

TEST_CASE("accounting: two forks that both answer are two calls, and each BYE ends its own", "[proxy][accounting]") {
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
    const std::string to_first = b.last_to(kBob), to_second = b.last_to(second);
    b.in(reply(to_second, 200, {}, "10.0.0.12:5064", "two"), second);
    b.in(reply(to_first, 200, {}, "10.0.0.12:5060", "one"), kBob);
    b.in(reply(to_first, 200, {}, "10.0.0.12:5060", "one"), kBob);
    REQUIRE(b.records.size() == 2);
    CHECK(id_of(b.records[0]) != id_of(b.records[1]));
    CHECK(b.proxy.live_calls() == 2);
    CHECK(b.proxy.counters().answered == 1);
    // The caller ends the surplus dialog (RFC 3261 §13.2.2.4); the call itself goes on.
    b.in(in_dialog("BYE", "sip:peer@10.0.0.12:5060", routes_of(b.last_to(kGateway), true), 101, "z9hG4bKbye", "caller", "one", "10.0.0.30:5060"),
         kGateway);
    b.in(reply(b.last_to(kBob), 200), kBob);
    REQUIRE(b.records.size() == 3);
    CHECK(has(b.records[2], "\"phase\":\"end\""));
    CHECK(id_of(b.records[2]) == id_of(b.records[1]));
    CHECK(b.proxy.live_calls() == 1);
}

TEST_CASE("accounting: a fork that answers after the call has ended still reaches the caller and has its records", "[proxy][accounting]") {
    Bench b;
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string to_callee = b.last_to(kAlice);
    b.in(reply(to_callee, 200, {}, "10.0.0.11:5060", "one"), kAlice);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.11:5060", routes_of(b.last_to(kGateway), true), 101, "z9hG4bKbye", "caller", "one", "10.0.0.30:5060"),
         kGateway);
    b.in(reply(b.last_to(kAlice), 200), kAlice);
    REQUIRE(b.records.size() == 2);
    REQUIRE(has(b.records[1], "\"phase\":\"end\""));
    // The same 2xx again, then one of another fork beyond the callee's own proxy; a failure of nobody in between.
    for (const char* tag : {"one", "two"}) {
        b.in(reply(to_callee, 200, {}, "10.0.0.11:5060", tag), kAlice);
        CHECK(has(b.last_to(kGateway), std::string(";tag=") + tag));
        b.in(reply(to_callee, 486, {}, "10.0.0.11:5060", "three"), kAlice);
    }
    b.in(in_dialog("BYE", "sip:peer@10.0.0.11:5060", routes_of(b.last_to(kGateway), true), 102, "z9hG4bKbye2", "caller", "two", "10.0.0.30:5060"),
         kGateway);
    b.in(reply(b.last_to(kAlice), 200), kAlice);
    CHECK(b.proxy.live_calls() == 0);
    CHECK(has(b.records.back(), "\"phase\":\"end\""));
    CHECK(has(b.records.back(), "\"from\":"));
}

TEST_CASE("accounting: a key that is used again ends the older call with a record", "[proxy][accounting]") {
    Ledger l;
    l.answer(7, "first");
    l.answer(7, "second");
    REQUIRE(l.records.size() == 3);
    CHECK(has(l.records[1], "\"call_id\":\"first\""));
    CHECK(has(l.records[1], "\"ended_by\":\"replaced\""));
    CHECK(l.accounting.live_calls() == 1);
    l.accounting.ended(7, "caller");
    CHECK(has(l.records[3], "\"call_id\":\"second\""));
}

TEST_CASE("accounting: beyond its bound the oldest call gets its end record, and it is counted", "[proxy][accounting]") {
    Ledger l;
    for (std::uint64_t key = 1; key <= 5; ++key) {
        l.answer(key, cat("call ", key));
        l.clock.advance(seconds(1));
    }
    CHECK(l.accounting.live_calls() == 3);
    CHECK(l.counters.calls_forgotten == 2);
    REQUIRE(l.records.size() == 7);
    CHECK(has(l.records[3], "\"call_id\":\"call 1\""));
    CHECK(has(l.records[3], "\"ended_by\":\"table_full\""));
    CHECK(has(l.records[5], "\"call_id\":\"call 2\""));
    l.accounting.ended(1, "caller");  // its BYE comes after all
    CHECK(l.records.size() == 7);
    l.accounting.end_older_than(l.clock.mono() - milliseconds(1500), "expired");
    CHECK(l.accounting.live_calls() == 1);
    l.accounting.end_all("node_stopped");
    CHECK(l.records.size() == 10);
}

TEST_CASE("accounting: a text that was cut is named, and cut between characters", "[proxy][accounting]") {
    Bench b;
    const std::string id = cat(std::string(127, 'c'), "ab@company.example");
    b.in(invite({.call_id = id}), kAlice);
    b.in(reply(b.last_to(kGateway), 486), kGateway);
    REQUIRE(b.records.size() == 1);
    CHECK(has(b.records[0], cat("\"call_id\":\"", std::string(127, 'c'), "a\",")));
    CHECK(has(b.records[0], "\"truncated\":[\"call_id\"]"));
    // A name of the topology may be any UTF-8.
    CallTexts::Values texts{};
    const std::string name = cat(std::string(127, 'n'), "\xc3\xa9t\xc3\xa9");
    texts[CallTexts::kSource] = name;
    CHECK(CallTexts(texts).get(CallTexts::kSource) == std::string(127, 'n'));
    CHECK(CallTexts(texts).cut(CallTexts::kSource));
    CHECK_FALSE(CallTexts(texts).cut(CallTexts::kTarget));
    Bench whole;
    whole.in(invite(), kAlice);
    whole.in(reply(whole.last_to(kGateway), 486), kGateway);
    CHECK_FALSE(has(whole.records[0], "truncated"));
}

TEST_CASE("accounting: a second answer after the call has ended is a call to the same target by the same route", "[proxy][accounting]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string sent = b.last_to(kGateway);
    b.in(reply(sent, 200, {}, "10.0.0.30:5060", "one"), kGateway);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(b.last_to(kAlice), true), 101, "z9hG4bKbye", "caller", "one"), kAlice);
    b.in(reply(b.last_to(kGateway), 200), kGateway);
    REQUIRE(b.records.size() == 2);
    b.in(reply(sent, 200, {}, "10.0.0.30:5060", "two"), kGateway);
    REQUIRE(b.records.size() == 3);
    CHECK(id_of(b.records[2]) != id_of(b.records[0]));
    CHECK(has(b.records[2], "\"phase\":\"start\""));
    for (const char* member : {"\"target\":\"gateway\"", "\"target_kind\":\"trunk\"", "\"route\":\"to-gateway\"", "\"dialled\":\"02079460200\"", "\"called\":\"+442079460200\"",
                               "\"path\":\"direct\"", "\"dst\":\"10.0.0.30:5060\"", "\"dial_plan\":\"gb\"", "\"attempts\":[{\"target\":\"gateway\""}) {
        INFO(member << " in " << b.records[2]);
        CHECK(has(b.records[0], member));
        CHECK(has(b.records[2], member));
    }
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(b.last_to(kAlice), true), 102, "z9hG4bKbye2", "caller", "two"), kAlice);
    b.in(reply(b.last_to(kGateway), 200), kGateway);
    CHECK(b.proxy.live_calls() == 0);
    CHECK(b.records.size() == 4);
}

TEST_CASE("accounting: a target that was given up and answers after the call has ended has a record of its own", "[proxy][accounting]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string first = b.last_to(kGateway);
    b.in(reply(first, 100), kGateway);
    b.advance(milliseconds(10'100));  // no progress: the next machine
    const std::string second = b.last_to(kSpare);
    REQUIRE(second.starts_with("INVITE "));
    b.in(reply(second, 200, {}, "10.0.0.31:5060", "one"), kSpare);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.31:5060", routes_of(b.last_to(kAlice), true), 101, "z9hG4bKbye", "caller", "one"), kAlice);
    b.in(reply(b.last_to(kSpare), 200), kSpare);
    REQUIRE(b.records.size() == 2);
    b.in(reply(first, 200, {}, "10.0.0.30:5060", "two"), kGateway);
    REQUIRE(b.records.size() == 3);
    CHECK(has(b.records[2], "\"dst\":\"10.0.0.30:5060\""));
    CHECK(has(b.records[2], "\"route\":\"to-gateway\""));
}
