#include "number/tel_parameters.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "number/parse.h"

using namespace tandem;
using number::read_tel_parameters;

namespace {

std::string shown_list(const number::TelParameters& parameters) {
    std::string out;
    for (const auto& one : parameters.list) append(out, out.empty() ? "" : " ", one.name, one.value.empty() ? "" : "=", one.value);
    for (const std::string& fault : parameters.faults) append(out, " !", fault);
    return out;
}

}  // namespace

TEST_CASE("tel parameters: read, ordered and judged", "[number][tel]") {
    struct Row {
        const char* text;
        const char* want;
    };
    const Row rows[] = {
        {"", ""},
        {"npdi;rn=+1-202-544-0000", "npdi rn=+12025440000"},  // RFC 4694 §6
        {"RN=+12025440000;NPDI", "npdi rn=+12025440000"},
        {"rn=2025440000;rn-context=+1", "rn=2025440000 rn-context=+1"},
        {"rn=2025440000;rn-context=carrier.example", "rn=2025440000 rn-context=carrier.example"},
        {"rn=2025440000", "rn=2025440000 !rn_without_context"},
        {"cic=+1-6789", "cic=+16789"},
        {"cic=6789", "cic=6789 !cic_without_context"},
        {"rn=+12025440000;rn=+12025440001", "rn=+12025440000 !rn_twice"},
        {"npdi;npdi", "npdi !npdi_twice"},
        {"npdi=yes", " !npdi_bad_value"},
        {"rn=+0202", " !rn_bad_value"},
        {"rn=", " !rn_bad_value"},
        {"rn", " !rn_bad_value"},
        {"rn=+1202A", "rn=+1202A"},
        {"tgrp=TG-1;trunk-context=+1-630", "tgrp=TG-1 trunk-context=+1630"},
        {"tgrp=TG-1", "tgrp=TG-1 !tgrp_without_context"},  // RFC 4904 §5
        {"zeta=1;isub=12?a=b;alpha;ext=7", "isub=12?a=b alpha zeta=1"},
        {"isub=", " !isub_bad_value"},
        {"phone-context=+1-914-555;x", "phone-context=+1914555 x"},
        {"a b=1", " !bad_parameter"},
        {"a=%4", " !a_bad_value"},
        {"a=%4f;b=\"", "a=%4f !b_bad_value"},
        {";;x;", "x !bad_parameter"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(shown_list(read_tel_parameters(row.text)) == row.want);
    }
}

TEST_CASE("tel parameters: behind a global number stands what keeps its meaning, once, in the standard's order", "[number][tel]") {
    const auto behind = [](std::string_view text) { return read_tel_parameters(text).behind_global(); };
    CHECK(behind("rn=+1-202-544-0000;npdi;isub=12") == ";isub=12;npdi;rn=+12025440000");
    CHECK(behind("phone-context=+1;b;a=1") == ";a=1;b");
    CHECK(behind("rn=2025440000;npdi") == ";npdi");
    CHECK(behind("tgrp=x") == "");
    // What is written reads as the same again.
    for (const std::string_view text : {"rn=+12025440000;npdi;isub=12", "cic=6789;cic-context=+1;zz=%41;tgrp=a;trunk-context=b.example"}) {
        const std::string once = behind(text);
        CHECK(behind(std::string_view(once).substr(1)) == once);
        CHECK(read_tel_parameters(std::string_view(once).substr(1)).faults.empty());
    }
}

TEST_CASE("parse: keeps what a URI puts behind the number, of tel and of the user part of sip", "[number][tel]") {
    const auto of = [](std::string_view written) { return std::string(number::normalize(written, {}).parameters); };
    CHECK(of("tel:+1-202-533-1234;npdi;rn=+1-202-544-0000") == "npdi;rn=+1-202-544-0000");
    CHECK(of("sip:+12025331234;npdi;rn=+12025440000@example.com;user=phone") == "npdi;rn=+12025440000");
    CHECK(of("<sip:+12025331234@example.com;npdi>") == "");
    CHECK(of("+12025331234") == "");
    CHECK(number::normalize("tel:+1-202-533-1234;npdi;rn=+1-202-544-0000", {}).e164 == "+12025331234");
}
