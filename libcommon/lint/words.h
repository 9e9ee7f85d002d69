// Knows: strings that a pattern matches: all of them where there are few, else random ones.
// Must not know: rules, what the strings are for.
// Next: number/pattern.h, whose states it walks.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "number/pattern.h"

namespace tandem::lint {

/// The strings of a pattern, when they are few: each by its place, without having been written out.
class WordList {
public:
    [[nodiscard]] std::size_t size() const { return places_.front().words; }
    [[nodiscard]] bool empty() const { return size() == 0; }
    /// The string at that place (below size()) in the alphabet's order, a shorter one before those that it begins. Cost: its length.
    [[nodiscard]] std::string at(std::size_t place) const;

private:
    friend class Words;
    /// A state of the deterministic automaton, which has no loop.
    struct Place {
        bool accepts = false;
        std::size_t words = 0;  ///< from here on
        std::vector<std::pair<char, std::size_t>> next{};
    };
    std::vector<Place> places_;
};

/// Strings over an alphabet that a regular pattern matches, none longer than number::kMaxSubject.
class Words {
public:
    /// Without any word when the pattern is not regular.
    Words(std::string_view pattern, std::string_view alphabet);

    /// Every string, when there are at most `limit` and the pattern has no loop.
    [[nodiscard]] std::optional<WordList> all(std::size_t limit) const;
    /// A string; nothing when this attempt led nowhere.
    std::optional<std::string> random(std::mt19937& engine) const;

private:
    class Counter;
    using Set = std::vector<std::uint32_t>;
    [[nodiscard]] bool accepts(const Set& set, bool at_begin) const;

    number::Nfa nfa_;
    std::optional<std::uint32_t> start_;
    std::string alphabet_;
};

}  // namespace tandem::lint
