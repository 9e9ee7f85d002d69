#include "dns/cache.h"

#include <algorithm>

namespace tandem::dns {

namespace {

const Answer& nothing() {
    static const Answer kFailed = [] {
        Answer a;
        a.failed = true;
        return a;
    }();
    return kFailed;
}

}  // namespace

const Cache::Entry* Cache::get(const Question& question) const {
    const auto found = entries_.find(question);
    return found == entries_.end() ? nullptr : &found->second;
}

const Answer* Cache::find(const Question& question, MonoTime now) const {
    const Entry* e = get(question);
    if (e == nullptr) return nullptr;
    if (e->known && now < e->gone) return &e->answer;
    return e->failing ? &nothing() : nullptr;
}

bool Cache::stale(const Question& question, MonoTime now) const {
    const Entry* e = get(question);
    return e != nullptr && e->known && e->failing && now >= e->expires && now < e->gone;
}

bool Cache::used_up(const Question& question) const {
    const Entry* e = get(question);
    return e != nullptr && e->known && !e->failing && !e->answer.negative() && e->answer.ttl_s == 0;
}

bool Cache::asking(const Question& question) const {
    const Entry* e = get(question);
    return e != nullptr && e->asking;
}

bool Cache::wants_asking(const Question& question, MonoTime now) const {
    const Entry* e = get(question);
    return e == nullptr || (!e->asking && now >= (e->known || e->failing ? e->refresh : MonoTime::min()));
}

void Cache::begin(const Question& question, MonoTime now) {
    if (!entries_.contains(question)) make_room();
    Entry& e = entries_[question];
    e.asking = true;
    e.used = now;
}

void Cache::store(const Question& question, Answer answer, MonoTime now) {
    Entry& e = entries_[question];
    seconds ttl{answer.ttl_s};
    if (answer.negative()) {
        ttl = std::clamp(ttl, limits_.shortest_negative, limits_.longest_negative);
    } else {
        ttl = std::min(ttl, limits_.longest);
    }
    e.answer = std::move(answer);
    e.known = true;
    failing_ -= e.failing ? 1U : 0U;
    e.failing = e.asking = false;
    e.expires = now + ttl;
    // Four fifths leave time for a lost packet and its repetition, also of short ones.
    e.refresh = now + nanoseconds(ttl) / 5 * 4;
    e.gone = e.expires + limits_.last_good;
}

bool Cache::fail(const Question& question, MonoTime now) {
    Entry& e = entries_[question];
    const bool first = !e.failing;
    failing_ += first ? 1U : 0U;
    e.asking = false;
    e.failing = true;
    e.refresh = now + limits_.retry;
    return first;
}

void Cache::watch(const std::vector<Question>& questions) {
    for (auto& [question, entry] : entries_) entry.watched = false;
    for (const Question& question : questions) {
        if (const auto found = entries_.find(question); found != entries_.end()) found->second.watched = true;
    }
}

std::vector<Question> Cache::due(MonoTime now) const {
    std::vector<Question> out;
    for (const auto& [question, e] : entries_) {
        // What holds for one use only is asked for by its user.
        if (e.watched && !e.asking && now >= e.refresh && !used_up(question)) out.push_back(question);
    }
    return out;
}

MonoTime Cache::next_due() const {
    MonoTime at = MonoTime::max();
    for (const auto& [question, e] : entries_) {
        if (e.watched && !e.asking && !used_up(question)) at = std::min(at, e.refresh);
    }
    return at;
}

void Cache::make_room() {
    if (entries_.size() < limits_.entries) return;
    auto oldest = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
        if (it->second.watched || it->second.asking) continue;
        if (oldest == entries_.end() || it->second.used < oldest->second.used) oldest = it;
    }
    if (oldest == entries_.end()) return;
    failing_ -= oldest->second.failing ? 1U : 0U;
    entries_.erase(oldest);
}

}  // namespace tandem::dns
