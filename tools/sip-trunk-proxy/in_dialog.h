// Knows: requests within a dialog, routed by the sealed cookie of our Record-Route; no dialog table.
// Must not know: how the call was set up.
// Next: sip/cookie.h; route_header.h.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "sip-trunk-proxy/challenge.h"
#include "sip-trunk-proxy/core.h"
#include "sip-trunk-proxy/hiding.h"
#include "sip-trunk-proxy/route_header.h"
#include "sip/edit.h"

namespace tandem::proxy {

/// Where an in-dialog request goes, and how its CSeq is written there.
struct Leg {
    std::shared_ptr<Snapshot> snapshot;
    sip::Cookie cookie;
    std::uint64_t dialog = 0;   ///< call_key()
    bool to_callee = true;      ///< the sender is the one who sent the dialog's first INVITE
    Index out_realm = kNoIndex;
    Index trunk = kNoIndex;     ///< that may challenge, on the way out; kNoIndex when nobody may
    sipnet::Flow to;
    Index sender_trunk = kNoIndex, receiver_trunk = kNoIndex;
    Index sender_user = kNoIndex, receiver_user = kNoIndex;  ///< where it is no trunk, and the topology knows it
    bool from_bridge = false, to_bridge = false;
    sipnet::Flow from;          ///< where the request came from
    std::string target;         ///< the Request-URI that the sender knows only sealed; empty: it is as it stands
    std::string routes;         ///< Route elements of which the same holds

    [[nodiscard]] bool hidden_from_sender() const { return to_callee ? cookie.hidden_from_caller : cookie.hidden_from_callee; }
    [[nodiscard]] bool hidden_from_receiver() const { return to_callee ? cookie.hidden_from_callee : cookie.hidden_from_caller; }

    /// Where its INVITE went or came from.
    [[nodiscard]] const net::Endpoint& sender_at() const { return to_callee ? cookie.caller_at : cookie.callee_at; }
    [[nodiscard]] const net::Endpoint& receiver_at() const { return to_callee ? cookie.callee_at : cookie.caller_at; }

    [[nodiscard]] sip::CSeqStride stride() const {
        return to_callee ? cookie.to_callee : sip::CSeqStride{0, cookie.k_to_caller};
    }
    /// Of the other side's requests.
    [[nodiscard]] sip::CSeqStride reverse_stride() const {
        return to_callee ? sip::CSeqStride{0, cookie.k_to_caller} : cookie.to_callee;
    }
};

struct Party;

/// One request under way.
struct Relay {
    sipnet::Handle server, client;
    Leg leg;
    unsigned attempt = 0;
    std::optional<Answer> answer;
    bool invite = false;
    bool bye = false;
    bool cancelled = false;  ///< no try with credentials any more
    bool by_size = false;    ///< it goes over TCP because it is large
    bool heard = false;      ///< any response came
    bool tcp_refused = false;
    sipnet::Flow udp;        ///< where it went before that
    std::unique_ptr<Kept> kept;  ///< when one side is hidden from the other
};

/// Thread: the SIP worker.
class InDialog {
public:
    explicit InDialog(Core& core) : core_(core) {}

    /// True when the request belongs to a dialog of ours and comes from its side of it. What was found is kept for handle()
    /// or on_ack() of the same datagram, until forget().
    [[nodiscard]] bool knows(const sip::Message& request, const sipnet::Flow& from);
    void forget() { known_.reset(); }
    void handle(sipnet::Handle server, const sip::Message& request, const sipnet::Flow& from, const OwnRoute& route);
    void on_ack(const sip::Message& ack, const sipnet::Flow& from, std::string_view via, const OwnRoute& route);
    void on_cancel(sipnet::Handle server, const sip::Message& cancel);
    void on_response(Tag tag, sipnet::Handle client, const sip::Message& response, const sipnet::Flow& from);
    void on_failure(Tag tag, sipnet::Handle client, sipnet::TransactionUser::Failure failure);
    void on_server_end(sipnet::Handle server);
    /// Requests that have no final response yet.
    [[nodiscard]] std::size_t open() const;

private:
    std::optional<Leg> leg_of(const sip::Message& request, const sipnet::Flow& from, const OwnRoute& route) const;
    std::optional<sipnet::Flow> flow_to(const Snapshot& s, const Party& receiver, const std::optional<Hop>& next) const;
    std::optional<Leg> known_or_found(const sip::Message& request, const sipnet::Flow& from, const OwnRoute& route);
    void end_by_bye(const Relay& r, int status);
    /// route: of the request where it is known already; its views are not kept.
    /// 0 when it was sent, else the status that is due to who sent it.
    int send(std::uint64_t id, Relay& r, const OwnRoute* route);
    bool relay(const Relay& r, const sip::Message& response);
    bool build(std::string& out, const Leg& leg, const sip::Message& request, std::string_view via, std::string_view branch,
               unsigned attempt, const std::optional<Answer>& answer, const OwnRoute& route) const;
    static void notified_refer(sip::Edits& edits, const Leg& leg);
    void identity(sip::Edits& edits, const Leg& leg, const OwnRoute& route) const;
    [[nodiscard]] unsigned invite_attempt(const Leg& leg, std::uint32_t cseq) const;
    void remember_attempt(const Leg& leg, std::uint32_t cseq, unsigned attempt);

    Core& core_;
    std::uint64_t next_id_ = 1;
    std::unordered_map<std::uint64_t, std::unique_ptr<Relay>> relays_;
    std::vector<std::uint64_t> by_server_;  ///< id by the place of the server transaction; 0 = none

    std::optional<Leg> known_;

    // Which try of a re-INVITE was answered: its ACK and PRACK need it, and the cookie cannot tell (it is older).
    struct Attempt {
        std::uint64_t key;
        unsigned attempt;
        MonoTime until;
    };
    std::deque<Attempt> attempts_;
};

}  // namespace tandem::proxy
