#include "record/call.h"

#include <catch2/catch.hpp>

#include "record/envelope.h"

using namespace tandem;

TEST_CASE("call record: keys in their fixed order, what is not known left out", "[record][call]") {
    record::Call c;
    c.call_id = "a@b";
    c.session_id = "ab30317f1a784dc48ff824d0d3715d86";
    c.outcome = call::Outcome::kFailed;
    c.timeout = true;
    c.from = "sip:1@x";
    c.to = "sip:2@x";
    c.invite_ts = WallTime{seconds{1'700'000'000}};
    c.pdd_ms = 1.5;
    c.q850 = 102;
    c.legs.emplace(1);
    c.legs->front().src = "192.0.2.1:5060";
    c.streams.emplace({std::string("stream-1")});
    c.diagnosis.emplace({record::Diagnosis{"no_media", "no RTP was seen for this call"}});
    std::string out;
    record::append(out, c, "call-1", WallTime{});
    CHECK(out ==
          R"({"type":"call","v":1,"ts":"2023-11-14T22:13:20.000000Z","id":"call-1","call":{"call_id":"a@b",)"
          R"("session_id":"ab30317f1a784dc48ff824d0d3715d86","outcome":"failed","failure":"timeout","from":"sip:1@x",)"
          R"("to":"sip:2@x","invite_ts":"2023-11-14T22:13:20.000000Z","pdd_ms":1.5,"q850":102,)"
          R"("legs":[{"src":"192.0.2.1:5060"}],"streams":["stream-1"],)"
          R"("diagnosis":[{"code":"no_media","text":"no RTP was seen for this call"}]}})"
          "\n");
}

TEST_CASE("call record: cut texts are named, at the end", "[record][call]") {
    record::Call c;
    c.call_id = "a@b";
    c.from = "sip:1@x";
    c.truncated = {"call_id", "from"};
    std::string out;
    record::append(out, c, "x", WallTime{});
    CHECK(out.find(R"("from":"sip:1@x","truncated":["call_id","from"]}})") != std::string::npos);
}

TEST_CASE("call record: what a filter needs is read back", "[record][call]") {
    record::Call c;
    c.call_id = "a@b";
    c.outcome = call::Outcome::kNoAnswer;
    c.status = 480;
    c.from = "sip:1@x";
    c.to = "sip:2@x";
    c.invite_ts = WallTime{seconds{1'700'000'000}} + nanoseconds{123'456'789};
    c.digits = StampDigits::kNano;
    c.answer_ms = 12.345;
    c.ended_by = "caller";
    c.source = "itsp";
    c.path = "mediated";
    std::string line;
    record::append(line, c, "x", WallTime{});
    json::LineParser parser;
    const auto parsed = parser.parse(std::string_view(line).substr(0, line.size() - 1));
    REQUIRE(parsed);
    const auto object = (*parsed)->object("call");
    REQUIRE(object);
    REQUIRE(*object);
    const auto back = record::read_call(**object);
    REQUIRE(back);
    CHECK(back->call_id == c.call_id);
    CHECK(back->outcome == c.outcome);
    CHECK(back->status == c.status);
    CHECK(back->from == c.from);
    CHECK(back->to == c.to);
    CHECK(back->invite_ts == c.invite_ts);
    CHECK(back->digits == StampDigits::kNano);
    CHECK(back->answer_ms == Approx(12.345));
    CHECK(back->ended_by == c.ended_by);
    CHECK(back->source == c.source);
    CHECK(back->path == c.path);
    CHECK_FALSE(back->duration_ms);
}

TEST_CASE("call record: what is no call is refused with what is wrong", "[record][call]") {
    struct Row {
        std::string line;
        Errc code;
    };
    const Row rows[] = {
        {R"({})", Errc::kMissing},
        {R"({"call_id":7})", Errc::kMissing},
        {R"({"call_id":"a","outcome":"great"})", Errc::kSyntax},
        {R"({"call_id":"a","status":1000})", Errc::kRange},
        {R"({"call_id":"a","q850":-1})", Errc::kRange},
        {R"({"call_id":"a","invite_ts":"yesterday"})", Errc::kSyntax},
        {R"({"call_id":"a","to":"x","to":"y"})", Errc::kConflict},
    };
    for (const Row& row : rows) {
        json::LineParser parser;
        const auto object = parser.parse(row.line);
        REQUIRE(object);
        const auto call = record::read_call(**object);
        INFO(row.line);
        REQUIRE_FALSE(call);
        CHECK(call.error().code == row.code);
    }
}
