#include "record/number.h"

#include "base/text.h"
#include "number/format.h"

namespace tandem::record {

namespace {

void member_if(json::Writer& out, std::string_view key, std::string_view value) {
    if (!value.empty()) out.member(key, value);
}

}  // namespace

void write_number(json::Writer& out, std::string_view input, const number::Number& number, const NumberDetail& detail) {
    out.begin_object().member("input", input);
    if (number.e164.empty()) out.key("e164").null();
    else out.member("e164", number.e164.view());
    if (number.calling_code != 0 && !number.e164.empty()) {
        // Three digits at most; to_chars into a local buffer would be more code than this.
        char code[3];
        std::size_t size = 0;
        if (number.calling_code >= 100) code[size++] = static_cast<char>('0' + number.calling_code / 100);
        if (number.calling_code >= 10) code[size++] = static_cast<char>('0' + number.calling_code / 10 % 10);
        code[size++] = static_cast<char>('0' + number.calling_code % 10);
        out.member("calling_code", std::string_view(code, size));
        member_if(out, "region", number.region);
        out.member("kind", number::to_string(number.type));
    }
    out.member("possible", number.possible);
    if (!number.e164.empty()) out.member("valid", number.valid);
    member_if(out, "extension", number.extension);
    if (!number.e164.empty()) {
        number::InlineText<64> uri("tel:");
        for (char c : number.e164.view()) uri.push_back(c);
        if (!number.extension.empty()) {
            for (char c : std::string_view(";ext=")) uri.push_back(c);
            for (char c : number.extension.view()) uri.push_back(c);
        }
        out.member("rfc3966", uri.view());
        if (detail.formats != nullptr) {
            // Once more through the parser: a record for people is not the hot path, and the number stays small.
            number::Phone phone;
            number::parse_phone(number.e164, *detail.formats, number::kNoRow, phone);
            out.member("national", number::format(phone, *detail.formats, number::Style::kNational));
            out.member("international", number::format(phone, *detail.formats, number::Style::kInternational));
        }
    }
    member_if(out, "rule", number.rule);
    member_if(out, "dial_plan", number.dial_plan);
    out.key("flags").begin_array();
    if (number.flags != 0) {
        for (std::size_t f = 0; f < number::kFlags; ++f)
            if (number.has(static_cast<number::Flag>(f))) out.string(number::to_string(static_cast<number::Flag>(f)));
    }
    out.end_array().key("reasons").begin_array();
    if (number.reason != number::Reason::kNone) out.string(number::to_string(number.reason));
    out.end_array().end_object();
}

}  // namespace tandem::record
