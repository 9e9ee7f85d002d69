// Knows: what SIP messages mean for a call's times and its end.
// Must not know: media packets.
// Next: tracker.cpp.
#include "call/call.h"

#include <algorithm>

#include "base/text.h"
#include "call/held_bytes.h"
#include "call/kept_text.h"
#include "sip/keyring.h"
#include "sip/values.h"

namespace tandem::call {

namespace {

constexpr std::size_t kMaxSeen = 64;
constexpr std::size_t kMaxToTags = 32;
constexpr seconds kLinger{5};        // late copies and the last media packets after an end
constexpr seconds kTimerB{32};       // 64 · T1, RFC 3261 §17.1.1.2
constexpr seconds kTimerC{181};      // RFC 3261 §16.6 step 11: more than three minutes
constexpr seconds kMaxSilence{7200}; // an answered call without BYE, message or media

/// The address in a From or To, without tag and display name.
std::string uri_of(const sip::NameAddr& address) { return kept_text(address.uri_text); }

std::string label_of(const sip::Message& message) {
    std::string text = message.is_request() ? std::string(message.method_text())
                                            : cat(message.status(), " ", message.reason_phrase());
    constexpr std::size_t kMaxLabel = 28;
    if (text.size() > kMaxLabel) text.resize(kMaxLabel);
    // Captured bytes are not to reach a terminal as control sequences.
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    if (iequals(sip::media_type(message.value(sip::HeaderId::kContentType)), "application/sdp") &&
        !message.body().empty())
        text += " (SDP)";
    return text;
}

bool challenge(int status) { return status == 401 || status == 407; }

}  // namespace

Leg* Call::leg_of(std::uint64_t branch) {
    for (Leg& leg : legs_)
        if (std::find(leg.branches.begin(), leg.branches.end(), branch) != leg.branches.end()) return &leg;
    return nullptr;
}

bool Call::seen_before(const sip::Message& m, const Datagram& d) {
    // A copy on the same hop: same transaction, same start line, same To tag (forks differ there). An ACK, and a 2xx that is
    // sent again, count as well.
    std::uint64_t print = sip::fingerprint(m.top_via().branch());
    const auto mix = [&](std::uint64_t v) { print = (print ^ v) * 0x9e3779b97f4a7c15ULL; };
    mix(sip::fingerprint(m.is_request() ? m.method_text() : m.cseq().method_text));
    mix(static_cast<std::uint64_t>(m.status()));
    mix(m.cseq().number);
    mix(sip::fingerprint(m.to_tag()));
    mix(std::hash<net::Endpoint>{}(d.source));
    mix(std::hash<net::Endpoint>{}(d.destination));
    // A reliable provisional response may come twice with different RSeq (RFC 3262): those are different messages.
    mix(sip::fingerprint(m.value(sip::HeaderId::kRSeq)));
    if (std::find(seen_.begin(), seen_.end(), print) != seen_.end()) return true;
    if (seen_.size() < kMaxSeen) {
        seen_.push_back(print);
    } else {
        seen_[seen_next_++ % kMaxSeen] = print;
    }
    return false;
}

MessageKind Call::message(const sip::Message& m, const Datagram& d, bool keep) {
    if (first_ == WallTime{}) first_ = d.time;
    last_ = std::max(last_, d.time);
    MessageKind kind = seen_before(m, d) ? MessageKind::kRetransmission : MessageKind::kNew;
    if (from_.empty()) {
        from_ = uri_of(m.from());
        to_ = uri_of(m.to());
        caller_tag_ = kept_text(m.from_tag());
    }
    if (m.is_request()) {
        request(m, d, kind);
    } else {
        response(m, d, kind);
    }
    if (keep) {
        if (ladder_.size() < kMaxLadder) {
            ladder_.push_back({d.time, d.source, d.destination, label_of(m), kind == MessageKind::kRetransmission});
        } else {
            ++ladder_dropped_;
        }
    }
    return kind;
}

void Call::request(const sip::Message& m, const Datagram& d, MessageKind& kind) {
    switch (m.method()) {
        case sip::Method::kInvite:
            if (m.to_tag().empty()) initial_invite(m, d, kind);
            break;
        case sip::Method::kCancel:
            cancelled_ = true;
            reason(m);
            break;
        case sip::Method::kBye:
            reason(m);
            if (!ended_) {
                ended_ = d.time;
                ended_by_caller_ = kept_text(m.from_tag()) == caller_tag_;
            }
            break;
        default: break;
    }
}

void Call::initial_invite(const sip::Message& m, const Datagram& d, MessageKind& kind) {
    if (!invited_) {
        invited_ = d.time;
        from_ = uri_of(m.from());
        to_ = uri_of(m.to());
        caller_tag_ = kept_text(m.from_tag());
    }
    // The caller may have none and a proxy on the way add it (RFC 7989 §7): then it stands in the INVITE of a later hop.
    if (session_id_.empty()) {
        const auto id = sip::parse_session_id(m.value(sip::HeaderId::kSessionId));
        if (id && id->known()) session_id_ = std::string(id->local);
    }
    const std::uint64_t branch = sip::fingerprint(m.top_via().branch());
    Leg* leg = nullptr;
    for (Leg& known : legs_)
        if (known.source == d.source && known.destination == d.destination) leg = &known;
    if (leg == nullptr) {
        if (legs_.size() >= kMaxLegs) return;
        legs_.push_back({d.source, d.destination, {branch}, m.cseq().number, 0});
        return;
    }
    if (std::find(leg->branches.begin(), leg->branches.end(), branch) != leg->branches.end()) {
        kind = MessageKind::kRetransmission;
        if (leg == &legs_.front()) ++invite_retransmissions_;
        return;
    }
    // A new try on the same hop: credentials after a challenge, another target after a redirection or failure.
    if (leg->branches.size() < kMaxBranches) {
        leg->branches.push_back(branch);
    } else {
        leg->branches.back() = branch;
    }
    if (m.cseq().number > leg->cseq && leg->status >= 300) leg->status = 0;
    leg->cseq = std::max(leg->cseq, m.cseq().number);
}

void Call::response(const sip::Message& m, const Datagram& d, MessageKind& kind) {
    if (m.cseq().method == sip::Method::kInvite && kind == MessageKind::kNew) invite_response(m, d);
}

void Call::invite_response(const sip::Message& m, const Datagram& d) {
    const int status = m.status();
    if (status >= 300) reason(m);
    Leg* leg = leg_of(sip::fingerprint(m.top_via().branch()));
    if (leg == nullptr) {
        // Answers a re-INVITE, or an INVITE before the capture began.
        if (legs_.empty() && status >= 200 && status_ == 0) status_ = status;
        return;
    }
    if (status > 100 && status < 300 && !m.to_tag().empty() && to_tags_.size() < kMaxToTags) {
        const std::uint32_t tag = sip::fingerprint32(m.to_tag());
        if (std::find(to_tags_.begin(), to_tags_.end(), tag) == to_tags_.end()) to_tags_.push_back(tag);
    }
    const bool first_hop = leg == &legs_.front();
    if (status < 200) {
        if (!first_hop || status == 100) return;
        if (!progressed_) progressed_ = d.time;
        if (status / 10 == 18) rang_18x_ = true;
        if (status == 180 && !rang_) rang_ = d.time;
        return;
    }
    // A 2xx of any fork wins; a late failure of another fork changes nothing.
    if (leg->status >= 200 && leg->status < 300) return;
    if (leg->status == 0 || status < 300 || challenge(leg->status)) leg->status = status;
    if (status < 300 && first_hop && !answered_) answered_ = d.time;
}

void Call::reason(const sip::Message& m) {
    sip::ValueCursor values(m, sip::HeaderId::kReason);
    while (const auto value = values.next()) {
        if (const auto cause = sip::q850_cause(*value)) q850_ = cause;
    }
}

Ending Call::ending(WallTime now) const {
    Ending e;
    e.status = status();
    e.rang = rang_18x_;
    e.q850 = q850_;
    e.expired = invited_ && now - *invited_ >= (progressed_ ? seconds{kTimerC} : seconds{kTimerB});
    return e;
}

Outcome Call::outcome(WallTime now) const {
    // In-dialog messages without an INVITE in the capture: it had been answered before.
    if (began_before() && status() == 0) return Outcome::kAnswered;
    return outcome_of(ending(now));
}

std::size_t Call::bytes() const {
    std::size_t n = sizeof(Call);
    for (const std::string* text : {&call_id_, &from_, &to_, &caller_tag_, &session_id_}) n += held_bytes(*text);
    n += held_bytes(legs_) + held_bytes(ladder_) + held_bytes(seen_) + held_bytes(to_tags_);
    for (const Leg& leg : legs_) n += held_bytes(leg.branches);
    constexpr std::size_t kLabel = 48;  // the longest one with its allocation
    return n + ladder_.size() * kLabel;
}

bool Call::over() const { return ended_ || (status() >= 400 && !challenge(status())); }

WallTime Call::due() const {
    const int s = status();
    if (ended_) return last_ + kLinger;
    if (s >= 200 && s < 300) return last_ + kMaxSilence;
    if (challenge(s) || (s >= 300 && s < 400)) return last_ + kTimerB;  // a new try may follow
    if (s >= 400) return last_ + kLinger;
    if (began_before()) return last_ + kMaxSilence;
    return last_ + (progressed_ ? seconds{kTimerC} : seconds{kTimerB});
}

}  // namespace tandem::call
