// Knows: a foreign text: its bytes as UTF-8 whatever they came in, and where in it something stands.
// Must not know: any format.
// Next: import.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "exchange/fragment.h"

namespace tandem::exchange {

/// A text to import.
class Source {
public:
    /// name: of the file, for messages. text: UTF-8 without byte order mark.
    Source(std::string name, std::string text);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& text() const { return text_; }
    /// Line of a byte, from 1.
    [[nodiscard]] std::size_t line_of(std::size_t offset) const;
    /// First byte of a line, from 1; the text's end for a line that is not there.
    [[nodiscard]] std::size_t line_begin(std::size_t line) const;
    /// "file:line:column" of a byte.
    [[nodiscard]] std::string where(std::size_t offset) const;
    /// The file's name without folders and extension.
    [[nodiscard]] std::string stem() const;
    /// What stands as description of something taken from a byte: its own text, if any, and file and line.
    [[nodiscard]] std::string described(std::string_view own, std::size_t offset) const;

private:
    std::string name_, text_;
    std::vector<std::size_t> lines_;  ///< first byte of each
};

/// Bytes as UTF-8: UTF-16 with a byte order mark (what Windows PowerShell writes) is converted, that of UTF-8 taken off.
/// Errors: syntax for what is neither, and for NUL. Source: RFC 2781 §2.2, RFC 3629.
Result<std::string> to_utf8(std::string_view bytes);

/// Adds rules to a list: those whose pattern does not compile, or whose translation gives no number, become findings instead.
class RuleSink {
public:
    RuleSink(std::vector<number::Rule>& rules, std::vector<Finding>& findings) : rules_(rules), findings_(findings) {
        for (const number::Rule& one : rules_) taken_.emplace(one.name, 2);
    }
    /// A rule without a name gets its place as one; a name that stands twice gets "-2" behind it.
    void add(number::Rule rule, std::string where);

private:
    std::vector<number::Rule>& rules_;
    std::vector<Finding>& findings_;
    std::unordered_map<std::string, std::size_t> taken_;  ///< names, with the number to try next behind each
};

}  // namespace tandem::exchange
