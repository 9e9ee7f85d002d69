#include "number/rule_automaton.h"

#include <algorithm>
#include <deque>

#include "number/regex.h"

namespace tandem::number {

namespace {

using Kind = Nfa::State::Kind;

constexpr std::uint32_t kUnknown = 0;    // a transition that nobody has needed yet
constexpr std::uint32_t kFullMark = 1;   // more states would be needed than there may be
constexpr std::uint32_t kFirstRow = 2;

}  // namespace

/// Rows of transitions: row r begins at (r - kFirstRow) * stride; its last entry is the label. A transition holds a row's
/// number. Entries are published with release and read with acquire, so that a reader who sees a row sees all of it.
struct RuleAutomaton::Table {
    explicit Table(std::size_t size) : capacity(size), cells(new std::atomic<std::uint32_t>[size]) {
        for (std::size_t i = 0; i < size; ++i) cells[i].store(kUnknown, std::memory_order_relaxed);
    }
    std::size_t capacity;
    std::unique_ptr<std::atomic<std::uint32_t>[]> cells;
};

RuleAutomaton::RuleAutomaton() = default;
RuleAutomaton::~RuleAutomaton() = default;

bool RuleAutomaton::add(std::string_view pattern, std::uint32_t index) {
    auto start = nfa_.add(pattern, index);
    if (!start) return false;
    starts_.push_back(*start);
    indices_.push_back(index);
    ends_.push_back(static_cast<std::uint32_t>(nfa_.size()));
    return true;
}

std::size_t RuleAutomaton::Hash::operator()(const Set& set) const {
    std::uint64_t hash = set.size();
    for (std::uint32_t at : set) hash = (hash ^ at) * 0x9E3779B97F4A7C15U, hash ^= hash >> 29;
    return static_cast<std::size_t>(hash);
}

/// Follows free edges; a set is its states in ascending order.
void RuleAutomaton::close(Set& set, bool at_begin) const {
    set = nfa_.closed(std::move(set), at_begin);
    std::sort(set.begin(), set.end());
}

RuleAutomaton::Set RuleAutomaton::step(const Set& set, unsigned c) const {
    Set next;
    for (std::uint32_t at : set) {
        const Nfa::State& state = nfa_.state(at);
        if (state.kind == Kind::kChars && state.chars.has(c)) next.push_back(state.next);
        if (state.kind == Kind::kAccept) next.push_back(at);  // what follows does not matter
    }
    close(next, false);
    return next;
}

/// Where a pattern has matched whatever follows, the patterns after it no longer matter.
void RuleAutomaton::drop_later(Set& set) const {
    for (std::uint32_t at : set) {
        if (nfa_.state(at).kind != Kind::kAccept) continue;
        const std::uint32_t end = *std::upper_bound(ends_.begin(), ends_.end(), at);
        set.erase(std::lower_bound(set.begin(), set.end(), end), set.end());
        return;
    }
}

std::vector<std::uint32_t> RuleAutomaton::accepted(const Set& set, bool at_begin) const {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t at : nfa_.closed(set, at_begin, true))
        if (nfa_.state(at).kind == Kind::kAccept) found.push_back(nfa_.state(at).other);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::uint32_t RuleAutomaton::label(const Set& set) const {
    const auto found = accepted(set);
    return found.empty() ? kNone : found.front();
}

/// Groups the characters that no pattern tells apart, and makes the first state.
void RuleAutomaton::finish() const {
    std::vector<CharSet> sets;
    for (std::uint32_t at = 1; at < nfa_.size(); ++at) {
        const Nfa::State& state = nfa_.state(at);
        if (state.kind == Kind::kChars && std::find(sets.begin(), sets.end(), state.chars) == sets.end()) sets.push_back(state.chars);
    }
    std::unordered_map<std::string, std::uint8_t> known;
    for (unsigned c = 0; c < 128; ++c) {
        std::string key;
        for (const CharSet& set : sets) key += set.has(c) ? '1' : '0';
        auto [entry, added] = known.emplace(std::move(key), static_cast<std::uint8_t>(known.size()));
        if (added) representatives_.push_back(c);
        classes_[c] = entry->second;
    }
    stride_ = static_cast<std::uint32_t>(representatives_.size() + 1);
    Set start(starts_.begin(), starts_.end());
    close(start, true);
    const auto empty = accepted(start, true);
    empty_label_ = empty.empty() ? kNone : empty.front();
    start_ = intern(std::move(start));
}

std::uint32_t RuleAutomaton::intern(Set set) const {
    if (auto found = known_.find(set); found != known_.end()) return found->second;
    if (sets_.size() >= kMaxStates) return kFullMark;
    const auto row = static_cast<std::uint32_t>(sets_.size()) + kFirstRow;
    const std::size_t begin = sets_.size() * stride_;
    Table* table = table_.load(std::memory_order_relaxed);
    if (table == nullptr || begin + stride_ > table->capacity) {
        // Readers may still walk in the old table; it stays until the end.
        auto larger = std::make_unique<Table>(std::max<std::size_t>(16 * stride_, table == nullptr ? 0 : 4 * table->capacity));
        for (std::size_t i = 0; i < begin; ++i)
            larger->cells[i].store(table->cells[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
        table = larger.get();
        tables_.push_back(std::move(larger));
        table_.store(table, std::memory_order_release);
    }
    table->cells[begin + stride_ - 1].store(label(set), std::memory_order_relaxed);
    sets_.push_back(set);
    known_.emplace(std::move(set), row);
    return row;
}

/// The row behind a transition that a reader found unknown.
std::uint32_t RuleAutomaton::extend(std::uint32_t row, unsigned cls) const {
    std::lock_guard guard(lock_);
    const std::size_t cell = static_cast<std::size_t>(row - kFirstRow) * stride_ + cls;
    const std::uint32_t there = table_.load(std::memory_order_relaxed)->cells[cell].load(std::memory_order_relaxed);
    if (there != kUnknown) return there;
    Set set = step(sets_[row - kFirstRow], representatives_[cls]);
    drop_later(set);
    const std::uint32_t next = intern(std::move(set));
    table_.load(std::memory_order_relaxed)->cells[cell].store(next, std::memory_order_release);
    return next;
}

std::uint32_t RuleAutomaton::find(std::string_view text) const {
    std::call_once(finished_, [this] {
        std::lock_guard guard(lock_);
        finish();
    });
    if (text.empty()) return empty_label_;
    const Table* table = table_.load(std::memory_order_acquire);
    const std::size_t stride = stride_;
    std::uint32_t row = start_;
    for (char c : text) {
        const unsigned cls = classes_[static_cast<std::uint8_t>(c)];
        const std::size_t cell = (row - kFirstRow) * stride + cls;
        std::uint32_t next = cell < table->capacity ? table->cells[cell].load(std::memory_order_acquire) : kUnknown;
        if (next < kFirstRow) {
            if (next == kUnknown) next = extend(row, cls);
            if (next == kFullMark) return kUndecided;
            table = table_.load(std::memory_order_acquire);
        }
        row = next;
    }
    return table->cells[(row - kFirstRow) * stride + stride - 1].load(std::memory_order_relaxed);
}

std::optional<bool> RuleAutomaton::matches(std::uint32_t index, std::string_view text) const {
    constexpr std::uint32_t kSmall = 100;
    const auto place = static_cast<std::size_t>(std::lower_bound(indices_.begin(), indices_.end(), index) - indices_.begin());
    const std::uint32_t begin = place == 0 ? 1 : ends_[place - 1];
    if (ends_[place] - begin > kSmall) return std::nullopt;
    return nfa_.matches(starts_[place], text);
}

std::size_t RuleAutomaton::states() const {
    std::lock_guard guard(lock_);
    return sets_.size();
}

bool RuleAutomaton::walk(std::string_view alphabet, const See& see) const {
    // Of characters that no pattern tells apart the first stands for all.
    std::string letters;
    std::vector<std::vector<bool>> kinds;
    for (char c : alphabet) {
        std::vector<bool> kind(nfa_.size());
        for (std::uint32_t at = 1; at < nfa_.size(); ++at) kind[at] = nfa_.state(at).chars.has(static_cast<unsigned char>(c));
        if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
        kinds.push_back(std::move(kind));
        letters += c;
    }
    // Breadth first, so that the first string found is the shortest. States here are kept apart from those of find().
    struct Seen {
        Set set;
        std::size_t from, size;
        char by;
    };
    std::deque<Seen> seen;
    std::unordered_map<Set, std::size_t, Hash> known;
    Set start(starts_.begin(), starts_.end());
    close(start, true);
    known.emplace(start, 0);
    seen.push_back({std::move(start), 0, 0, '\0'});
    std::string text;
    for (std::size_t at = 0; at < seen.size(); ++at) {
        if (const auto all = accepted(seen[at].set, at == 0); !all.empty()) {
            text.clear();
            for (std::size_t back = at; back != 0; back = seen[back].from) text += seen[back].by;
            std::reverse(text.begin(), text.end());
            if (!see(all, text)) return true;
        }
        if (seen[at].size == kMaxSubject) continue;
        for (char c : letters) {
            Set next = step(seen[at].set, static_cast<unsigned char>(c));
            if (next.empty() || !known.emplace(next, seen.size()).second) continue;
            if (seen.size() >= kMaxStates) return false;
            seen.push_back({std::move(next), at, seen[at].size + 1, c});
        }
    }
    return true;
}

}  // namespace tandem::number
