// Knows: the tables of a numbering plan: regions, calling codes, automata over digits, programs, formats, short numbers.
// Must not know: how numbers are written, where the tables come from.
// Next: plan_file.h (the layout in a file), phone.h (parsing by these tables); scripts/numbering (makes them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tandem::number {

/// What kind of subscription a number belongs to, as the public metadata says.
enum class Type : std::uint8_t {
    kUnknown, kFixedLine, kMobile, kFixedLineOrMobile, kTollFree, kPremiumRate, kSharedCost, kVoip, kPersonal, kPager,
    kUan, kVoicemail,
};

inline constexpr std::uint16_t kNoRow = 0xFFFF;  ///< no such row, program or root
inline constexpr std::size_t kLongestNational = 17;  ///< digits; longer than ITU-T E.164 §6 admits, as the reference library

/// One territory (or non-geographic code, id "001") with a calling code.
struct RegionRow {
    char id[4];                   ///< ISO 3166-1 alpha-2, NUL-padded
    std::uint16_t code;           ///< ITU-T E.164 country code
    std::uint16_t general_root;   ///< automaton of its general pattern
    std::uint16_t short_root;     ///< automaton of its short numbers, or kNoRow
    std::uint16_t code_row;       ///< row of its calling code
    std::uint32_t lengths;        ///< bit n: national numbers of n digits are possible
    std::uint32_t local_lengths;  ///< bit n: numbers of n digits are possible within an area
    std::uint16_t idd;            ///< program of the international prefix, or kNoRow
    std::uint16_t national_prefix_program;
    std::uint16_t idd_first;      ///< bit d: an international prefix may begin with digit d
    std::uint16_t national_prefix_first;
    std::uint16_t transform;      ///< text: what the national prefix becomes ("9$1"); 0 for none
    std::uint16_t national_prefix;///< text
    std::uint16_t formats, formats_count;
    std::uint16_t intl_formats, intl_formats_count;
    std::uint16_t groups;         ///< captures of national_prefix_program
    std::uint16_t extension_prefix; ///< text: how the region announces an extension; 0 for " ext. "

    [[nodiscard]] std::string_view name() const { return {id, id[2] == '\0' ? 2U : 3U}; }
    [[nodiscard]] bool geographic() const { return id[0] != '0'; }
};
static_assert(sizeof(RegionRow) == 44);

/// One calling code with the regions that share it, the main one first.
struct CodeRow {
    std::uint16_t code;
    std::uint16_t root;          ///< automaton whose labels are (place in the list + 1) << 4 | Type
    std::uint16_t main_region;
    std::uint16_t list, count;   ///< its regions
};
static_assert(sizeof(CodeRow) == 10);

/// One way to group digits: pattern and leading digits are programs, the formats texts with $1…
struct FormatRow {
    std::uint16_t pattern, leading, national, international;
};
static_assert(sizeof(FormatRow) == 8);

struct Branch {
    std::uint16_t next[10];
};

struct FreeNode {
    std::uint16_t labels, count;
};

/// What a short number is, bits of a label of short_root.
enum ShortBit : std::uint16_t {
    kShortValid = 1, kShortEmergency = 2, kShortConnects = 4, kShortTollFree = 8, kShortPremium = 16,
    kShortStandardRate = 32, kShortCarrierSpecific = 64, kShortSms = 128, kShortPossible = 256,
};

/// A view of the tables; whoever made it keeps the bytes alive. Thread: const after loading, any number of threads.
struct Plan {
    std::string_view source, version, date;
    std::span<const Branch> branches;
    std::span<const std::uint16_t> branch_labels;
    std::span<const FreeNode> free_nodes;
    std::span<const std::uint16_t> labels;
    std::span<const std::uint16_t> code_index;    ///< row of the calling code by the first three digits
    std::span<const CodeRow> codes;
    std::span<const std::uint16_t> region_lists;
    std::span<const std::uint16_t> region_index;  ///< by two letters, A = 0
    std::span<const RegionRow> regions;
    std::span<const std::uint16_t> programs;
    std::span<const FormatRow> formats;
    std::string_view texts;

    /// The row of an ISO code in either case, or kNoRow ("001" has many rows and none here).
    [[nodiscard]] std::uint16_t region(std::string_view id) const {
        if (id.size() != 2) return kNoRow;
        unsigned a = (static_cast<unsigned char>(id[0]) | 0x20U) - 'a', b = (static_cast<unsigned char>(id[1]) | 0x20U) - 'a';
        return a < 26 && b < 26 ? region_index[a * 26 + b] : kNoRow;
    }
    /// The calling code with which at least three ASCII digits begin, or nullptr. No code is the front of another.
    [[nodiscard]] const CodeRow* code_in_front(const char* digits) const {
        const auto digit = [](char c) { return static_cast<unsigned char>(c) & 15U; };
        const std::uint16_t row = code_index.data()[digit(digits[0]) * 100 + digit(digits[1]) * 10 + digit(digits[2])];
        return row == kNoRow ? nullptr : codes.data() + row;
    }
    /// The row of a calling code, or nullptr.
    [[nodiscard]] const CodeRow* code(unsigned value) const {
        const unsigned front = value >= 100 ? value : value >= 10 ? value * 10 : value * 100;
        const std::uint16_t row = front < 1000 ? code_index[front] : kNoRow;
        return row == kNoRow || codes[row].code != value ? nullptr : &codes[row];
    }
    /// A text of the table; ends with NUL.
    [[nodiscard]] std::string_view text(std::uint16_t at) const { return texts.data() + at; }

    /// The label that the automaton at `root` gives to size ASCII digits. Cost: one table access a digit until the rest
    /// of the digits no longer matters, typically four to six.
    [[nodiscard]] std::uint16_t label(std::uint16_t root, const char* digits, std::size_t size) const {
        // Every index was checked when the plan was loaded; this loop is what a number costs.
        const Branch* const rows = branches.data();
        std::size_t node = root;
        const std::size_t branch_count = branches.size();
        const char* const end = digits + size;
        while (node < branch_count) {
            if (digits == end) return branch_labels.data()[node];
            // At most 9: a digit of another script never comes here. The mask keeps a mistake within the row's neighbours.
            node = rows[node].next[*digits++ & 15];
        }
        const FreeNode free = free_nodes.data()[node - branch_count];
        const auto rest = static_cast<std::size_t>(end - digits);
        return rest < free.count ? labels.data()[free.labels + rest] : std::uint16_t{0};
    }
};

/// The plan that is part of the program.
const Plan& builtin_plan();

}  // namespace tandem::number
