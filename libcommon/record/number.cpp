#include "record/number.h"

#include <array>
#include <cstring>

#include "number/format.h"
#include "number/tel_parameters.h"

namespace tandem::record {

namespace {

/// Text of a record put together before it is appended once: a number record is written millions of times a second.
class Fragment {
public:
    Fragment& add(std::string_view text) {
        std::memcpy(end_, text.data(), text.size());
        end_ += text.size();
        return *this;
    }
    /// `,"key":"value"`; value needs no escapes.
    Fragment& member(std::string_view key_with_signs, std::string_view value) { return add(key_with_signs).add(value).add("\""); }
    [[nodiscard]] std::string_view text() const { return {room_.data(), static_cast<std::size_t>(end_ - room_.data())}; }

private:
    // All fixed texts, three numbers, and the names of all flags: less than 600 bytes. Parameters: at most kMaxWritten.
    std::array<char, 1024> room_;
    char* end_ = room_.data();
};

std::string_view code_text(unsigned code, std::array<char, 3>& room) {
    std::size_t size = 0;
    if (code >= 100) room[size++] = static_cast<char>('0' + code / 100);
    if (code >= 10) room[size++] = static_cast<char>('0' + code / 10 % 10);
    room[size++] = static_cast<char>('0' + code % 10);
    return {room.data(), size};
}

void add_number(Fragment& f, const number::Number& number, const number::TelParameters& parameters) {
    std::array<char, 3> room;
    f.member(",\"e164\":\"", number.e164);
    f.member(",\"calling_code\":\"", code_text(number.calling_code, room));
    if (!number.region.empty()) f.member(",\"region\":\"", number.region);
    f.member(",\"kind\":\"", number::to_string(number.type));
    f.add(number.possible ? ",\"possible\":true" : ",\"possible\":false");
    f.add(number.valid ? ",\"valid\":true" : ",\"valid\":false");
    if (!number.extension.empty()) f.member(",\"extension\":\"", number.extension);
    f.add(",\"rfc3966\":\"tel:").add(number.e164);
    if (!number.extension.empty()) f.add(";ext=").add(number.extension);
    // RFC 3966 §4: a URI with a parameter that the other has not is another one, so what came with the number stays with it.
    if (!parameters.list.empty()) f.add(parameters.behind_global());
    f.add("\"");
}

void write_parameters(json::Writer& out, const number::TelParameters& parameters) {
    if (!parameters.list.empty()) {
        out.key("parameters").begin_object();
        for (const number::TelParameter& one : parameters.list) {
            if (one.value.empty()) {
                out.member(one.name, true);
            } else {
                out.member(one.name, one.value);
            }
        }
        out.end_object();
    }
    if (parameters.faults.empty()) return;
    out.key("parameter_faults").begin_array();
    for (const std::string& fault : parameters.faults) out.string(fault);
    out.end_array();
}

void add_lists(Fragment& f, const number::Number& number) {
    f.add(",\"flags\":[");
    bool first = true;
    for (std::size_t i = 0; number.flags >> i != 0; ++i) {
        if ((number.flags >> i & 1U) == 0) continue;
        f.member(first ? "\"" : ",\"", number::to_string(static_cast<number::Flag>(i)));
        first = false;
    }
    f.add("],\"reasons\":[");
    if (number.reason != number::Reason::kNone) f.member("\"", number::to_string(number.reason));
    f.add("]}");
}

}  // namespace

void write_number(json::Writer& out, std::string_view input, const number::Number& number, const NumberDetail& detail) {
    out.begin_object().member("input", input);
    number::TelParameters parameters;
    if (!number.parameters.empty()) parameters = number::read_tel_parameters(number.parameters);
    Fragment answer;
    if (number.e164.empty()) {
        answer.add(",\"e164\":null,\"possible\":").add(number.possible ? "true" : "false");
        if (!number.extension.empty()) answer.member(",\"extension\":\"", number.extension);
    } else {
        add_number(answer, number, parameters);
    }
    out.fragment(answer.text());
    if (!parameters.empty()) write_parameters(out, parameters);
    if (detail.formats != nullptr && !number.e164.empty()) {
        // Once more through the parser: forms for people are not the hot path, and the answer stays small.
        number::Phone phone;
        number::parse_phone(number.e164, *detail.formats, number::kNoRow, phone);
        out.member("national", number::format(phone, *detail.formats, number::Style::kNational));
        out.member("international", number::format(phone, *detail.formats, number::Style::kInternational));
    }
    if (!number.rule.empty()) out.member("rule", number.rule);
    if (!number.dial_plan.empty()) out.member("dial_plan", number.dial_plan);
    Fragment lists;
    add_lists(lists, number);
    out.fragment(lists.text());
}

}  // namespace tandem::record
