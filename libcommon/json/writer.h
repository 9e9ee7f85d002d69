// Knows: how to write JSON text (RFC 8259): commas, escapes, numbers.
// Must not know: what the fields mean.
// Next: record/envelope.h, which begins and ends records with it.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/text.h"

namespace tandem::json {

/// True for text that stands in a JSON string as it is: ASCII without quote, backslash or control characters.
bool is_plain(std::string_view text);

/// Name of a member. One that stands in the source is proved plain and made ready to be copied when the program is compiled.
class Key {
public:
    template <std::size_t N>
    consteval Key(const char (&name)[N]) : size_(static_cast<std::uint8_t>(N + 3)) {
        if (!is_ready_name({name, N - 1})) throw "a name that is too long or needs escapes: give it as a std::string_view";
        ready_[0] = ',';
        ready_[1] = '"';
        for (std::size_t i = 0; i + 1 < N; ++i) ready_[i + 2] = name[i];
        ready_[N + 1] = '"';
        ready_[N + 2] = ':';
    }
    /// A name that is known only when the program runs.
    template <class Text>
        requires(!std::is_array_v<Text> && std::convertible_to<const Text&, std::string_view>)
    Key(const Text& name) : name_(name) {}

private:
    friend class Writer;
    static constexpr std::size_t kReady = 40;

    static constexpr bool is_ready_name(std::string_view name) {
        for (const char c : name)
            if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
        return name.size() + 4 <= kReady;
    }

    std::string_view name_;
    std::array<char, kReady> ready_{};  // ,"name":
    std::uint8_t size_ = 0;             // of what stands in there; 0 = name_ it is
};

/// Appends JSON to a string. The caller pairs begin and end and gives a key before each member's value.
/// Cost: O(bytes written); allocates only when the string grows.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    Writer& begin_object() { return open('{'); }
    Writer& end_object() { return close('}'); }
    Writer& begin_array() { return open('['); }
    Writer& end_array() { return close(']'); }

    Writer& key(const Key& name) {
        if (name.size_ != 0) {
            const std::size_t from = comma_ ? 0 : 1;
            out_.append(name.ready_.data() + from, name.size_ - from);
        } else {
            quoted(name.name_, true);
        }
        comma_ = false;
        return *this;
    }
    /// Bytes that are not UTF-8 become U+FFFD and set lossy().
    Writer& string(std::string_view text) {
        quoted(text, false);
        return *this;
    }
    template <std::integral T>
        requires(!std::same_as<T, bool> && !std::same_as<T, char>)
    Writer& number(T value) {
        separate();
        append(out_, value);
        return *this;
    }
    /// Rounded to max_decimals digits after the point, trailing zeros cut; null for NaN and infinities.
    Writer& real(double value, int max_decimals);
    Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
    Writer& null() { return raw("null"); }
    /// Text of a member or element that goes on where the last one ended, commas and keys included, as it is. The caller knows
    /// that what stands before and behind it fits; something stands before the place afterwards.
    Writer& fragment(std::string_view json) {
        out_ += json;
        comma_ = true;
        return *this;
    }
    /// JSON text as it is. The caller knows that it is one well-formed value.
    Writer& raw(std::string_view json) {
        separate();
        out_ += json;
        return *this;
    }

    // member(key, value): an empty optional writes nothing (absent = not known).
    Writer& member(const Key& name, std::string_view value);
    Writer& member(const Key& name, const std::string& value) { return member(name, std::string_view(value)); }
    Writer& member(const Key& name, const char* value) { return member(name, std::string_view(value)); }
    Writer& member(const Key& name, double value, int max_decimals) {
        return key(name).real(value, max_decimals);
    }
    template <std::integral T>
    Writer& member(const Key& name, T value) {
        if constexpr (std::same_as<T, bool>) {
            return key(name).boolean(value);
        } else {
            return key(name).number(value);
        }
    }
    template <class T>
    Writer& member(const Key& name, const std::optional<T>& value) {
        return value ? member(name, *value) : *this;
    }
    Writer& member(const Key& name, const std::optional<double>& value, int max_decimals) {
        return value ? member(name, *value, max_decimals) : *this;
    }
    /// As member(), but an empty optional writes null (null = known to be none).
    template <class T>
    Writer& member_or_null(const Key& name, const std::optional<T>& value) {
        return value ? member(name, *value) : key(name).null();
    }

    /// True when a string held bytes that are not UTF-8.
    [[nodiscard]] bool lossy() const { return lossy_; }
    [[nodiscard]] std::string& buffer() { return out_; }

private:
    void separate() {
        if (comma_) out_ += ',';
        comma_ = true;
    }
    Writer& open(char bracket) {
        separate();
        out_ += bracket;
        comma_ = false;
        return *this;
    }
    Writer& close(char bracket) {
        out_ += bracket;
        comma_ = true;
        return *this;
    }
    void quoted(std::string_view text, bool is_key);

    std::string& out_;
    bool comma_ = false;  ///< a value stands before the place where the next one goes
    bool lossy_ = false;
};

}  // namespace tandem::json
