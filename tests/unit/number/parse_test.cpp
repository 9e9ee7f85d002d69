#include "number/parse.h"

#include <catch2/catch.hpp>

#include "support/exact_buffer.h"

using namespace tandem;
using number::DialContext;
using number::Flag;
using number::Reason;
using number::normalize;
using number::Number;
using number::RuleSet;

namespace {

Number in_country(std::string_view written, std::string_view region) {
    DialContext context;
    if (!region.empty()) context.region = context.plan->region(region);
    return normalize(written, context);
}

std::string reason(const Number& n) { return std::string(number::to_string(n.reason)); }

}  // namespace

TEST_CASE("parse: written forms of the same number give the same E.164", "[number][parse]") {
    struct Row {
        const char *written, *region, *e164;
    };
    for (const Row& row : {
             Row{"+14255550100", "", "+14255550100"},
             {"(425) 555-0100", "US", "+14255550100"},
             {"1-425-555-0100", "US", "+14255550100"},
             {"425.555.0100", "CA", "+14255550100"},
             {"011 44 20 7946 0018", "US", "+442079460018"},
             {"020 7946 0018", "GB", "+442079460018"},
             {"+44 (0)20 7946 0018", "", "+442079460018"},
             {"00442079460018", "DE", "+442079460018"},
             {"030/123456", "DE", "+4930123456"},
             {"+49\xC2\xA0" "30\xE2\x80\x93" "123456", "", "+4930123456"},
             {"01 42 68 53 00", "FR", "+33142685300"},
             {"020 624 1111", "NL", "+31206241111"},
             {"044 668 18 00", "CH", "+41446681800"},
             {"01 58858", "AT", "+43158858"},
             {"06 6988 1234", "IT", "+390669881234"},
             {"+39 (0)6 6988 1234", "", "+390669881234"},
             {"912 345 678", "ES", "+34912345678"},
             {"08-123 456 78", "SE", "+46812345678"},
             {"(02) 9374 4000", "AU", "+61293744000"},
             {"0011 1 425 555 0100", "AU", "+14255550100"},
             {"03-5561-1234", "JP", "+81355611234"},
             {"010 1 425 555 0100", "JP", "+14255550100"},
             {"011 2345 6789", "IN", "+911123456789"},
             {"(11) 98765-4321", "BR", "+5511987654321"},
             {"tel:+1-201-555-0123", "", "+12015550123"},
             {"tel:555-0123;phone-context=+1-201", "", "+12015550123"},
             {"sip:+14255550100@example.com;user=phone", "", "+14255550100"},
             {"SIPS:%2B14255550100:secret@example.com", "", "+14255550100"},
             {"\"Alice <A>\" <sip:+14255550100@192.0.2.1>;tag=1", "", "+14255550100"},
             {"+883510001234567", "", "+883510001234567"},
         }) {
        INFO(row.written << " in " << row.region);
        Number n = in_country(row.written, row.region);
        CHECK(n.e164 == row.e164);
        CHECK(n.possible);
        CHECK(n.reason == Reason::kNone);
    }
}

TEST_CASE("parse: what is no number says why", "[number][parse]") {
    struct Row {
        std::string_view written, region, reason;
    };
    std::string long_text(300, '1');
    for (const Row& row : {
             Row{"", "US", "empty"},
             {"   ", "US", "empty"},
             {long_text, "US", "too_long_text"},
             {"nobody", "US", "bad_character"},
             {"sip:alice@example.com", "US", "bad_character"},
             {"sip:example.com", "US", "no_digits"},
             {"+", "US", "no_digits"},
             {"---", "US", "no_digits"},
             {"4255550100", "", "no_country"},
             {"+999123456", "", "unknown_calling_code"},
             {"+0123456789", "", "unknown_calling_code"},
             {"5550100", "US", "local_only"},
             {"42555501001", "US", "too_long"},
             {"+1425555010", "", "too_short"},
             {"+142555501001", "", "too_long"},
             {"+4912345678901234", "", "too_long_for_itu"},
             {"+1", "", "too_short"},
             {"+49#30", "", "bad_character"},
             {"1+2", "US", "bad_character"},
             {"+1425555\xFF", "", "bad_character"},
         }) {
        INFO(row.written << " in " << row.region);
        Number n = in_country(row.written, row.region);
        CHECK_FALSE(n.possible);
        CHECK(reason(n) == row.reason);
    }
}

