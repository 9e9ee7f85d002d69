#include "record/number.h"

#include <array>
#include <cstring>

#include "number/format.h"

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
    // All fixed texts, three numbers, and the names of all flags: less than 600 bytes.
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

void add_number(Fragment& f, const number::Number& number) {
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
    f.add("\"");
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
    Fragment answer;
    if (number.e164.empty()) {
        answer.add(",\"e164\":null,\"possible\":").add(number.possible ? "true" : "false");
        if (!number.extension.empty()) answer.member(",\"extension\":\"", number.extension);
    } else {
        add_number(answer, number);
    }
    out.fragment(answer.text());
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
