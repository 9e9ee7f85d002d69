#include "number/plan_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/text.h"

namespace tandem::number {

namespace {

static_assert(std::endian::native == std::endian::little, "a plan file is little endian and used as it lies in memory");

constexpr std::string_view kMagic = "TNUMPLAN";
constexpr std::uint32_t kLayout = 1;

struct Header {
    char magic[8];
    std::uint32_t layout, size;
    std::uint64_t digest;  ///< FNV-1a of all behind the header
    std::uint32_t branches, sections;
};
static_assert(sizeof(Header) == 32);

struct Section {
    std::uint32_t offset, size;
};

enum Part {
    kAbout, kBranches, kBranchLabels, kFreeNodes, kLabels, kCodeIndex, kCodes, kRegionLists, kRegionIndex, kRegions, kPrograms,
    kFormats, kTexts, kParts,
};

std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
    return hash;
}

template <class T>
std::span<const T> rows(std::string_view bytes, const Section& section) {
    // The file is its own memory image: sections begin at multiples of 4 and rows need at most that.
    return {reinterpret_cast<const T*>(bytes.data() + section.offset), section.size / sizeof(T)};
}

/// The first thing in the tables that points outside of them; empty when all is well.
std::string_view dangling(const Plan& plan) {
    const std::size_t nodes = plan.branches.size() + plan.free_nodes.size();
    auto node = [&](std::uint16_t at) { return at < nodes; };
    auto region = [&](std::uint16_t at) { return at == kNoRow || at < plan.regions.size(); };
    auto program = [&](std::uint16_t at) { return at == kNoRow || at < plan.programs.size(); };
    auto text = [&](std::uint16_t at) { return at < plan.texts.size(); };
    auto list = [](std::size_t first, std::size_t count, std::size_t size) { return first + count <= size; };

    for (const Branch& branch : plan.branches)
        if (!std::all_of(std::begin(branch.next), std::end(branch.next), node)) return "automaton";
    for (const FreeNode& free : plan.free_nodes)
        if (!list(free.labels, free.count, plan.labels.size())) return "free node";
    for (std::uint16_t at : plan.code_index)
        if (at != kNoRow && at >= plan.codes.size()) return "index of calling codes";
    for (const CodeRow& code : plan.codes) {
        if (!node(code.root) || code.main_region >= plan.regions.size() || code.code > 999) return "calling code";
        if (code.count == 0 || !list(code.list, code.count, plan.region_lists.size())) return "calling code's regions";
    }
    for (std::uint16_t at : plan.region_lists)
        if (at >= plan.regions.size()) return "list of regions";
    if (!std::all_of(plan.region_index.begin(), plan.region_index.end(), region)) return "index of regions";
    for (const RegionRow& row : plan.regions) {
        const std::string_view name = row.name();
        const bool letters = name.size() == 2 && std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!letters && name != "001") return "region's name";
        // What a transform writes becomes part of a number.
        if (!text(row.transform)) return "region's transform";
        const std::string_view transform = plan.text(row.transform);
        if (transform.find_first_not_of("0123456789$") != std::string_view::npos) return "region's transform";
        if (row.code > 999 || row.code_row >= plan.codes.size() || plan.codes[row.code_row].code != row.code) return "region's calling code";
        if (!node(row.general_root) || (row.short_root != kNoRow && !node(row.short_root))) return "region's automaton";
        if (!program(row.idd) || !program(row.national_prefix_program)) return "region's prefix";
        if (!text(row.national_prefix) || !text(row.extension_prefix)) return "region's text";
        if (!list(row.formats, row.formats_count, plan.formats.size()) ||
            !list(row.intl_formats, row.intl_formats_count, plan.formats.size()))
            return "region's formats";
    }
    for (const FormatRow& row : plan.formats)
        if (row.pattern >= plan.programs.size() || !program(row.leading) || !text(row.national) || !text(row.international))
            return "format";
    return {};
}

}  // namespace

