#include "record/number.h"

#include "base/text.h"

namespace tandem::record {

namespace {

void write_list(json::Writer& out, std::string_view key, const std::vector<std::string>& values) {
    out.key(key).begin_array();
    for (const std::string& value : values) out.string(value);
    out.end_array();
}

Result<std::vector<std::string>> read_list(const json::Object& object, std::string_view key) {
    auto items = object.items(key);
    if (!items) return fail(std::move(items.error()));
    std::vector<std::string> values;
    if (!*items) return values;
    for (std::string_view item : **items) {
        auto text = json::decode_string(item);
        if (!text) return fail(Errc::kSyntax, cat("number.", key, ": not a list of strings"));
        values.push_back(std::move(*text));
    }
    return values;
}

}  // namespace

void write(json::Writer& out, const Number& number) {
    out.begin_object().member("input", number.input).member_or_null("e164", number.e164);
    out.member("calling_code", number.calling_code).member("region", number.region).member("kind", number.kind);
    out.member("possible", number.possible).member("valid", number.valid).member("extension", number.extension);
    out.member("rfc3966", number.rfc3966).member("rule", number.rule).member("dial_plan", number.dial_plan);
    write_list(out, "flags", number.flags);
    write_list(out, "reasons", number.reasons);
    out.end_object();
}

Result<Number> read_number(const json::Object& object) {
    Number number;
    auto input = object.text("input");
    if (!input) return fail(std::move(input.error()));
    if (!*input) return fail(Errc::kMissing, "number.input: not there or no string");
    number.input = std::move(**input);
    auto possible = object.boolean("possible");
    if (!possible) return fail(std::move(possible.error()));
    if (!*possible) return fail(Errc::kMissing, "number.possible: not there or neither true nor false");
    number.possible = **possible;
    auto valid = object.boolean("valid");
    if (!valid) return fail(std::move(valid.error()));
    number.valid = *valid;

    struct Field {
        std::string_view key;
        std::optional<std::string>& value;
    };
    for (const Field& field : {Field{"e164", number.e164}, Field{"calling_code", number.calling_code},
                               Field{"region", number.region}, Field{"kind", number.kind},
                               Field{"extension", number.extension}, Field{"rfc3966", number.rfc3966},
                               Field{"rule", number.rule}, Field{"dial_plan", number.dial_plan}}) {
        auto text = object.text(field.key);
        if (!text) return fail(std::move(text.error()));
        field.value = std::move(*text);
    }
    auto flags = read_list(object, "flags");
    if (!flags) return fail(std::move(flags.error()));
    number.flags = std::move(*flags);
    auto reasons = read_list(object, "reasons");
    if (!reasons) return fail(std::move(reasons.error()));
    number.reasons = std::move(*reasons);
    return number;
}

}  // namespace tandem::record
