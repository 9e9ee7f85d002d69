// Knows: epoll, the two rings, and which socket belongs to which leg.
// Must not know: what a packet means (leg.cpp).
// Next: leg.cpp.
#include "media/engine.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "base/spsc_ring.h"
#include "base/text.h"
#include "rtp/packet.h"

namespace tandem::media {
namespace {

/// How often reports, timeouts and durations are looked at. Units: ms.
constexpr int kTick_ms = 50;
/// Datagrams taken from one socket before the next one has its turn.
constexpr int kPerTurn = 2;
/// Orders, and events, that may wait for the other thread.
constexpr std::size_t kQueue = 1024;
/// No datagram of telephony media is longer; longer ones are dropped and counted.
constexpr std::size_t kBuffer = 2048;

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

void wake(int fd) {
    const std::uint64_t one = 1;
    // It fails only when the counter is full, and then the reader is awake already.
    [[maybe_unused]] const auto n = ::write(fd, &one, sizeof one);
}

void drain(int fd) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto n = ::read(fd, &count, sizeof count);
}

struct Call;

/// What an epoll event points at.
struct Port {
    Call* call = nullptr;
    Side side = Side::kA;
    bool rtcp = false;
    UdpSocket socket;
};

struct Call {
    CallId id;
    Leg legs[2];
    Port ports[4];  // by side, RTP before RTCP
    nanoseconds media_timeout{0};
    MonoTime ends_at{};
    bool limited = false;
    bool timeout_told = false;

    Call(CallId call, PortPair a, PortPair b, LegIdentity ia, LegIdentity ib)
        : id(call),
          legs{Leg(std::move(ia)), Leg(std::move(ib))},
          ports{{this, Side::kA, false, std::move(a.rtp)},
                {this, Side::kA, true, std::move(a.rtcp)},
                {this, Side::kB, false, std::move(b.rtp)},
                {this, Side::kB, true, std::move(b.rtcp)}} {}

    Leg& leg(Side s) { return legs[static_cast<std::size_t>(s)]; }
    UdpSocket& rtp(Side s) { return ports[2 * static_cast<std::size_t>(s)].socket; }
    UdpSocket& rtcp(Side s) { return ports[2 * static_cast<std::size_t>(s) + 1].socket; }
};

Side other(Side s) { return s == Side::kA ? Side::kB : Side::kA; }

struct Command {
    enum class Kind : std::uint8_t { kOpen, kConfigure, kWatch, kClose };
    Kind kind = Kind::kClose;
    CallId call = 0;
    Side side = Side::kA;
    LegConfig config;
    nanoseconds media_timeout{0};
    nanoseconds max_duration{0};
    std::unique_ptr<Call> opened;
};

using CommandRing = SpscRing<Command, kQueue>;

}  // namespace

struct Engine::State {
    explicit State(const Clock& c)
        : clock(c),
          epoll(::epoll_create1(EPOLL_CLOEXEC)),
          command_fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
          event_fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

    void run();
    void obey();
    void open(std::unique_ptr<Call> call);
    void close(CallId id);
    void take(Port& port);
    void take_rtp(Call& call, Side side, std::span<std::uint8_t> datagram, const net::Endpoint& from,
                  MonoTime now);
    void send_rtcp(Call& call, Side side, MonoTime now, bool bye);
    void tick(MonoTime now);
    void tell(Event event);
    void flush();

    const Clock& clock;
    CommandRing commands;
    SpscRing<Event, kQueue> events;
    Descriptor epoll;
    Descriptor command_fd;
    Descriptor event_fd;
    std::atomic<bool> stop{false};
    std::atomic<bool> orders_wait{false};  // the control thread wants to be woken when there is room

    // Owned by the control thread.
    bool hand_over();
    void order(Command command);
    std::deque<Command> waiting;  // orders that the ring had no room for, in their order

    // Owned by the media thread from here on.
    std::unordered_map<CallId, std::unique_ptr<Call>> calls;
    std::vector<std::unique_ptr<Call>> ended;  // by orders of this turn
    std::deque<Event> backlog;                 // events that the ring had no room for: at most a few a call
    MonoTime next_tick{};
    std::array<std::uint8_t, kBuffer> buffer{};
};

/// Moves waiting orders into the ring. True when none is left.
bool Engine::State::hand_over() {
    if (waiting.empty()) return true;
    bool any = false;
    for (;;) {
        while (!waiting.empty() && commands.push(std::move(waiting.front()))) {
            waiting.pop_front();
            any = true;
        }
        // Once more after the wish is known: the media thread may have made room just before.
        if (waiting.empty() || orders_wait.exchange(true)) break;
    }
    if (waiting.empty()) orders_wait.store(false);
    if (any) wake(command_fd.get());
    return waiting.empty();
}

