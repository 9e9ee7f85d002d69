// Knows: the order in which a topology file is read: names, parts, what holds between them; and how findings are told.
// Must not know: any key.
// Next: build.h for the parts.
#include "config/topology_file.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "config/build.h"
#include "json/document.h"

namespace tandem::config {
namespace {

/// Byte offsets as "name:line:column: ". Cost: one pass over the text, then O(log lines + line) each.
class Places {
public:
    Places(std::string_view name, std::string_view text) : name_(name), text_(text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\n') starts_.push_back(i + 1);
        }
    }
    [[nodiscard]] std::string at(std::size_t offset) const {
        const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
        const std::size_t line = static_cast<std::size_t>(after - starts_.begin());
        const std::size_t start = starts_[line - 1];
        const json::Position within = json::position_of(text_.substr(start), offset - start);
        return cat(name_, ':', line, ':', within.column, ": ");
    }

private:
    std::string_view name_;
    std::string_view text_;
    std::vector<std::size_t> starts_{0};
};

/// The names of every list of the root that has names.
Registry collect_names(const json::Value& root, Problems& problems) {
    Registry registry;
    for (const Key& key : kTopologyTable.keys) {
        if (!is_list(key.type)) continue;
        Names& names = registry[key.name];
        const json::Value* list = root.find(key.name);
        if (!list || !list->is_array()) continue;
        for (const json::Value& item : list->items()) {
            // An element that is no object, or has no name, keeps its place under a name that nothing can refer to.
            const json::Value* name = item.is_string() ? &item : item.find("name");
            const bool named = name && name->is_string();
            if (named && names.find(name->string()) != topology::kNoIndex) {
                problems.error(name->offset(), cat('"', name->string().substr(0, 60), "\" stands twice in \"",
                                                   key.name, '"'));
            }
            names.add(named ? name->string() : std::string(), named ? name->offset() : item.offset());
        }
    }
    for (const std::string_view profiles : {"sip_profiles", "media_profiles"}) {
        if (registry[profiles].size() == 0) registry[profiles].add("default", root.offset());
    }
    return registry;
}

LoadedTopology build(const json::Document& document) {
    LoadedTopology out;
    Problems problems;
    const Registry registry = collect_names(document.root, problems);
    const std::size_t slash = document.name.rfind('/');
    Loader loader{problems, registry,
                  slash == std::string::npos ? std::string() : document.name.substr(0, slash + 1)};
    auto topology = std::make_shared<topology::Topology>();
    const Fields root(loader, document.root, kTopologyTable);
    if (document.root.is_object()) {
        Build parts{loader, root, *topology};
        build_network(parts);
        build_profiles(parts);
        build_bridges(parts);
        build_trunks(parts);
        build_users(parts);
        build_numbers(parts);
        check_addresses(parts);
        check_numbers(parts);
        check_bypass(parts);
    }

    std::vector<Problems::Problem> found = problems.all();
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.offset < b.offset; });
    const Places places(document.name, document.text);
    for (const Problems::Problem& problem : found) {
        (problem.warning ? out.warnings : out.errors).push_back(places.at(problem.offset) + problem.text);
    }
    if (!problems.any_error()) {
        topology->index();
        out.topology = std::move(topology);
    }
    return out;
}

}  // namespace

LoadedTopology parse_topology(std::string text, std::string name) {
    auto document = json::parse_document(std::move(text), std::move(name));
    return document ? build(*document) : LoadedTopology{nullptr, {document.error().what}, {}};
}

LoadedTopology load_topology(const std::string& path) {
    auto document = json::load_document(path);
    return document ? build(*document) : LoadedTopology{nullptr, {document.error().what}, {}};
}

}  // namespace tandem::config
