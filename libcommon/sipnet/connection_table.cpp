#include "sipnet/connection_table.h"

namespace tandem::sipnet {

ConnectionTable::Entry* ConnectionTable::entry(Handle handle) {
    if (!handle || handle.index >= entries_.size()) return nullptr;
    Entry& e = entries_[handle.index];
    return e.live && e.generation == handle.generation ? &e : nullptr;
}

ConnectionTable::Admission ConnectionTable::admits(const net::IpAddress& peer) const {
    const auto found = per_peer_.find(peer);
    if (found != per_peer_.end() && found->second >= caps_.per_peer) return Admission::kFullForPeer;
    return accepted_ >= caps_.total ? Admission::kFull : Admission::kYes;
}

Handle ConnectionTable::add(const Flow& flow, bool accepted) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(entries_.size()));
        entries_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Entry& e = entries_[index];
    if (++e.generation == 0) e.generation = 1;
    e.live = true;
    e.accepted = e.unproven = accepted;
    e.aliased = false;
    e.key = key_of(flow, flow.peer);
    const Handle handle{index, e.generation};
    by_key_[e.key] = handle;
    ++live_;
    // Who asks for the address and for nobody in particular finds it too.
    if (flow.peer != 0) alias(handle, flow.remote);
    if (accepted) {
        ++accepted_;
        ++per_peer_[flow.remote.ip];
        e.place = unproven_.insert(unproven_.end(), handle);
    }
    return handle;
}

void ConnectionTable::remove(Handle handle) {
    Entry* e = entry(handle);
    if (e == nullptr) return;
    // A newer one may stand under the same key.
    if (const auto it = by_key_.find(e->key); it != by_key_.end() && it->second == handle) by_key_.erase(it);
    if (e->aliased) {
        if (const auto it = by_alias_.find(e->alias); it != by_alias_.end() && it->second == handle) by_alias_.erase(it);
    }
    prove(handle);
    if (e->accepted) {
        --accepted_;
        if (const auto it = per_peer_.find(e->key.remote.ip); it != per_peer_.end() && --it->second == 0) per_peer_.erase(it);
    }
    e->live = false;
    --live_;
    free_.push_back(handle.index);
}

void ConnectionTable::alias(Handle handle, const net::Endpoint& listens_at) {
    Entry* e = entry(handle);
    if (e == nullptr) return;
    Key key = e->key;
    key.remote = listens_at;
    key.peer = 0;
    if (e->aliased && e->alias == key) return;
    if (e->aliased) {
        if (const auto it = by_alias_.find(e->alias); it != by_alias_.end() && it->second == handle) by_alias_.erase(it);
    }
    e->aliased = true;
    e->alias = key;
    by_alias_[key] = handle;
}

Handle ConnectionTable::find(const Flow& flow) const {
    const auto found = by_key_.find(key_of(flow, flow.peer));
    return found == by_key_.end() ? Handle{} : found->second;
}

Handle ConnectionTable::find_alias(const Flow& flow) const {
    if (by_alias_.empty()) return {};
    const auto found = by_alias_.find(key_of(flow, 0));
    return found == by_alias_.end() ? Handle{} : found->second;
}

void ConnectionTable::prove(Handle handle) {
    Entry* e = entry(handle);
    if (e == nullptr || !e->unproven) return;
    e->unproven = false;
    unproven_.erase(e->place);
}

}  // namespace tandem::sipnet
