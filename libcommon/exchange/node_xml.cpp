// Knows: the two forms of XML that PowerShell writes: CLIXML (Export-Clixml) and that of ConvertTo-Xml. The door to pugixml.
// Must not know: which objects there are.
// Next: node.h; powershell.cpp.
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "base/text.h"
#include "exchange/node.h"

namespace tandem::exchange {
namespace {

// CLIXML writes what XML cannot hold as _xHHHH_. Source: [MS-PSRP] §2.2.5.3.2
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text.substr(at, 2) == "_x" && at + 6 < text.size() && text[at + 6] == '_';
        const auto code = escape ? from_hex(text.substr(at + 2, 4)) : std::nullopt;
        if (!code || (*code)[0] != 0 || (*code)[1] >= 0x80 || (*code)[1] == 0) {
            out += text[at];
            continue;
        }
        out += static_cast<char>((*code)[1]);
        at += 6;
    }
    return out;
}

bool named(const pugi::xml_node& element, const char* name) { return std::strcmp(element.name(), name) == 0; }

class XmlReader {
public:
    explicit XmlReader(const Source& source) : source_(source) {}

    Result<std::vector<NodePtr>> all() {
        pugi::xml_document document;
        const pugi::xml_parse_result parsed =
            document.load_buffer(source_.text().data(), source_.text().size(), pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype, pugi::encoding_utf8);
        for (const pugi::xml_node& one : document.children())
            if (one.type() == pugi::node_doctype)
                return fail(Errc::kUnsupported, "XML with a document type declaration (<!DOCTYPE): PowerShell writes none, and its entities are never expanded; take it out", offset(one));
        if (!parsed) return fail(Errc::kSyntax, parsed.description(), static_cast<std::size_t>(parsed.offset), "XML 1.0");
        const pugi::xml_node root = document.document_element();
        std::vector<NodePtr> out;
        if (named(root, "Objs")) {
            for (const pugi::xml_node& element : root.children())
                if (element.type() == pugi::node_element) out.push_back(clixml(element, 0));
        } else if (named(root, "Objects")) {
            for (const pugi::xml_node& element : root.children("Object")) out.push_back(converted(element, 0));
        } else {
            return fail(Errc::kUnsupported, cat("XML of <", shown(root.name(), 40), ">, which is neither Export-Clixml's <Objs> nor ConvertTo-Xml's <Objects>"),
                        offset(root));
        }
        if (too_deep_) return fail(Errc::kRange, cat("nested deeper than ", kMaxNodeDepth), *too_deep_);
        return out;
    }

private:
    static std::size_t offset(const pugi::xml_node& element) {
        const auto at = element.offset_debug();
        return at < 0 ? 0 : static_cast<std::size_t>(at);
    }
    std::shared_ptr<Node> begin(const pugi::xml_node& element, std::size_t depth) {
        auto node = std::make_shared<Node>();
        node->offset = offset(element);
        if (depth >= kMaxNodeDepth && !too_deep_) too_deep_ = offset(element);
        return node;
    }

    NodePtr clixml(const pugi::xml_node& element, std::size_t depth) {
        if (named(element, "Ref")) {
            const auto known = objects_.find(element.attribute("RefId").value());
            if (known != objects_.end()) return known->second;
        }
        auto node = begin(element, depth);
        if (depth >= kMaxNodeDepth) return node;
        if (named(element, "Nil") || named(element, "Ref")) {
            node->null = true;
        } else if (named(element, "Obj")) {
            object(element, *node, depth);
            if (const char* id = element.attribute("RefId").value(); *id != '\0') objects_[id] = node;
        } else {
            const std::string_view raw = element.text().get();
            node->text = decoded(raw);
            if (named(element, "B")) node->text = iequals(raw, "true") ? "True" : "False";
        }
        return node;
    }

    void object(const pugi::xml_node& element, Node& node, std::size_t depth) {
        std::set<std::string> names;  // in lower case
        for (const pugi::xml_node& child : element.children()) {
            if (named(child, "TN")) {
                auto types = std::make_shared<std::vector<std::string>>();
                for (const pugi::xml_node& type : child.children("T")) types->emplace_back(type.text().get());
                types_[child.attribute("RefId").value()] = node.types = std::move(types);
            } else if (named(child, "TNRef")) {
                node.types = types_[child.attribute("RefId").value()];
            } else if (named(child, "ToString")) {
                node.text = decoded(child.text().get());
            } else if (named(child, "Props") || named(child, "MS")) {
                for (const pugi::xml_node& member : child.children()) {
                    if (member.type() != pugi::node_element) continue;
                    std::string name = decoded(member.attribute("N").value());
                    // What the objects' own properties say, extended ones do not say again.
                    if (names.insert(lower(name)).second) node.members.emplace_back(std::move(name), clixml(member, depth + 1));
                }
            } else if (named(child, "LST") || named(child, "IE") || named(child, "QUE") || named(child, "STK")) {
                node.list = true;
                for (const pugi::xml_node& item : child.children())
                    if (item.type() == pugi::node_element) node.items.push_back(clixml(item, depth + 1));
            } else if (child.type() == pugi::node_element && node.text.empty()) {
                node.text = decoded(child.text().get());  // the value of a primitive object that carries properties
            }
        }
    }

    NodePtr converted(const pugi::xml_node& element, std::size_t depth) {
        auto node = begin(element, depth);
        if (depth >= kMaxNodeDepth) return node;
        if (const char* type = element.attribute("Type").value(); *type != '\0') node->types = std::make_shared<const std::vector<std::string>>(1, type);
        bool children = false;
        for (const pugi::xml_node& child : element.children("Property")) {
            children = true;
            const pugi::xml_attribute name = child.attribute("Name");
            if (name) {
                node->members.emplace_back(name.value(), converted(child, depth + 1));
            } else {
                node->list = true;
                node->items.push_back(converted(child, depth + 1));
            }
        }
        if (!children) node->text = element.text().get();
        return node;
    }

    const Source& source_;
    std::map<std::string, NodePtr> objects_;
    std::map<std::string, std::shared_ptr<const std::vector<std::string>>> types_;
    std::optional<std::size_t> too_deep_;
};

}  // namespace

Result<std::vector<NodePtr>> read_xml(const Source& source) { return XmlReader(source).all(); }

}  // namespace tandem::exchange
