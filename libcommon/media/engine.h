// Knows: the media thread: it owns the sockets of all calls, relays between their legs, makes reports.
// Must not know: SIP, SDP, why a call is set up or ended.
// Next: leg.h for what is done with a packet; tools/gw-bridge, the control thread of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "media/leg.h"
#include "media/leg_config.h"
#include "media/leg_report.h"
#include "media/port_pool.h"

namespace tandem::media {

using CallId = std::uint64_t;
enum class Side : std::uint8_t { kA = 0, kB = 1 };

/// Told by the media thread.
struct Event {
    enum class Kind : std::uint8_t {
        kLatched,       ///< the peer of a leg is somewhere else than its SDP says
        kMediaTimeout,  ///< nothing came on a leg for too long; told once a call
        kMaxDuration,   ///< the call has lasted as long as it may; told once
        kClosed,        ///< the answer to close(): sockets are closed, reports are final
    };
    CallId call = 0;
    Kind kind = Kind::kLatched;
    Side side = Side::kA;
    net::Endpoint peer;
    LegReport legs[2];  ///< kClosed
};

/// One media thread. All functions but the thread's own are called from one control thread.
class Engine {
public:
    explicit Engine(const Clock& clock);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Starts the thread. Errors: kIo.
    Status start();

    // Orders. They are carried out in their order. When the queue to the media thread is full, open() is refused and
    // every other order waits here until there is room: a call that is up is never half configured, and what was
    // opened is always closed. At most four orders of a call wait: a later one of a kind replaces the earlier.

    /// Takes the sockets, of which any may be none; nothing flows before a leg is configured.
    /// Errors: kConflict when the media thread does not keep up, kIo when the system watches no more sockets; the
    /// sockets are closed then.
    Status open(CallId call, PortPair a, PortPair b, LegIdentity identity_a, LegIdentity identity_b);
    void configure(CallId call, Side side, const LegConfig& config);
    /// From now on: silence of a watched leg for media_timeout and a life of max_duration are told. Zero:
    /// never.
    void watch(CallId call, nanoseconds media_timeout, nanoseconds max_duration);
    /// RTCP BYE on both legs, sockets closed, kClosed with the reports.
    void close(CallId call);

    /// Readable when events wait, or room for orders that do; for the control thread's loop.
    [[nodiscard]] int event_fd() const;
    /// The next event; call until nothing is left, after event_fd() was readable. Hands waiting orders over as well.
    std::optional<Event> next_event();

private:
    struct State;
    std::unique_ptr<State> state_;
    std::thread thread_;
};

}  // namespace tandem::media
