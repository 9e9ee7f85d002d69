// Knows: the life of a connection: accepted or opened, read, written, ended.
// Must not know: what a message says.
// Next: connection_table.cpp, stream_times.cpp, stream_framer.cpp.
#include "sipnet/stream_transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "net/sockaddr.h"

namespace tandem::sipnet {

namespace {

constexpr std::size_t kReadBytes = 65'536;
constexpr int kReadsARound = 4;      // then the other connections have their turn
constexpr std::size_t kStrangerBytes = 4096;  // of a stranger, in one read a round: forty messages cost half a millisecond
constexpr int kAcceptsARound = 64;
constexpr int kHandshakesARound = 64;
constexpr int kBacklog = 1024;
constexpr milliseconds kAcceptPause{250};
constexpr std::size_t kPongRoom = 4096;  // with so much waiting for a peer, its pings are not answered

bool no_descriptors(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

void be_quick(int fd) {
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);  // whole messages are written at once
}

// Between the 95 and 120 s of RFC 5626 §4.4.1; spread by what differs from connection to connection.
nanoseconds ping_interval(Handle handle, MonoTime now) {
    const auto mixed = static_cast<std::uint64_t>(now.time_since_epoch().count()) * 0x9e3779b97f4a7c15ULL + handle.index;
    return milliseconds(95'000 + static_cast<std::int64_t>((mixed >> 32) % 25'000));
}

}  // namespace

struct StreamTransport::Listener {
    int fd = -1;
    TransportKind kind = TransportKind::kTcp;
    net::Endpoint local;
    bool paused = false;
    std::shared_ptr<const tls::Context> context;
};

struct StreamTransport::Connection {
    Handle handle;
    int fd = -1;
    Flow flow;
    bool accepted = false;
    bool open = false;      // connected, handshake done
    bool with_helper = false;  // in its handshake: the descriptor is not ours to close
    bool finishing = false; // nothing is read as SIP any more
    bool shut = false;      // everything was written, our side is closed
    bool ended = false;
    bool dirty = false;
    bool stranger = false;  // not known() yet
    bool asked = false;     // a request was sent by it: somebody may wait for the response
    StreamFramer framer;
    StreamTimes times;
    MonoTime scheduled = siptx::kNever;
    std::unique_ptr<tls::Engine> engine;  // TLS, once its handshake is done
    std::string queue;      // what waits to be said
    std::string sealed;     // TLS: what waits to be written, encrypted
    std::size_t written = 0;  // of what is written to the socket: sealed, or queue itself

    explicit Connection(const FramingLimits& limits) : framer(limits) {}
    [[nodiscard]] std::string& wire() { return engine ? sealed : queue; }
    [[nodiscard]] std::size_t waiting() const { return queue.size() + sealed.size() - written; }
};

namespace {

std::uint64_t packed(Handle h) { return (std::uint64_t{h.generation} << 32) | h.index; }

}  // namespace

StreamTransport::StreamTransport(Loop& loop, const Clock& clock, const StreamLimits& limits)
    : loop_(loop), clock_(clock), limits_(limits), table_(limits.caps), peers_(1), buffer_(new char[kReadBytes]),
      handshakes_(limits.handshakes, [&loop] { loop.wake(); }) {}

StreamTransport::~StreamTransport() {
    for (const auto& c : connections_) {
        if (!c) continue;
        if (c->with_helper) {
            ::shutdown(c->fd, SHUT_RDWR);
        } else {
            loop_.unwatch(c->fd);
            ::close(c->fd);
        }
    }
    for (std::size_t i = 0; i < listeners_.size(); ++i) close(static_cast<std::uint16_t>(kFirstStreamSocket + i));
}

// --- listening and connecting ----------------------------------------------------------------------------------------

