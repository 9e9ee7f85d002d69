// Knows: the table of transactions: which message belongs to which, and doing what the machines of siptx ask.
// Must not know: where requests go (the transaction user decides), sockets (transport.h), policy.
// Next: siptx/ for the machines; tools/sip-trunk-proxy/proxy.h, which is the transaction user.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/siphash.h"
#include "base/slab.h"
#include "sip/build.h"
#include "sip/message.h"
#include "sipnet/hash_index.h"
#include "sipnet/timer_queue.h"
#include "sipnet/transport.h"
#include "siptx/branch.h"
#include "siptx/client_invite.h"
#include "siptx/client_non_invite.h"
#include "siptx/server_invite.h"
#include "siptx/server_non_invite.h"

namespace tandem::sipnet {

using siptx::Handle;

/// What the transaction layer tells its user. Messages are valid only during the call.
class TransactionUser {
public:
    virtual ~TransactionUser() = default;
    /// A new request (never ACK or CANCEL). `via` is its topmost Via with received and rport noted.
    virtual void on_request(Handle server, const sip::Message& request, const Flow& from, std::string_view via) = 0;
    /// An ACK that no transaction of ours consumed: for a 2xx, end to end.
    virtual void on_ack(const sip::Message& ack, const Flow& from, std::string_view via) = 0;
    /// An INVITE that is still open was cancelled; the CANCEL itself has been answered.
    virtual void on_cancel(Handle server, const sip::Message& cancel) = 0;
    virtual void on_response(Handle client, std::uint64_t user, const sip::Message& response, const Flow& from) = 0;

    enum class Failure : std::uint8_t {
        kTimeout,         ///< Timer B or F; or no final response in time after a CANCEL
        kTimerC,          ///< Timer C: a CANCEL is on its way (RFC 3261 §16.8)
        kTransportError,
    };
    virtual void on_failure(Handle client, std::uint64_t user, Failure failure) = 0;
    /// A response that belongs to no transaction was dropped (RFC 6026 §7.3), or one that somebody else wrote.
    virtual void on_stray_response() {}
    /// Whether `from` may answer what was sent to `to`, although its IP address is another one.
    [[nodiscard]] virtual bool may_answer_for(const Flow& /*to*/, const Flow& /*from*/) const { return false; }
    /// Whom a new connection to that flow's far end must reach (Flow::peer), when a response finds its own connection gone;
    /// nothing: no connection may be opened there.
    [[nodiscard]] virtual std::optional<std::uint32_t> peer_for_response(const Flow& flow) const {
        return flow.kind == TransportKind::kTcp ? std::optional<std::uint32_t>(0) : std::nullopt;
    }
    /// By which timers a request of that peer is answered: a number of timer_set().
    [[nodiscard]] virtual std::uint16_t timers_for(const Flow& /*from*/) const { return 0; }
    /// A response did not leave: the connection of its request is gone and no other can be opened (RFC 6026 §8.8). Its transaction goes on.
    virtual void on_undelivered_response() {}
    /// The server transaction is over; its handle means nothing from now on.
    virtual void on_server_end(Handle) {}
    /// A timer that was asked for by set_timer().
    virtual void on_timer(std::uint64_t user) = 0;
};

/// Where the response to a request goes: over a stream by the connection itself, over UDP to what the stamped Via says.
/// Source: RFC 3261 §18.2.2, RFC 3581 §4.
Flow response_flow(const Flow& from, std::string_view stamped_via);

/// Thread: one. Time is what now() was last told.
class Transactions {
public:
    Transactions(Transport& transport, const siptx::Timers& timers, const SipHashKey& branch_key)
        : transport_(&transport), timer_sets_{timers}, branch_key_(branch_key) {
        by_connection_.fill(kNobody);
    }

    void set_user(TransactionUser& user) { user_ = &user; }
    void set_now(MonoTime now) { now_ = now; }
    [[nodiscard]] MonoTime now() const { return now_; }
    [[nodiscard]] const siptx::Timers& timers() const { return timer_sets_.front(); }
    [[nodiscard]] const siptx::Timers& timers_at(std::uint16_t number) const { return timer_sets_[number]; }
    /// A number for timers of some peer's own; the same for equal ones, 0 for those that everybody has. They are kept for good.
    [[nodiscard]] std::uint16_t timer_set(const siptx::Timers& timers);
    /// What our branches are known by: random, and this process's own.
    [[nodiscard]] const SipHashKey& branch_key() const { return branch_key_; }