TEST_CASE("parse: country code and region", "[number][parse]") {
    Number de = in_country("030 123456", "DE");
    CHECK(de.calling_code == 49);
    CHECK(de.region == "DE");
    Number us = in_country("+14255550100", "");
    CHECK(us.calling_code == 1);
    CHECK(us.region == "US");
    CHECK(in_country("416 555 0100", "US").region == "CA");
    Number shared = in_country("+358401234567", "");
    CHECK(shared.calling_code == 358);
    CHECK(shared.region == "FI");
    CHECK(shared.type == number::Type::kMobile);
    CHECK(in_country("+35812345678", "").region.empty());  // neither Finland's nor Åland's
    CHECK(in_country("+18002345678", "").type == number::Type::kTollFree);
    CHECK(in_country("+18002345678", "").valid);
    CHECK_FALSE(in_country("+12125550", "").valid);
}

TEST_CASE("parse: extensions", "[number][parse]") {
    for (const char* written : {"+14255550100;ext=123", "+1 425 555 0100 ext. 123", "+1 425 555 0100 x123", "tel:+14255550100;ext=1-23",
                                "sip:+14255550100;ext=123@example.com", "+14255550100 Extension 123"}) {
        INFO(written);
        Number n = in_country(written, "");
        CHECK(n.e164 == "+14255550100");
        CHECK(n.extension == "123");
    }
    CHECK(in_country("+14255550100;ext=012", "").extension == "012");  // RFC 3966 allows a leading zero
    CHECK(reason(in_country("+14255550100 ext", "")) == "too_long");  // three letters are keys of a telephone
}

TEST_CASE("parse: tokens, short codes and feature codes are told apart from numbers", "[number][parse]") {
    struct Row {
        const char *written, *region, *reason;
        Flag flag;
    };
    for (const Row& row : {
             Row{"Anonymous", "US", "anonymous", Flag::kAnonymous},
             {"sip:anonymous@anonymous.invalid", "US", "anonymous", Flag::kAnonymous},
             {"unavailable", "", "anonymous", Flag::kAnonymous},
             {"*69", "US", "feature_code", Flag::kFeatureCode},
             {"#31#", "DE", "feature_code", Flag::kFeatureCode},
             {"311", "US", "short_code", Flag::kShortCode},
             {"115", "DE", "short_code", Flag::kShortCode},
         }) {
        INFO(row.written);
        Number n = in_country(row.written, row.region);
        CHECK(reason(n) == row.reason);
        CHECK(n.has(row.flag));
        CHECK(n.e164.empty());
    }
    CHECK(in_country("+1 900 234 5678", "").has(Flag::kPremium));
    CHECK(in_country("+870773111632", "").has(Flag::kSatellite));
    CHECK(reason(in_country("bob123456@example.com", "US")) != "");
    CHECK(reason(in_country("sip:bob123456@example.com", "US")) == "bad_character");  // a name with digits is no number
}

TEST_CASE("parse: emergency strings are recognised first and never rewritten", "[number][parse][emergency]") {
    auto plan = RuleSet::compile("plan", {{"three", R"(^(\d{3})$)", "+1425555$1", false}, {"all", R"(^(.*)$)", "+1$1", false}});
    REQUIRE(plan);
    std::vector<std::string> own = {"5555"};
    DialContext context{number::builtin_plan().region("US"), &*plan, "9", own};
    for (const char* written : {"911", "112", "933", "999", "000", "110", "119", "9-1-1", "911#", "112 #", "tel:911#", "sip:911%23@h;user=phone", "sip:911@example.com;user=phone", "tel:911;phone-context=x.com", "5555"}) {
        INFO(written);
        Number n = normalize(written, context);
        CHECK(n.emergency);
        CHECK(n.e164.empty());
        CHECK(n.rule.empty());
        CHECK(n.has(Flag::kEmergency));
    }
    Number outside = normalize("9911", context);
    CHECK(outside.emergency);
    CHECK(outside.dialled == "911");
    CHECK(outside.has(Flag::kAccessPrefix));
    CHECK_FALSE(normalize("+112", context).emergency);
}

TEST_CASE("parse: the emergency service URN calls for help, other services do not", "[number][parse][emergency]") {
    for (const char* written : {"urn:service:sos", "URN:Service:SOS", "urn:service:sos.fire", "<urn:service:sos.police>", " urn:service:sos "}) {
        INFO(written);
        const Number n = in_country(written, "DE");
        CHECK(n.emergency);
        CHECK(n.has(Flag::kEmergency));
        CHECK(n.has(Flag::kUri));
        CHECK(reason(n) == "emergency");
    }
    for (const char* written : {"urn:service:sosage", "urn:service:counseling", "urn:service:", "urn:service:so", "service:sos", "sip:urn:service:sos"}) {
        INFO(written);
        CHECK_FALSE(in_country(written, "DE").emergency);
    }
}

TEST_CASE("parse: a short code that a rule makes a number of is none", "[number][parse]") {
    auto plan = RuleSet::compile("plan", {{"desk", "^(311)$", "+14255550$1", false}});
    REQUIRE(plan);
    const DialContext context{number::builtin_plan().region("US"), &*plan, "", {}};
    const Number desk = normalize("311", context);
    CHECK(desk.e164 == "+14255550311");
    CHECK_FALSE(desk.has(Flag::kShortCode));
    CHECK(normalize("411", context).has(Flag::kShortCode));
}

