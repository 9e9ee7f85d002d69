// Knows: a whole JSON text, as configuration files are: comments allowed, every key and value knows its place.
// Must not know: which keys are right.
// Next: config/, which turns documents into a topology; cli/config_file.h for --config.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tandem::json {

struct ValueMember;

/// One JSON value of a configuration file. Integers that do not fit 64 bits are reals.
class Value {
public:
    enum class Type { kNull, kBool, kInteger, kReal, kString, kArray, kObject };
    using Array = std::vector<Value>;
    using Members = std::vector<ValueMember>;

    Value() = default;
    template <class T>
    Value(T data, std::size_t offset) : data_(std::move(data)), offset_(offset) {}

    [[nodiscard]] Type type() const { return static_cast<Type>(data_.index()); }
    [[nodiscard]] bool is_null() const { return type() == Type::kNull; }
    [[nodiscard]] bool is_bool() const { return type() == Type::kBool; }
    [[nodiscard]] bool is_integer() const { return type() == Type::kInteger; }
    [[nodiscard]] bool is_number() const { return is_integer() || type() == Type::kReal; }
    [[nodiscard]] bool is_string() const { return type() == Type::kString; }
    [[nodiscard]] bool is_array() const { return type() == Type::kArray; }
    [[nodiscard]] bool is_object() const { return type() == Type::kObject; }

    // Each throws std::bad_variant_access for a value of another type: ask first.
    [[nodiscard]] bool boolean() const { return std::get<bool>(data_); }
    [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(data_); }
    [[nodiscard]] double number() const {
        return is_integer() ? static_cast<double>(integer()) : std::get<double>(data_);
    }
    [[nodiscard]] const std::string& string() const { return std::get<std::string>(data_); }
    [[nodiscard]] const Array& items() const { return std::get<Array>(data_); }
    /// In the order of the file; no key stands twice.
    [[nodiscard]] const Members& members() const { return std::get<Members>(data_); }
    [[nodiscard]] Array& items() { return std::get<Array>(data_); }
    [[nodiscard]] Members& members() { return std::get<Members>(data_); }

    /// The member's value, nullptr when there is none or this is no object.
    [[nodiscard]] const Value* find(std::string_view key) const;

    /// Byte of the file at which the value begins.
    [[nodiscard]] std::size_t offset() const { return offset_; }

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Members> data_;
    std::size_t offset_ = 0;
};

struct ValueMember {
    std::string key;
    std::size_t key_offset = 0;
    Value value;
};

/// "object", "string", ... as an error message for people says it.
std::string_view to_string(Value::Type type);

/// Place in a text. Units: lines and characters (code points), both from 1.
struct Position {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// Where a byte offset stands. Cost: O(offset).
Position position_of(std::string_view text, std::size_t offset);

/// "name:3:5", as compilers say it.
std::string where(std::string_view name, std::string_view text, std::size_t offset);

/// A parsed text together with what is needed to say where something in it stands.
struct Document {
    std::string name;  ///< file name for messages
    std::string text;
    Value root;

    [[nodiscard]] std::string where(std::size_t offset) const { return json::where(name, text, offset); }
    [[nodiscard]] std::string where(const Value& value) const { return where(value.offset()); }
};

/// Parses JSON with // and /* */ comments. Errors: syntax (also NUL, invalid UTF-8, a duplicate key), range (deeper
/// than 64), each with its byte offset and with "name:line:column: " at the front of the text.
/// Source: RFC 8259. DEVIATION: comments are allowed, duplicate keys are not.
Result<Document> parse_document(std::string text, std::string name);

/// Reads and parses a file. Errors: as parse_document(), and io.
Result<Document> load_document(const std::string& path);

}  // namespace tandem::json