    /// A scanned and accepted message. Cost: one look-up.
    void on_message(const sip::Message& message, const Flow& from);
    /// The transport learnt that a datagram with this branch could not be delivered (ICMP).
    void on_undeliverable(std::string_view branch);
    /// A connection is gone: requests that wait for a response by it have failed (RFC 3261 §18.4). Cost: O(client transactions of
    /// that connection), and of the few whose connections share its place in a table.
    void on_lost(const Flow& flow);
    /// Does what is due. Call it with set_now() at next_deadline() or later.
    void on_time();
    [[nodiscard]] MonoTime next_deadline() const { return timer_queue_.next(); }
    /// user comes back by on_timer() at that time.
    void set_timer(MonoTime at, std::uint64_t user) { timer_queue_.push(at, TimerKey{TimerKey::kUser, 0, 0, user}); }

    // Server side.
    /// Sends a response without body to a request that is still open.
    void respond(Handle server, int status, const sip::ResponseOptions& options = {});
    /// Sends a whole response (forwarded from a client transaction).
    void respond_bytes(Handle server, int status, std::string_view bytes);
    // Once a final response has been handed on, what is remembered of a transaction is only what it still needs to do its duty:
    // requests cannot be asked for any more, but for request_head().
    /// The request as it came; empty when the transaction is gone or answered.
    [[nodiscard]] std::string_view request_bytes(Handle server);
    /// The same, scanned; null when the transaction is gone or answered. Valid until the next call of this. Cost: nothing while on_request()
    /// hands that request over, a scan later.
    [[nodiscard]] const sip::Message* request(Handle server);
    /// What a response to it is made to agree with.
    struct RequestHead {
        std::uint32_t cseq = 0;
        std::string_view from;  ///< value of From
    };
    [[nodiscard]] std::optional<RequestHead> request_head(Handle server);
    [[nodiscard]] std::string_view stamped_via(Handle server);
    /// Whether a response of that size can go back to where its request came from at all.
    [[nodiscard]] bool reply_fits(Handle server, std::size_t bytes);
    /// A request without final response.
    [[nodiscard]] bool server_open(Handle server);

    // Client side.
    /// A place for a new client transaction; a null handle when the table is full.
    [[nodiscard]] Handle new_client();
    /// Gives such a place back that start() will not be called for.
    void abandon(Handle client);
    /// The branch to write into the request of that transaction.
    [[nodiscard]] std::string branch(Handle client, std::uint32_t loop_hash) const {
        return siptx::make_branch(branch_key_, client, loop_hash);
    }
    /// Sends the request, whose Call-ID is that one. user comes back with each of its events.
    /// timers: a number of timer_set().
    void start(Handle client, sip::Method method, std::string_view bytes, std::string_view call_id, const Flow& to, std::uint64_t user,
               std::uint16_t timers = 0);
    /// CANCELs an INVITE: at once after a provisional, else as soon as one comes (RFC 3261 §9.1). Nothing after a final response.
    void cancel(Handle client, std::string_view reason);
    /// The request as it was sent; empty when the transaction is gone, or answered without ever having been cancelled.
    [[nodiscard]] std::string_view sent_bytes(Handle client);
    [[nodiscard]] Flow sent_to(Handle client);
    /// The transaction has not ended yet: responses to its request still find it.
    [[nodiscard]] bool client_lives(Handle client) { return clients_.get(client.index, client.generation) != nullptr; }

    [[nodiscard]] bool connected(const Flow& flow) const { return transport_->connected(flow); }
    /// Sends bytes outside of any transaction (ACK for 2xx).
    bool send_stateless(const Flow& to, std::string_view bytes) { return transport_->send(to, bytes); }

