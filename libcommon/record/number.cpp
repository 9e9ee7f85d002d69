#include "record/number.h"

#include <array>
#include <cstring>

#include "base/text.h"
#include "number/format.h"
#include "number/tel_parameters.h"

namespace tandem::record {

namespace {

/// Text of a record put together before it is appended once: a number record is written millions of times a second, and a call of
/// memcpy for every part would be most of it.
class Fragment {
public:
    static constexpr std::size_t kLongestInput = 256;

    /// A constant.
    [[gnu::always_inline]] Fragment& add(std::string_view text) {
        std::memcpy(end_, text.data(), text.size());
        end_ += text.size();
        return *this;
    }
    /// Two or three bytes.
    [[gnu::always_inline]] Fragment& add_few(std::string_view text) {
        for (char c : text) *end_++ = c;
        return *this;
    }
    /// The first `size` of N readable bytes.
    template <std::size_t N>
    [[gnu::always_inline]] Fragment& add_within(const char* bytes, std::size_t size) {
        std::memcpy(end_, bytes, N);
        end_ += size;
        return *this;
    }
    template <std::size_t N>
    [[gnu::always_inline]] Fragment& add(const number::InlineText<N>& text) {
        return add_within<N>(text.data(), text.size());
    }
    /// Any text up to kLongestInput bytes, in two overlapping halves where it is short.
    Fragment& add_input(std::string_view text) {
        const char* const from = text.data();
        const std::size_t size = text.size();
        if (size >= 8 && size <= 16) {
            std::memcpy(end_, from, 8);
            std::memcpy(end_ + size - 8, from + size - 8, 8);
        } else if (size > 16 && size <= 32) {
            std::memcpy(end_, from, 16);
            std::memcpy(end_ + size - 16, from + size - 16, 16);
        } else {
            std::memcpy(end_, from, size);
        }
        end_ += size;
        return *this;
    }
    [[nodiscard]] std::string_view text() const { return {room_.data(), static_cast<std::size_t>(end_ - room_.data())}; }
    void clear() { end_ = room_.data(); }

private:
    // All fixed texts, three numbers and the names of all flags: less than 700 bytes. The input, and parameters: at most kMaxWritten.
    std::array<char, 1280> room_;
    char* end_ = room_.data();
};

/// `","kind":"mobile","possible":true,"valid":true` for each kind and both answers, ready to copy.
struct Verdict {
    static constexpr std::size_t kSize = 72;
    std::array<char, kSize> text;
    std::size_t size;
};
using Verdicts = std::array<Verdict, 4 * 12>;

Verdicts make_verdicts() {
    Verdicts verdicts{};
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const std::string text = cat("\",\"kind\":\"", number::to_string(static_cast<number::Type>(i / 4)), "\",\"possible\":",
                                     (i & 2U) != 0 ? "true" : "false", ",\"valid\":", (i & 1U) != 0 ? "true" : "false");
        verdicts[i].size = text.copy(verdicts[i].text.data(), Verdict::kSize);
    }
    return verdicts;
}

void add_number(Fragment& f, const number::Number& number, const number::TelParameters& parameters) {
    static const Verdicts kVerdicts = make_verdicts();
    f.add("\",\"e164\":\"").add(number.e164);
    const std::size_t code_size = number.calling_code >= 100 ? 3 : number.calling_code >= 10 ? 2 : 1;
    f.add("\",\"calling_code\":\"").add_within<4>(number.e164.data() + 1, code_size);
    if (!number.region.empty()) f.add("\",\"region\":\"").add_few(number.region);
    const Verdict& verdict =
        kVerdicts[static_cast<std::size_t>(number.type) * 4 + (number.possible ? 2U : 0U) + (number.valid ? 1U : 0U)];
    f.add_within<Verdict::kSize>(verdict.text.data(), verdict.size);
    if (!number.extension.empty()) f.add(",\"extension\":\"").add(number.extension).add("\"");
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
    if (number.flags == 0 && number.reason == number::Reason::kNone) {
        f.add(",\"flags\":[],\"reasons\":[]}");
        return;
    }
    f.add(",\"flags\":[");
    bool first = true;
    for (std::size_t i = 0; number.flags >> i != 0; ++i) {
        if ((number.flags >> i & 1U) == 0) continue;
        f.add(first ? "\"" : ",\"").add_input(number::to_string(static_cast<number::Flag>(i))).add("\"");
        first = false;
    }
    f.add("],\"reasons\":[");
    if (number.reason != number::Reason::kNone) f.add("\"").add_input(number::to_string(number.reason)).add("\"");
    f.add("]}");
}

void add_answer(Fragment& f, const number::Number& number, const number::TelParameters& parameters) {
    if (!number.e164.empty()) return add_number(f, number, parameters);
    f.add(number.possible ? "\",\"e164\":null,\"possible\":true" : "\",\"e164\":null,\"possible\":false");
    if (!number.extension.empty()) f.add(",\"extension\":\"").add(number.extension).add("\"");
}

}  // namespace

void write_number(json::Writer& out, std::string_view input, const number::Number& number, const NumberDetail& detail) {
    number::TelParameters parameters;
    if (!number.parameters.empty()) parameters = number::read_tel_parameters(number.parameters);
    Fragment f;
    // What the fragment begins with depends on the input: the usual one is part of it, any other one is escaped by the writer.
    const bool usual = input.size() <= Fragment::kLongestInput && json::is_plain(input);
    if (usual) {
        f.add("{\"input\":\"").add_input(input);
        add_answer(f, number, parameters);
    } else {
        out.begin_object().member("input", input);
        add_answer(f, number, parameters);
    }
    const std::string_view front = f.text().substr(usual ? 0 : 1);  // the writer has closed the quotes of the input
    const bool more = !parameters.empty() || detail.formats != nullptr || !number.rule.empty() || !number.dial_plan.empty();
    if (usual && !more) {
        add_lists(f, number);
        out.raw(f.text());
        return;
    }
    if (usual) {
        out.raw(front);
    } else {
        out.fragment(front);
    }
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
    f.clear();
    add_lists(f, number);
    out.fragment(f.text());
}

}  // namespace tandem::record
