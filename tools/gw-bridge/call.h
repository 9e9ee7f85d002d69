// Knows: one mediated call: leg A from the proxy, leg B back to it, what is said on one and told on the other.
// Must not know: sockets, the stack, other calls.
// Next: call_media.cpp for offers and answers; service.h, which hands the events over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gw-bridge/call_log.h"
#include "gw-bridge/passed_headers.h"
#include "gw-bridge/setup.h"
#include "media/engine.h"
#include "sdp/offer_answer.h"
#include "sipua/loop.h"
#include "sipua/user_agent.h"

namespace tandem::bridge {

/// What a call uses of the program around it.
struct Core {
    sipua::Loop& loop;
    sipua::UserAgent& ua;
    media::Engine& engine;
    const Clock& clock;
    const Log& log;
};

/// Thread: the control thread.
class Call {
public:
    Call(Core core, media::CallId id, sipua::Invite invite, CallSetup setup, std::vector<std::string> routes);
    ~Call() { stop_waiting(); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// Makes leg B, or refuses leg A.
    void start();

    // What happened, by leg.
    void on_progress(const sipua::Response& response);
    void on_answered(const sipua::Response& response);
    void on_failed(const sipua::Response& response);
    void on_acked(sipua::LegId leg, const sipua::Request& ack);
    void on_requested(sipua::LegId leg, sipua::Pending what, const sipua::Request& request);
    void on_withdrawn(sipua::LegId leg);
    void on_responded(sipua::LegId leg, sipua::Pending what, const sipua::Response& response);
    void on_ended(sipua::LegId leg, sipua::EndedBy by, const sipua::Request& request);
    void on_media(media::Event event);

    /// Ends both legs: BYE where there is a dialog, else `status` to the caller. why: word for the record;
    /// text: for the peers.
    void hang_up(std::string_view why, unsigned status, std::string_view text);

    [[nodiscard]] sipua::LegId leg_a() const { return a_.leg; }
    [[nodiscard]] sipua::LegId leg_b() const { return b_.leg; }
    [[nodiscard]] media::CallId id() const { return id_; }
    [[nodiscard]] bool answered() const { return phase_ == Phase::kUp; }
    /// Signalling is over and media are closed: log() is complete.
    [[nodiscard]] bool done() const { return phase_ == Phase::kDone; }
    [[nodiscard]] const CallLog& log() const { return log_; }

private:
    enum class Phase : std::uint8_t { kInviting, kUp, kClosing, kDone };

    /// One leg.
    struct Side {
        SideSetup setup;
        media::Side media;
        sipua::LegId leg = 0;
        sdp::LocalMedia local;
        sdp::Session offer;       // our last offer
        std::string local_text;   // our last description
        std::string remote_text;  // the peer's last one
        std::optional<sdp::Negotiated> agreed;
        bool peer_holds = false;
        bool offered = false;     // an offer of ours waits for its answer in an ACK
        bool info_waits = false;  // an INFO of this peer waits for the other's answer
    };

    // call_media.cpp
    [[nodiscard]] Status open_media(const std::vector<sdp::Codec>& codecs_a);
    void make_offer(Side& side, const sdp::MediaProfile& profile, sdp::Direction direction);
    [[nodiscard]] Status take_answer(Side& side, const std::string& text);
    /// Answers the peer's offer; nothing changes when it fails.
    [[nodiscard]] Status answer_offer(Side& side, const std::string& text);
    [[nodiscard]] sdp::Direction wanted(const Side& side) const;
    void configure();
    void watch();

    // call_change.cpp
    void change(Side& side, sipua::Pending what, const sipua::Request& request);
    void offer_anew(Side& side);
    void pass_change_on();
    void take_change_back(Side& peer, const sipua::Response& response);
    void forget_change();
    void answer_change();
    void wait_for_glare(const Side& side);
    void stop_waiting();

    void refuse(unsigned status, std::string_view why, std::string_view text);
    void send_invite();
    void close(std::string_view ended_by);
    [[nodiscard]] Side& side_of(sipua::LegId leg) { return leg == a_.leg ? a_ : b_; }
    [[nodiscard]] Side& other(const Side& side) { return &side == &a_ ? b_ : a_; }
    [[nodiscard]] sipua::Headers with_session_id(sipua::Headers headers, const Side& to) const;

    Core core_;
    media::CallId id_;
    sipua::Invite invite_;
    CallSetup setup_;
    std::vector<std::string> routes_;
    Phase phase_ = Phase::kInviting;
    Side a_;
    Side b_;
    SessionIds session_ids_;
    CallLog log_;
    bool media_open_ = false;
    bool delayed_offer_ = false;  // the INVITE had no offer: ours goes out in the 200

    /// A hold or resume that is on its way through: who asked, by what. Null while there is none.
    Side* change_from_ = nullptr;
    sipua::Pending change_what_ = sipua::Pending::kReinvite;
    sipua::Headers change_headers_;
    /// What a change that is withdrawn goes back to: of the end that asked, and of the other.
    struct Before {
        std::string local_text, remote_text;
        std::optional<sdp::Negotiated> agreed;
        bool peer_holds = false;
        std::string other_local_text, other_remote_text;
    } before_;
    /// Of the change that is on its way: still wanted; withdrawn, and the other end's answer is awaited; that end took the
    /// change, and is being offered the session as it was.
    enum class Withdrawal : std::uint8_t { kNone, kAsked, kUndoing } withdrawal_ = Withdrawal::kNone;
    /// Runs after a 491 until the other end is asked again (RFC 3261 §14.1); no request of ours is under way then.
    std::optional<sipua::Loop::TimerId> glare_timer_;
    unsigned glares_ = 0;
};

}  // namespace tandem::bridge
