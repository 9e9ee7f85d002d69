// Knows: a foreign text: its bytes as UTF-8 whatever they came in, and where in it something stands.
// Must not know: any format.
// Next: import.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
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
    /// "file:line:column" of a byte; columns are characters. Cost: constant, however long the line is.
    [[nodiscard]] std::string where(std::size_t offset) const;
    /// The file's name without folders and extension.
    [[nodiscard]] std::string stem() const;
    /// What stands as description of something taken from a byte: its own text, if any, and file and line.
    [[nodiscard]] std::string described(std::string_view own, std::size_t offset) const;

private:
    std::string name_, text_;
    [[nodiscard]] std::size_t characters_before(std::size_t offset) const;

    std::vector<std::size_t> lines_;       ///< first byte of each
    std::vector<std::size_t> characters_;  ///< how many begin before each 512th byte
};

/// Bytes as UTF-8: UTF-16 with a byte order mark (what Windows PowerShell writes) is converted, that of UTF-8 taken off.
/// Errors: syntax for what is neither, and for NUL. Source: RFC 2781 §2.2, RFC 3629.
Result<std::string> to_utf8(std::string_view bytes);

/// Adds rules to a list: those whose pattern does not compile, or whose translation gives no number, become findings instead.
class RuleSink {
public:
    /// names: those of the rules, kept with them.
    RuleSink(std::vector<number::Rule>& rules, Names& names, std::vector<Finding>& findings) : rules_(rules), names_(names), findings_(findings) {}
    /// A rule without a name gets its place as one; a name that stands twice gets "-2" behind it.
    void add(number::Rule rule, std::string where);
    /// A rule that another list has accepted already.
    void add_again(number::Rule rule);

private:
    std::vector<number::Rule>& rules_;
    Names& names_;
    std::vector<Finding>& findings_;
};

}  // namespace tandem::exchange
