// Knows: how the table of keys reads as a manual page's section (scdoc).
// Must not know: any key.
// Next: man/tandem-topology.5.scd, which holds what comes out.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "config/keys.h"
#include "config/reader.h"
#include "config/topology_file.h"

namespace tandem::config {
namespace {

/// scdoc reads * and _ as markup and \ as its escape.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '*' || c == '_' || c == '\\' || c == '#') out += '\\';
        out += c;
    }
    return out;
}

std::string describe(const Key& key, Type type) {
    switch (type) {
        case Type::kBool: return "true or false";
        case Type::kInteger:
            return key.max >= 0xffffffffLL ? cat("integer from ", key.min)
                                           : cat("integer, ", key.min, " to ", key.max);
        case Type::kName: return "name";
        case Type::kE164: return "number as \"+14255550100\"";
        case Type::kLine: return "number as \"+14255550100\" or \"+14255550100;ext=101\"";
        case Type::kDigits: return "digits";
        case Type::kAddress: return "IP address";
        case Type::kPrefix: return "subnet as \"192.0.2.0/24\"";
        case Type::kPorts: return "ports as \"30000-30999\"";
        case Type::kListen: return "\"udp:192.0.2.1:5060\"";
        case Type::kTarget: return "\"udp:192.0.2.1:5060\" or \"udp:host\"";
        case Type::kFile: return "file";
        case Type::kPattern: return "regular expression";
        case Type::kReference: return cat("name in ", key.refers);
        case Type::kObject: return cat("object, see ", key.object->name);
        case Type::kNamedObject: return cat("name, or object, see ", key.object->name);
        case Type::kChoice: {
            std::string out;
            for (std::size_t i = 0; i < key.choices.size(); ++i) {
                append(out,
                       i == 0                        ? ""
                       : i + 1 == key.choices.size() ? " or "
                                                     : ", ",
                       '"', key.choices[i], '"');
            }
            return out;
        }
        default: return "text";
    }
}

void write(std::string& out, const Table& table) {
    append(out, "## ", escaped(table.name), "\n\n", escaped(table.meaning), ".\n\n");
    for (const Key& key : table.keys) {
        append(out, '*', escaped(key.name), "*: ", is_list(key.type) ? "list; each " : "",
               escaped(describe(key, element_type(key.type))));
        if (key.required) {
            out += "; required";
        } else if (!key.fallback.empty()) {
            append(out, "; default ", escaped(key.fallback));
        }
        append(out, "\n\t", escaped(key.meaning), '.');
        if (!key.honoured) out += " _Accepted, not honoured yet._";
        out += "\n\n";
    }
}

}  // namespace

std::string topology_reference() {
    std::string out = "# KEYS\n\n";
    write(out, kTopologyTable);
    for (const Table* table : tables_below(kTopologyTable)) write(out, *table);
    out.pop_back();
    return out;
}

}  // namespace tandem::config
