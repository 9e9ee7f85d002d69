#include "json/document.h"

#include <catch2/catch.hpp>

#include "support/exact_buffer.h"

using namespace tandem;

TEST_CASE("document: keeps order, types and the place of every key and value", "[json][document]") {
    auto parsed = json::parse_document("// top\n{ \"a\": 1, /* x, \"y\": */ \"b\" : [true, -2.5, \"\\\"é\\\\\", {}],\n  \"ç\": null, \"big\":18446744073709551615 }\n",
                                       "f.json");
    REQUIRE(parsed);
    const json::Value& root = parsed->root;
    REQUIRE(root.is_object());
    CHECK(parsed->where(root) == "f.json:2:1");
    REQUIRE(root.members().size() == 4);
    CHECK(root.members()[0].key == "a");
    CHECK(root.find("a")->integer() == 1);
    CHECK(parsed->where(*root.find("a")) == "f.json:2:8");
    const json::Value& b = *root.find("b");
    CHECK(parsed->where(root.members()[1].key_offset) == "f.json:2:25");
    REQUIRE(b.items().size() == 4);
    CHECK(b.items()[0].boolean());
    CHECK(b.items()[1].number() == -2.5);
    CHECK(b.items()[2].string() == "\"é\\");
    CHECK(parsed->where(b.items()[3]) == "f.json:2:53");
    CHECK(root.find("ç")->is_null());
    CHECK(parsed->where(*root.find("ç")) == "f.json:3:8");
    CHECK(root.find("big")->type() == json::Value::Type::kReal);
    CHECK(root.find("nothing") == nullptr);
    CHECK(b.find("a") == nullptr);
}

TEST_CASE("document: says where a text is wrong", "[json][document]") {
    struct Row {
        std::string_view text, place;
        Errc code;
    };
    std::string deep(65, '[');
    for (const Row& row : {Row{"{\n \"a\": 1,\n \"a\": 2}", "f:3:2: key \"a\" stands twice", Errc::kSyntax},
                           Row{"{\"a\": }", "f:1:7: syntax error", Errc::kSyntax},
                           Row{"{\"a\": 1", "f:1:8: syntax error", Errc::kSyntax},
                           Row{"", "f:1:1: syntax error", Errc::kSyntax},
                           Row{"{} {}", "f:1:4: syntax error", Errc::kSyntax},
                           Row{"{\"a\": \"\xff\"}", "f:1:8: not UTF-8", Errc::kSyntax},
                           Row{"{\"a\": 1e400}", "f:1:", Errc::kSyntax},
                           Row{"{ /* open", "f:1:", Errc::kSyntax},
                           Row{std::string_view("{}\0{}", 5), "f:1:3: NUL byte", Errc::kSyntax},
                           Row{deep, "f:1:65: nested deeper than 64", Errc::kRange}}) {
        INFO(row.text);
        auto parsed = json::parse_document(std::string(row.text), "f");
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == row.code);
        CHECK_THAT(parsed.error().what, Catch::Matchers::StartsWith(std::string(row.place)));
        CHECK(parsed.error().what.find("json.exception") == std::string::npos);
    }
}

TEST_CASE("document: refuses every truncation", "[json][document]") {
    constexpr std::string_view kText = "{\"a\":[1,{\"b\":\"\\u00e9\"}],/*c*/\"d\":null}";
    REQUIRE(json::parse_document(std::string(kText), "f"));
    test::for_each_truncation(kText, [](const test::ExactBuffer& cut) {
        CHECK_FALSE(json::parse_document(std::string(cut.text()), "f"));
    });
}

TEST_CASE("document: columns count characters, not bytes", "[json][document]") {
    auto p = json::position_of("a\né€😀x", 1 + 1 + 2 + 3 + 4);
    CHECK(p.line == 2);
    CHECK(p.column == 4);
}

TEST_CASE("document: a file that is not there is an io error", "[json][document]") {
    auto parsed = json::load_document("/nonexistent/topology.json");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::kIo);
}
