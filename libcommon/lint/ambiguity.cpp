#include "lint/ambiguity.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "number/pattern.h"

namespace tandem::lint {

namespace {

using Kind = number::Nfa::State::Kind;
using State = std::uint32_t;

constexpr std::size_t kMaxStates = 600;         // states that read a character
constexpr std::size_t kMaxSearch = 100'000;   // places of one search

/// The automaton without its free edges: from each state that reads to those that may read next, with the number of ways (two
/// stand for many).
struct Steps {
    std::vector<State> reading;
    std::vector<std::vector<std::pair<std::size_t, unsigned>>> next;  ///< by place in `reading`
    std::vector<std::size_t> first;

    Steps(const number::Nfa& nfa, State start) : nfa_(nfa), place_(nfa.size(), kNowhere) {
        for (State at = 1; at < nfa.size(); ++at) {
            if (nfa.state(at).kind != Kind::kChars) continue;
            place_[at] = reading.size();
            reading.push_back(at);
        }
        std::map<std::size_t, unsigned> ways;
        std::vector<State> open;
        follow(start, open, ways, true);
        for (const auto& [to, count] : ways) first.push_back(to);
        next.resize(reading.size());
        for (std::size_t at = 0; at < reading.size(); ++at) {
            ways.clear();
            open.clear();
            budget_ = 20'000;
            follow(nfa.state(reading[at]).next, open, ways, false);
            next[at].assign(ways.begin(), ways.end());
        }
    }
    [[nodiscard]] const number::CharSet& chars(std::size_t at) const { return nfa_.state(reading[at]).chars; }

private:
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

    /// open: heads of loops whose body was begun and has read nothing yet; an engine ends a loop whose turn was empty.
    void follow(State at, std::vector<State>& open, std::map<std::size_t, unsigned>& ways, bool at_begin) {
        if (at == 0 || budget_ == 0) return;
        --budget_;
        const auto& state = nfa_.state(at);
        switch (state.kind) {
            case Kind::kChars:
                if (unsigned& count = ways[place_[at]]; count < 2) ++count;
                return;
            case Kind::kBegin:
                if (at_begin) follow(state.next, open, ways, at_begin);
                return;
            case Kind::kSplit: {
                const bool loop = state.next > at;  // a loop's body stands behind its head
                if (loop && std::find(open.begin(), open.end(), at) != open.end()) return;
                if (loop) open.push_back(at);
                follow(state.next, open, ways, at_begin);
                if (loop) open.pop_back();
                follow(state.other, open, ways, at_begin);
                return;
            }
            case Kind::kEnd:
            case Kind::kAccept: return;
        }
    }

    const number::Nfa& nfa_;
    std::vector<std::size_t> place_;
    std::size_t budget_ = 20'000;
};

class Search {
public:
    Search(const number::Regex& regex, const Steps& steps, std::string_view alphabet) : regex_(regex), steps_(steps), alphabet_(alphabet) {}

    std::optional<Catastrophe> run() {
        std::vector<std::size_t> loops;
        for (std::size_t at = 0; at < steps_.reading.size(); ++at)
            if (around(at)) loops.push_back(at);
        for (const std::size_t at : loops) {
            const auto way = way_from_start(at);
            const auto word = way ? twice_around(at) : std::nullopt;
            if (!word) continue;
            if (auto found = confirm(*way, *word, true)) return found;
        }
        for (const std::size_t p : loops) {
            const auto way = way_from_start(p);
            if (!way) continue;
            for (const std::size_t q : loops) {
                if (p == q) continue;
                if (const auto word = from_one_to_other(p, q))
                    if (auto found = confirm(*way, *word, false)) return found;
            }
        }
        return std::nullopt;
    }

private:
    /// A character of the alphabet that all of them read.
    template <class... At>
    [[nodiscard]] std::optional<char> common(At... at) const {
        for (const char c : alphabet_)
            if ((steps_.chars(at).has(static_cast<unsigned char>(c)) && ...)) return c;
        return std::nullopt;
    }

