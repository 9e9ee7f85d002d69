#include "number/phone.h"

#include <catch2/catch.hpp>
#include <string>

#include "number/format.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::number;

namespace {

Phone parsed(std::string_view written, std::string_view region) {
    Phone phone;
    parse_phone(written, builtin_plan(), builtin_plan().region(region), phone);
    return phone;
}

std::string region_of(const Phone& phone) {
    return phone.region == kNoRow ? "ZZ" : std::string(builtin_plan().regions[phone.region].name());
}

}  // namespace

TEST_CASE("phone: written forms of the same number give the same E.164", "[number][phone]") {
    struct Row {
        const char* written;
        const char* region;
        const char* e164;
    };
    for (const Row& row : {
             Row{"+12065550123", "ZZ", "+12065550123"},
             Row{"(206) 555-0123", "US", "+12065550123"},
             Row{"1-206-555-0123", "US", "+12065550123"},
             Row{"011 44 20 7946 0958", "US", "+442079460958"},
             Row{"00 44 (0)20 7946 0958", "DE", "+442079460958"},
             Row{"+44 (0) 20 7946 0958", "GB", "+442079460958"},
             Row{"020 7946 0958", "GB", "+442079460958"},
             Row{"tel:+44-20-7946-0958", "US", "+442079460958"},
             Row{"tel:2079460958;phone-context=+44", "US", "+442079460958"},
             Row{"tel:+442079460958;isub=12", "US", "+442079460958"},
             Row{"+442079460958;ext=12", "US", "+442079460958"},
             Row{"４４２０７９４６０９５８", "GB", "+442079460958"},
             Row{"+٤٤٢٠٧٩٤٦٠٩٥٨", "US", "+442079460958"},
             Row{"1-800-FLOWERS", "US", "+18003569377"},
             Row{"(530) 583-6985 x302/x2303", "US", "+15305836985"},
             Row{"0039 06 6982", "DE", "+39066982"},
             Row{"011 15 1234-5678", "AR", "+5491112345678"},   // a mobile number with its domestic 15
             Row{"8 (495) 123-45-67", "RU", "+74951234567"},
         }) {
        INFO(row.written);
        Phone phone = parsed(row.written, row.region);
        CHECK(phone.error == PhoneError::kNone);
        CHECK(phone.e164() == row.e164);
    }
}

TEST_CASE("phone: what is no number says why", "[number][phone]") {
    struct Row {
        const char* written;
        const char* region;
        PhoneError error;
    };
    for (const Row& row : {
             Row{"", "US", PhoneError::kNotANumber},
             Row{"anonymous", "US", PhoneError::kNotANumber},
             Row{"+", "US", PhoneError::kNotANumber},
             Row{"1 2", "US", PhoneError::kNotANumber},
             Row{"2065550123", "ZZ", PhoneError::kInvalidCountryCode},
             Row{"+999123456", "ZZ", PhoneError::kInvalidCountryCode},
             Row{"011", "US", PhoneError::kTooShortAfterIdd},
             Row{"+49 1", "DE", PhoneError::kTooShort},
             Row{"+1234567890123456789012", "US", PhoneError::kTooLong},
         }) {
        INFO(row.written);
        CHECK(parsed(row.written, row.region).error == row.error);
    }
    CHECK(parsed(std::string(251, '1'), "US").error == PhoneError::kNotANumber);
    CHECK(parsed(std::string("206\0" "555", 7), "US").error == PhoneError::kNotANumber);
    CHECK(parsed("206555\xFF""0123", "US").error == PhoneError::kNotANumber);
}

TEST_CASE("phone: extensions in their many spellings", "[number][phone]") {
    for (const char* written : {"+442079460958 ext. 123", "+442079460958x123", "+442079460958;ext=123", "+442079460958,,123",
                                "+442079460958 #123", "+442079460958 extension 123", "+442079460958 доб. 123", "+442079460958 Extensión 123",
                                "+442079460958 int 123", "+442079460958 - 123#", "+442079460958;123", "+442079460958 ｅｘｔ１２３"}) {
        INFO(written);
        Phone phone = parsed(written, "US");
        CHECK(phone.e164() == "+442079460958");
        CHECK(phone.extension() == "123");
    }
    CHECK(parsed("+442079460958 ext 123456789012345678901", "US").extension().empty());  // more than 20 digits
}

