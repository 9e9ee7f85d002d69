// Knows: counting what is open, and a bucket a peer.
// Must not know: name servers.
// Next: names.cpp.
#include "sip-trunk-proxy/question_budget.h"

#include <algorithm>

namespace tandem::proxy {

namespace {

// Beyond them, whoever has not asked for a while is forgotten; when nobody can be, a new one has to wait.
constexpr std::size_t kManyPeers = 1024;
constexpr milliseconds kSweep{100};

}  // namespace

double QuestionBudget::tokens(const Peer& peer, MonoTime now) const {
    const double since = std::chrono::duration<double>(now - peer.at).count();
    return std::min<double>(limits_.per_second, peer.tokens + since * limits_.per_second);
}

// Who has a full bucket and waits for nothing is as one who never asked.
bool QuestionBudget::make_room(MonoTime now) {
    if (peers_.size() < kManyPeers) return true;
    if (now - kSweep < swept_) return false;
    swept_ = now;
    std::erase_if(peers_, [&](const auto& one) { return one.second.open == 0 && tokens(one.second, now) >= limits_.per_second; });
    return peers_.size() < kManyPeers;
}

bool QuestionBudget::take(const net::IpAddress& address, const dns::Question& question, MonoTime now) {
    if (open_.size() >= limits_.open || open_.contains(question)) return false;
    auto found = peers_.find(address);
    if (found == peers_.end()) {
        if (!make_room(now)) return false;
        found = peers_.emplace(address, Peer{static_cast<double>(limits_.per_second), now, 0}).first;
    }
    Peer& peer = found->second;
    const double left = tokens(peer, now);
    if (peer.open >= limits_.open_per_peer || left < 1) return false;
    peer.tokens = left - 1;
    peer.at = now;
    ++peer.open;
    open_.emplace(question, address);
    return true;
}

void QuestionBudget::done(const dns::Question& question) {
    const auto found = open_.find(question);
    if (found == open_.end()) return;
    if (const auto peer = peers_.find(found->second); peer != peers_.end()) --peer->second.open;
    open_.erase(found);
}

}  // namespace tandem::proxy