TEST_CASE("parse: a rule whose search is given up is told, and what the rules were asked is known", "[number][parse]") {
    auto plan = RuleSet::compile("plan", {{"evil", "^(?!911)(\\d+)+$", "+1$1", false}, {"star", "^(\\d+)\\*$", "+4930$1", false}});
    REQUIRE(plan);
    const DialContext context{number::builtin_plan().region("DE"), &*plan, "0", {}};
    number::RulesAsked asked;
    const Number hit = normalize("1111111111111111111111111111*", context, &asked);
    CHECK(hit.has(Flag::kRuleLimit));
    CHECK(hit.rule == "star");
    CHECK(asked.asked);
    CHECK(asked.decided == 1U);
    CHECK(plan->given_up().times == 1);
    CHECK(plan->given_up().rule == "evil");

    number::RulesAsked behind;
    const Number outside = normalize("0#", context, &behind);
    CHECK(behind.asked);
    CHECK(behind.subject == "#");
    CHECK_FALSE(behind.decided);
    CHECK_FALSE(outside.has(Flag::kRuleLimit));
    number::RulesAsked none;
    normalize("+4930123456", context, &none);
    CHECK_FALSE(none.asked);
    CHECK(plan->given_up().times == 1);
}

TEST_CASE("parse: a dial plan decides before the country does", "[number][parse]") {
    auto plan = RuleSet::compile("berlin", {{"ext", R"(^(9\d{2})$)", "$1", true},
                                            {"desk", R"(^(2\d{2})$)", "+49305550$1", true},
                                            {"city", R"(^([1-9]\d{5,7})$)", "+4930$1", false},
                                            {"help", R"(^77$)", "112", false},
                                            {"broken", R"(^88$)", "88x", false}});
    REQUIRE(plan);
    DialContext context{number::builtin_plan().region("DE"), &*plan, "0", {}};

    Number city = normalize("123456", context);
    CHECK(city.e164 == "+4930123456");
    CHECK(city.rule == "city");
    CHECK(city.dial_plan == "berlin");
    CHECK(city.possible);

    Number extension = normalize("901", context);
    CHECK(extension.internal);
    CHECK(extension.e164.empty());
    CHECK(extension.dialled == "901");
    CHECK(reason(extension) == "internal");

    Number desk = normalize("201", context);
    CHECK(desk.internal);
    CHECK(desk.e164 == "+49305550201");

    Number outside = normalize("0123456", context);  // 0 asks for a line
    CHECK(outside.e164 == "+4930123456");
    CHECK(outside.has(Flag::kAccessPrefix));

    Number far = normalize("0 089 123456", context);  // no rule: the country decides
    CHECK(far.e164 == "+4989123456");
    CHECK(far.rule.empty());

    Number help = normalize("77", context);
    CHECK(help.emergency);
    CHECK(help.dialled == "112");
    CHECK(help.rule == "help");

    CHECK(reason(normalize("88", context)) == "rule_result_not_e164");
    CHECK(normalize("+123456", context).rule.empty());  // a global number is not for the rules
}

TEST_CASE("parse: every answer prints and parses again to itself", "[number][parse]") {
    for (const char* written : {"030/123456", "+44 (0)20 7946 0018", "0011 1 425 555 0100"}) {
        for (const number::RegionRow& row : number::builtin_plan().regions) {
            if (!row.geographic()) continue;
            Number n = in_country(written, row.name());
            if (!n.valid) continue;  // a prefix that a plan does not have may be taken off at the second reading
            CHECK(in_country(n.e164, "").e164 == n.e164);
            CHECK(in_country("tel:" + n.e164.str(), row.name()).e164 == n.e164);
        }
    }
}

TEST_CASE("parse: no truncation reads past its end", "[number][parse]") {
    for (std::string_view text : {"\"A\" <sip:%2B1425;ext=1;phone-context=+44:pw@h;user=phone>", "+49\xC2\xA0(0)30\xE2\x80\x93" "12 ext. 5"}) {
        test::for_each_truncation(text, [](const test::ExactBuffer& cut) {
            const Number n = in_country(cut.text(), "DE");
            CAPTURE(cut.text());
            // Either it is a number, and then its E.164 stands for itself, or it says why not.
            CHECK(n.possible == (n.reason == Reason::kNone));
            CHECK((!n.possible || n.e164.size() >= 3));
            if (!n.e164.empty()) CHECK(in_country(n.e164, "").e164 == n.e164);
            CHECK(n.dialled.size() <= cut.text().size());
            CHECK(n.extension.view().find_first_not_of("0123456789") == std::string::npos);
        });
    }
}
