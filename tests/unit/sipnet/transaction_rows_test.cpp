// Knows: CANCEL and its races, Timer C, stray responses and undelivered ones, course by course, as tables.
// Must not know: sockets.
// Next: transactions_bench.h; tests/unit/siptx for the machines by themselves.
#include "unit/sipnet/transactions_bench.h"

using namespace tandem;
using namespace tandem::sipnet;
using namespace tandem::sipnet::test;

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& w : words) append(out, out.empty() ? "" : ", ", w);
    return out;
}

// "INVITE CANCEL 200": the first word of each request that was sent, the status of each response.
std::string said(const Wire& wire) {
    std::string out;
    for (const auto& s : wire.sent) {
        const std::string_view bytes = s.bytes;
        const bool response = bytes.starts_with("SIP/2.0 ");
        append(out, out.empty() ? "" : " ", response ? bytes.substr(8, 3) : bytes.substr(0, bytes.find(' ')));
    }
    return out;
}

int status_of(std::string_view text) { return static_cast<int>(*to_number<unsigned>(text)); }

nanoseconds duration(std::string_view text) {
    const bool ms = text.ends_with("ms");
    const auto n = *to_number<unsigned>(text.substr(1, text.size() - (ms ? 3 : 2)));
    // And a slot of the timers' wheel, within which what is due at that time is done.
    return (ms ? nanoseconds(milliseconds(n)) : nanoseconds(seconds(n))) + milliseconds(5);
}

struct Course {
    std::string_view steps;  ///< what happens, one behind the other
    std::string_view sent, told;
};

// Steps: a status answers the INVITE, "c200" the CANCEL, "cancel" is the user's wish, "+5s" lets time pass.
void client_course(const Course& course, bool reliable) {
    CAPTURE(std::string(course.steps), reliable);
    Bench b;
    b.wire.reliable = reliable;
    const Flow bob{0, kBob, reliable ? TransportKind::kTcp : TransportKind::kUdp};
    const Handle h = b.t.new_client();
    b.t.start(h, sip::Method::kInvite, request("INVITE", b.t.branch(h, 0)), "c1", bob, 1);
    const std::string sent = b.last();
    for (const std::string_view step : split(course.steps, ' ')) {
        if (step == "cancel") {
            b.t.cancel(h, {});
        } else if (step.starts_with("+")) {
            b.advance(duration(step));
        } else if (step.starts_with("c")) {
            b.in(response(sent, status_of(step.substr(1)), "CANCEL"), bob);
        } else if (!step.empty()) {
            b.in(response(sent, status_of(step), "INVITE"), bob);
        }
    }
    CHECK(said(b.wire) == course.sent);
    CHECK(joined(b.user.log) == course.told);
}

// Steps: requests of Alice with the INVITE's branch; "u180" is the user's answer to the INVITE.
void server_course(const Course& course, bool reliable) {
    CAPTURE(std::string(course.steps), reliable);
    Bench b;
    b.wire.reliable = reliable;
    const Flow alice{0, kAlice, reliable ? TransportKind::kTcp : TransportKind::kUdp};
    for (const std::string_view step : split(course.steps, ' ')) {
        if (step.starts_with("u")) {
            b.t.respond(b.user.server, status_of(step.substr(1)));
        } else if (step.starts_with("+")) {
            b.advance(duration(step));
        } else {
            b.in(request(step), alice);
        }
    }
    CHECK(said(b.wire) == course.sent);
    CHECK(joined(b.user.log) == course.told);
}

}  // namespace