    [[nodiscard]] std::size_t live_servers() const { return servers_.live(); }
    [[nodiscard]] std::size_t live_clients() const { return clients_.live(); }
    /// Upper bound of each table; a request beyond it gets a stateless 503.
    void set_max(std::size_t each) {
        servers_.set_max(each);
        clients_.set_max(each);
    }

private:
    static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
    struct Server {
        bool invite = false;
        bool final_sent = false;
        bool trimmed = false;      // of the request only the From value is left
        siptx::ServerInvite machine_invite;
        siptx::ServerNonInvite machine;
        std::string request, via;  // as it came; stamped topmost Via
        std::string last_response;
        Flow reply;
        std::uint32_t generation = 0;
        std::uint16_t timers = 0;
        std::uint32_t cseq = 0, from_begin = 0, from_size = 0;  // of the request
        std::uint64_t hash = 0;    // what a repeated request is recognised by, with cseq
        MonoTime scheduled = siptx::kNever;
        [[nodiscard]] MonoTime deadline() const { return invite ? machine_invite.deadline() : machine.deadline(); }
    };
    struct Client {
        bool invite = false;
        bool provisional = false, final = false;
        bool cancel_wanted = false, cancel_sent = false;
        std::uint16_t timers = 0;
        bool send_failed = false;  // told at the next on_time(), never from within start()
        sip::Method method = sip::Method::kUnknown;
        siptx::ClientInvite machine_invite;
        siptx::ClientNonInvite machine, cancel_machine;
        std::string request, ack, cancel, cancel_reason;
        std::uint64_t call_id = 0;  // of the request: its fingerprint
        Flow to;
        std::uint64_t user = 0;
        std::uint32_t generation = 0;
        std::uint32_t before = kNobody, after = kNobody;  // those by a connection stand in a list: see by_connection_
        MonoTime timer_c = siptx::kNever;    // Timer C, then the wait for the final response after a CANCEL
        MonoTime scheduled = siptx::kNever;
        [[nodiscard]] MonoTime deadline() const {
            if (send_failed) return MonoTime::min();
            MonoTime at = invite ? machine_invite.deadline() : machine.deadline();
            if (cancel_sent) at = std::min(at, cancel_machine.deadline());
            return std::min(at, timer_c);
        }
    };
    struct TimerKey {
        enum Kind : std::uint8_t { kServer, kClient, kUser } kind = kUser;
        std::uint32_t index = 0, generation = 0;
        std::uint64_t user = 0;
    };

    void on_request(const sip::Message& m, const Flow& from);
    void on_ack(const sip::Message& m, const Flow& from);
    void on_cancel(const sip::Message& m, const Flow& from);
    void on_response(const sip::Message& m, const Flow& from);
    [[nodiscard]] bool answers(const Client& c, const sip::Message& m, const Flow& from) const;

    void do_server(std::uint32_t index, Server& s, siptx::Actions actions);
    void do_client(std::uint32_t index, Client& c, siptx::Actions actions, const sip::Message* response, const Flow* from);
    void do_cancel(Client& c, siptx::Actions actions);
    void client_time(std::uint32_t index, Client& c);
    void link(std::uint32_t index, Client& c);
    void free_client(std::uint32_t index, Client& c);
    void fail(std::uint32_t index, Client& c, TransactionUser::Failure failure, bool over);
    void schedule(std::uint32_t index, Server& s);
    void schedule(std::uint32_t index, Client& c);
    void send_cancel(Client& c);
    [[nodiscard]] const siptx::Timers& timers_of(const Server& s) const { return timer_sets_[s.timers]; }
    [[nodiscard]] const siptx::Timers& timers_of(const Client& c) const { return timer_sets_[c.timers]; }
    bool send_reply(Server& s);
    void trim();
    void reply(Server& s, int status, std::string_view bytes, siptx::Actions actions, std::uint32_t index);
    void stateless(const sip::Message& request, const Flow& from, std::string_view via, int status);

    [[nodiscard]] const sip::Message* request_of(Handle server, sip::Message& room);
    [[nodiscard]] std::uint64_t key_of(const sip::Message& m, sip::Method method, std::string_view method_text);
    [[nodiscard]] Server* find_server(std::uint64_t key, std::uint32_t cseq, std::uint32_t& index);

    Transport* transport_;
    std::vector<siptx::Timers> timer_sets_;  // the first one is everybody's
    SipHashKey branch_key_;
    TransactionUser* user_ = nullptr;
    MonoTime now_{};
    Slab<Server> servers_;
    Slab<Client> clients_;
    std::array<std::uint32_t, 4096> by_connection_;  // clients whose request went by a stream: heads of lists, by a hash of the connection
    HashIndex index_;  // of servers_, by their hash
    TimerQueue<TimerKey> timer_queue_;
    std::vector<Handle> answered_servers_, answered_clients_;  // since the last trim()
    std::string key_buffer_, text_buffer_;
    sip::Message scratch_, requested_;
    // The request that on_request() is handing over right now.
    Handle current_;
    const sip::Message* current_message_ = nullptr;
};

}  // namespace tandem::sipnet
