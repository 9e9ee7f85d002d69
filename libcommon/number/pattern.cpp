#include "number/pattern.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::number {

namespace {

constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMaxDepth = 50;

struct Node {
    enum class Kind : std::uint8_t { kChars, kSequence, kChoice, kRepeat, kBegin, kEnd };
    Kind kind = Kind::kSequence;
    CharSet chars{};
    std::uint32_t low = 0, high = 0;
    std::vector<Node> parts{};
    std::uint32_t group = 0;  ///< a capturing group: its number from left to right, from 1
    bool named = false;
};

Node chars_node(const CharSet& chars) {
    Node node;
    node.kind = Node::Kind::kChars;
    node.chars = chars;
    return node;
}

CharSet one(char c) {
    CharSet set;
    set.add(static_cast<unsigned char>(c));
    return set;
}

/// \d, \w, \s and their opposites, ASCII as dialled strings are.
std::optional<CharSet> class_of(char letter) {
    CharSet set;
    switch (letter | 0x20) {
        case 'd': set.add('0', '9'); break;
        case 'w':
            set.add('0', '9');
            set.add('A', 'Z');
            set.add('a', 'z');
            set.add('_');
            break;
        case 's':
            set.add(9, 13);
            set.add(' ');
            break;
        default: return std::nullopt;
    }
    return letter < 'a' ? set.inverted() : set;
}

std::optional<char> control_of(char letter) {
    switch (letter) {
        case 't': return '\t';
        case 'n': return '\n';
        case 'r': return '\r';
        case 'f': return '\f';
        case 'a': return '\a';
        case 'e': return '\x1B';
        default: return std::nullopt;
    }
}

/// Reads a pattern that PCRE2 has accepted already: what is not understood here is outside of the regular part.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Node> read() {
        auto node = choice(0);
        return node && text_.empty() ? node : std::nullopt;
    }