TEST_CASE("rows: a CANCEL of ours, before, between and after what comes (RFC 3261 §9.1)", "[sipnet][rows]") {
    // clang-format off
    const Course rows[] = {
        // Not before a provisional, and then at once, and once.
        {"cancel",                    "INVITE",            ""},
        {"cancel 100",                "INVITE CANCEL",     "response 100 for 1"},
        {"cancel 180",                "INVITE CANCEL",     "response 180 for 1"},
        {"cancel 100 180",            "INVITE CANCEL",     "response 100 for 1, response 180 for 1"},
        {"cancel cancel 100 cancel",  "INVITE CANCEL",     "response 100 for 1"},
        {"100 cancel",                "INVITE CANCEL",     "response 100 for 1"},
        {"180 cancel 183",            "INVITE CANCEL",     "response 180 for 1, response 183 for 1"},
        // A final response was quicker: there is nothing to cancel any more.
        {"cancel 200",                "INVITE",            "response 200 for 1"},
        {"cancel 486",                "INVITE ACK",        "response 486 for 1"},
        {"200 cancel",                "INVITE",            "response 200 for 1"},
        {"180 200 cancel",            "INVITE",            "response 180 for 1, response 200 for 1"},
        {"486 cancel",                "INVITE ACK",        "response 486 for 1"},
        {"180 487 cancel",            "INVITE ACK",        "response 180 for 1, response 487 for 1"},
        // They crossed: what the INVITE gets counts, whatever the CANCEL gets.
        {"180 cancel 200",            "INVITE CANCEL",     "response 180 for 1, response 200 for 1"},
        {"180 cancel 200 c481 200",   "INVITE CANCEL",     "response 180 for 1, response 200 for 1, response 200 for 1"},
        {"180 cancel c481 486",       "INVITE CANCEL ACK", "response 180 for 1, response 486 for 1"},
        // As it should be, in either order, and each 487 has its ACK.
        {"180 cancel c200 487",       "INVITE CANCEL ACK", "response 180 for 1, response 487 for 1"},
        {"180 cancel 487 c200",       "INVITE CANCEL ACK", "response 180 for 1, response 487 for 1"},
        {"180 cancel c200 487 487",   "INVITE CANCEL ACK ACK", "response 180 for 1, response 487 for 1"},
        // Nobody sent one that could be answered.
        {"180 c200",                  "INVITE",            "response 180 for 1, stray"},
        {"cancel c200",               "INVITE",            "stray"},
    };
    // clang-format on
    for (const Course& row : rows) {
        for (const bool reliable : {false, true}) {
            // Over TCP the ACK of a failure ends the transaction (Timer D is 0): what comes later belongs to none.
            const std::string_view steps = row.steps;
            if (reliable && (steps.ends_with("487 487") || steps.ends_with("487 c200"))) continue;
            client_course(row, reliable);
        }
    }
    client_course({"180 cancel c200 487 487", "INVITE CANCEL ACK", "response 180 for 1, response 487 for 1, stray"}, true);
    client_course({"180 cancel 487 c200", "INVITE CANCEL ACK", "response 180 for 1, response 487 for 1, stray"}, true);
}

TEST_CASE("rows: the CANCEL is repeated as any request is, and its INVITE is not waited for longer than 64*T1", "[sipnet][rows]") {
    client_course({"180 cancel +1600ms", "INVITE CANCEL CANCEL CANCEL", "response 180 for 1"}, false);
    client_course({"180 cancel c100 +1600ms", "INVITE CANCEL CANCEL", "response 180 for 1"}, false);
    client_course({"180 cancel c200 +31s", "INVITE CANCEL", "response 180 for 1"}, false);
    client_course({"180 cancel +31s", "INVITE CANCEL", "response 180 for 1"}, true);
    for (const bool reliable : {false, true}) {
        client_course({"180 cancel c200 +32s", "INVITE CANCEL", "response 180 for 1, failure 0 for 1"}, reliable);
        // A provisional does not prolong it.
        client_course({"180 cancel c200 +20s 183 +12s", "INVITE CANCEL", "response 180 for 1, response 183 for 1, failure 0 for 1"}, reliable);
        // And then nobody is left whom a late answer could belong to (RFC 6026 §7.3).
        client_course({"180 cancel c200 +32s 200 487", "INVITE CANCEL", "response 180 for 1, failure 0 for 1, stray, stray"}, reliable);
    }
    // Wished for, and never a provisional: Timer B ends it, and no CANCEL ever leaves.
    client_course({"cancel +32s", "INVITE INVITE INVITE INVITE INVITE INVITE INVITE", "failure 0 for 1"}, false);
    client_course({"cancel +32s", "INVITE", "failure 0 for 1"}, true);
}

