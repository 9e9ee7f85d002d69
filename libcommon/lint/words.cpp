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

    std::optional<std::vector<std::string>> run(std::uint32_t start) {
        const std::size_t first = intern(words_.nfa_.closed({start}, true), 0);
        if (!count(first)) return std::nullopt;
        std::vector<std::string> out;
        std::string text;
        write(first, text, out);
        return out;
    }

private:
    struct Place {
        Set set;
        bool accepts = false, open = false, done = false;
        std::size_t words = 0;
        std::vector<std::pair<char, std::size_t>> next{};
    };
    static constexpr std::size_t kMaxPlaces = 2000;

    std::size_t intern(Set set, std::size_t depth) {
        std::sort(set.begin(), set.end());
        const auto [entry, fresh] = known_.try_emplace({set, depth == 0}, places_.size());
        if (fresh) {
            const bool accepts = words_.accepts(set, depth == 0);
            places_.push_back({std::move(set), accepts});
        }
        return entry->second;
    }

    /// False when there are more words than the limit, or without end.
    bool count(std::size_t at) {
        if (places_[at].done) return true;
        if (places_[at].open || places_.size() > kMaxPlaces || ++depth_ > number::kMaxSubject) return false;
        places_[at].open = true;
        std::size_t words = places_[at].accepts ? 1 : 0;
        for (const char c : words_.alphabet_) {
            Set to;
            for (const std::uint32_t from : places_[at].set) {
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
        places_[at].done = true;
        --depth_;
        return true;
    }

    void write(std::size_t at, std::string& text, std::vector<std::string>& out) const {
        if (places_[at].accepts) out.push_back(text);
        for (const auto& [c, next] : places_[at].next) {
            text += c;
            write(next, text, out);
            text.pop_back();
        }
    }

    const Words& words_;
    std::size_t limit_, depth_ = 0;
    std::vector<Place> places_;
    std::map<std::pair<Set, bool>, std::size_t> known_;
};

std::optional<std::vector<std::string>> Words::all(std::size_t limit) const {
    return start_ ? Counter(*this, limit).run(*start_) : std::nullopt;
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
                std::string fit;
                for (const char c : alphabet_)
                    if (state.chars.has(static_cast<unsigned char>(c))) fit += c;
                if (ended || fit.empty()) return std::nullopt;
                text += fit[engine() % fit.size()];
                at = state.next;
                break;
            }
        }
    }
    return std::nullopt;
}

}  // namespace tandem::lint
