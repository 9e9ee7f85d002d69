// Knows: TCP and TLS connections: listening, connecting without blocking, reading, queues of what waits to be written, ending what has
//        had its time.
// Must not know: what a message says (stream_framer.h finds its end), transactions.
// Next: connection_table.h, stream_times.h and stream_framer.h for the decisions, handshakes.h for the helper threads; transports.h,
//       which puts UDP beside it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sipnet/connection_table.h"
#include "sipnet/handshakes.h"
#include "sipnet/loop.h"
#include "sipnet/stream_framer.h"
#include "sipnet/stream_times.h"
#include "sipnet/timer_queue.h"
#include "sipnet/transport.h"
#include "tls/engine.h"

namespace tandem::sipnet {

/// Whom a flow expects at its other end.
struct PeerOptions {
    bool keepalive = false;  ///< CRLF pings from us (RFC 5626 §4.4.1)
    tls::Expected tls;       ///< whose certificate; without a name nobody is called by TLS
    bool operator==(const PeerOptions&) const = default;
};

struct StreamLimits {
    FramingLimits framing;
    FramingLimits strangers{.header_bytes = 8192, .message_bytes = 8192};  ///< of those whom StreamEvents::known does not know
    StreamTimeouts timeouts;
    ConnectionCaps caps;
    HandshakeLimits handshakes;
    std::size_t queue_bytes = std::size_t{1} << 20;  ///< that wait for one peer; beyond them sends fail
};

/// What happens on connections. Messages are valid only during the call.
struct StreamEvents {
    std::function<void(const Flow& from, std::string_view message)> message;
    /// A stream that cannot be read any further; `head` is what came of the message. What is sent to `from` now still goes
    /// out, then the connection is closed.
    std::function<void(const Flow& from, std::string_view head, FramingFault fault)> broken;
    /// A connection by which a request went is gone, or never came to be: what waits for a response from there waits in vain.
    std::function<void(const Flow& flow, std::string_view why)> lost;
    /// What is asked of the certificate of somebody who connects to us; without it, all that the standard asks.
    std::function<tls::Engine::ClientUsage(const Flow& from)> client_usage;
    /// A TLS handshake failed; `why` is for people.
    std::function<void(const Flow& flow, std::string_view why)> handshake_failed;
    /// Somebody there may be served. Who may not has little room, and gives way when connections run out, whatever he says. Without
    /// it, everybody may. Asked when a connection comes, and again before each message of one who was not known so far.
    std::function<bool(const Flow& from)> known;
};

struct StreamCounters {
    std::uint64_t accepted = 0, connected = 0;
    std::uint64_t refused_full = 0;   ///< beyond the caps
    std::uint64_t evicted = 0;        ///< half-open ones that gave way
    std::uint64_t timed_out = 0;
    std::uint64_t handshakes_failed = 0;
    std::uint64_t broken = 0;         ///< ambiguous framing
    std::uint64_t send_failures = 0;  ///< no connection, or its queue is full
    std::uint64_t accept_pauses = 0;  ///< no descriptors were left
};

/// Thread: the loop's.
class StreamTransport {
public:
    StreamTransport(Loop& loop, const Clock& clock, const StreamLimits& limits);
    ~StreamTransport();
    StreamTransport(const StreamTransport&) = delete;
    StreamTransport& operator=(const StreamTransport&) = delete;

    void set_events(StreamEvents events) { events_ = std::move(events); }

    /// Listens; connections of ours that name this socket leave from its address. Errors: kIo with the address in the text.
    Result<std::uint16_t> open(TransportKind kind, const net::Endpoint& local);
    /// Certificates of a TLS socket, for what is accepted and opened from now on; connections that stand keep theirs. Without any
    /// none of its handshakes succeeds.
    void set_tls(std::uint16_t socket, std::shared_ptr<const tls::Context> context);
    /// Whom the certificate of a connection's peer names, where it showed a good one; null else.
    [[nodiscard]] const tls::CertificateNames* names(const Flow& flow) const;
    /// RFC 5923 §8.2: the peer of that connection listens there, and says so in the Via of a request that came by it. Nothing
    /// happens unless its certificate was checked.
    void alias(const Flow& flow, const net::Endpoint& listens_at);
    /// Closes the listener; its connections go on. Its number is not used again.
    void close(std::uint16_t socket);
    [[nodiscard]] net::Endpoint local(std::uint16_t socket) const;
    [[nodiscard]] std::optional<std::uint16_t> find(TransportKind kind, const net::Endpoint& local) const;
    /// A number for Flow::peer; the same for equal options.
    std::uint32_t peer(const PeerOptions& options);

    /// Queues the bytes; they leave with flush(), or when the connection is there. False without a connection and without leave
    /// to open one, when none can be opened, and when its queue is full.
    bool send(const Flow& flow, std::string_view bytes);
    [[nodiscard]] bool connected(const Flow& flow) const { return lookup(flow) != nullptr; }
    /// Writes what is queued: once a round of the loop, so that many messages share a system call.
    void flush();

    /// When something is due.
    [[nodiscard]] MonoTime next_deadline() const { return timers_.next(); }
    void on_time();

    [[nodiscard]] const StreamCounters& counters() const { return counters_; }
    [[nodiscard]] const HandshakeCounters& handshake_counters() const { return handshakes_.counters(); }
    [[nodiscard]] std::size_t connections() const { return table_.size(); }

private:
    struct Listener;
    struct Connection;
    struct TimerKey {
        Handle connection;         // none: listeners that had to pause
    };

    [[nodiscard]] Connection* get(Handle handle) const;
    [[nodiscard]] Connection* lookup(const Flow& flow) const;
    Connection* connect(const Flow& flow);
    Connection& add(int fd, const Flow& flow, bool accepted);
    void watch(Connection& c);
    void accept(std::size_t listener);
    void accepted(int fd, const Flow& flow);
    void pause(std::size_t listener);
    void resume_listeners();
    void handshake(Connection& c);
    void take_handshakes();
    bool decrypt(Connection& c, std::string_view bytes);

    void readable(Handle handle);
    void writable(Handle handle);
    void take(Connection& c, std::string_view bytes);
    bool take_frame(Connection& c, const StreamFramer::Frame& frame);
    void write(Connection& c);
    void dirty(Connection& c);
    void established(Connection& c);
    void schedule(Connection& c);
    void due(Connection& c);
    void ping(Connection& c);
    /// No more is read as SIP; what is queued goes out, then it ends.
    void finish(Connection& c);
    void end(Connection& c, std::string_view why);
    void settle();

    Loop& loop_;
    const Clock& clock_;
    StreamLimits limits_;
    StreamEvents events_;
    ConnectionTable table_;
    std::vector<Listener> listeners_;
    std::vector<PeerOptions> peers_;
    std::vector<std::unique_ptr<Connection>> connections_;  // by the table's index
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> condemned_;  // ended, but the helper has the descriptor still
    std::vector<Handle> dirty_;
    std::vector<std::unique_ptr<Connection>> ended_;        // not freed while their own calls may be on the stack
    TimerQueue<TimerKey> timers_;
    std::unique_ptr<char[]> buffer_;
    StreamCounters counters_;
    unsigned depth_ = 0;
    Handshakes handshakes_;  // last: its threads end before the descriptors do
};

}  // namespace tandem::sipnet