TEST_CASE("rows: Timer C runs from the INVITE, 101 to 199 start it anew, 100 does not (RFC 3261 §16.6, §16.7, §16.8)", "[sipnet][rows]") {
    for (const bool reliable : {false, true}) {
        client_course({"100 +180s", "INVITE", "response 100 for 1"}, reliable);
        client_course({"100 c200 +10s", "INVITE", "response 100 for 1, stray"}, reliable);
        client_course({"100 +170s 100 +11s c200", "INVITE CANCEL", "response 100 for 1, response 100 for 1, failure 1 for 1"}, reliable);
        client_course({"100 +170s 101 +180s", "INVITE", "response 100 for 1, response 101 for 1"}, reliable);
        client_course({"180 +170s 199 +180s 180 +180s", "INVITE", "response 180 for 1, response 199 for 1, response 180 for 1"}, reliable);
        client_course({"180 +170s 199 +181s c200", "INVITE CANCEL", "response 180 for 1, response 199 for 1, failure 1 for 1"}, reliable);
        // It fired: the CANCEL brings a final response, or its own time ends.
        client_course({"180 +181s c200 487", "INVITE CANCEL ACK", "response 180 for 1, failure 1 for 1, response 487 for 1"}, reliable);
        client_course({"180 +181s c200 200", "INVITE CANCEL", "response 180 for 1, failure 1 for 1, response 200 for 1"}, reliable);
        client_course({"180 +181s c200 180 +32s", "INVITE CANCEL", "response 180 for 1, failure 1 for 1, response 180 for 1, failure 0 for 1"},
                      reliable);
        // After a final response it is over.
        client_course({"180 200 +400s", "INVITE", "response 180 for 1, response 200 for 1"}, reliable);
    }
}

TEST_CASE("rows: a CANCEL to us, before, between and after the answers (RFC 3261 §9.2)", "[sipnet][rows]") {
    // clang-format off
    const Course rows[] = {
        {"CANCEL",                        "481",             ""},
        {"INVITE CANCEL",                 "200",             "request INVITE, cancel"},
        {"INVITE u100 CANCEL",            "100 200",         "request INVITE, cancel"},
        {"INVITE u100 u180 CANCEL u487",  "100 180 200 487", "request INVITE, cancel"},
        // Each copy is answered; the user knows that it has heard it before.
        {"INVITE CANCEL CANCEL",          "200 200",         "request INVITE, cancel, cancel"},
        // The final response was there before.
        {"INVITE u200 CANCEL",            "200 200",         "request INVITE"},
        {"INVITE u487 CANCEL",            "487 200",         "request INVITE"},
        {"INVITE u603 CANCEL",            "603 200",         "request INVITE"},
        // The user may still decide for a 2xx.
        {"INVITE CANCEL u200",            "200 200",         "request INVITE, cancel"},
        // DEVIATION: of another request than an INVITE it is as if it were of none.
        {"OPTIONS CANCEL",                "481",             "request OPTIONS"},
    };
    // clang-format on
    for (const Course& row : rows) {
        for (const bool reliable : {false, true}) server_course(row, reliable);
    }
    server_course({"INVITE u486 ACK CANCEL", "486 200", "request INVITE"}, false);  // Confirmed
    server_course({"INVITE u486 ACK CANCEL", "486 481", "request INVITE, end"}, true);
    server_course({"INVITE u486 ACK +6s CANCEL", "486 481", "request INVITE, end"}, false);
}

TEST_CASE("rows: the answer to a CANCEL has the To tag of the INVITE's (RFC 3261 §9.2)", "[sipnet][rows]") {
    Bench b;
    b.in(request("INVITE"), kAlice);
    b.in(request("CANCEL"), kAlice);
    b.t.respond(b.user.server, 487);
    sip::Message cancelled, terminated;
    REQUIRE(sip::scan(b.wire.sent[0].bytes, sip::Strictness::kLenient, cancelled).ok());
    REQUIRE(sip::scan(b.wire.sent[1].bytes, sip::Strictness::kLenient, terminated).ok());
    CHECK_FALSE(cancelled.to_tag().empty());
    CHECK(cancelled.to_tag() == terminated.to_tag());
}

