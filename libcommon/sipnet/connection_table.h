// Knows: which connections stand, by whom they are found again, and how many may stand.
// Must not know: sockets, clocks, bytes.
// Next: stream_transport.h, which keeps the connections themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "sipnet/transport.h"
#include "siptx/branch.h"

namespace tandem::sipnet {

using siptx::Handle;

/// Caps against floods (SECURITY.md: half-open connections). Connections that we open are as many as there are targets, and not counted.
struct ConnectionCaps {
    std::size_t total = 10'000;   ///< accepted ones
    std::size_t per_peer = 2'000; ///< of one IP address
};

/// Thread: one. Cost: a hash look-up each.
class ConnectionTable {
public:
    explicit ConnectionTable(const ConnectionCaps& caps) : caps_(caps) {}

    enum class Admission : std::uint8_t { kYes, kFull, kFullForPeer };
    /// Whether one more may be accepted from there.
    [[nodiscard]] Admission admits(const net::IpAddress& peer) const;

    Handle add(const Flow& flow, bool accepted);
    void remove(Handle handle);
    /// Found under a second address from now on: where its peer listens (RFC 5923 §8.2). The newest one of two is.
    void alias(Handle handle, const net::Endpoint& listens_at);
    /// The connection of a flow.
    [[nodiscard]] Handle find(const Flow& flow) const;
    /// One that goes by that address, whoever is expected there: the owner compares.
    [[nodiscard]] Handle find_alias(const Flow& flow) const;

    /// It has shown that it speaks SIP: it gives way to nobody.
    void prove(Handle handle);
    /// The accepted connection that has been waiting longest without a message; null when all have spoken.
    [[nodiscard]] Handle oldest_unproven() const { return unproven_.empty() ? Handle{} : unproven_.front(); }

    [[nodiscard]] std::size_t accepted() const { return accepted_; }
    [[nodiscard]] std::size_t size() const { return live_; }

private:
    struct Key {
        TransportKind kind;
        std::uint16_t socket;
        std::uint32_t peer;
        net::Endpoint remote;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& k) const noexcept {
            return std::hash<net::Endpoint>{}(k.remote) * 31 + k.peer * 131U + k.socket * 7U + static_cast<std::size_t>(k.kind);
        }
    };
    struct Entry {
        std::uint32_t generation = 0;
        bool live = false, accepted = false, unproven = false, aliased = false;
        Key key{}, alias{};
        std::list<Handle>::iterator place;
    };
    static Key key_of(const Flow& f, std::uint32_t peer) { return {f.kind, f.socket, peer, f.remote}; }
    Entry* entry(Handle handle);

    ConnectionCaps caps_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    std::unordered_map<Key, Handle, Hash> by_key_, by_alias_;
    std::unordered_map<net::IpAddress, std::size_t> per_peer_;
    std::list<Handle> unproven_;
    std::size_t accepted_ = 0, live_ = 0;
};

}  // namespace tandem::sipnet