void Engine::State::order(Command command) {
    if (hand_over() && commands.push(std::move(command))) {
        wake(command_fd.get());
        return;
    }
    const auto same = std::find_if(waiting.begin(), waiting.end(), [&](const Command& c) {
        return c.call == command.call && c.kind == command.kind && c.side == command.side;
    });
    if (same != waiting.end())
        *same = std::move(command);
    else
        waiting.push_back(std::move(command));
    (void)hand_over();
}

void Engine::State::tell(Event event) {
    backlog.push_back(std::move(event));
    flush();
}

void Engine::State::flush() {
    bool any = false;
    while (!backlog.empty() && events.push(std::move(backlog.front()))) {
        backlog.pop_front();
        any = true;
    }
    if (any) wake(event_fd.get());
}

void Engine::State::open(std::unique_ptr<Call> call) {
    for (Port& port : call->ports) {
        if (!port.socket.open()) continue;
        epoll_event e{};
        e.events = EPOLLIN;
        e.data.ptr = &port;
        // It only changes what Engine::open() has added, which takes nothing that could be missing.
        (void)::epoll_ctl(epoll.get(), EPOLL_CTL_MOD, port.socket.fd(), &e);
    }
    calls[call->id] = std::move(call);
}

void Engine::State::close(CallId id) {
    const auto it = calls.find(id);
    if (it == calls.end()) return;
    Call& call = *it->second;
    Event event;
    event.call = id;
    event.kind = Event::Kind::kClosed;
    for (const Side side : {Side::kA, Side::kB}) {
        send_rtcp(call, side, clock.mono(), true);
        event.legs[static_cast<std::size_t>(side)] = call.leg(side).report();
    }
    for (Port& port : call.ports) port.socket = UdpSocket{};  // closing one takes it out of the epoll set
    // Its ports may stand in the list of what is ready: they live until that is done.
    ended.push_back(std::move(it->second));
    calls.erase(it);
    tell(std::move(event));
}

void Engine::State::obey() {
    drain(command_fd.get());
    Command command;
    while (commands.pop(command)) {
        if (command.kind == Command::Kind::kOpen) {
            open(std::move(command.opened));
            continue;
        }
        if (command.kind == Command::Kind::kClose) {
            close(command.call);
            continue;
        }
        const auto it = calls.find(command.call);
        if (it == calls.end()) continue;
        Call& call = *it->second;
        if (command.kind == Command::Kind::kConfigure) {
            call.leg(command.side).configure(command.config, clock.mono());
        } else {
            call.media_timeout = command.media_timeout;
            call.limited = command.max_duration.count() > 0;
            call.ends_at = clock.mono() + command.max_duration;
        }
    }
    if (orders_wait.exchange(false)) wake(event_fd.get());
}

void Engine::State::take_rtp(Call& call, Side side, std::span<std::uint8_t> datagram,
                             const net::Endpoint& from, MonoTime now) {
    Leg& in = call.leg(side);
    if (rtp::classify(datagram) == rtp::MediaKind::kRtcp) {
        if (in.rtcp_mux()) in.receive_rtcp(datagram, from, now, clock.wall());
        return;
    }
    auto packet = in.receive(datagram, from, now);
    if (in.take_latched()) {
        Event event;
        event.call = call.id;
        event.side = side;
        event.peer = in.peer();
        tell(std::move(event));
    }
    if (!packet) return;
    Leg& out = call.leg(other(side));
    const Bytes bytes = out.send(*packet, now);
    if (!bytes.empty()) out.sent(call.rtp(other(side)).send(bytes, out.peer()));
}

void Engine::State::take(Port& port) {
    for (int i = 0; i < kPerTurn; ++i) {
        net::Endpoint from;
        const long size = port.socket.receive(buffer, from);
        if (size < 0) return;
        if (static_cast<std::size_t>(size) > buffer.size()) {
            port.call->leg(port.side).receive_oversized();
            continue;
        }
        const std::span<std::uint8_t> datagram(buffer.data(), static_cast<std::size_t>(size));
        const MonoTime now = clock.mono();
        if (port.rtcp)
            port.call->leg(port.side).receive_rtcp(datagram, from, now, clock.wall());
        else
            take_rtp(*port.call, port.side, datagram, from, now);
    }
}

void Engine::State::send_rtcp(Call& call, Side side, MonoTime now, bool bye) {
    Leg& leg = call.leg(side);
    const Bytes bytes = leg.make_rtcp(now, clock.wall(), bye);
    if (bytes.empty()) return;
    UdpSocket& socket = leg.rtcp_mux() ? call.rtp(side) : call.rtcp(side);
    leg.rtcp_sent(socket.send(bytes, leg.rtcp_peer()));
}

