// Knows: objects as PowerShell writes them out, whatever the format: type names, members, lists, texts, each with its place.
// Must not know: which objects there are.
// Next: node_xml.cpp and node.cpp read them; powershell.cpp says what they mean.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "exchange/source.h"

namespace tandem::exchange {

inline constexpr std::size_t kMaxNodeDepth = 64;

struct Node;
using NodePtr = std::shared_ptr<const Node>;  // shared: CLIXML refers back to objects

/// A value. It may be an object with a text of its own (what its ToString gave) and elements as well.
struct Node {
    bool null = false;
    std::string text;
    std::vector<NodePtr> items;
    std::vector<std::pair<std::string, NodePtr>> members;
    std::shared_ptr<const std::vector<std::string>> types;  ///< most special first, as far as the format tells; null when not at all
    std::size_t offset = 0;          ///< byte of the source at which it begins
    bool list = false;  ///< a list, though perhaps an empty one

    /// The member by its name (ASCII case does not matter), nullptr when there is none or it is null.
    [[nodiscard]] const Node* find(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;  ///< also when it is null
    [[nodiscard]] std::string_view text_of(std::string_view name) const;
    [[nodiscard]] bool is_object() const { return !members.empty(); }
    /// True when a type name contains the part.
    [[nodiscard]] bool is_a(std::string_view part) const;
};

/// The objects of a text, at top level. Errors: syntax, truncated, range (nesting), with byte offset.
/// Source: for CLIXML and ConvertTo-Xml [MS-PSRP] §2.2.5 and the output of the cmdlets; for JSON RFC 8259; for CSV RFC 4180.
Result<std::vector<NodePtr>> read_xml(const Source& source);
Result<std::vector<NodePtr>> read_json(const Source& source);
/// Rows that cannot be read become findings.
Result<std::vector<NodePtr>> read_csv_objects(const Source& source, std::vector<Finding>& findings);

}  // namespace tandem::exchange
