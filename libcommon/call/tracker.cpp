// Knows: how datagrams find their call and stream.
// Must not know: capture files, records.
// Next: tracker_end.cpp for how calls and streams end.
#include "call/tracker.h"

#include <algorithm>

#include "base/text.h"
#include "call/kept_text.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"
#include "sdp/codecs.h"
#include "sdp/session.h"
#include "sip/keyring.h"

namespace tandem::call {

namespace {

/// True when a text begins as a SIP request or response does.
bool looks_like_sip(std::string_view text) {
    if (text.size() < 12) return false;
    if (istarts_with(text, "SIP/2.0 ")) return true;
    // A method token, a blank, and the version at the end of the first line (RFC 3261 §7.1).
    std::size_t n = 0;
    while (n < text.size() && n < 32 && is_alpha(text[n])) ++n;
    if (n < 3 || n >= text.size() || text[n] != ' ') return false;
    const std::string_view line = text.substr(0, std::min(text.find('\n'), std::size_t{4096}));
    return line.find(" SIP/2.0") != std::string_view::npos;
}

bool keepalive(Bytes payload) {
    return std::all_of(payload.begin(), payload.end(),
                       [](std::uint8_t c) { return c == '\r' || c == '\n' || c == 0; });
}

}  // namespace

Tracker::Tracker(TrackerOptions options, Sink& sink)
    : options_(options), sink_(sink), candidates_(options.max_candidates) {}

Tracker::~Tracker() = default;

void Tracker::datagram(const Datagram& d) {
    now_ = std::max(now_, d.time);
    expire();
    make_room();
    switch (rtp::classify(d.payload)) {
        case rtp::MediaKind::kRtp: rtp(d); return;
        case rtp::MediaKind::kRtcp: rtcp(d); return;
        case rtp::MediaKind::kDtls: ++counts_.dtls; return;
        case rtp::MediaKind::kStun:
            if (!keepalive(d.payload)) {
                ++counts_.stun;
                return;
            }
            break;
        case rtp::MediaKind::kOther: break;
    }
    if (keepalive(d.payload)) {
        ++counts_.keepalive;
        return;
    }
    std::string_view text = as_text(d.payload);
    while (!text.empty() && (text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
    if (looks_like_sip(text)) {
        sip(d);
    } else {
        ++counts_.other;
    }
}

void Tracker::sip(const Datagram& d) {
    std::string_view text = as_text(d.payload);
    while (text.front() == '\r' || text.front() == '\n') text.remove_prefix(1);
    const sip::Verdict verdict = sip::scan(text, sip::Strictness::kLenient, message_);
    // An analyser shows broken messages as well, as long as it can tell what they belong to.
    if (!verdict.ok() && (message_.call_id().empty() || message_.cseq().method_text.empty())) {
        ++counts_.sip_bad;
        return;
    }
    ++counts_.sip;
    const std::string id = kept_text(message_.call_id());
    auto known = call_numbers_.find(id);
    if (known == call_numbers_.end()) {
        const sip::Method method = message_.cseq().method;
        if (method != sip::Method::kInvite && method != sip::Method::kBye) return;  // no call
        if (message_.is_request() && message_.method() == sip::Method::kAck) return;
        if (!evicted_.empty() && evicted_.count(sip::fingerprint(id)) != 0) return;
        while (calls_.size() >= options_.max_calls) give_way();
        const std::uint64_t number = ++counts_.calls;
        known = call_numbers_.emplace(id, number).first;
        calls_.emplace(number, CallEntry{Call(id, number), {}});
    }
    CallEntry& entry = calls_.at(known->second);
    const MessageKind kind = entry.call.message(message_, d, options_.keep_ladder);
    if (kind == MessageKind::kNew && !message_.body().empty()) describe(entry);
    weigh(entry);
    if (entry.call.over() != entry.over.has_value()) {
        if (entry.over) {
            over_.erase({*entry.over, entry.call.number()});  // a new INVITE after a failure
            entry.over.reset();
        } else {
            entry.over = now_;
            over_.emplace(now_, entry.call.number());
        }
    }
    if (entry.over) endpoints_.over(known->second);
    // A later time is found out when the earlier one comes; an earlier one must be told.
    const WallTime due = entry.call.due();
    if (entry.scheduled == WallTime{} || due < entry.scheduled) schedule(entry, due);
}

void Tracker::describe(CallEntry& entry) {
    if (!iequals(sip::media_type(message_.value(sip::HeaderId::kContentType)), "application/sdp")) return;
    const auto session = sdp::parse(message_.body());
    if (!session) {
        ++counts_.sdp_bad;
        return;
    }
    const std::uint64_t call = entry.call.number();
    claim_waiting(call, endpoints_.add(call, sdp::summarise(*session)));
    // Payload types may mean something else from now on.
    for (const std::uint64_t number : entry.streams) {
        const auto it = streams_.find(number);
        if (it == streams_.end()) continue;
        for (std::size_t i = 0; i < it->second->type_count; ++i) it->second->types[i].known = false;
    }
}

void Tracker::claim_waiting(std::uint64_t call, const std::vector<net::Endpoint>& endpoints) {
    for (const net::Endpoint& endpoint : endpoints) {
        const auto waiting = unclaimed_.find(endpoint);
        if (waiting == unclaimed_.end()) continue;
        const std::vector<std::uint64_t> numbers(waiting->second.begin(), waiting->second.end());
        for (const std::uint64_t number : numbers) {
            Stream& stream = *streams_.at(number);
            forget(stream);
            attach(stream, call, stream.key.destination == endpoint ? Match::kSdp : Match::kSymmetric);
        }
    }
}

void Tracker::attach(Stream& stream, std::uint64_t call, Match match) {
    stream.call = call;
    stream.match = match;
    std::vector<std::uint64_t>& list = calls_.at(call).streams;
    list.insert(std::upper_bound(list.begin(), list.end(), stream.number), stream.number);
    for (std::size_t i = 0; i < stream.type_count; ++i) stream.types[i].known = false;
    if (list.size() > kMaxStreamsPerCall) evict_stream(list.front());
}

void Tracker::forget(const Stream& stream) {
    for (const net::Endpoint* endpoint : {&stream.key.source, &stream.key.destination}) {
        const auto at = unclaimed_.find(*endpoint);
        if (at == unclaimed_.end()) continue;
        at->second.erase(stream.number);
        if (at->second.empty()) unclaimed_.erase(at);
    }
}

void Tracker::rtp(const Datagram& d) {
    const auto header = rtp::peek(d.payload);
    const FlowKey key{d.source, d.destination, header->ssrc};
    const WaitingPacket packet{*header, d.time, d.dscp};
    if (latest_ != nullptr && latest_->key == key) {
        update(*latest_, packet);
        return;
    }
    if (const auto flow = flows_.find(key); flow != flows_.end()) {
        latest_ = streams_.at(flow->second).get();
        update(*latest_, packet);
        return;
    }
    const SdpEndpoints::Found found = endpoints_.find(d.source, d.destination);
    std::vector<WaitingPacket> waited;
    if (found.call != 0) {
        waited = candidates_.take(key);
        waited.push_back(packet);
    } else {
        auto enough = candidates_.offer(key, packet);
        if (!enough) return;  // counted from what the candidates hold and gave up
        waited = std::move(*enough);
    }
    Stream& stream = begin_stream(key, waited.front(), found);
    for (const WaitingPacket& w : waited) update(stream, w);
}

Stream& Tracker::begin_stream(const FlowKey& key, const WaitingPacket& first, const SdpEndpoints::Found& found) {
    while (streams_.size() >= options_.max_streams) evict_stream(streams_due_.begin()->second);
    auto owned = std::make_unique<Stream>(options_.jitter);
    Stream& stream = *owned;
    stream.key = key;
    stream.number = ++counts_.streams;
    stream.first = first.time;
    stream.last = first.time;
    stream.dscp = first.dscp;
    stream.due = first.time + options_.stream_idle;
    streams_due_.emplace(stream.due, stream.number);
    streams_.emplace(stream.number, std::move(owned));
    flows_.emplace(key, stream.number);
    reports_[{key.source.ip, key.destination.ip, key.ssrc}] = stream.number;
    if (found.call != 0) {
        attach(stream, found.call, found.match);
    } else {
        unclaimed_[key.source].insert(stream.number);
        unclaimed_[key.destination].insert(stream.number);
    }
    return stream;
}

PayloadType& Tracker::payload_type(Stream& stream, std::uint8_t number) {
    PayloadType* type = nullptr;
    for (std::size_t i = 0; i < stream.type_count; ++i)
        if (stream.types[i].number == number) type = &stream.types[i];
    if (type != nullptr && type->known) return *type;
    if (type == nullptr) {
        if (stream.type_count < stream.types.size()) ++stream.type_count;
        type = &stream.types[stream.type_count - 1U];
    }
    *type = PayloadType{};
    type->number = number;
    type->known = true;
    if (stream.call != 0) {
        if (const SdpCodec* codec = endpoints_.codec(stream.call, stream.key.destination, number)) {
            type->media = codec->media;
            (codec->media ? type->clock_hz : type->event_clock_hz) = codec->clock_hz;
            type->name = codec->name;
            return *type;
        }
    }
    if (const auto codec = sdp::static_codec(number)) {
        type->media = number != sdp::kComfortNoisePt;
        (type->media ? type->clock_hz : type->event_clock_hz) = codec->clock_hz;
        type->name = codec->name;
    } else if (number == sdp::kComfortNoisePt) {
        type->media = false;
        type->name = std::string(sdp::kComfortNoise);
    }
    return *type;
}

void Tracker::update(Stream& stream, const WaitingPacket& packet) {
    ++counts_.rtp;
    stream.last = std::max(stream.last, packet.time);
    const PayloadType& type = payload_type(stream, packet.header.payload_type);
    stream.monitor.packet(packet.header, packet.time.time_since_epoch(), type.clock_hz,
                          type.event_clock_hz);
}

void Tracker::rtcp(const Datagram& d) {
    const auto packets = rtp::parse_rtcp(d.payload);
    if (!packets) {
        ++counts_.rtcp_bad;
        return;
    }
    ++counts_.rtcp;
    for (const rtp::RtcpPacket& packet : *packets) {
        const auto* report = std::get_if<rtp::SenderReport>(&packet);
        if (report == nullptr) continue;
        const auto it = reports_.find({d.source.ip, d.destination.ip, report->ssrc});
        if (it != reports_.end())
            streams_.at(it->second)->monitor.sender_report(*report, d.time.time_since_epoch());
    }
}

TrackerCounts Tracker::counts() const {
    TrackerCounts counts = counts_;
    counts.other += candidates_.given_up() + candidates_.waiting();
    counts.candidates_evicted = candidates_.gave_way();
    return counts;
}

}  // namespace tandem::call