private:
    bool take(std::string_view what) {
        if (!text_.starts_with(what)) return false;
        text_.remove_prefix(what.size());
        return true;
    }

    std::optional<Node> choice(std::size_t depth) {
        if (depth > kMaxDepth) return std::nullopt;
        Node node;
        node.kind = Node::Kind::kChoice;
        do {
            auto branch = sequence(depth);
            if (!branch) return std::nullopt;
            node.parts.push_back(std::move(*branch));
        } while (take("|"));
        return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
    }

    std::optional<Node> sequence(std::size_t depth) {
        Node node;
        while (!text_.empty() && text_.front() != '|' && text_.front() != ')') {
            auto item = atom(depth);
            if (!item) return std::nullopt;
            for (;;) {
                auto times = repetition();
                if (!times) break;
                if (take("+")) return std::nullopt;  // possessive: what it eats it does not give back
                take("?");                           // lazy: the same language
                Node repeat;
                repeat.kind = Node::Kind::kRepeat;
                repeat.low = times->first;
                repeat.high = times->second;
                repeat.parts.push_back(std::move(*item));
                item = std::move(repeat);
            }
            // What sets options only is nothing to match.
            if (item->kind != Node::Kind::kSequence || !item->parts.empty() || item->group != 0) node.parts.push_back(std::move(*item));
        }
        return node;
    }

    std::optional<std::pair<std::uint32_t, std::uint32_t>> repetition() {
        using Times = std::pair<std::uint32_t, std::uint32_t>;
        if (take("*")) return Times{0, kUnbounded};
        if (take("+")) return Times{1, kUnbounded};
        if (take("?")) return Times{0, 1};
        if (!text_.starts_with('{')) return std::nullopt;
        const std::size_t close = text_.find('}');
        if (close == std::string_view::npos) return std::nullopt;
        auto [low_text, high_text] = cut(text_.substr(1, close - 1), ',');
        const bool range = text_.substr(1, close - 1).find(',') != std::string_view::npos;
        auto low = to_number<std::uint32_t>(low_text);
        auto high = range ? (high_text.empty() ? std::optional(kUnbounded) : to_number<std::uint32_t>(high_text)) : low;
        if (!low || !high) return std::nullopt;  // a brace that is no repetition is itself
        text_.remove_prefix(close + 1);
        return Times{*low, *high};
    }

    std::optional<Node> atom(std::size_t depth) {
        const char c = text_.front();
        text_.remove_prefix(1);
        Node node;
        switch (c) {
            case '^': node.kind = Node::Kind::kBegin; return node;
            case '$': node.kind = Node::Kind::kEnd; return node;
            case '.': return chars_node(one('\n').inverted());
            case '[': return bracket();
            case '\\': return escape();
            case '(': {
                if (take("?n)")) return only_named_ = true, node;
                if (take("?-n)")) return only_named_ = false, node;
                const bool outside = only_named_;
                bool captures = !only_named_, named = false;
                if (take("?:")) {
                    captures = false;
                } else if (take("?n:")) {
                    captures = false;
                    only_named_ = true;
                } else if (take("?<") || take("?'") || take("?P<")) {
                    if (text_.starts_with('=') || text_.starts_with('!') || text_.starts_with('*')) return std::nullopt;  // look-behind
                    const std::size_t end = text_.find_first_of(">'");
                    if (end == std::string_view::npos) return std::nullopt;
                    text_.remove_prefix(end + 1);
                    captures = named = true;
                } else if (text_.starts_with('?') || text_.starts_with('*')) {
                    return std::nullopt;
                }
                const std::uint32_t group = captures ? ++groups_ : 0;
                auto inner = choice(depth + 1);
                if (!inner || !take(")")) return std::nullopt;
                only_named_ = outside;
                if (!captures) return inner;
                Node capture;  // a sequence of one, so that a group keeps its own node
                capture.group = group;
                capture.named = named;
                capture.parts.push_back(std::move(*inner));
                return capture;
            }
            default: return chars_node(one(c));
        }
    }

    std::optional<Node> escape() {
        if (text_.empty()) return std::nullopt;
        const char c = text_.front();
        text_.remove_prefix(1);
        Node node;
        if (c == 'A') {
            node.kind = Node::Kind::kBegin;
            return node;
        }
        if (c == 'z' || c == 'Z') {
            node.kind = Node::Kind::kEnd;
            return node;
        }
        if (auto set = class_of(c)) return chars_node(*set);
        if (auto control = control_of(c)) return chars_node(one(*control));
        if (is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return std::nullopt;  // references, boundaries, \x…
        return chars_node(one(c));
    }

    /// One member of a bracket: a set, or a single character that may begin or end a range.
    struct Member {
        CharSet set;
        std::optional<char> single;
    };

    std::optional<Member> member() {
        const char c = text_.front();
        text_.remove_prefix(1);
        if (c == '[' && (text_.starts_with(':') || text_.starts_with('.') || text_.starts_with('='))) return std::nullopt;  // POSIX
        if (c != '\\') return Member{one(c), c};
        if (text_.empty()) return std::nullopt;
        const char e = text_.front();
        text_.remove_prefix(1);
        if (auto set = class_of(e)) return Member{*set, std::nullopt};
        if (auto control = control_of(e)) return Member{one(*control), control};
        if (e == 'b') return Member{one('\b'), '\b'};
        if (is_digit(e) || (e >= 'a' && e <= 'z') || (e >= 'A' && e <= 'Z')) return std::nullopt;
        return Member{one(e), e};
    }

    std::optional<Node> bracket() {
        const bool inverted = take("^");
        CharSet set;
        bool first = true;
        while (!text_.empty() && (text_.front() != ']' || first)) {
            first = false;
            auto begin = member();
            if (!begin) return std::nullopt;
            if (begin->single && text_.size() >= 2 && text_[0] == '-' && text_[1] != ']') {
                text_.remove_prefix(1);
                auto end = member();
                if (!end || !end->single || *end->single < *begin->single) return std::nullopt;
                set.add(static_cast<unsigned char>(*begin->single), static_cast<unsigned char>(*end->single));
            } else {
                set.add(begin->set);
            }
        }
        if (!take("]")) return std::nullopt;
        return chars_node(inverted ? set.inverted() : set);
    }

    std::string_view text_;
    std::uint32_t groups_ = 0;
    bool only_named_ = false;  ///< (?n): unnamed groups capture nothing
};

/// Thompson's construction, from the end to the front: each part gets the state that follows it.
class Builder {
public:
    Builder(std::vector<Nfa::State>& states, std::size_t limit) : states_(states), limit_(limit) {}

    std::uint32_t state(Nfa::State::Kind kind, std::uint32_t next, std::uint32_t other = 0, const CharSet& chars = {}) {
        if (states_.size() >= limit_) {
            full_ = true;
            return 0;
        }
        states_.push_back({kind, next, other, chars});
        return static_cast<std::uint32_t>(states_.size() - 1);
    }

