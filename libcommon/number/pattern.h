// Knows: the part of pattern syntax that is regular, and automata of states for it.
// Must not know: rules, replacement, PCRE2.
// Next: rule_automaton.h, which runs many patterns at once; regex.h for what matches them one by one.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace tandem::number {

/// A set of ASCII characters.
struct CharSet {
    std::uint64_t low = 0, high = 0;

    void add(unsigned c) { (c < 64 ? low : high) |= std::uint64_t{1} << (c & 63U); }
    void add(unsigned first, unsigned last) {
        for (unsigned c = first; c <= last; ++c) add(c);
    }
    void add(const CharSet& other) { low |= other.low, high |= other.high; }
    [[nodiscard]] bool has(unsigned c) const { return ((c < 64 ? low : high) >> (c & 63U) & 1U) != 0; }
    [[nodiscard]] CharSet inverted() const { return {~low, ~high}; }
    friend bool operator==(const CharSet&, const CharSet&) = default;
};

/// A non-deterministic automaton of many patterns. State 0 does not exist; an edge to it is no edge.
class Nfa {
public:
    struct State {
        enum class Kind : std::uint8_t {
            kChars,   ///< on one of chars to next
            kSplit,   ///< freely to next and other
            kBegin,   ///< to next, only where the subject begins
            kEnd,     ///< to next, only where the subject ends
            kAccept,  ///< pattern `other` matches; what follows does not matter
        };
        Kind kind = Kind::kSplit;
        std::uint32_t next = 0, other = 0;
        CharSet chars{};
    };

    static constexpr std::size_t kMaxStates = 4000;  ///< of one pattern, after its repetitions are written out

    Nfa() : states_(1) {}
    /// Adds a pattern that may match anywhere in a subject and gives its first state; nothing when it uses more than regular
    /// syntax (look-around, back references, word boundaries, atomic groups, inline options) or is too large.
    std::optional<std::uint32_t> add(std::string_view pattern, std::uint32_t index);
    [[nodiscard]] const State& state(std::uint32_t at) const { return states_[at]; }
    /// The states that read, accept or wait for the end, as far as free edges lead; in no order, each once. ^ is passed at_begin, $
    /// at_end (then nothing waits for the end any more).
    [[nodiscard]] std::vector<std::uint32_t> closed(std::vector<std::uint32_t> from, bool at_begin, bool at_end = false) const;
    /// Whether the pattern that begins at `start` matches somewhere in an ASCII subject without line feeds.
    /// Cost: the states that its characters lead to; for patterns of a few dozen states.
    [[nodiscard]] bool matches(std::uint32_t start, std::string_view subject) const;
    [[nodiscard]] std::size_t size() const { return states_.size(); }

private:
    std::vector<State> states_;
};

/// Where a group of a pattern that matches a whole subject begins and ends, when that is the same distance from the subject's
/// front or end in every match.
struct GroupPlace {
    bool begin_from_end = false, end_from_end = false;
    std::uint16_t begin = 0, end = 0;
    bool named = false;
};

/// The places of all groups from left to right, when the pattern is ^…$ around a sequence and each place is fixed: then a match
/// need not be searched again to know its groups. Nothing otherwise.
std::optional<std::vector<GroupPlace>> fixed_groups(std::string_view pattern);

}  // namespace tandem::number
