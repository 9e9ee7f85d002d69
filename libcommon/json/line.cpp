#include "json/line.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace tandem::json {

namespace {

namespace od = simdjson::ondemand;
using simdjson::error_code;

constexpr std::string_view kRule = "RFC 8259";

// RFC 8259 §6. simdjson would refuse 1e400 and integers beyond 64 bits, which are well-formed and must pass untouched.
bool is_number(std::string_view text) {
    std::size_t i = 0;
    auto digits = [&] {
        std::size_t from = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        return i - from;
    };
    if (i < text.size() && text[i] == '-') ++i;
    bool zero = i < text.size() && text[i] == '0';
    std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (i < text.size() && text[i] == '.') {
        ++i;
        if (digits() == 0) return false;
    }
    if (i < text.size() && to_lower(text[i]) == 'e') {
        ++i;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
        if (digits() == 0) return false;
    }
    return i == text.size();
}

// True when a string that begins at p has a backslash before its closing quote. Stage 1 has found that it is closed.
bool has_escape(const char* p) {
    while (*p != '"' && *p != '\\') ++p;
    return *p == '\\';
}

/// Visits every token of a document, because On-Demand checks only what is visited.
class Walk {
public:
    error_code object(od::object members, std::size_t depth) {
        if (depth > kMaxDepth) return simdjson::DEPTH_ERROR;
        for (auto member : members) {
            od::field field;
            if (auto e = std::move(member).get(field)) return e;
            if (has_escape(field.key().raw())) {
                std::string_view decoded;
                if (auto e = field.unescaped_key().get(decoded)) return e;
            }
            if (auto e = value(field.value(), depth)) return e;
        }
        return simdjson::SUCCESS;
    }

private:
    error_code array(od::array items, std::size_t depth) {
        if (depth > kMaxDepth) return simdjson::DEPTH_ERROR;
        for (auto item : items) {
            od::value element;
            if (auto e = std::move(item).get(element)) return e;
            if (auto e = value(element, depth)) return e;
        }
        return simdjson::SUCCESS;
    }

    error_code value(od::value v, std::size_t depth) {
        od::json_type type{};
        if (auto e = v.type().get(type)) return e;
        switch (type) {
            case od::json_type::object: {
                od::object members;
                if (auto e = v.get_object().get(members)) return e;
                return object(members, depth + 1);
            }
            case od::json_type::array: {
                od::array items;
                if (auto e = v.get_array().get(items)) return e;
                return array(items, depth + 1);
            }
            case od::json_type::string: {
                if (has_escape(v.raw_json_token().data() + 1)) {
                    std::string_view decoded;
                    return v.get_string().get(decoded);
                }
                od::raw_json_string raw;
                return v.get_raw_json_string().get(raw);
            }
            case od::json_type::boolean: {
                bool b = false;
                return v.get_bool().get(b);
            }
            case od::json_type::null: {
                bool is_null = false;
                if (auto e = v.is_null().get(is_null)) return e;
                return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
            }
            case od::json_type::number:
                return is_number(trim(v.raw_json_token())) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
        }
        return simdjson::TAPE_ERROR;
    }
};

Error describe(error_code code, std::size_t offset) {
    switch (code) {
        case simdjson::DEPTH_ERROR:
            return {Errc::kRange, cat("nested deeper than ", kMaxDepth), offset, "RFC 8259 §9"};
        case simdjson::UNCLOSED_STRING: return {Errc::kTruncated, "a string is not closed", offset, "RFC 8259 §7"};
        case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
            return {Errc::kTruncated, "an object or array is not closed", offset, kRule};
        case simdjson::NUMBER_ERROR: return {Errc::kSyntax, "not a number", offset, "RFC 8259 §6"};
        case simdjson::STRING_ERROR: return {Errc::kSyntax, "bad escape in a string", offset, "RFC 8259 §7"};
        case simdjson::UNESCAPED_CHARS:
            return {Errc::kSyntax, "control character in a string", offset, "RFC 8259 §7"};
        case simdjson::UTF8_ERROR: return {Errc::kSyntax, "not UTF-8", offset, "RFC 8259 §8.1"};
        case simdjson::TRAILING_CONTENT:
            return {Errc::kSyntax, "trailing text after the object", offset, "RFC 8259 §2"};
        case simdjson::INCORRECT_TYPE:
        case simdjson::EMPTY: return {Errc::kSyntax, "not a JSON object", offset, kRule};
        default: return {Errc::kSyntax, "not well-formed JSON", offset, kRule};
    }
}

/// Where the object that begins a line is closed; npos when it is not.
std::size_t object_end(std::string_view line) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"') {
            for (++i; i < line.size() && line[i] != '"'; ++i)
                if (line[i] == '\\') ++i;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

/// A line that does not end as it should: simdjson calls an object with something behind it one that is not closed.
Error describe_end(error_code code, std::string_view line, std::size_t lead) {
    std::size_t end = object_end(line);
    if (end == std::string_view::npos) return describe(code, lead + line.size());
    while (end < line.size() && (is_space(line[end]) || line[end] == '\r')) ++end;
    return end < line.size() ? describe(simdjson::TRAILING_CONTENT, lead + end) : describe(code, lead + line.size());
}

}  // namespace

struct LineParser::State {
    od::parser parser;
    std::vector<char> padded;  ///< the line and what simdjson may read behind it
    Object object;
};

LineParser::LineParser() : state_(std::make_unique<State>()) {}
LineParser::~LineParser() = default;
LineParser::LineParser(LineParser&&) noexcept = default;
LineParser& LineParser::operator=(LineParser&&) noexcept = default;

Result<const Object*> LineParser::parse(std::string_view whole) {
    const std::string_view line = trim(whole);
    const auto lead = static_cast<std::size_t>(line.data() - whole.data());
    if (!line.starts_with('{')) return fail(describe(simdjson::INCORRECT_TYPE, lead));
    auto& padded = state_->padded;
    std::size_t needed = line.size() + simdjson::SIMDJSON_PADDING;
    if (padded.size() < needed) padded.resize(std::max(needed, padded.size() * 2));
    std::memcpy(padded.data(), line.data(), line.size());
    std::memset(padded.data() + line.size(), ' ', simdjson::SIMDJSON_PADDING);

    od::document document;
    error_code code = state_->parser.iterate(padded.data(), line.size(), padded.size()).get(document);
    if (code == simdjson::UTF8_ERROR) return fail(describe(code, lead + utf8_prefix(line)));
    if (code != simdjson::SUCCESS) return fail(describe_end(code, line, lead));
    od::object root;
    code = document.get_object().get(root);
    if (code == simdjson::SUCCESS) code = Walk().object(root, 1);
    // At the end of the tokens there is no location.
    if (code == simdjson::SUCCESS && document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        code = simdjson::TRAILING_CONTENT;
    if (code != simdjson::SUCCESS) {
        const char* place = nullptr;
        std::size_t offset = line.size();
        if (document.current_location().get(place) == simdjson::SUCCESS && place >= padded.data())
            offset = std::min(offset, static_cast<std::size_t>(place - padded.data()));
        if (code == simdjson::TAPE_ERROR && object_end(line) == std::string_view::npos)
            code = simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
        if (code == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || code == simdjson::TRAILING_CONTENT)
            return fail(describe_end(code, line, lead));
        return fail(describe(code, lead + offset));
    }
    state_->object.split({padded.data(), line.size()});
    return &state_->object;
}

}  // namespace tandem::json