    std::uint32_t build(const Node& node, std::uint32_t next) {
        using Kind = Nfa::State::Kind;
        if (full_) return 0;
        switch (node.kind) {
            case Node::Kind::kChars: return state(Kind::kChars, next, 0, node.chars);
            case Node::Kind::kBegin: return state(Kind::kBegin, next);
            case Node::Kind::kEnd: return state(Kind::kEnd, next);
            case Node::Kind::kSequence:
                for (std::size_t i = node.parts.size(); i-- > 0;) next = build(node.parts[i], next);
                return next;
            case Node::Kind::kChoice: {
                std::uint32_t first = build(node.parts.back(), next);
                for (std::size_t i = node.parts.size() - 1; i-- > 0;) first = state(Kind::kSplit, build(node.parts[i], next), first);
                return first;
            }
            case Node::Kind::kRepeat: return repeat(node, next);
        }
        return next;
    }

    [[nodiscard]] bool full() const { return full_; }

private:
    std::uint32_t repeat(const Node& node, std::uint32_t next) {
        using Kind = Nfa::State::Kind;
        const Node& part = node.parts.front();
        std::uint32_t tail = next;
        if (node.high == kUnbounded) {
            const std::uint32_t loop = state(Kind::kSplit, 0, next);
            if (loop == 0) return 0;
            const std::uint32_t body = build(part, loop);
            states_[loop].next = body;
            tail = loop;
        } else {
            for (std::uint32_t i = node.low; i < node.high && !full_; ++i) tail = state(Kind::kSplit, build(part, tail), next);
        }
        for (std::uint32_t i = 0; i < node.low && !full_; ++i) tail = build(part, tail);
        return tail;
    }

    std::vector<Nfa::State>& states_;
    std::size_t limit_;
    bool full_ = false;
};

/// Does every way from here meet ^ before it reads a character?
bool only_at_begin(const std::vector<Nfa::State>& states, std::uint32_t from) {
    std::vector<std::uint32_t> todo{from};
    std::vector<bool> seen(states.size());
    while (!todo.empty()) {
        const std::uint32_t at = todo.back();
        todo.pop_back();
        if (at == 0 || seen[at]) continue;
        seen[at] = true;
        const Nfa::State& state = states[at];
        if (state.kind == Nfa::State::Kind::kBegin) continue;
        if (state.kind != Nfa::State::Kind::kSplit) return false;
        todo.push_back(state.next);
        todo.push_back(state.other);
    }
    return true;
}

/// How many characters a node matches: the same number always, or nothing.
std::optional<std::uint32_t> fixed_length(const Node& node) {
    switch (node.kind) {
        case Node::Kind::kChars: return 1;
        case Node::Kind::kBegin:
        case Node::Kind::kEnd: return 0;
        case Node::Kind::kRepeat: {
            auto one = fixed_length(node.parts.front());
            return one && node.low == node.high ? std::optional(*one * node.low) : std::nullopt;
        }
        case Node::Kind::kChoice: {
            auto first = fixed_length(node.parts.front());
            for (const Node& part : node.parts)
                if (auto other = fixed_length(part); !other || other != first) return std::nullopt;
            return first;
        }
        case Node::Kind::kSequence: {
            std::uint32_t sum = 0;
            for (const Node& part : node.parts) {
                auto one = fixed_length(part);
                if (!one) return std::nullopt;
                sum += *one;
            }
            return sum;
        }
    }
    return std::nullopt;
}

bool has_group(const Node& node) {
    return node.group != 0 || std::any_of(node.parts.begin(), node.parts.end(), [](const Node& part) { return has_group(part); });
}

}  // namespace