Result<std::uint16_t> StreamTransport::open(TransportKind kind, const net::Endpoint& local) {
    const int family = local.ip.is_v6() ? AF_INET6 : AF_INET;
    const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const auto error = [&](std::string_view what) {
        const int number = errno;
        if (fd >= 0) ::close(fd);
        return tandem::fail(Errc::kIo, cat("cannot ", what, " ", local.str(), "/tcp: ", std::strerror(number)));
    };
    if (fd < 0) return error("open a socket for");
    const int one = 1;
    if (family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);  // connections of a former life do not hold the port
    net::SocketAddress address(local);
    if (::bind(fd, address.get(), address.size) != 0) return error("bind");
    if (::listen(fd, kBacklog) != 0) return error("listen on");
    ::getsockname(fd, address.get(), &address.size);
    listeners_.push_back(Listener{fd, kind, address.endpoint(), false, nullptr});
    const std::size_t number = listeners_.size() - 1;
    loop_.watch(fd, [this, number] { accept(number); });
    return static_cast<std::uint16_t>(kFirstStreamSocket + number);
}

void StreamTransport::close(std::uint16_t socket) {
    const std::size_t number = static_cast<std::size_t>(socket) - kFirstStreamSocket;
    if (socket < kFirstStreamSocket || number >= listeners_.size() || listeners_[number].fd < 0) return;
    Listener& l = listeners_[number];
    if (!l.paused) loop_.unwatch(l.fd);
    ::close(l.fd);
    l.fd = -1;
}

net::Endpoint StreamTransport::local(std::uint16_t socket) const {
    const std::size_t number = static_cast<std::size_t>(socket) - kFirstStreamSocket;
    return socket >= kFirstStreamSocket && number < listeners_.size() ? listeners_[number].local : net::Endpoint{};
}

std::optional<std::uint16_t> StreamTransport::find(TransportKind kind, const net::Endpoint& local) const {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        const Listener& l = listeners_[i];
        if (l.fd >= 0 && l.kind == kind && l.local == local) return static_cast<std::uint16_t>(kFirstStreamSocket + i);
    }
    return std::nullopt;
}

std::uint32_t StreamTransport::peer(const PeerOptions& options) {
    const auto found = std::find(peers_.begin(), peers_.end(), options);
    if (found != peers_.end()) return static_cast<std::uint32_t>(found - peers_.begin());
    peers_.push_back(options);
    return static_cast<std::uint32_t>(peers_.size() - 1);
}

void StreamTransport::set_tls(std::uint16_t socket, std::shared_ptr<const tls::Context> context) {
    const std::size_t number = static_cast<std::size_t>(socket) - kFirstStreamSocket;
    if (socket >= kFirstStreamSocket && number < listeners_.size()) listeners_[number].context = std::move(context);
}

