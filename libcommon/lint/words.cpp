#include "lint/words.h"

#include <algorithm>
#include <map>
#include <utility>

#include "number/regex.h"

namespace tandem::lint {

using Kind = number::Nfa::State::Kind;

Words::Words(std::string_view pattern, std::string_view alphabet) : start_(nfa_.add(pattern, 0)), alphabet_(alphabet) {}

bool Words::accepts(const Set& set, bool at_begin) const {
    const Set ended = nfa_.closed(set, at_begin, true);
    return std::any_of(ended.begin(), ended.end(), [&](std::uint32_t at) { return nfa_.state(at).kind == Kind::kAccept; });
}

/// The words as a deterministic automaton without loops, made and counted state by state.
class Words::Counter {
public:
    Counter(const Words& words, std::size_t limit) : words_(words), limit_(limit) {}

    bool run(std::uint32_t start) { return count(intern(words_.nfa_.closed({start}, true), 0)); }
    std::vector<WordList::Place> places() { return std::move(places_); }

private:
    struct Work {
        Set set;
        bool open = false, done = false;
    };
    static constexpr std::size_t kMaxPlaces = 2000;

    std::size_t intern(Set set, std::size_t depth) {
        std::sort(set.begin(), set.end());
        const auto [entry, fresh] = known_.try_emplace({set, depth == 0}, places_.size());
        if (fresh) {
            places_.push_back({words_.accepts(set, depth == 0)});
            work_.push_back({std::move(set)});
        }
        return entry->second;
    }

    /// False when there are more words than the limit, or without end.
    bool count(std::size_t at) {
        if (work_[at].done) return true;
        if (work_[at].open || places_.size() > kMaxPlaces || ++depth_ > number::kMaxSubject) return false;
        work_[at].open = true;
        std::size_t words = places_[at].accepts ? 1 : 0;
        for (const char c : words_.alphabet_) {
            Set to;
            for (const std::uint32_t from : work_[at].set) {
                const auto& state = words_.nfa_.state(from);
                if (state.kind == Kind::kAccept) to.push_back(from);
                if (state.kind == Kind::kChars && state.chars.has(static_cast<unsigned char>(c))) to.push_back(state.next);
            }
            if (to.empty()) continue;
            const std::size_t next = intern(words_.nfa_.closed(to, false), 1);
            if (!count(next) || (words += places_[next].words) > limit_) return false;
            if (places_[next].words != 0) places_[at].next.emplace_back(c, next);
        }
        places_[at].words = words;
        work_[at].done = true;
        --depth_;
        return true;
    }

    const Words& words_;
    std::size_t limit_, depth_ = 0;
    std::vector<WordList::Place> places_;
    std::vector<Work> work_;  ///< what is needed of each place until it is counted
    std::map<std::pair<Set, bool>, std::size_t> known_;
};

std::optional<WordList> Words::all(std::size_t limit) const {
    if (!start_) return std::nullopt;
    Counter counter(*this, limit);
    if (!counter.run(*start_)) return std::nullopt;
    WordList list;
    list.places_ = counter.places();
    return list;
}

std::string WordList::at(std::size_t place) const {
    std::string text;
    for (std::size_t here = 0;;) {
        if (places_[here].accepts && place-- == 0) return text;
        const auto step = std::find_if(places_[here].next.begin(), places_[here].next.end(), [&](const auto& next) {
            if (place < places_[next.second].words) return true;
            place -= places_[next.second].words;
            return false;
        });
        text += step->first;
        here = step->second;
    }
}

std::optional<std::string> Words::random(std::mt19937& engine) const {
    if (!start_) return std::nullopt;
    std::string text;
    bool ended = false;
    std::uint32_t at = *start_;
    // Some words go round their loops for long, most do not.
    const bool longer = engine() % 4 == 0;
    for (int steps = 0; steps < 2000; ++steps) {
        if (at == 0 || text.size() > number::kMaxSubject) return std::nullopt;
        const auto& state = nfa_.state(at);
        switch (state.kind) {
            case Kind::kAccept: return text;
            case Kind::kSplit: {
                // A loop's body stands behind its head (number/pattern.cpp): next is the way round.
                const bool loop = state.next > at;
                at = engine() % (loop && longer ? 8 : 2) != 0 ? state.next : state.other;
                break;
            }
            case Kind::kBegin:
                if (!text.empty()) return std::nullopt;
                at = state.next;
                break;
            case Kind::kEnd:
                ended = true;
                at = state.next;
                break;
            case Kind::kChars: {
                const auto fits = [&](char c) { return state.chars.has(static_cast<unsigned char>(c)); };
                const auto count = std::count_if(alphabet_.begin(), alphabet_.end(), fits);
                if (ended || count == 0) return std::nullopt;
                auto which = engine() % static_cast<std::size_t>(count);
                text += *std::find_if(alphabet_.begin(), alphabet_.end(), [&](char c) { return fits(c) && which-- == 0; });
                at = state.next;
                break;
            }
        }
    }
    return std::nullopt;
}

}  // namespace tandem::lint