Result<Plan> view_plan(std::string_view bytes, Check check) {
    Header header;
    if (bytes.size() < sizeof header) return fail(Errc::kTruncated, "too short for a numbering plan", bytes.size());
    std::memcpy(&header, bytes.data(), sizeof header);
    if (std::string_view(header.magic, sizeof header.magic) != kMagic) return fail(Errc::kSyntax, "not a numbering plan file");
    if (header.layout != kLayout)
        return fail(Errc::kUnsupported, cat("layout ", header.layout, " of the numbering plan, wanted ", kLayout), 8);
    if (header.size != bytes.size())
        return fail(bytes.size() < header.size ? Errc::kTruncated : Errc::kSyntax,
                    cat("the numbering plan says ", header.size, " bytes and has ", bytes.size()), 12);
    if (check == Check::kAll && fnv1a(bytes.substr(sizeof header)) != header.digest) return fail(Errc::kSyntax, "checksum of the numbering plan", 16);

    if (header.sections != kParts || bytes.size() < sizeof header + kParts * sizeof(Section))
        return fail(Errc::kSyntax, "sections of the numbering plan", 28);
    std::array<Section, kParts> at;
    std::memcpy(at.data(), bytes.data() + sizeof header, sizeof at);
    for (std::size_t i = 0; i < at.size(); ++i)
        if (at[i].offset % 4 != 0 || at[i].offset > bytes.size() || at[i].size > bytes.size() - at[i].offset)
            return fail(Errc::kRange, cat("section ", i, " of the numbering plan"), sizeof header + i * sizeof(Section));

    Plan plan;
    const std::string_view about = bytes.substr(at[kAbout].offset, at[kAbout].size);
    auto [source, rest] = cut(about, '\0');
    auto [version, rest2] = cut(rest, '\0');
    plan.source = source;
    plan.version = version;
    plan.date = cut(rest2, '\0').first;
    plan.branches = rows<Branch>(bytes, at[kBranches]);
    plan.branch_labels = rows<std::uint16_t>(bytes, at[kBranchLabels]);
    plan.free_nodes = rows<FreeNode>(bytes, at[kFreeNodes]);
    plan.labels = rows<std::uint16_t>(bytes, at[kLabels]);
    plan.code_index = rows<std::uint16_t>(bytes, at[kCodeIndex]);
    plan.codes = rows<CodeRow>(bytes, at[kCodes]);
    plan.region_lists = rows<std::uint16_t>(bytes, at[kRegionLists]);
    plan.region_index = rows<std::uint16_t>(bytes, at[kRegionIndex]);
    plan.regions = rows<RegionRow>(bytes, at[kRegions]);
    plan.programs = rows<std::uint16_t>(bytes, at[kPrograms]);
    plan.formats = rows<FormatRow>(bytes, at[kFormats]);
    plan.texts = bytes.substr(at[kTexts].offset, at[kTexts].size);
    if (plan.branches.size() != plan.branch_labels.size() || plan.branches.size() != header.branches ||
        plan.branches.size() + plan.free_nodes.size() >= kNoRow || plan.regions.size() >= kNoRow || plan.region_index.size() != 26 * 26 ||
        plan.code_index.size() != 1000 || plan.texts.empty() || plan.texts.back() != '\0')
        return fail(Errc::kRange, "sizes of the numbering plan's tables", sizeof header);
    if (check == Check::kSizes) return plan;
    if (auto what = dangling(plan); !what.empty())
        return fail(Errc::kRange, cat("the numbering plan's ", what, " points outside of its tables"), sizeof header);
    return plan;
}

Result<LoadedPlan> load_plan(std::string_view bytes) {
    LoadedPlan loaded;
    loaded.bytes = std::make_unique<std::uint32_t[]>(bytes.size() / 4 + 1);
    std::memcpy(loaded.bytes.get(), bytes.data(), bytes.size());
    auto plan = view_plan({reinterpret_cast<const char*>(loaded.bytes.get()), bytes.size()});
    if (!plan) return fail(plan.error());
    loaded.plan = *plan;
    return loaded;
}

}  // namespace tandem::number
