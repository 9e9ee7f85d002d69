// Knows: the order in which a topology file is read: names, parts, what holds between them; and how findings are told.
// Must not know: any key.
// Next: build.h for the parts.
#include "config/topology_file.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/text.h"
#include "config/build.h"
#include "json/document.h"

namespace tandem::config {
namespace {

/// So many findings of a kind are told; a file with more has one mistake many times, or is no topology.
constexpr std::size_t kMostFindings = 100;

/// A FIFO or a device would hold whoever reads the topology for ever.
Result<std::unique_ptr<InputStream>> open_regular(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        return fail(Errc::kIo, cat(path, ": not a regular file"));
    auto in = FdInput::open(path);
    if (!in) return fail(std::move(in.error()));
    return std::unique_ptr<InputStream>(std::move(*in));
}

/// Byte offsets, asked for in rising order, as "name:line:column: ". Cost: one pass over the text, however it is cut into lines.
class Places {
public:
    Places(std::string_view name, std::string_view text) : name_(name), text_(text) {}
    [[nodiscard]] std::string at(std::size_t offset) {
        const json::Position step = json::position_of(text_.substr(at_), offset - at_);
        here_.column = step.line == 1 ? here_.column + step.column - 1 : step.column;
        here_.line += step.line - 1;
        at_ = offset;
        return cat(name_, ':', here_.line, ':', here_.column, ": ");
    }

private:
    std::string_view name_;
    std::string_view text_;
    std::size_t at_ = 0;
    json::Position here_;
};

/// The names of every list of the root that has names.
Registry collect_names(const json::Value& root, Problems& problems) {
    Registry registry;
    std::vector<std::string_view> misspelt;
    if (root.is_object()) {
        for (const json::ValueMember& member : root.members()) {
            const bool known = std::any_of(kTopologyTable.keys.begin(), kTopologyTable.keys.end(),
                                           [&](const Key& key) { return key.name == member.key; });
            if (!known) misspelt.push_back(nearest_key(member.key, kTopologyTable));
        }
    }
    for (const Key& key : kTopologyTable.keys) {
        if (!is_list(key.type)) continue;
        Names& names = registry[key.name];
        const json::Value* list = root.find(key.name);
        if (!list || !list->is_array()) {
            const bool meant = std::find(misspelt.begin(), misspelt.end(), key.name) != misspelt.end();
            names.state = list || meant ? Names::State::kBroken : Names::State::kAbsent;
            continue;
        }
        for (const json::Value& item : list->items()) {
            // An element that is no object, or has no name, keeps its place under a name that nothing can refer to.
            const json::Value* name = item.is_string() ? &item : item.find("name");
            const bool named = name && name->is_string();
            if (named && names.find(name->string()) != topology::kNoIndex) {
                problems.error(name->offset(),
                               cat('"', shortened(name->string()), "\" stands twice in \"", key.name, '"'));
            }
            names.add(named ? name->string() : std::string(), named ? name->offset() : item.offset());
        }
    }
    for (const std::string_view profiles : {"sip_profiles", "media_profiles"}) {
        Names& names = registry[profiles];
        if (names.size() > 0) continue;
        names.add("default", root.offset());
        if (names.state == Names::State::kAbsent) names.state = Names::State::kThere;
    }
    return registry;
}

LoadedTopology build(const json::Document& document, const FileOpener& open) {
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
        if (open) build_rates(parts, open);
        build_users(parts);
        build_numbers(parts);
        check_addresses(parts);
        check_numbers(parts);
        check_bypass(parts);
    }

    std::vector<Problems::Problem> found = problems.all();
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.offset < b.offset; });
    Places places(document.name, document.text);
    for (const bool warnings : {false, true}) {
        std::vector<std::string>& lines = warnings ? out.warnings : out.errors;
        std::size_t left_out = 0;
        for (const Problems::Problem& problem : found) {
            if (problem.warning != warnings) continue;
            if (lines.size() == kMostFindings) {
                ++left_out;
            } else {
                lines.push_back(places.at(problem.offset) + problem.text);
            }
        }
        if (left_out > 0)
            lines.push_back(cat(document.name, ": ", left_out, " more ", warnings ? "warnings" : "errors"));
        places = Places(document.name, document.text);
    }
    out.errors.insert(out.errors.end(), problems.elsewhere().begin(), problems.elsewhere().end());
    if (!problems.any_error()) {
        topology->index();
        out.topology = std::move(topology);
    }
    return out;
}

}  // namespace

LoadedTopology parse_topology(std::string text, std::string name, const FileOpener& open) {
    auto document = json::parse_document(std::move(text), std::move(name));
    return document ? build(*document, open) : LoadedTopology{nullptr, {document.error().what}, {}};
}

LoadedTopology load_topology(const std::string& path, Decks decks) {
    auto document = json::load_document(path);
    if (!document) return {nullptr, {document.error().what}, {}};
    return build(*document, decks == Decks::kRead ? FileOpener(open_regular) : FileOpener());
}

}  // namespace tandem::config
