// Knows: how to find things in JSON text that is known to be well-formed: members, paths, strings.
// Must not know: how well-formedness is checked (line.cpp).
// Next: line.h.
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "json/line.h"
#include "json/runs.h"

namespace tandem::json {

namespace {


/// Walks over well-formed JSON. A bound check everywhere keeps it safe even if that promise were broken.
class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }
    void step() { ++at_; }
    void blanks() {
        while (!done() && is_blank(text_[at_])) ++at_;
    }
    bool take(char c) {
        blanks();
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    /// The token or the bracketed text that begins here.
    std::string_view value() {
        blanks();
        std::size_t from = at_;
        if (peek() == '"') {
            string();
        } else if (peek() == '{' || peek() == '[') {
            std::size_t depth = 0;
            do {
                char c = peek();
                if (c == '"') {
                    string();
                    continue;
                }
                if (c == '{' || c == '[') ++depth;
                if (c == '}' || c == ']') --depth;
                ++at_;
            } while (depth > 0 && !done());
        } else {
            while (!done() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']' && !is_blank(text_[at_])) ++at_;
        }
        return text_.substr(from, at_ - from);
    }

private:
    void string() {
        for (++at_; !done() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        if (!done()) ++at_;
        if (at_ > text_.size()) at_ = text_.size();
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::uint32_t hex4(std::string_view text, std::size_t at) {
    std::uint32_t value = 0;
    if (at + 4 <= text.size()) std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
    return value;
}

// Unescapes what stands between the quotes. Replaces what is in out.
void unescape(std::string_view text, std::string& out) {
    out.clear();
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 >= text.size()) {
            out += text[i];
            continue;
        }
        char c = text[++i];
        switch (c) {
            case 'b': out += '\b'; break;
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'u': {
                std::uint32_t code = hex4(text, i + 1);
                i += 4;
                if (code >= 0xD800 && code < 0xDC00 && text.substr(i + 1, 2) == "\\u") {
                    std::uint32_t low = hex4(text, i + 3);
                    if (low >= 0xDC00 && low < 0xE000) {
                        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                        i += 6;
                    }
                }
                // A lone surrogate has no UTF-8 form.
                append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
                break;
            }
            default: out += c;
        }
    }
}

bool is_string(std::string_view token) { return token.size() >= 2 && token.front() == '"' && token.back() == '"'; }

bool has_escape(std::string_view raw) { return raw.find('\\') != std::string_view::npos; }

}  // namespace

std::optional<std::string> decode_string(std::string_view token) {
    if (!is_string(token)) return std::nullopt;
    std::string text;
    unescape(token.substr(1, token.size() - 2), text);
    return text;
}

std::optional<std::string_view> decode_string(std::string_view token, std::string& room) {
    if (!is_string(token)) return std::nullopt;
    const std::string_view inner = token.substr(1, token.size() - 2);
    if (!has_escape(inner)) return inner;
    unescape(inner, room);
    return room;
}

void Object::split(std::string_view well_formed) {
    text_ = well_formed;
    members_.clear();
    escaped_keys_ = has_escape(well_formed);
    Cursor at(well_formed);
    if (!at.take('{')) return;
    while (!at.take('}') && !at.done()) {
        std::string_view key = at.value();
        at.take(':');
        std::string_view value = at.value();
        if (key.size() < 2) return;
        members_.push_back({key.substr(1, key.size() - 2), value});
        at.take(',');
    }
}

Object Object::over(std::string_view well_formed) {
    Object object;
    object.split(well_formed);
    return object;
}

const RawMember* Object::next_with(std::string_view key, const RawMember* from) const {
    const RawMember* const end = members_.data() + members_.size();
    if (!escaped_keys_ && !key.empty()) {
        // Most keys of the same length differ in the first letter: a call of memcmp for each would be most of the search.
        const std::size_t size = key.size();
        const char first = key.front();
        for (; from != end; ++from)
            if (from->key.size() == size && from->key.front() == first && std::memcmp(from->key.data(), key.data(), size) == 0) break;
        return from;
    }
    std::string decoded;
    for (; from != end; ++from) {
        unescape(from->key, decoded);
        if (decoded == key) break;
    }
    return from;
}

Result<const RawMember*> Object::only(std::string_view key, const Keys::Found& found) const {
    if (found.again == nullptr) return found.member;
    return fail(Errc::kConflict, cat("key \"", key, "\" stands twice"), static_cast<std::size_t>(found.again->key.data() - text_.data()),
                "RFC 8259 §4");
}

Result<const RawMember*> Object::member(std::string_view key) const {
    const RawMember* const end = members_.data() + members_.size();
    const RawMember* const first = next_with(key, members_.data());
    if (first == end) return nullptr;
    const RawMember* const again = next_with(key, first + 1);
    return only(key, {first, again == end ? nullptr : again});
}

namespace {
/// Length and first letter of a key: nearly all that are not meant differ in one of them.
std::uint16_t tag_of(std::string_view key) {
    return static_cast<std::uint16_t>((key.size() < 255 ? key.size() : 255) << 8 | (key.empty() ? 0U : static_cast<std::uint8_t>(key.front())));
}
}  // namespace

Keys::Keys(std::vector<std::string> keys) : keys_(std::move(keys)) {
    for (const std::string& key : keys_) tags_.push_back(tag_of(key));
}

void Object::find(const Keys& keys, std::vector<Keys::Found>& found) const {
    found.resize(keys.keys_.size());
    for (Keys::Found& one : found) one = {};
    std::string decoded;
    for (const RawMember& m : members_) {
        std::string_view name = m.key;
        if (escaped_keys_) {
            unescape(m.key, decoded);
            name = decoded;
        }
        const std::uint16_t tag = tag_of(name);
        for (std::size_t i = 0; i < keys.tags_.size(); ++i) {
            if (keys.tags_[i] != tag || keys.keys_[i] != name) continue;
            (found[i].member == nullptr ? found[i].member : found[i].again) = &m;
        }
    }
}

Result<std::optional<std::string_view>> Object::raw(std::string_view path) const {
    auto whole = member(path);
    if (!whole) return fail(std::move(whole.error()));
    if (*whole != nullptr) return std::optional((*whole)->value);
    if (path.find('.') == std::string_view::npos) return std::optional<std::string_view>();
    auto [head, rest] = cut(path, '.');
    auto outer = member(head);
    if (!outer) return fail(std::move(outer.error()));
    if (*outer == nullptr || !(*outer)->value.starts_with('{')) return std::optional<std::string_view>();
    std::string_view inner = (*outer)->value;
    auto found = Object::over(inner).raw(rest);
    if (!found) found.error().offset += static_cast<std::size_t>(inner.data() - text_.data());
    return found;
}

Result<std::optional<std::string>> Object::text(std::string_view path) const {
    auto found = raw(path);
    if (!found) return fail(std::move(found.error()));
    return *found ? decode_string(**found) : std::nullopt;
}

Result<std::optional<std::string_view>> Object::text(std::string_view path, std::string& room) const {
    auto whole = member(path);
    if (!whole) return fail(std::move(whole.error()));
    if (*whole != nullptr) return decode_string((*whole)->value, room);
    auto found = raw(path);
    if (found && *found) *found = decode_string(**found, room);
    return found;
}

Result<std::optional<std::int64_t>> Object::integer(std::string_view path) const {
    auto found = raw(path);
    if (!found) return fail(std::move(found.error()));
    std::int64_t value = 0;
    if (*found) {
        const char* end = (*found)->data() + (*found)->size();
        auto [stop, error] = std::from_chars((*found)->data(), end, value);
        if (error == std::errc{} && stop == end) return std::optional(value);
    }
    return std::optional<std::int64_t>();
}

Result<std::optional<double>> Object::real(std::string_view path) const {
    auto found = raw(path);
    if (!found) return fail(std::move(found.error()));
    double value = 0;
    if (*found) {
        const char* end = (*found)->data() + (*found)->size();
        auto [stop, error] = std::from_chars((*found)->data(), end, value);
        if (error == std::errc{} && stop == end) return std::optional(value);
    }
    return std::optional<double>();
}

Result<std::optional<bool>> Object::boolean(std::string_view path) const {
    auto found = raw(path);
    if (!found) return fail(std::move(found.error()));
    if (*found && **found == "true") return std::optional(true);
    if (*found && **found == "false") return std::optional(false);
    return std::optional<bool>();
}

Result<std::optional<Object>> Object::object(std::string_view path) const {
    auto found = raw(path);
    if (!found) return fail(std::move(found.error()));
    if (*found && (*found)->starts_with('{')) return std::optional(Object::over(**found));
    return std::optional<Object>();
}

Result<std::optional<std::vector<std::string_view>>> Object::items(std::string_view path) const {
    auto found = raw(path);
    if (!found) return fail(std::move(found.error()));
    if (!*found || !(*found)->starts_with('[')) return std::optional<std::vector<std::string_view>>();
    std::vector<std::string_view> values;
    Cursor at(**found);
    at.take('[');
    while (!at.take(']') && !at.done()) {
        values.push_back(at.value());
        at.take(',');
    }
    return std::optional(std::move(values));
}

}  // namespace tandem::json