void Engine::State::tick(MonoTime now) {
    next_tick = now + milliseconds{kTick_ms};
    for (auto& [id, owned] : calls) {
        Call& call = *owned;
        for (const Side side : {Side::kA, Side::kB}) {
            Leg& leg = call.leg(side);
            if (leg.rtcp_due(now)) send_rtcp(call, side, now, false);
            if (call.media_timeout.count() > 0 && !call.timeout_told &&
                leg.silence(now) >= call.media_timeout) {
                call.timeout_told = true;
                Event event;
                event.call = id;
                event.kind = Event::Kind::kMediaTimeout;
                event.side = side;
                tell(std::move(event));
            }
        }
        if (call.limited && now >= call.ends_at) {
            call.limited = false;
            Event event;
            event.call = id;
            event.kind = Event::Kind::kMaxDuration;
            tell(std::move(event));
        }
    }
    flush();
}

void Engine::State::run() {
    std::array<epoll_event, 64> ready{};
    while (!stop.load(std::memory_order_acquire)) {
        const int n = ::epoll_wait(epoll.get(), ready.data(), static_cast<int>(ready.size()), kTick_ms);
        const auto list = std::span(ready).first(static_cast<std::size_t>(std::max(n, 0)));
        const auto order = [](const epoll_event& e) { return e.data.ptr == nullptr; };
        // Orders first: a peer may send as soon as the SIP message that was ordered for has reached it.
        if (std::any_of(list.begin(), list.end(), order)) obey();
        for (const epoll_event& e : list)
            if (auto* port = static_cast<Port*>(e.data.ptr); port != nullptr && port->socket.open())
                take(*port);
        ended.clear();
        if (const MonoTime now = clock.mono(); now >= next_tick) tick(now);
    }
    calls.clear();
}

Engine::Engine(const Clock& clock) : state_(std::make_unique<State>(clock)) {}

Engine::~Engine() {
    if (!thread_.joinable()) return;
    state_->stop.store(true, std::memory_order_release);
    wake(state_->command_fd.get());
    thread_.join();
}

Status Engine::start() {
    State& s = *state_;
    if (s.epoll.get() < 0 || s.command_fd.get() < 0 || s.event_fd.get() < 0)
        return fail(Errc::kIo, cat("media thread: ", std::strerror(errno)));
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.ptr = nullptr;
    if (::epoll_ctl(s.epoll.get(), EPOLL_CTL_ADD, s.command_fd.get(), &e) != 0)
        return fail(Errc::kIo, cat("media thread: ", std::strerror(errno)));
    thread_ = std::thread([&s] { s.run(); });
    return {};
}

Status Engine::open(CallId call, PortPair a, PortPair b, LegIdentity identity_a, LegIdentity identity_b) {
    Command c;
    c.kind = Command::Kind::kOpen;
    c.call = call;
    c.opened = std::make_unique<Call>(call, std::move(a), std::move(b), std::move(identity_a),
                                      std::move(identity_b));
    // Added here, where a failure (the user's limit of watches, memory) can still refuse the call; without any event,
    // for the call does not belong to the media thread yet.
    for (const Port& port : c.opened->ports) {
        if (!port.socket.open()) continue;
        epoll_event e{};
        e.data.ptr = nullptr;
        if (::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, port.socket.fd(), &e) != 0)
            return fail(Errc::kIo, cat("media port: ", std::strerror(errno)));
    }
    if (!state_->hand_over() || !state_->commands.push(std::move(c)))
        return fail(Errc::kConflict, "the media thread does not keep up");
    wake(state_->command_fd.get());
    return {};
}

void Engine::configure(CallId call, Side side, const LegConfig& config) {
    Command c;
    c.kind = Command::Kind::kConfigure;
    c.call = call;
    c.side = side;
    c.config = config;
    state_->order(std::move(c));
}

void Engine::watch(CallId call, nanoseconds media_timeout, nanoseconds max_duration) {
    Command c;
    c.kind = Command::Kind::kWatch;
    c.call = call;
    c.media_timeout = media_timeout;
    c.max_duration = max_duration;
    state_->order(std::move(c));
}

void Engine::close(CallId call) {
    Command c;
    c.call = call;
    state_->order(std::move(c));
}

int Engine::event_fd() const { return state_->event_fd.get(); }

std::optional<Event> Engine::next_event() {
    (void)state_->hand_over();
    Event event;
    if (state_->events.pop(event)) return event;
    drain(state_->event_fd.get());
    (void)state_->hand_over();
    if (state_->events.pop(event)) return event;  // one that came between the look and the drain
    return std::nullopt;
}

}  // namespace tandem::media
