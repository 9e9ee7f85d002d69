// Knows: which of many patterns, in their order, is the first that matches a string: one walk for all of them.
// Must not know: what follows from a match.
// Next: pattern.h (the automaton of states that is walked), rules.h (who asks).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "number/pattern.h"

namespace tandem::number {

/// The union of patterns as a deterministic automaton whose states are made when a string first needs them, so that a plan
/// costs nothing until it is used. Thread: find() may be called by several threads at once.
class RuleAutomaton {
public:
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;       ///< no pattern matches
    static constexpr std::uint32_t kUndecided = 0xFFFFFFFE;  ///< the automaton is at its limit: ask the patterns one by one
    static constexpr std::size_t kMaxStates = 50'000;

    RuleAutomaton();
    ~RuleAutomaton();
    /// Takes the pattern with that index in; indices ascend. False when it is not regular: the automaton then knows nothing
    /// about it. Not to be called after find().
    bool add(std::string_view pattern, std::uint32_t index);

    /// The lowest index of the patterns that match somewhere in ASCII text; kNone or kUndecided.
    /// Cost: about 2 ns a character once the states are there.
    [[nodiscard]] std::uint32_t find(std::string_view text) const;

    /// Whether the pattern with that index, which must be one that add() took in, matches somewhere in ASCII text without line
    /// feeds; nothing when it is so large that a search engine is quicker.
    [[nodiscard]] std::optional<bool> matches(std::uint32_t index, std::string_view text) const;

    /// What walk() tells of strings that the patterns do not tell apart: which patterns match them (indices, ascending, at least
    /// one) and the shortest of them. To go on: true.
    using See = std::function<bool(const std::vector<std::uint32_t>& matched, std::string_view shortest)>;
    /// Tells each combination of patterns that some string over the alphabet of at most kMaxSubject characters matches, the
    /// shortest strings first; a combination may come more than once. False when there are more than kMaxStates.
    bool walk(std::string_view alphabet, const See& see) const;
    [[nodiscard]] std::size_t states() const;

private:
    using Set = std::vector<std::uint32_t>;  ///< NFA states, ascending
    struct Table;
    struct Hash {
        std::size_t operator()(const Set& set) const;
    };

    void finish() const;
    void close(Set& set, bool at_begin) const;
    [[nodiscard]] Set step(const Set& set, unsigned c) const;
    void drop_later(Set& set) const;
    [[nodiscard]] std::uint32_t label(const Set& set) const;
    [[nodiscard]] std::vector<std::uint32_t> accepted(const Set& set, bool at_begin = false) const;
    std::uint32_t intern(Set set) const;
    std::uint32_t extend(std::uint32_t row, unsigned cls) const;

    Nfa nfa_;
    std::vector<std::uint32_t> starts_;
    std::vector<std::uint32_t> indices_;
    std::vector<std::uint32_t> ends_;  ///< one past the last state of each pattern
    // Made on first use, grown under the lock; readers see whole rows only.
    mutable std::once_flag finished_;
    mutable std::mutex lock_;
    mutable std::array<std::uint8_t, 256> classes_{};
    mutable std::vector<unsigned> representatives_;
    mutable std::uint32_t stride_ = 0;
    mutable std::atomic<Table*> table_{nullptr};
    mutable std::vector<std::unique_ptr<Table>> tables_;
    mutable std::vector<Set> sets_;
    mutable std::unordered_map<Set, std::uint32_t, Hash> known_;
    mutable std::uint32_t start_ = 0;
    mutable std::uint32_t empty_label_ = kNone;  ///< of the empty string, where ^ may follow $
};

}  // namespace tandem::number
