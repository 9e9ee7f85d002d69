// Knows: an INVITE that opens a call: decided, tried target by target (several at once where the plan says so), answered.
// Must not know: sockets, how decisions are made (policy), in-dialog requests.
// Next: initial_invite.cpp for how targets are tried, invite_outcome.cpp for what comes back from one, invite_answer.cpp for
//       the end of the course, invite_request.h for what is sent to a target, invite_log.cpp for what goes into the record.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/policy.h"
#include "sip-trunk-proxy/call_log.h"
#include "sip-trunk-proxy/challenge.h"
#include "sip-trunk-proxy/core.h"
#include "sip-trunk-proxy/hiding.h"
#include "sip-trunk-proxy/orphans.h"
#include "sip-trunk-proxy/relay_response.h"
#include "sip-trunk-proxy/route_header.h"

namespace tandem::proxy {

/// What the responses of a target need to know of it, for longer than the plan is kept.
struct BranchPeer {
    Index trunk = kNoIndex;   ///< the target's; also where a bridge stands before it
    Index realm = kNoIndex;   ///< through which the request went: the bridge's where there is one
    bool via_bridge = false;  ///< so what does not answer is the bridge
    bool hidden = false;      ///< the source is hidden from it
};

/// One request that is under way to one target.
struct Branch {
    std::size_t target = 0;   ///< place in the plan
    BranchPeer peer;
    sipnet::Handle client;
    sipnet::Flow to;
    unsigned attempt = 0;     ///< how often it was sent anew with credentials
    bool ended = false;       ///< its outcome is known (a 2xx may still come, and counts)
    bool provisional = false; ///< a provisional other than 100 came
    bool heard = false;       ///< any response came
    bool progress = false;    ///< what stops the progress timer came
    bool timer_c = false;
    bool by_size = false;     ///< it goes over TCP because it is large
    bool tcp_refused = false; ///< and that was in vain: over UDP after all
    bool too_large = false;   ///< for a datagram, and nothing else leads there
    bool answered = false;    ///< a 2xx of it went upstream
    MonoTime started{};
    AttemptLog log;
    std::vector<Held> held;
    std::optional<Answer> answer;
};

/// The response context of RFC 3261 §16.2, kept until the server transaction ends.
struct InviteContext {
    std::uint64_t id = 0;
    sipnet::Handle server;
    std::shared_ptr<Snapshot> snapshot;
    sipnet::Flow from;
    Index realm = kNoIndex;
    policy::Decision decision;
    policy::Plan plan;
    std::string calling, session_id;
    std::string call_id, from_tag, from_uri, to_uri;  ///< of the INVITE, which is forgotten once it is answered
    std::vector<Branch> branches;
    std::vector<policy::Outcome> outcomes;
    std::vector<std::string> responses;  ///< beside outcomes; empty where none came
    std::vector<AttemptLog> attempts;
    std::vector<Held> held;              ///< of the source
    std::vector<std::uint64_t> dialogs;  ///< keys of those that were answered
    std::unique_ptr<Kept> kept;          ///< when the source or a target is hidden from the other side
    std::unique_ptr<CallLog> late;       ///< for a further 2xx of the target that answered, once the call is over
    std::string cancel_reason;
    const NamedHost* waits_for = nullptr;  ///< where that name leads is being asked; of the snapshot
    bool cancelled = false, answered = false, finished = false;
    WallTime invite_ts{};
    MonoTime invite_at{};
    float pdd_ms = -1, ring_ms = -1;
    bool rang = false;

    [[nodiscard]] float since(MonoTime now) const {
        return std::chrono::duration<float, std::milli>(now - invite_at).count();
    }
};

/// Thread: the SIP worker.
class InitialInvites {
public:
    InitialInvites(Core& core, Orphans& orphans) : core_(core), orphans_(orphans) {}

    void handle(sipnet::Handle server, const sip::Message& invite, const sipnet::Flow& from, const OwnRoute& route);
    void on_cancel(sipnet::Handle server, const sip::Message& cancel);
    void on_response(Tag tag, sipnet::Handle client, const sip::Message& response, const sipnet::Flow& from);
    void on_failure(Tag tag, sipnet::Handle client, sipnet::TransactionUser::Failure failure);
    /// Progress timer of a branch, or a branch that could not be sent at all.
    void on_timer(Tag tag);
    /// An answered call is over: what only its record needed is given back; the log stays for a further 2xx.
    void on_call_ended(CallLog&& over);
    void on_server_end(sipnet::Handle server);
    /// A name server has answered: calls that waited for it go on.
    void on_names();
    /// INVITEs that have no final response yet.
    [[nodiscard]] std::size_t open() const { return open_; }

private:
    static constexpr std::uint16_t kNameTimer = 0xffff;  // in the place of a branch

    void decide(InviteContext& c, const sip::Message& invite, const OwnRoute& route, bool waited);
    InviteContext& remember(std::unique_ptr<InviteContext> context);
    bool wait_for_name(InviteContext& c, const policy::Need& need);
    void resume(InviteContext& c);
    /// What was decided is done.
    void go(InviteContext& c);
    void choose_server(const InviteContext& c, policy::PlanTarget& target);
    std::optional<policy::SealedTarget> open_sealed(const OwnRoute& route, Index realm, policy::CallFacts& facts) const;
    void refuse(InviteContext& c, const policy::Reject& reject);
    void start_targets(InviteContext& c, std::size_t first, std::size_t end, const std::vector<policy::Reservation>& reservations);
    void send(InviteContext& c, std::size_t branch);
    void heard(const InviteContext& c, Branch& b, int status);
    void end_branch(InviteContext& c, Branch& b, policy::Outcome outcome, std::string_view response, std::string_view how);
    void cancel_others(InviteContext& c, const Branch* except, std::string_view reason);
    void go_on(InviteContext& c);
    void give_up(InviteContext& c, const policy::GiveUp& give_up);
    void answer(InviteContext& c, Branch& b, const sip::Message& response);
    /// A 2xx that nobody upstream can get: no answer, and nothing to bill; the callee is hung up.
    void unheard(InviteContext& c, Branch& b, const sip::Message& response);
    /// Each dialog that a 2xx makes is a call with records of its own (RFC 3261 §13.2.2.4: the caller ends the surplus ones).
    void account(InviteContext& c, Branch& b, const sip::Message& response, bool first);
    void finish_failed(InviteContext& c, int status, std::optional<unsigned> q850, bool timed_out);
    CallLog log_of(const InviteContext& c, const Branch* winner, std::string_view callee_tag) const;
    bool relay(InviteContext& c, const Branch& b, const sip::Message& response, std::span<const PassedChallenge> challenges = {});
    InviteContext* find(Tag tag, sipnet::Handle client, Branch*& branch);

    Core& core_;
    Orphans& orphans_;
    std::uint64_t next_id_ = 1;
    std::size_t open_ = 0;
    std::unordered_map<std::uint64_t, std::unique_ptr<InviteContext>> contexts_;
    std::vector<std::uint64_t> waiting_;    ///< ids of those that wait for a name
    std::vector<std::uint64_t> by_server_;  ///< id by the place of the server transaction; 0 = none
};

}  // namespace tandem::proxy