    /// Breadth first over tuples of states; a place is reached by reading at the states before it.
    template <std::size_t N, class Done>
    std::optional<std::string> find(const std::array<std::size_t, N>& from, const Done& done) const {
        using Place = std::array<std::size_t, N>;
        struct Seen {
            Place place;
            std::size_t back;
            char by;
            bool split;  ///< two ways were taken somewhere
        };
        std::vector<Seen> seen{{from, 0, '\0', false}};
        std::set<std::pair<Place, bool>> known{{from, false}};
        const auto read = [&](const Place& place) {
            if constexpr (N == 1) return common(place[0]);
            else if constexpr (N == 2) return common(place[0], place[1]);
            else return common(place[0], place[1], place[2]);
        };
        for (std::size_t i = 0; i < seen.size() && seen.size() < kMaxSearch; ++i) {
            const Place place = seen[i].place;
            const auto c = read(place);
            if (!c) continue;
            std::array<std::size_t, N> which{};
            const auto go = [&](auto&& self, std::size_t n, bool doubled) -> std::optional<std::string> {
                if (n < N) {
                    const auto& next = steps_.next[place[n]];
                    for (const auto& [to, ways] : next) {
                        which[n] = to;
                        const bool twice = N == 2 && n == 1 && place[0] == place[1] && which[0] == to && ways > 1;
                        if (auto found = self(self, n + 1, doubled || twice)) return found;
                    }
                    return std::nullopt;
                }
                const bool split = seen[i].split || doubled || (N == 2 && which[0] != which[N - 1]);
                if (!known.insert({which, split}).second && !done(which, split)) return std::nullopt;
                if (done(which, split)) {
                    std::string word(1, *c);
                    for (std::size_t back = i; back != 0; back = seen[back].back) word += seen[back].by;
                    std::reverse(word.begin(), word.end());
                    return word;
                }
                seen.push_back({which, i, *c, split});
                return std::nullopt;
            };
            if (auto found = go(go, 0, false)) return found;
        }
        return std::nullopt;
    }

    [[nodiscard]] bool around(std::size_t at) const {
        return find<1>({at}, [at](const auto& place, bool) { return place[0] == at; }).has_value();
    }

    /// A word on which the state is left and met again by two ways.
    [[nodiscard]] std::optional<std::string> twice_around(std::size_t at) const {
        return find<2>({at, at}, [at](const auto& place, bool split) { return split && place[0] == at && place[1] == at; });
    }

    /// A word that leads from p to p, from p to q and from q to q.
    [[nodiscard]] std::optional<std::string> from_one_to_other(std::size_t p, std::size_t q) const {
        return find<3>({p, p, q}, [p, q](const auto& place, bool) { return place[0] == p && place[1] == q && place[2] == q; });
    }

    [[nodiscard]] std::optional<std::string> way_from_start(std::size_t at) const {
        for (const std::size_t first : steps_.first) {
            if (first == at) return std::string();
            if (auto word = find<1>({first}, [at](const auto& place, bool) { return place[0] == at; })) return word;
        }
        return std::nullopt;
    }

    /// The word as often as there is room, and then what does not fit.
    [[nodiscard]] std::optional<Catastrophe> confirm(const std::string& way, const std::string& word, bool exponential) const {
        std::string subject = way;
        while (subject.size() + word.size() + 1 <= number::kMaxSubject) subject += word;
        for (const char last : alphabet_) {
            const std::string witness = subject + last;
            if (regex_.match(witness) == number::MatchEnd::kLimit) return Catastrophe{exponential, witness, word};
        }
        return std::nullopt;
    }

    const number::Regex& regex_;
    const Steps& steps_;
    std::string_view alphabet_;
};

}  // namespace

std::optional<Catastrophe> catastrophe(const number::Regex& regex, std::string_view language, std::string_view alphabet) {
    number::Nfa nfa;
    const auto start = nfa.add(language, 0);
    if (!start) return std::nullopt;
    const Steps steps(nfa, *start);
    if (steps.reading.size() > kMaxStates) return std::nullopt;
    return Search(regex, steps, alphabet).run();
}

}  // namespace tandem::lint
