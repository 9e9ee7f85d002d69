// Knows: TLS handshakes on a thread of their own: a signature costs as much as a hundred messages, and the SIP worker must not wait.
// Must not know: what the connection is for; it closes no descriptor.
// Next: tls/engine.h for the handshake; stream_transport.h, which hands connections over and gets them back.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/spsc_ring.h"
#include "sipnet/transport.h"
#include "siptx/branch.h"
#include "tls/engine.h"

namespace tandem::sipnet {

/// A connection whose handshake is to be done. Its descriptor is the helper's until the result comes; whoever wants it to end
/// earlier shuts it down.
struct HandshakeJob {
    siptx::Handle connection;
    int fd = -1;
    std::shared_ptr<const tls::Context> context;
    std::optional<tls::Expected> expected;  ///< of one that we opened
    tls::Engine::ClientUsage client_usage = tls::Engine::ClientUsage::kDemanded;  ///< of one that we accepted
    nanoseconds limit{};
};

struct HandshakeResult {
    siptx::Handle connection;
    std::unique_ptr<tls::Engine> engine;  ///< null when it failed
    std::string unsent;                   ///< the handshake's last bytes, when the peer did not take them at once
    std::string error;
};

/// Thread: start() and take() from the worker's; the rest is the helper's own.
class Handshakes {
public:
    /// wake() is called from the helper when there is something to take.
    explicit Handshakes(std::function<void()> wake);
    ~Handshakes();
    Handshakes(const Handshakes&) = delete;
    Handshakes& operator=(const Handshakes&) = delete;

    /// False when too many are waiting.
    [[nodiscard]] bool start(HandshakeJob job);
    [[nodiscard]] bool take(HandshakeResult& out) { return done_.pop(out); }

private:
    class Helper;
    static constexpr std::size_t kRing = 1024;

    std::function<void()> wake_;
    SpscRing<HandshakeJob, kRing> jobs_;
    SpscRing<HandshakeResult, kRing> done_;
    std::unique_ptr<Helper> helper_;
    std::thread thread_;
};

}  // namespace tandem::sipnet
