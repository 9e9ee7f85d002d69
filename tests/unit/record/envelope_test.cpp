#include "record/envelope.h"

#include <catch2/catch.hpp>

#include "json/document.h"

using namespace tandem;

TEST_CASE("envelope: something that happened has a stamp and an id before its object", "[record][envelope]") {
    std::string out;
    record::Record r(out, "event");
    r.stamp(*from_rfc3339("2026-11-22T12:00:00.123456789Z")).id("n1");
    r.begin().member("name", "started");
    r.finish();
    CHECK(out == "{\"type\":\"event\",\"v\":1,\"ts\":\"2026-11-22T12:00:00.123456Z\",\"id\":\"n1\",\"event\":{\"name\":\"started\"}}\n");
}

TEST_CASE("envelope: lossy stands at the end when bytes were replaced", "[record][envelope]") {
    std::string out;
    record::Record r(out, "event");
    r.stamp(WallTime{}, StampDigits::kNano).begin().member("name", "a\x80");
    r.finish();
    CHECK(out == "{\"type\":\"event\",\"v\":1,\"ts\":\"1970-01-01T00:00:00.000000000Z\",\"event\":{\"name\":\"a\xEF\xBF\xBD\"},\"lossy\":true}\n");
}

TEST_CASE("envelope: summary and error records", "[record][envelope]") {
    std::string out;
    append(out, record::Summary{"t", 6, 1, 2, 3});
    append(out, record::InputError{"t", 7, {Errc::kRange, "too \"long\"", 9, "RFC 8259"}});
    append(out, record::InputError{"t", std::nullopt, {Errc::kIo, "gone", 0, {}}});
    CHECK(out ==
          "{\"type\":\"summary\",\"v\":1,\"summary\":{\"tool\":\"t\",\"in\":6,\"ok\":1,\"bad\":2,\"skipped\":3}}\n"
          "{\"type\":\"error\",\"v\":1,\"error\":{\"tool\":\"t\",\"line\":7,\"code\":\"range\",\"what\":\"too \\\"long\\\"\",\"offset\":9,\"rule\":\"RFC 8259\"}}\n"
          "{\"type\":\"error\",\"v\":1,\"error\":{\"tool\":\"t\",\"code\":\"io\",\"what\":\"gone\",\"offset\":0}}\n");
}

TEST_CASE("schema: is one JSON document that describes every record type", "[record][schema]") {
    auto parsed = json::parse_document(std::string(record::schema()), "schema.json");
    REQUIRE(parsed);
    const json::Value* types = parsed->root.find("properties")->find("type")->find("enum");
    const json::Value* defs = parsed->root.find("$defs");
    REQUIRE(types != nullptr);
    for (const json::Value& type : types->items()) {
        INFO(type.string());
        CHECK(defs->find(type.string()) != nullptr);
    }
}
