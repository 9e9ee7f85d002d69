// Knows: TLS handshakes on threads of their own: a signature costs as much as a hundred messages, and the SIP worker must not wait; nor
//        may somebody whom we know wait for those whom we do not.
// Must not know: what the connection is for; it closes no descriptor.
// Next: tls/engine.h for the handshake; stream_transport.h, which hands connections over and gets them back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/clock.h"
#include "net/address.h"
#include "sipnet/transport.h"
#include "siptx/branch.h"
#include "tls/engine.h"

namespace tandem::sipnet {

/// Where a handshake was counted: the worker's own note, which comes back with the result.
struct HandshakePlace {
    net::IpAddress remote{};
    bool stranger = false;
    bool behind = false;   ///< done by the strangers' helper
    bool counted = false;  ///< among those of its address
};

/// A connection whose handshake is to be done. Its descriptor is the helper's until the result comes; whoever wants it to end
/// earlier shuts it down.
struct HandshakeJob {
    siptx::Handle connection;
    int fd = -1;
    net::IpAddress remote{};
    bool known = true;  ///< somebody who may be served; whom we connect to is
    std::shared_ptr<const tls::Context> context;
    std::optional<tls::Expected> expected;  ///< of one that we opened
    tls::Engine::ClientUsage client_usage = tls::Engine::ClientUsage::kDemanded;  ///< of one that we accepted
    nanoseconds limit{};
    HandshakePlace place{};  ///< set by start()
};

struct HandshakeResult {
    siptx::Handle connection;
    std::unique_ptr<tls::Engine> engine;  ///< null when it failed
    std::string unsent;                   ///< the handshake's last bytes, when the peer did not take them at once
    std::string error;
    HandshakePlace place;
};

/// Handshakes under way at the same time.
struct HandshakeLimits {
    /// Of strangers; beyond them one is refused at once. They hold the place for as long as they are silent, and have nothing to win.
    std::size_t strangers = 512;
    /// Of one address, be it known or not. Beyond them a stranger is refused; who is known has the rest done behind the strangers', so
    /// that one peer that connects in thousands keeps no other waiting.
    std::size_t per_address = 64;
};

struct HandshakeCounters {
    std::uint64_t refused = 0;  ///< beyond the limits
    std::uint64_t behind = 0;   ///< of known addresses, done behind strangers'
};

/// Two threads: one for those whom we know, one with a lower priority for strangers, so that what strangers cost is what nobody else
/// needs. Thread: start() and take() from the worker's; the rest is the helpers' own.
class Handshakes {
public:
    /// wake() is called from a helper when there is something to take.
    Handshakes(const HandshakeLimits& limits, std::function<void()> wake);
    ~Handshakes();
    Handshakes(const Handshakes&) = delete;
    Handshakes& operator=(const Handshakes&) = delete;

    /// False when too many are under way.
    [[nodiscard]] bool start(HandshakeJob job);
    [[nodiscard]] bool take(HandshakeResult& out);
    [[nodiscard]] const HandshakeCounters& counters() const { return counters_; }

private:
    class Helper;
    struct Lane {
        std::unique_ptr<Helper> helper;  // who serves no TLS has no thread for it
        std::thread thread;
        std::size_t under_way = 0;
    };
    [[nodiscard]] std::optional<HandshakePlace> place_for(const HandshakeJob& job) const;
    bool begin(Lane& lane, HandshakeJob& job, int nice);

    HandshakeLimits limits_;
    std::function<void()> wake_;
    Lane known_, behind_;
    std::unordered_map<net::IpAddress, std::size_t> per_address_;
    std::size_t strangers_ = 0;
    HandshakeCounters counters_;
};

}  // namespace tandem::sipnet
