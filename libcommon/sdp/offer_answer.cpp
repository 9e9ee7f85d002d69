// Knows: making offers and answers, and reading what they agreed on.
// Must not know: sockets, SIP.
// Next: plan.cpp.
#include "sdp/offer_answer.h"

#include <algorithm>

#include "base/text.h"
#include "sdp/codecs.h"

namespace tandem::sdp {
namespace {

const Codec* find_encoding(const std::vector<Codec>& list, const Codec& wanted) {
    for (const auto& c : list)
        if (c.same_encoding(wanted)) return &c;
    return nullptr;
}

/// telephone-event with the clock of the audio beside it (RFC 4733 §2.4.1).
const Codec* find_event(const std::vector<Codec>& events, std::uint32_t clock_hz) {
    for (const auto& e : events)
        if (e.clock_hz == clock_hz) return &e;
    return nullptr;
}

void add(Media& m, std::string name, std::string value) {
    m.attributes.push_back({std::move(name), std::move(value), true});
}
void add_flag(Media& m, std::string_view name) { m.attributes.push_back({std::string(name), {}, false}); }

void add_codec(Media& m, const Codec& c) {
    m.formats.push_back(cat(c.payload_type));
    std::string map = cat(c.payload_type, ' ', c.name, '/', c.clock_hz);
    if (c.channels != 1) append(map, '/', c.channels);
    add(m, "rtpmap", std::move(map));
    if (!c.fmtp.empty()) add(m, "fmtp", cat(c.payload_type, ' ', c.fmtp));
}

Codec event_codec(std::uint8_t payload_type, std::uint32_t clock_hz) {
    return {payload_type, std::string(kTelephoneEvent), clock_hz, 1, "0-15"};
}

Session skeleton(const LocalMedia& local) {
    Session s;
    s.origin.session_id = cat(local.session_id);
    s.origin.version = cat(local.version);
    s.origin.family = family_name(local.rtp.ip);
    s.origin.address = local.rtp.ip.str();
    s.connection = Connection::of(local.rtp.ip);
    s.timings.emplace_back();
    return s;
}

void zero_address(Session& s) { s.connection->address = s.connection->family == "IP6" ? "::" : "0.0.0.0"; }

/// Gives dynamic payload types out, each once.
class Numbers {
public:
    explicit Numbers(std::uint8_t reserved) { used_.push_back(reserved); }
    std::uint8_t next() {
        while (std::find(used_.begin(), used_.end(), next_) != used_.end()) ++next_;
        used_.push_back(next_);
        return next_;
    }

private:
    std::vector<std::uint8_t> used_;
    std::uint8_t next_ = kFirstDynamicPt;
};

bool sends(Direction d) { return d == Direction::kSendRecv || d == Direction::kSendOnly; }
bool receives(Direction d) { return d == Direction::kSendRecv || d == Direction::kRecvOnly; }

Direction make_direction(bool send, bool receive) {
    if (send) return receive ? Direction::kSendRecv : Direction::kSendOnly;
    return receive ? Direction::kRecvOnly : Direction::kInactive;
}

/// What our side may do when we want `wanted` and the peer's description says `theirs` (RFC 3264 §6.1).
Direction agreed_direction(Direction wanted, Direction theirs) {
    return make_direction(sends(wanted) && receives(theirs), receives(wanted) && sends(theirs));
}

void read_remote(const MediaSummary& theirs, Negotiated& out) {
    out.remote_rtp = theirs.rtp;
    out.remote_rtcp = theirs.rtcp;
    out.remote_zero_address = theirs.zero_address;
    if (theirs.ptime_ms) out.ptime_ms = *theirs.ptime_ms;
}

/// Why a line cannot be taken; empty when it can.
std::string_view refusal(const MediaProfile& profile, const MediaSummary& line) {
    if (line.kind != MediaKind::kAudio || line.refused()) return "no audio line";
    if (!line.srtp.plain) return "the audio line is encrypted and SRTP is not supported on this leg";
    if (profile.srtp == SrtpMode::kRequired)
        return "the profile requires SRTP, which is not supported on this leg";
    if (line.rtp.ip.none()) return "the audio line has no IP address";
    return {};
}

const Codec* choose(const std::vector<Codec>& ours, const MediaSummary& line, const Codec* prefer) {
    if (prefer != nullptr && find_encoding(ours, *prefer) != nullptr)
        if (const Codec* c = find_encoding(line.codecs, *prefer)) return c;
    for (const auto& c : line.codecs)
        if (find_encoding(ours, c) != nullptr) return &c;
    return nullptr;
}

Media refused_line(const Media& offered) {
    Media m;
    m.type = offered.type;
    m.protocol = offered.protocol;
    m.formats = offered.formats;
    return m;
}

}  // namespace

Direction hold_direction(const MediaProfile& profile) {
    return profile.hold == HoldForm::kSendonly ? Direction::kSendOnly : Direction::kInactive;
}

Session make_offer(const MediaProfile& profile, const LocalMedia& local) {
    Session s = skeleton(local);
    if (profile.hold == HoldForm::kZeroAddress && local.direction == Direction::kInactive) zero_address(s);
    Media m;
    m.type = "audio";
    m.port = local.rtp.port;
    m.protocol = "RTP/AVP";
    Numbers numbers(profile.dtmf_payload_type);
    std::vector<std::uint32_t> clocks;
    for (auto& c : codecs_of(profile)) {
        if (!static_codec(c.payload_type)) c.payload_type = numbers.next();
        if (std::find(clocks.begin(), clocks.end(), c.clock_hz) == clocks.end()) clocks.push_back(c.clock_hz);
        add_codec(m, c);
    }
    const bool narrow = std::find(clocks.begin(), clocks.end(), 8000U) != clocks.end();
    if (profile.comfort_noise && narrow)
        add_codec(m, {kComfortNoisePt, std::string(kComfortNoise), 8000, 1, {}});
    if (profile.dtmf == DtmfForm::kRfc4733)
        for (std::size_t i = 0; i < clocks.size(); ++i)
            add_codec(m, event_codec(i == 0 ? profile.dtmf_payload_type : numbers.next(), clocks[i]));
    add(m, "ptime", cat(profile.ptime_ms));
    if (profile.rtcp_mux) add_flag(m, "rtcp-mux");
    add_flag(m, to_string(local.direction));
    s.media.push_back(std::move(m));
    return s;
}

Result<Answer> make_answer(const MediaProfile& profile, const Session& offer, const LocalMedia& local,
                           const Codec* prefer) {
    const Summary theirs = summarise(offer);
    const std::vector<Codec> ours = codecs_of(profile);
    std::string_view why = "no audio line";
    std::size_t taken = theirs.media.size();
    const Codec* codec = nullptr;
    for (std::size_t i = 0; i < theirs.media.size() && codec == nullptr; ++i) {
        const MediaSummary& line = theirs.media[i];
        if (const auto reason = refusal(profile, line); !reason.empty()) {
            if (line.kind == MediaKind::kAudio && !line.refused()) why = reason;
            continue;
        }
        codec = choose(ours, line, prefer);
        if (codec != nullptr)
            taken = i;
        else
            why = "no codec in common";
    }
    if (codec == nullptr) return fail(Errc::kUnsupported, std::string(why), 0, "RFC 3264 §6");

    const MediaSummary& line = theirs.media[taken];
    Answer out;
    Negotiated& agreed = out.agreed;
    read_remote(line, agreed);
    agreed.codec = *codec;
    agreed.receive.push_back(*codec);
    agreed.direction = agreed_direction(local.direction, line.direction);
    agreed.rtcp_mux = profile.rtcp_mux && line.rtcp_mux;
    if (agreed.rtcp_mux) agreed.remote_rtcp = agreed.remote_rtp;

    Media m;
    m.type = "audio";
    m.port = local.rtp.port;
    m.protocol = offer.media[taken].protocol;
    add_codec(m, *codec);
    if (profile.comfort_noise && line.comfort_noise && codec->clock_hz == 8000) {
        agreed.comfort_noise = line.comfort_noise;
        add_codec(m, {*line.comfort_noise, std::string(kComfortNoise), 8000, 1, {}});
    }
    if (const Codec* event = find_event(line.dtmf, codec->clock_hz);
        event != nullptr && profile.dtmf == DtmfForm::kRfc4733) {
        agreed.dtmf_send = agreed.dtmf_receive = event->payload_type;
        add_codec(m, event_codec(event->payload_type, event->clock_hz));
    }
    add(m, "ptime", cat(profile.ptime_ms));
    if (agreed.rtcp_mux) add_flag(m, "rtcp-mux");
    add_flag(m, to_string(agreed.direction));

    out.session = skeleton(local);
    out.session.timings = offer.timings;  // RFC 3264 §6: equal to the offer's
    for (std::size_t i = 0; i < offer.media.size(); ++i)
        out.session.media.push_back(i == taken ? m : refused_line(offer.media[i]));
    return out;
}

Result<Negotiated> read_answer(const MediaProfile& profile, const Session& offer, const Session& answer) {
    const Summary ours = summarise(offer);
    const Summary theirs = summarise(answer);
    if (ours.media.empty() || theirs.media.empty())
        return fail(Errc::kSyntax, "the answer has no m= line for the offer's", 0, "RFC 3264 §6");
    const MediaSummary& mine = ours.media.front();
    const MediaSummary& line = theirs.media.front();
    if (line.kind != MediaKind::kAudio)
        return fail(Errc::kSyntax, "the answer's first line is not audio", 0, "RFC 3264 §6");
    if (line.refused()) return fail(Errc::kUnsupported, "the peer refused the audio", 0, "RFC 3264 §6");
    if (!line.srtp.plain)
        return fail(Errc::kUnsupported, "the answer is encrypted, the offer was not", 0, "RFC 3264 §6.1");
    if (line.rtp.ip.none())
        return fail(Errc::kUnsupported, "the answer has no IP address", 0, "RFC 8866 §5.7");

    Negotiated out;
    read_remote(line, out);
    out.direction = agreed_direction(mine.direction, line.direction);
    out.rtcp_mux = profile.rtcp_mux && mine.rtcp_mux && line.rtcp_mux;
    if (out.rtcp_mux) out.remote_rtcp = out.remote_rtp;
    bool first = true;
    for (const auto& c : line.codecs) {
        const Codec* offered = find_encoding(mine.codecs, c);
        if (offered == nullptr) continue;
        if (first) out.codec = c;
        first = false;
        out.receive.push_back(*offered);
    }
    if (first) return fail(Errc::kUnsupported, "the answer has no codec of the offer", 0, "RFC 3264 §6.1");
    const Codec* my_event = find_event(mine.dtmf, out.codec.clock_hz);
    const Codec* their_event = find_event(line.dtmf, out.codec.clock_hz);
    if (my_event != nullptr && their_event != nullptr) {
        out.dtmf_send = their_event->payload_type;
        out.dtmf_receive = my_event->payload_type;
    }
    if (mine.comfort_noise && line.comfort_noise) out.comfort_noise = line.comfort_noise;
    return out;
}

}  // namespace tandem::sdp