TEST_CASE("rows: a response that belongs to no transaction is dropped and told, 2xx too (RFC 6026 §7.3)", "[sipnet][rows]") {
    struct Row {
        std::string_view what;
        std::function<void(Bench&, const std::string& sent)> act;
    };
    const auto with = [](std::string text, std::string_view old, std::string_view fresh) {
        text.replace(text.find(old), old.size(), fresh);
        return text;
    };
    const Row rows[] = {
        {"a branch that we never wrote", [&](Bench& b, const std::string& sent) { b.in(with(response(sent, 200, "INVITE"), "z9hG4bKt", "z9hG4bKx"), kBob); }},
        {"another method", [](Bench& b, const std::string& sent) { b.in(response(sent, 200, "BYE"), kBob); }},
        {"another call", [&](Bench& b, const std::string& sent) { b.in(with(response(sent, 200, "INVITE"), "Call-ID: c1", "Call-ID: c2"), kBob); }},
        {"from somebody else", [](Bench& b, const std::string& sent) { b.in(response(sent, 200, "INVITE"), kAlice); }},
        {"by another transport", [](Bench& b, const std::string& sent) { b.in(response(sent, 200, "INVITE"), Flow{0x8000, kBob, TransportKind::kTcp}); }},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.what));
        Bench b;
        start(b, sip::Method::kInvite, 1);
        const std::string sent = b.last();
        row.act(b, sent);
        CHECK(joined(b.user.log) == "stray");
        CHECK(said(b.wire) == "INVITE");  // no ACK either
        // And the transaction still waits for its own.
        b.in(response(sent, 200, "INVITE"), kBob);
        CHECK(joined(b.user.log) == "stray, response 200 for 1");
    }
    // After Timer M, Timer B and Timer K.
    client_course({"200 +31s 200", "INVITE", "response 200 for 1, response 200 for 1"}, false);
    client_course({"200 +32s 200", "INVITE", "response 200 for 1, stray"}, false);
    client_course({"+32s 200", "INVITE INVITE INVITE INVITE INVITE INVITE INVITE", "failure 0 for 1, stray"}, false);
    Bench b;
    start(b, sip::Method::kOptions, 1);
    const std::string sent = b.last();
    b.in(response(sent, 200, "OPTIONS"), kBob);
    b.advance(duration("+5s"));
    b.in(response(sent, 200, "OPTIONS"), kBob);
    CHECK(joined(b.user.log) == "response 200 for 1, stray");
}

TEST_CASE("rows: a response that cannot leave is told, and the request is still recognised (RFC 6026 §8.8)", "[sipnet][rows]") {
    // By UDP nothing tells at once; by TLS no connection may be opened to whom we do not know.
    const Flow alice{0x8000, *net::Endpoint::parse("192.0.2.1:40001"), TransportKind::kTls, false, 0};
    for (const auto& [method, status] : {std::pair{"INVITE", 200}, {"INVITE", 180}, {"INVITE", 486}, {"OPTIONS", 200}}) {
        CAPTURE(method, status);
        Bench b;
        b.wire.reliable = true;
        b.in(request(method), alice);
        b.wire.broken = true;
        b.t.respond(b.user.server, status);
        const bool over = std::string_view(method) == "OPTIONS";  // Timer J is 0
        CHECK(joined(b.user.log) == cat("request ", method, ", undelivered", over ? ", end" : ""));
        CHECK(b.wire.sent.empty());
        if (over) continue;
        b.wire.broken = false;
        b.in(request(method), alice);
        CHECK(said(b.wire) == (status == 200 ? std::string() : cat(status)));  // absorbed in Accepted, else answered again
        CHECK(joined(b.user.log) == cat("request ", method, ", undelivered"));
    }
}
