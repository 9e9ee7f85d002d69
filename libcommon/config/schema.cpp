// Knows: how the table of keys reads as JSON Schema.
// Must not know: any key.
// Next: reference.cpp, the same table as prose.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "config/keys.h"
#include "config/reader.h"
#include "config/topology_file.h"
#include "json/writer.h"

namespace tandem::config {
namespace {

std::string_view pattern_of(Type type) {
    switch (type) {
        case Type::kName: return "^[A-Za-z0-9._-]{1,64}$";
        case Type::kE164: return "^\\+[1-9][0-9]{1,14}$";
        case Type::kLine: return "^\\+[1-9][0-9]{1,14}(;ext=[0-9]{1,20})?$";
        case Type::kDigits: return "^[0-9]{1,32}$";
        case Type::kPrefix: return "^[0-9A-Fa-f.:]+/[0-9]{1,3}$";
        case Type::kPorts: return "^[0-9]{4,5}-[0-9]{4,5}$";
        default: return {};
    }
}

void write_value(json::Writer& out, const Key& key, Type type) {
    switch (type) {
        case Type::kBool: out.member("type", "boolean"); return;
        case Type::kInteger:
            out.member("type", "integer").member("minimum", key.min).member("maximum", key.max);
            return;
        case Type::kObject: out.member("$ref", cat("#/$defs/", key.object->name)); return;
        case Type::kNamedObject:
            out.key("anyOf").begin_array().begin_object().member("type", "string").end_object();
            out.begin_object().member("$ref", cat("#/$defs/", key.object->name)).end_object().end_array();
            return;
        case Type::kChoice:
            out.key("enum").begin_array();
            for (const std::string_view choice : key.choices) out.string(choice);
            out.end_array();
            return;
        default:
            out.member("type", "string");
            if (const std::string_view pattern = pattern_of(type); !pattern.empty())
                out.member("pattern", pattern);
            return;
    }
}

void write_default(json::Writer& out, const Key& key) {
    if (key.fallback.empty()) return;
    if (is_list(key.type)) {
        out.key("default").begin_array();
        for (const std::string_view word : split(key.fallback, ' ')) out.string(word);
        out.end_array();
    } else if (key.type == Type::kBool || key.type == Type::kInteger) {
        out.key("default").raw(key.fallback);
    } else {
        out.member("default", key.fallback);
    }
}

void write_table(json::Writer& out, const Table& table) {
    out.member("type", "object").member("description", table.meaning).member("additionalProperties", false);
    out.key("required").begin_array();
    for (const Key& key : table.keys) {
        if (key.required) out.string(key.name);
    }
    out.end_array();
    out.key("properties").begin_object();
    for (const Key& key : table.keys) {
        out.key(key.name).begin_object();
        out.member("description", key.honoured ? std::string(key.meaning)
                                               : cat(key.meaning, " (accepted, not honoured yet)"));
        if (is_list(key.type)) {
            out.member("type", "array").key("items").begin_object();
            write_value(out, key, element_type(key.type));
            out.end_object();
        } else {
            write_value(out, key, key.type);
        }
        write_default(out, key);
        out.end_object();
    }
    out.end_object();
}

void collect(const Table& table, std::vector<const Table*>& found) {
    for (const Key& key : table.keys) {
        if (!key.object || std::find(found.begin(), found.end(), key.object) != found.end()) continue;
        found.push_back(key.object);
        collect(*key.object, found);
    }
}

}  // namespace

std::vector<const Table*> tables_below(const Table& root) {
    std::vector<const Table*> found;
    collect(root, found);
    return found;
}

std::string topology_schema() {
    const std::vector<const Table*> tables = tables_below(kTopologyTable);
    std::string text;
    json::Writer out(text);
    out.begin_object();
    out.member("$schema", "https://json-schema.org/draft/2020-12/schema")
        .member("title", "Tandem topology file");
    write_table(out, kTopologyTable);
    out.key("$defs").begin_object();
    for (const Table* table : tables) {
        out.key(table->name).begin_object();
        write_table(out, *table);
        out.end_object();
    }
    out.end_object().end_object();
    text += '\n';
    return text;
}

}  // namespace tandem::config