std::optional<std::vector<GroupPlace>> fixed_groups(std::string_view pattern) {
    auto tree = Reader(pattern).read();
    if (!tree || tree->kind != Node::Kind::kSequence || tree->parts.size() < 2) return std::nullopt;
    const auto& parts = tree->parts;
    if (parts.front().kind != Node::Kind::kBegin || parts.back().kind != Node::Kind::kEnd) return std::nullopt;

    // Distances of each part's front from the subject's front, and of its end from the subject's end.
    std::vector<std::optional<std::uint32_t>> front(parts.size() + 1), back(parts.size() + 1);
    front[0] = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto length = fixed_length(parts[i]);
        if (front[i] && length) front[i + 1] = *front[i] + *length;
    }
    back[parts.size()] = 0;
    for (std::size_t i = parts.size(); i-- > 0;) {
        auto length = fixed_length(parts[i]);
        if (back[i + 1] && length) back[i] = *back[i + 1] + *length;
    }
    std::vector<GroupPlace> places;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].group == 0) {
            if (has_group(parts[i])) return std::nullopt;  // within a choice or repetition it may take no part
            continue;
        }
        if (std::any_of(parts[i].parts.begin(), parts[i].parts.end(), [](const Node& part) { return has_group(part); })) return std::nullopt;
        GroupPlace place;
        const auto begin = front[i] ? front[i] : back[i], end = back[i + 1] ? back[i + 1] : front[i + 1];
        if (!begin || !end || *begin > 0xFFFF || *end > 0xFFFF) return std::nullopt;
        place.begin_from_end = !front[i];
        place.end_from_end = back[i + 1].has_value();
        place.begin = static_cast<std::uint16_t>(*begin);
        place.end = static_cast<std::uint16_t>(*end);
        place.named = parts[i].named;
        places.push_back(place);
    }
    return places;
}

std::vector<std::uint32_t> Nfa::closed(std::vector<std::uint32_t> from, bool at_begin, bool at_end) const {
    std::vector<std::uint32_t> out;
    // A stamp a state would cost memory for each plan; the sets are small.
    std::vector<bool> seen(states_.size());
    while (!from.empty()) {
        const std::uint32_t at = from.back();
        from.pop_back();
        if (at == 0 || seen[at]) continue;
        seen[at] = true;
        const State& state = states_[at];
        switch (state.kind) {
            case State::Kind::kSplit:
                from.push_back(state.next);
                from.push_back(state.other);
                break;
            case State::Kind::kBegin:
                if (at_begin) from.push_back(state.next);
                break;
            case State::Kind::kEnd:
                if (at_end) from.push_back(state.next);
                else out.push_back(at);
                break;
            case State::Kind::kChars:
            case State::Kind::kAccept: out.push_back(at); break;
        }
    }
    return out;
}

bool Nfa::matches(std::uint32_t start, std::string_view subject) const {
    std::vector<std::uint32_t> now{start}, next;
    const auto join = [](std::vector<std::uint32_t>& set, std::uint32_t at) {
        if (at != 0 && std::find(set.begin(), set.end(), at) == set.end()) set.push_back(at);
    };
    for (std::size_t i = 0;; ++i) {
        const bool at_end = i == subject.size();
        // What free edges lead to joins the set that is gone through.
        for (std::size_t k = 0; k < now.size(); ++k) {
            const State& state = states_[now[k]];
            if (state.kind == State::Kind::kAccept) return true;
            if (state.kind == State::Kind::kSplit || (state.kind == State::Kind::kBegin && i == 0) || (state.kind == State::Kind::kEnd && at_end)) {
                join(now, state.next);
                if (state.kind == State::Kind::kSplit) join(now, state.other);
            }
        }
        if (at_end) return false;
        next.clear();
        for (const std::uint32_t at : now)
            if (states_[at].kind == State::Kind::kChars && states_[at].chars.has(static_cast<unsigned char>(subject[i]))) join(next, states_[at].next);
        if (next.empty()) return false;
        now.swap(next);
    }
}

std::optional<std::uint32_t> Nfa::add(std::string_view pattern, std::uint32_t index) {
    auto tree = Reader(pattern).read();
    if (!tree) return std::nullopt;
    const std::size_t before = states_.size();
    Builder builder(states_, before + kMaxStates);
    const std::uint32_t accept = builder.state(State::Kind::kAccept, 0, index);
    const std::uint32_t body = builder.build(*tree, accept);
    std::uint32_t start = body;
    if (!builder.full() && !only_at_begin(states_, body)) {
        // A match may begin anywhere: skip any character first, any number of times.
        start = builder.state(State::Kind::kSplit, body);
        const std::uint32_t skip = builder.state(State::Kind::kChars, start, 0, CharSet{}.inverted());
        if (!builder.full()) states_[start].other = skip;
    }
    if (builder.full()) {
        states_.resize(before);
        return std::nullopt;
    }
    return start;
}

}  // namespace tandem::number