TEST_CASE("phone: region, type and possibility", "[number][phone]") {
    Phone toll_free = parsed("+18002345678", "ZZ");
    CHECK(toll_free.valid);
    CHECK(toll_free.type == Type::kTollFree);
    CHECK(region_of(toll_free) == "US");

    CHECK(region_of(parsed("+14165550123", "ZZ")) == "CA");
    CHECK(region_of(parsed("+441534123456", "ZZ")) == "JE");
    CHECK(region_of(parsed("+390669812345", "ZZ")) == "VA");
    CHECK(region_of(parsed("+80012345678", "ZZ")) == "001");

    Phone short_one = parsed("+44207946", "ZZ");
    CHECK_FALSE(short_one.valid);
    CHECK(region_of(parsed("+12", "US")) == "ZZ");
    CHECK(parsed("5550123", "US").possible == Possible::kLocalOnly);
    CHECK(parsed("+3767123456", "ZZ").possible == Possible::kInvalidLength);
    CHECK(parsed("+1206555012", "ZZ").possible == Possible::kTooShort);
    CHECK(parsed("+120655501234", "ZZ").possible == Possible::kTooLong);
    CHECK(parsed("+4930123456", "ZZ").possible == Possible::kYes);
}

TEST_CASE("phone: the built-in plan says where it is from", "[number][phone]") {
    const Plan& plan = builtin_plan();
    REQUIRE(plan.regions.size() > 240);
    REQUIRE(plan.source == "npm google-libphonenumber");
    CHECK_FALSE(plan.version.empty());
    CHECK(plan.date.size() == 10);
}

TEST_CASE("phone: any front of a number is read without a step too far", "[number][phone]") {
    for (std::string_view written : {"+44 (0) 20 7946 0958 ext. 123", "tel:2079460958;phone-context=+44;isub=1", "１２３\xC2\xA0доб. ٤٥",
                                     "1-800-FLOWERS / x23"}) {
        test::for_each_truncation(written, [](const test::ExactBuffer& exact) {
            Phone phone;
            parse_phone(exact.text(), builtin_plan(), builtin_plan().region("GB"), phone);
            CHECK((phone.error != PhoneError::kNone || phone.e164().size() >= 4));
        });
    }
}

TEST_CASE("format: national, international and tel URI", "[number][format]") {
    struct Row {
        const char* written;
        const char* national;
        const char* international;
        const char* uri;
    };
    for (const Row& row : {
             Row{"+12065550123", "(206) 555-0123", "+1 206-555-0123", "tel:+12065550123"},
             Row{"+442079460958", "020 7946 0958", "+44 20 7946 0958", "tel:+442079460958"},
             Row{"+493012345678", "030 12345678", "+49 30 12345678", "tel:+493012345678"},
             Row{"+390669812345", "06 6981 2345", "+39 06 6981 2345", "tel:+390669812345"},
             Row{"+5491112345678", "011 15-1234-5678", "+54 9 11 1234-5678", "tel:+5491112345678"},
             Row{"+12065550123 x7", "(206) 555-0123 ext. 7", "+1 206-555-0123 ext. 7", "tel:+12065550123;ext=7"},
         }) {
        INFO(row.written);
        Phone phone = parsed(row.written, "ZZ");
        CHECK(format(phone, builtin_plan(), Style::kNational) == row.national);
        CHECK(format(phone, builtin_plan(), Style::kInternational) == row.international);
        CHECK(format(phone, builtin_plan(), Style::kTelUri) == row.uri);
    }
    CHECK(format(parsed("nobody", "US"), builtin_plan(), Style::kNational).empty());
}
