#include "record/check.h"

#include <catch2/catch.hpp>

using namespace tandem;

TEST_CASE("check record: a finding with all there is, and with what must be", "[record][check]") {
    lint::Finding finding{lint::Code::kUnreachable, lint::Severity::kError, lint::Proof::kUnproved, {"rule", "a", 3, "dial plan p"}, {"b", "c"}, "text", "hint", "123"};
    std::string out;
    json::Writer writer(out);
    record::write(writer, finding);
    CHECK(out == R"({"name":"unreachable_rule","ok":false,"code":"N01","severity":"error","proof":"unproved","subject":{"kind":"rule","name":"a",)"
                 R"("index":3,"in":"dial plan p"},"others":["b","c"],"detail":"text","hint":"hint","witness":"123"})");
    out.clear();
    json::Writer least(out);
    record::write(least, lint::Finding{lint::Code::kUnused, lint::Severity::kNote, lint::Proof::kProved, {"usage", "u", topology::kNoIndex, {}}, {}, "text", {}, {}});
    CHECK(out == R"({"name":"unused","ok":true,"code":"N17","severity":"note","proof":"proved","subject":{"kind":"usage","name":"u"},"detail":"text"})");
}

TEST_CASE("check record: a case that passed and one that did not", "[record][check]") {
    std::string out;
    json::Writer writer(out);
    record::write(writer, record::CaseCheck{"n", 7, "114", {}});
    CHECK(out == R"({"name":"n","ok":true,"line":7,"dialled":"114"})");
    out.clear();
    json::Writer failed(out);
    record::write(failed, record::CaseCheck{"n", 7, "114", {{"rule", "a", "null"}}});
    CHECK(out == R"({"name":"n","ok":false,"line":7,"dialled":"114","failures":[{"key":"rule","expected":"a","got":"null"}]})");
}