void StreamTransport::accept(std::size_t listener) {
    for (int i = 0; i < kAcceptsARound && listeners_[listener].fd >= 0; ++i) {
        net::SocketAddress address;
        const int fd = ::accept4(listeners_[listener].fd, address.get(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            // The one that waits stays in the queue, so the listener would be readable for ever: it rests a while.
            if (no_descriptors(errno)) pause(listener);
            if (errno == EINTR || errno == ECONNABORTED) continue;
            break;
        }
        accepted(fd, Flow{static_cast<std::uint16_t>(kFirstStreamSocket + listener), address.endpoint(), listeners_[listener].kind, false, 0});
    }
    settle();
}

void StreamTransport::accepted(int fd, const Flow& flow) {
    auto admission = table_.admits(flow.remote.ip);
    if (admission == ConnectionTable::Admission::kFull) {
        // Whoever has said nothing yet gives way to whoever comes; a flood of silent ones pushes out itself.
        if (Connection* oldest = get(table_.oldest_unproven())) {
            ++counters_.evicted;
            end(*oldest, "gave way to another connection");
            admission = ConnectionTable::Admission::kYes;
        }
    }
    if (admission != ConnectionTable::Admission::kYes) {
        ++counters_.refused_full;
        const linger reset{1, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        ::close(fd);
        return;
    }
    ++counters_.accepted;
    be_quick(fd);
    Connection& c = add(fd, flow, true);
    c.stranger = events_.known && !events_.known(flow);
    if (c.stranger) c.framer.set_limits(limits_.strangers);
    if (flow.kind == TransportKind::kTls) return handshake(c);
    watch(c);
    established(c);
}

void StreamTransport::pause(std::size_t listener) {
    Listener& l = listeners_[listener];
    if (l.paused) return;
    ++counters_.accept_pauses;
    l.paused = true;
    loop_.unwatch(l.fd);
    timers_.push(clock_.mono() + kAcceptPause, TimerKey{});
}

void StreamTransport::resume_listeners() {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        Listener& l = listeners_[i];
        if (!l.paused || l.fd < 0) continue;
        l.paused = false;
        loop_.watch(l.fd, [this, i] { accept(i); });
    }
}

StreamTransport::Connection& StreamTransport::add(int fd, const Flow& flow, bool is_accepted) {
    const Handle handle = table_.add(flow, is_accepted);
    if (connections_.size() <= handle.index) connections_.resize(handle.index + std::size_t{1});
    auto& place = connections_[handle.index];
    place = std::make_unique<Connection>(limits_.framing);
    place->handle = handle;
    place->fd = fd;
    place->flow = flow;
    place->accepted = is_accepted;
    return *place;
}

void StreamTransport::watch(Connection& c) {
    // Two words fit into the function object: nothing is allocated when the loop copies it.
    const Handle handle = c.handle;
    loop_.watch(c.fd, [this, handle] { readable(handle); }, [this, handle] { writable(handle); },
                c.stranger ? Loop::Turn::kBehind : Loop::Turn::kOrdinary);
}

StreamTransport::Connection* StreamTransport::connect(const Flow& flow) {
    const std::size_t number = static_cast<std::size_t>(flow.socket) - kFirstStreamSocket;
    if (flow.socket < kFirstStreamSocket || number >= listeners_.size() || flow.remote.port == 0 || flow.remote.ip.none()) return nullptr;
    const Listener& from = listeners_[number];
    if (from.kind != flow.kind || from.local.ip.is_v6() != flow.remote.ip.is_v6()) return nullptr;
    // TLS to somebody whom we could not tell from anybody else protects nothing.
    if (flow.kind == TransportKind::kTls && (!from.context || flow.peer >= peers_.size() || peers_[flow.peer].tls.name.empty())) return nullptr;
    const int fd = ::socket(flow.remote.ip.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return nullptr;
    be_quick(fd);
    if (!from.local.ip.unspecified()) {
        // Our address is what the peer knows us by; the port is the system's to choose, once it knows where we go.
        const int one = 1;
        ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        net::SocketAddress local(net::Endpoint{from.local.ip, 0});
        if (::bind(fd, local.get(), local.size) != 0) {
            ::close(fd);
            return nullptr;
        }
    }
    net::SocketAddress remote(flow.remote);
    const int done = ::connect(fd, remote.get(), remote.size);
    if (done != 0 && errno != EINPROGRESS) {
        ::close(fd);
        return nullptr;
    }
    Connection& c = add(fd, flow, false);
    watch(c);
    c.times.connecting(limits_.timeouts, clock_.mono());
    loop_.want_write(fd, true);
    schedule(c);
    return &c;
}

// --- TLS -------------------------------------------------------------------------------------------------------------

void StreamTransport::handshake(Connection& c) {
    const Listener& from = listeners_[static_cast<std::size_t>(c.flow.socket) - kFirstStreamSocket];
    HandshakeJob job;
    job.connection = c.handle;
    job.fd = c.fd;
    job.remote = c.flow.remote.ip;
    job.known = !c.stranger;
    job.context = from.context;
    job.limit = limits_.timeouts.handshake;
    if (!c.accepted) {
        job.expected = peers_[c.flow.peer].tls;
    } else if (events_.client_usage) {
        job.client_usage = events_.client_usage(c.flow);
    }
    c.times = {};  // the helper's limit holds
    if (!job.context || !handshakes_.start(std::move(job))) {
        ++counters_.handshakes_failed;
        return end(c, "no TLS handshake possible now");
    }
    c.with_helper = true;
}

void StreamTransport::take_handshakes() {
    HandshakeResult result;
    for (int i = 0; i < kHandshakesARound; ++i) {
        if (!handshakes_.take(result)) return;
        if (const auto gone = condemned_.find(packed(result.connection)); gone != condemned_.end()) {
            ::close(gone->second->fd);
            condemned_.erase(gone);
            continue;
        }
        Connection* c = get(result.connection);
        if (c == nullptr) continue;
        c->with_helper = false;
        watch(*c);
        if (!result.engine) {
            ++counters_.handshakes_failed;
            if (events_.handshake_failed) events_.handshake_failed(c->flow, result.error);
            end(*c, result.error);
            continue;
        }
        c->engine = std::move(result.engine);
        c->sealed = std::move(result.unsent);
        established(*c);
        // What came with the end of the handshake lies in the engine already.
        ++depth_;
        decrypt(*c, {});
        --depth_;
    }
    loop_.wake();  // perhaps there are more; they have their turn in the next round
}

bool StreamTransport::decrypt(Connection& c, std::string_view bytes) {
    bool closed = false;
    const Status read = c.engine->read(bytes, [&](std::string_view plain) {
        if (!c.ended) take(c, plain);
    }, closed);
    if (c.ended) return false;
    if (!read) {
        end(c, read.error().what);
    } else if (closed) {
        end(c, "closed by the peer");
    } else {
        c.engine->take_pending(c.sealed);  // an answer of TLS itself (a new key)
        if (!c.sealed.empty()) dirty(c);
    }
    return !c.ended;
}

const tls::CertificateNames* StreamTransport::names(const Flow& flow) const {
    const Connection* c = lookup(flow);
    return c != nullptr && c->engine && c->engine->peer() ? &*c->engine->peer() : nullptr;
}

void StreamTransport::alias(const Flow& flow, const net::Endpoint& listens_at) {
    const Connection* c = get(table_.find(flow));
    if (c != nullptr && c->accepted && c->engine && c->engine->peer()) table_.alias(c->handle, listens_at);
}

void StreamTransport::established(Connection& c) {
    c.open = true;
    const MonoTime now = clock_.mono();
    c.times.open(limits_.timeouts, c.accepted, now);
    if (!c.accepted) {
        ++counters_.connected;
        if (peers_[c.flow.peer].keepalive) c.times.ping_at(now + ping_interval(c.handle, now));
    }
    if (c.waiting() > 0) dirty(c);
    schedule(c);
}

// --- finding ---------------------------------------------------------------------------------------------------------

StreamTransport::Connection* StreamTransport::get(Handle handle) const {
    if (!handle || handle.index >= connections_.size()) return nullptr;
    Connection* c = connections_[handle.index].get();
    return c != nullptr && c->handle == handle && !c->ended ? c : nullptr;
}

StreamTransport::Connection* StreamTransport::lookup(const Flow& flow) const {
    Connection* c = get(table_.find(flow));
    if (c == nullptr && flow.kind == TransportKind::kTls) {
        c = get(table_.find_alias(flow));
        // Ours serves who is meant by its address alone; the peer's, when somebody is expected, only if it has shown that name.
        const tls::Expected* expected = flow.peer < peers_.size() && flow.peer != 0 ? &peers_[flow.peer].tls : nullptr;
        if (c != nullptr && expected != nullptr &&
            (!c->accepted || !c->engine || !c->engine->peer() || !tls::check_name(*c->engine->peer(), expected->name, expected->profile))) {
            c = nullptr;
        }
    }
    return c != nullptr && !c->shut ? c : nullptr;
}

// --- writing ---------------------------------------------------------------------------------------------------------

bool StreamTransport::send(const Flow& flow, std::string_view bytes) {
    Connection* c = lookup(flow);
    if (c == nullptr && flow.may_connect) c = connect(flow);
    if (c == nullptr || c->waiting() + bytes.size() > limits_.queue_bytes) {
        ++counters_.send_failures;
        return false;
    }
    if (c->queue.empty() && c->queue.capacity() == 0) c->queue.reserve(2048);
    c->queue.append(bytes);
    c->asked = c->asked || !bytes.starts_with("SIP/2.0 ");
    if (c->open) dirty(*c);
    return true;
}

void StreamTransport::dirty(Connection& c) {
    if (c.dirty) return;
    c.dirty = true;
    dirty_.push_back(c.handle);
}

void StreamTransport::flush() {
    // What is written may end a connection, and that may send something new.
    for (std::size_t i = 0; i < dirty_.size(); ++i) {
        Connection* c = get(dirty_[i]);
        if (c == nullptr) continue;
        c->dirty = false;
        write(*c);
    }
    dirty_.clear();
    settle();
}

void StreamTransport::write(Connection& c) {
    bool progress = false;
    for (;;) {
        if (c.engine && !c.queue.empty() && c.sealed.size() - c.written < kReadBytes) {
            // What waits is encrypted when it can leave: many small messages share a record.
            if (const Status done = c.engine->write(c.queue); !done) return end(c, done.error().what);
            c.queue.clear();
            c.engine->take_pending(c.sealed);
        }
        std::string& wire = c.wire();
        if (c.written == wire.size()) break;
        const auto sent = ::send(c.fd, wire.data() + c.written, wire.size() - c.written, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) break;
            return end(c, std::strerror(errno));
        }
        progress = true;
        c.written += static_cast<std::size_t>(sent);
        if (c.written > kReadBytes) {
            wire.erase(0, c.written);
            c.written = 0;
        }
    }
    const MonoTime now = clock_.mono();
    if (progress) c.times.sent(limits_.timeouts, now);
    if (c.waiting() == 0) {
        for (std::string* text : {&c.queue, &c.sealed}) {
            text->clear();
            if (text->capacity() > kReadBytes) text->shrink_to_fit();
        }
        c.written = 0;
        c.times.nothing_waits();
        loop_.want_write(c.fd, false);
        if (c.finishing && !c.shut) {
            c.shut = true;
            if (c.engine) {
                c.engine->close();
                c.engine->take_pending(c.sealed);
                (void)::send(c.fd, c.sealed.data(), c.sealed.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
                c.sealed.clear();
            }
            ::shutdown(c.fd, SHUT_WR);
        }
        return;
    }
    c.times.waiting(limits_.timeouts, progress, now);
    loop_.want_write(c.fd, true);
    schedule(c);
}

void StreamTransport::writable(Handle handle) {
    Connection* c = get(handle);
    if (c == nullptr) return;
    if (c->open) {
        write(*c);
    } else {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        net::SocketAddress remote;
        if (error != 0) {
            end(*c, std::strerror(error));
        } else if (::getpeername(c->fd, remote.get(), &remote.size) == 0) {  // else: what was meant was the descriptor's last owner
            loop_.want_write(c->fd, false);
            if (c->flow.kind == TransportKind::kTls) {
                loop_.unwatch(c->fd);
                handshake(*c);
            } else {
                established(*c);
                flush();
            }
        }
    }
    settle();
}

// --- reading ---------------------------------------------------------------------------------------------------------

void StreamTransport::readable(Handle handle) {
    ++depth_;
    for (int i = 0; i < kReadsARound; ++i) {
        Connection* c = get(handle);
        if (c == nullptr) break;
        const bool stranger = c->stranger;
        const std::size_t most = stranger ? kStrangerBytes : kReadBytes;
        if (!c->open) {
            // An error of the attempt to connect shows as readable too.
            writable(handle);
            break;
        }
        const auto got = ::recv(c->fd, buffer_.get(), most, MSG_DONTWAIT);
        if (got < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) end(*c, std::strerror(errno));
            break;
        }
        if (got == 0) {
            end(*c, "closed by the peer");
            break;
        }
        const std::string_view bytes(buffer_.get(), static_cast<std::size_t>(got));
        if (!c->engine) {
            take(*c, bytes);
        } else if (!decrypt(*c, bytes)) {
            break;
        }
        if (stranger || static_cast<std::size_t>(got) < most) break;
    }
    --depth_;
    settle();
}

void StreamTransport::take(Connection& c, std::string_view bytes) {
    if (c.finishing) return;  // read, so that the close does not reset what we answered
    bool begun = !c.framer.within_message();
    c.framer.feed(bytes, [&](const StreamFramer::Frame& frame) {
        begun = true;
        return take_frame(c, frame);
    });
    if (c.ended || c.finishing) return;
    c.times.received(limits_.timeouts, c.framer.within_message(), begun, clock_.mono());
    schedule(c);
}

bool StreamTransport::take_frame(Connection& c, const StreamFramer::Frame& frame) {
    using Kind = StreamFramer::Frame::Kind;
    switch (frame.kind) {
        case Kind::kMessage:
            if (c.stranger && events_.known(c.flow)) {
                c.stranger = false;
                loop_.move_up(c.fd);
                c.framer.set_limits(limits_.framing);
            }
            if (!c.stranger) table_.prove(c.handle);
            events_.message(c.flow, frame.bytes);
            break;
        case Kind::kCrlf:
            c.times.ponged();
            break;
        case Kind::kPing:
            // Two pongs one behind the other look like a ping.
            if (!c.times.ponged() && c.waiting() < kPongRoom) {
                c.queue.append("\r\n");
                dirty(c);
            }
            break;
        case Kind::kFault:
            ++counters_.broken;
            if (!frame.bytes.empty()) events_.broken(c.flow, frame.bytes, frame.fault);
            if (!c.ended) finish(c);
            break;
    }
    return !c.ended && !c.finishing;
}

void StreamTransport::finish(Connection& c) {
    c.finishing = true;
    c.times.lingering(limits_.timeouts, clock_.mono());
    schedule(c);
    dirty(c);
}

// --- ending ----------------------------------------------------------------------------------------------------------

void StreamTransport::end(Connection& c, std::string_view why) {
    if (c.ended) return;
    c.ended = true;
    table_.remove(c.handle);
    const Flow flow = c.flow;
    const bool asked = c.asked;
    auto& owner = connections_[c.handle.index];
    if (c.with_helper) {
        ::shutdown(c.fd, SHUT_RDWR);  // the helper gives it back at once, and then it is closed
        condemned_.emplace(packed(c.handle), std::move(owner));
    } else {
        loop_.unwatch(c.fd);
        ::close(c.fd);
        c.fd = -1;
        ended_.push_back(std::move(owner));
    }
    if (asked && events_.lost) events_.lost(flow, why);
}

void StreamTransport::settle() {
    if (depth_ == 0) ended_.clear();
}

// --- time ------------------------------------------------------------------------------------------------------------

void StreamTransport::schedule(Connection& c) {
    const MonoTime at = c.times.deadline();
    if (at >= c.scheduled) return;
    c.scheduled = at;
    timers_.push(at, TimerKey{c.handle});
}

void StreamTransport::on_time() {
    take_handshakes();
    const MonoTime now = clock_.mono();
    TimerKey key;
    while (timers_.pop_due(now, key)) {
        if (!key.connection) {
            resume_listeners();
        } else if (Connection* c = get(key.connection)) {
            c->scheduled = siptx::kNever;
            due(*c);
        }
    }
    settle();
}

void StreamTransport::due(Connection& c) {
    const auto what = c.times.due(clock_.mono());
    switch (what) {
        case StreamTimes::Due::kNothing: return schedule(c);
        case StreamTimes::Due::kPing: return ping(c);
        case StreamTimes::Due::kIdle:
        case StreamTimes::Due::kLingered: return end(c, to_string(what));
        default: break;
    }
    ++counters_.timed_out;
    end(c, to_string(what));
}

void StreamTransport::ping(Connection& c) {
    const MonoTime now = clock_.mono();
    c.times.pinged(limits_.timeouts, now);
    c.times.ping_at(now + ping_interval(c.handle, now));
    c.queue.append("\r\n\r\n");
    dirty(c);
    schedule(c);
}

}  // namespace tandem::sipnet
