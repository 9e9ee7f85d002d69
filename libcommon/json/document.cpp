#include "json/document.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_set>

#include "base/stream.h"
#include "base/text.h"

namespace tandem::json {

namespace {

constexpr std::size_t kMaxNesting = 64;
constexpr std::size_t kMaxShown = 60;  ///< bytes of a key in a message

/// Follows the parser through the text. nlohmann's events carry no places; but each event comes after its token was
/// checked, and in the order of the text, so stepping to the next token once an event gives the place.
class TokenPlaces {
public:
    explicit TokenPlaces(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    }

    /// Where the next token begins; steps behind it.
    std::size_t next() {
        skip_between();
        std::size_t from = at_;
        if (at_ >= text_.size()) return from;
        char c = text_[at_];
        if (c == '"') {
            for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
                if (text_[at_] == '\\') ++at_;
            ++at_;
        } else if (c == '{' || c == '}' || c == '[' || c == ']') {
            ++at_;
        } else {
            while (at_ < text_.size() && (is_digit(text_[at_]) || is_alpha(text_[at_]) || text_[at_] == '.' ||
                                          text_[at_] == '+' || text_[at_] == '-'))
                ++at_;
        }
        return from;
    }

private:
    // Blanks, comments, and the commas and colons for which there is no event.
    void skip_between() {
        constexpr std::string_view kBetween = " \t\r\n,:";
        while (at_ < text_.size()) {
            if (kBetween.find(text_[at_]) != std::string_view::npos) {
                ++at_;
            } else if (text_.substr(at_, 2) == "//") {
                at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
            } else if (text_.substr(at_, 2) == "/*") {
                auto end = text_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? text_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Builds a Value from nlohmann's events.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit Builder(std::string_view text) : places_(text) {}

    bool null() override { return put(Value(std::monostate{}, places_.next())); }
    bool boolean(bool v) override { return put(Value(v, places_.next())); }
    bool number_integer(number_integer_t v) override { return put(Value(std::int64_t{v}, places_.next())); }
    bool number_unsigned(number_unsigned_t v) override {
        std::size_t at = places_.next();
        if (v > static_cast<number_unsigned_t>(INT64_MAX)) return put(Value(static_cast<double>(v), at));
        return put(Value(static_cast<std::int64_t>(v), at));
    }
    bool number_float(number_float_t v, const string_t&) override { return put(Value(v, places_.next())); }
    bool string(string_t& v) override { return put(Value(std::move(v), places_.next())); }
    bool binary(binary_t&) override { return refuse(Errc::kSyntax, "binary", 0); }
    bool start_object(std::size_t) override { return open(Value(Value::Members{}, places_.next())); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Value(Value::Array{}, places_.next())); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        std::size_t at = places_.next();
        auto& members = open_.back()->members();
        if (!keys_.back().insert(name).second)
            return refuse(Errc::kSyntax, cat("key \"", shown(name, kMaxShown), "\" stands twice"), at);
        members.push_back({std::move(name), at, Value()});
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
        // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing value - invalid literal; last read: 'x'"
        std::string_view what = e.what();
        auto start = what.find("syntax error ");
        std::string text(start == std::string_view::npos ? what.substr(what.find("] ") + 2) : what.substr(start));
        return refuse(Errc::kSyntax, std::move(text), position > 0 ? position - 1 : 0);
    }

    Value root;
    Error error;

private:
    bool refuse(Errc code, std::string what, std::size_t at) {
        error = {code, std::move(what), at, "RFC 8259"};
        return false;
    }
    Value* add(Value value) {
        if (open_.empty()) {
            root = std::move(value);
            return &root;
        }
        Value& parent = *open_.back();
        if (parent.is_array()) {
            parent.items().push_back(std::move(value));
            return &parent.items().back();
        }
        parent.members().back().value = std::move(value);
        return &parent.members().back().value;
    }
    bool put(Value value) {
        add(std::move(value));
        return true;
    }
    // A parent's vector never grows while one of its elements is open, so the pointers on the stack stay good.
    bool open(Value value) {
        if (open_.size() >= kMaxNesting) {
            return refuse(Errc::kRange, cat("nested deeper than ", kMaxNesting), value.offset());
        }
        open_.push_back(add(std::move(value)));
        keys_.emplace_back();
        return true;
    }
    bool close() {
        places_.next();
        open_.pop_back();
        keys_.pop_back();
        return true;
    }

    TokenPlaces places_;
    std::vector<Value*> open_;
    std::vector<std::unordered_set<std::string>> keys_;  ///< of what is open, so that an object of many keys costs no square
};

}  // namespace

const Value* Value::find(std::string_view key) const {
    if (!is_object()) return nullptr;
    for (const ValueMember& m : members())
        if (m.key == key) return &m.value;
    return nullptr;
}

std::string_view to_string(Value::Type type) {
    switch (type) {
        case Value::Type::kNull: return "null";
        case Value::Type::kBool: return "true or false";
        case Value::Type::kInteger: return "integer";
        case Value::Type::kReal: return "number";
        case Value::Type::kString: return "string";
        case Value::Type::kArray: return "array";
        case Value::Type::kObject: return "object";
    }
    return "value";
}

Position position_of(std::string_view text, std::size_t offset) {
    Position p;
    offset = std::min(offset, text.size());
    for (std::size_t i = 0; i < offset; ++i) {
        if (text[i] == '\n') {
            ++p.line;
            p.column = 1;
        } else if ((static_cast<std::uint8_t>(text[i]) & 0xC0) != 0x80) {  // not inside a UTF-8 sequence
            ++p.column;
        }
    }
    return p;
}

std::string where(std::string_view name, std::string_view text, std::size_t offset) {
    Position p = position_of(text, offset);
    return cat(name, ':', p.line, ':', p.column);
}

Result<Document> parse_document(std::string text, std::string name) {
    auto refuse = [&](Error error) {
        error.offset = std::min(error.offset, text.size());
        error.what = cat(where(name, text, error.offset), ": ", error.what);
        return fail(std::move(error));
    };
    // nlohmann takes a NUL for the end of the text and does not look into comments.
    if (auto nul = text.find('\0'); nul != std::string::npos)
        return refuse({Errc::kSyntax, "NUL byte", nul, "RFC 8259 §2"});
    if (auto valid = utf8_prefix(text); valid != text.size())
        return refuse({Errc::kSyntax, "not UTF-8", valid, "RFC 8259 §8.1"});
    Builder builder(text);
    if (!nlohmann::json::sax_parse(text, &builder, nlohmann::json::input_format_t::json, true, true))
        return refuse(std::move(builder.error));
    return Document{std::move(name), std::move(text), std::move(builder.root)};
}

Result<Document> load_document(const std::string& path) {
    auto text = read_file(path);
    if (!text) return fail(std::move(text.error()));
    return parse_document(std::move(*text), path);
}

}  // namespace tandem::json
