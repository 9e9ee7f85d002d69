#include "lint/words.h"

#include <algorithm>

#include "number/regex.h"

namespace tandem::lint {

using Kind = number::Nfa::State::Kind;

Words::Words(std::string_view pattern, std::string_view alphabet) : start_(nfa_.add(pattern, 0)), alphabet_(alphabet) {}

Words::Set Words::closed(const Set& from, bool at_begin) const {
    Set todo = from, out;
    std::vector<bool> seen(nfa_.size());
    while (!todo.empty()) {
        const std::uint32_t at = todo.back();
        todo.pop_back();
        if (at == 0 || seen[at]) continue;
        seen[at] = true;
        const auto& state = nfa_.state(at);
        if (state.kind == Kind::kSplit) {
            todo.push_back(state.next);
            todo.push_back(state.other);
        } else if (state.kind == Kind::kBegin) {
            if (at_begin) todo.push_back(state.next);
        } else {
            out.push_back(at);
        }
    }
    return out;
}

bool Words::accepts(const Set& set, bool at_begin) const {
    Set todo = set;
    std::vector<bool> seen(nfa_.size());
    while (!todo.empty()) {
        const std::uint32_t at = todo.back();
        todo.pop_back();
        if (at == 0 || seen[at]) continue;
        seen[at] = true;
        const auto& state = nfa_.state(at);
        if (state.kind == Kind::kAccept) return true;
        if (state.kind == Kind::kEnd || (state.kind == Kind::kBegin && at_begin)) todo.push_back(state.next);
        if (state.kind == Kind::kSplit) {
            todo.push_back(state.next);
            todo.push_back(state.other);
        }
    }
    return false;
}

std::optional<std::vector<std::string>> Words::all(std::size_t limit) const {
    std::vector<std::string> words;
    if (!start_) return std::nullopt;
    struct Place {
        Set set;
        std::string text;
    };
    std::vector<Place> todo;
    todo.push_back({closed({*start_}, true), {}});
    // A pattern may lead far without ever matching.
    for (std::size_t steps = 0; !todo.empty(); ++steps) {
        if (steps > 4 * limit + 1000) return std::nullopt;
        const Place place = std::move(todo.back());
        todo.pop_back();
        if (accepts(place.set, place.text.empty())) {
            if (words.size() == limit) return std::nullopt;
            words.push_back(place.text);
        }
        if (place.text.size() == number::kMaxSubject) continue;
        for (const char c : alphabet_) {
            Set next;
            for (const std::uint32_t at : place.set) {
                const auto& state = nfa_.state(at);
                if (state.kind == Kind::kAccept) next.push_back(at);
                if (state.kind == Kind::kChars && state.chars.has(static_cast<unsigned char>(c))) next.push_back(state.next);
            }
            if (!next.empty()) todo.push_back({closed(next, false), place.text + c});
        }
    }
    return words;
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
