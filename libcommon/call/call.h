// Knows: one call as its messages show it: who, when, how it ended, over which hops.
// Must not know: media packets, other calls, files.
// Next: tracker.h, which gives it its messages; kept_text.h for what is kept of their texts; ladder.h, which draws it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "call/datagram.h"
#include "call/outcome.h"
#include "sip/message.h"

namespace tandem::call {

/// One hop that the call's INVITE took: from one endpoint to another. A capture beside a proxy sees several.
struct Leg {
    net::Endpoint source;
    net::Endpoint destination;
    std::vector<std::uint64_t> branches;  ///< fingerprints of the top Via branch of each INVITE on this hop
    std::uint32_t cseq = 0;               ///< of the last initial INVITE
    int status = 0;                       ///< final response; 0 = none yet
};

/// One message for the ladder.
struct LadderEntry {
    WallTime time{};
    net::Endpoint source;
    net::Endpoint destination;
    std::string label;  ///< printable ASCII: "INVITE (SDP)", "180 Ringing"
    bool again = false; ///< a retransmission
};

/// What a message did to its call.
enum class MessageKind : std::uint8_t { kNew, kRetransmission };

/// A call grows by the messages of one Call-ID. Its texts are kept as kept_text() gives them, so that what it holds is bounded
/// by the limits below and not by what a message may carry. Times are taken on the first hop that was seen, where the caller is nearest.
class Call {
public:
    static constexpr std::size_t kMaxLegs = 16;
    static constexpr std::size_t kMaxBranches = 8;
    static constexpr std::size_t kMaxLadder = 500;

    /// call_id: as kept_text() gives it.
    Call(std::string call_id, std::uint64_t number) : call_id_(std::move(call_id)), number_(number) {}

    /// keep: remember the message for the ladder.
    MessageKind message(const sip::Message& message, const Datagram& datagram, bool keep);

    [[nodiscard]] const std::string& call_id() const { return call_id_; }
    /// Counts calls in order of their first message, from 1.
    [[nodiscard]] std::uint64_t number() const { return number_; }
    [[nodiscard]] const std::string& from() const { return from_; }
    [[nodiscard]] const std::string& to() const { return to_; }
    [[nodiscard]] const std::string& session_id() const { return session_id_; }
    [[nodiscard]] const std::vector<Leg>& legs() const { return legs_; }
    [[nodiscard]] const std::vector<LadderEntry>& ladder() const { return ladder_; }
    [[nodiscard]] std::uint64_t ladder_dropped() const { return ladder_dropped_; }

    [[nodiscard]] WallTime first() const { return first_; }
    [[nodiscard]] WallTime last() const { return last_; }
    [[nodiscard]] std::optional<WallTime> invited() const { return invited_; }
    /// First provisional response other than 100.
    [[nodiscard]] std::optional<WallTime> progressed() const { return progressed_; }
    /// First 180.
    [[nodiscard]] std::optional<WallTime> rang() const { return rang_; }
    [[nodiscard]] std::optional<WallTime> answered() const { return answered_; }
    [[nodiscard]] std::optional<WallTime> ended() const { return ended_; }
    /// True when the BYE came from the side that sent the INVITE.
    [[nodiscard]] bool ended_by_caller() const { return ended_by_caller_; }
    [[nodiscard]] bool cancelled() const { return cancelled_; }
    /// The capture shows no initial INVITE of this call: it began before.
    [[nodiscard]] bool began_before() const { return !invited_; }
    [[nodiscard]] int status() const { return legs_.empty() ? status_ : legs_.front().status; }
    [[nodiscard]] std::uint64_t invite_retransmissions() const { return invite_retransmissions_; }
    [[nodiscard]] std::size_t forks() const { return to_tags_.size(); }

    [[nodiscard]] std::optional<int> q850() const { return q850_; }

    /// What it holds in memory, nearly. Units: bytes. Cost: O(legs), at most kMaxLegs.
    [[nodiscard]] std::size_t bytes() const;

    /// How it stands at a time.
    [[nodiscard]] Ending ending(WallTime now) const;
    [[nodiscard]] Outcome outcome(WallTime now) const;
    /// Its BYE or final failure was seen: what is new on its endpoints belongs to another call, if there is one.
    [[nodiscard]] bool over() const;
    /// When nothing more can be expected: some time after the last message, by the state. Source: RFC 3261 §17 (timers B, C).
    [[nodiscard]] WallTime due() const;

private:
    void request(const sip::Message& message, const Datagram& datagram, MessageKind& kind);
    void initial_invite(const sip::Message& message, const Datagram& datagram, MessageKind& kind);
    void response(const sip::Message& message, const Datagram& datagram, MessageKind& kind);
    void invite_response(const sip::Message& message, const Datagram& datagram);
    void reason(const sip::Message& message);
    bool seen_before(const sip::Message& message, const Datagram& datagram);
    Leg* leg_of(std::uint64_t branch);

    std::string call_id_, from_, to_, caller_tag_, session_id_;
    std::vector<Leg> legs_;
    std::vector<LadderEntry> ladder_;
    std::vector<std::uint64_t> seen_;     // fingerprints of messages, to tell retransmissions; a ring
    std::vector<std::uint32_t> to_tags_;  // of provisional and successful responses
    std::optional<WallTime> invited_, progressed_, rang_, answered_, ended_;
    std::optional<int> q850_;
    WallTime first_{}, last_{};
    std::uint64_t number_;
    std::uint64_t ladder_dropped_ = 0;
    std::uint64_t invite_retransmissions_ = 0;
    std::size_t seen_next_ = 0;
    int status_ = 0;           // of a call without INVITE in the capture
    bool rang_18x_ = false;
    bool ended_by_caller_ = false;
    bool cancelled_ = false;
};

}  // namespace tandem::call
