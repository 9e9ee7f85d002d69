// Knows: looking into nodes, and how CSV and JSON become nodes.
// Must not know: which objects there are.
// Next: node.h; node_xml.cpp for XML.
#include "exchange/node.h"

#include <algorithm>

#include "base/csv.h"
#include "base/text.h"
#include "json/document.h"

namespace tandem::exchange {

const Node* Node::find(std::string_view name) const {
    for (const auto& [key, value] : members)
        if (iequals(key, name)) return value->null ? nullptr : value.get();
    return nullptr;
}

bool Node::has(std::string_view name) const {
    return std::any_of(members.begin(), members.end(), [&](const auto& member) { return iequals(member.first, name); });
}

std::string_view Node::text_of(std::string_view name) const {
    const Node* node = find(name);
    return node == nullptr ? std::string_view() : std::string_view(node->text);
}

bool Node::is_a(std::string_view part) const {
    return types && std::any_of(types->begin(), types->end(), [&](const std::string& type) { return type.find(part) != std::string::npos; });
}

namespace {

NodePtr from_json(const json::Value& value) {
    auto node = std::make_shared<Node>();
    node->offset = value.offset();
    switch (value.type()) {
        case json::Value::Type::kNull: node->null = true; break;
        case json::Value::Type::kBool: node->text = value.boolean() ? "True" : "False"; break;
        case json::Value::Type::kInteger: node->text = cat(value.integer()); break;
        case json::Value::Type::kReal: node->text = "?"; break;  // no key that is read has one
        case json::Value::Type::kString: node->text = value.string(); break;
        case json::Value::Type::kArray:
            node->list = true;
            for (const json::Value& item : value.items()) node->items.push_back(from_json(item));
            break;
        case json::Value::Type::kObject:
            // Windows PowerShell writes some lists as {"value": […], "Count": n}.
            if (const json::Value* items = value.find("value"); items != nullptr && items->is_array() && value.find("Count") != nullptr)
                return from_json(*items);
            for (const json::ValueMember& member : value.members())
                node->members.emplace_back(member.key, from_json(member.value));
            break;
    }
    return node;
}

}  // namespace

Result<std::vector<NodePtr>> read_json(const Source& source) {
    auto document = json::parse_document(source.text(), source.name());
    if (!document) return fail(std::move(document.error()));
    const NodePtr root = from_json(document->root);
    if (root->list) return root->items;
    return std::vector<NodePtr>{root};
}

Result<std::vector<NodePtr>> read_csv_objects(const Source& source, std::vector<Finding>& findings) {
    std::string_view text = source.text();
    std::string type;
    std::size_t skipped = 0;
    // Export-Csv of Windows PowerShell begins with the type of the first object.
    if (text.starts_with("#TYPE ")) {
        const auto end = std::min(text.find('\n'), text.size());
        type = trim(text.substr(6, end - 6));
        text.remove_prefix(std::min(end + 1, text.size()));
        skipped = 1;
    }
    CsvFormat format;
    format.separator = '\0';
    const CsvTable table = read_csv(text, format);
    for (const CsvFault& fault : table.faults) {
        findings.push_back({cat(source.name(), ':', fault.line + skipped, ':', fault.column), cat("row not read: ", fault.error.what),
                            "quote fields as RFC 4180 says", true});
    }
    if (table.header.empty()) return fail(Errc::kMissing, "no header row");
    if (const auto twice = table.same_name())
        return fail(Errc::kConflict, cat("two columns are called \"", shown(table.header[*twice], 60), '"'), skipped > 0 ? source.line_begin(2) : 0, "a column that is read has a name of its own");
    std::shared_ptr<const std::vector<std::string>> types;
    if (!type.empty()) types = std::make_shared<const std::vector<std::string>>(1, type);
    std::vector<NodePtr> out;
    for (const CsvTable::Row& row : table.rows) {
        auto node = std::make_shared<Node>();
        node->offset = source.line_begin(row.line + skipped);
        node->types = types;
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            auto field = std::make_shared<Node>();
            field->text = row.fields[i];
            field->offset = node->offset;
            node->members.emplace_back(table.header[i], std::move(field));
        }
        out.push_back(std::move(node));
    }
    return out;
}

}  // namespace tandem::exchange
