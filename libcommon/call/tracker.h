// Knows: datagrams to calls and streams: what each datagram is, which call its stream belongs to, when both are over.
// Must not know: capture files, records, the machine's clock: time is the packets' time.
// Next: call.h for signalling, stream.h for media; tools/pcap-analyze, which feeds it and prints what it gives.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "call/call.h"
#include "call/candidates.h"
#include "call/datagram.h"
#include "call/sdp_endpoints.h"
#include "call/stream.h"
#include "sip/message.h"

namespace tandem::call {

/// Where finished calls and streams go. Streams come with their finish() done.
class Sink {
public:
    virtual ~Sink() = default;
    /// A call that is over at `now`, with its streams in order of their birth.
    virtual void call(const Call& call, const std::vector<const Stream*>& streams, WallTime now) = 0;
    /// A stream that belongs to no call, or (call is not null) was given out early because there were too many.
    virtual void stream(const Stream& stream, const Call* call) = 0;
};

struct TrackerOptions {
    std::size_t max_calls = 50'000;          ///< calls held at a time; one that is over gives way, else the one due first
    std::size_t max_streams = 100'000;       ///< streams held at a time
    std::size_t max_candidates = 24 * 1024;  ///< flows that may become streams; at most 1 KiB each
    std::size_t max_bytes = 168 * 1024 * 1024;  ///< held by calls, their SDP and streams together; what gives way as above
    seconds stream_idle{60};             ///< a stream without a call ends after so long without a packet
    bool keep_ladder = false;            ///< remember messages
    quality::JitterUse jitter = quality::JitterUse::kMedia;
};

/// What the datagrams turned out to be; each is counted once. Packets that may be RTP and made no stream are part of `other`.
struct TrackerCounts {
    std::uint64_t sip = 0;           ///< messages that were read
    std::uint64_t sip_bad = 0;       ///< looked like SIP and could not be read
    std::uint64_t rtp = 0;           ///< packets of streams
    std::uint64_t rtcp = 0;
    std::uint64_t rtcp_bad = 0;
    std::uint64_t stun = 0;
    std::uint64_t dtls = 0;
    std::uint64_t keepalive = 0;     ///< empty, or nothing but CR, LF and NUL
    std::uint64_t other = 0;         ///< none of these
    std::uint64_t sdp_bad = 0;       ///< bodies said to be SDP that could not be read (of messages counted above)
    std::uint64_t calls = 0;
    std::uint64_t calls_evicted = 0; ///< given out early because there were too many
    std::uint64_t streams = 0;
    std::uint64_t streams_evicted = 0;
    std::uint64_t candidates_evicted = 0; ///< flows that may have been RTP and gave way to others before that was clear
};

/// Follows all calls and streams of one point of observation. Deterministic: the same datagrams give the same calls to the
/// sink in the same order. Memory is bounded by the options, whatever the datagrams are.
class Tracker {
public:
    Tracker(TrackerOptions options, Sink& sink);
    ~Tracker();
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;

    /// Takes one datagram; payload and endpoints are not kept.
    void datagram(const Datagram& datagram);
    /// Ends everything that is still open, in order of birth. go_on, if given, is asked after each; false leaves the rest.
    void finish(const std::function<bool()>& go_on = {});

    [[nodiscard]] TrackerCounts counts() const;
    [[nodiscard]] WallTime now() const { return now_; }

private:
    struct CallEntry {
        Call call;
        std::vector<std::uint64_t> streams;  // numbers, in order of birth
        WallTime scheduled{};                // its place in calls_due_
        std::optional<WallTime> over{};      // its place in over_, while it is over
        std::size_t bytes = 0;               // its share of call_bytes_
    };
    /// Calls or streams in the order of a time, by number among equals.
    using Order = std::set<std::pair<WallTime, std::uint64_t>>;
    /// RTCP comes from another port than its RTP: address pair and SSRC must do.
    struct ReportKey {
        net::IpAddress source, destination;
        std::uint32_t ssrc;
        bool operator==(const ReportKey&) const = default;
    };
    struct ReportKeyHash {
        std::size_t operator()(const ReportKey& k) const noexcept {
            const std::hash<net::IpAddress> hash;
            return hash(k.source) * 31 + hash(k.destination) * 7 + k.ssrc;
        }
    };

    void sip(const Datagram& d);
    void describe(CallEntry& entry);
    void schedule(CallEntry& entry, WallTime at);
    void claim_waiting(std::uint64_t call, const std::vector<net::Endpoint>& endpoints);
    void rtp(const Datagram& d);
    void rtcp(const Datagram& d);
    Stream& begin_stream(const FlowKey& key, const WaitingPacket& first, const SdpEndpoints::Found& found);
    void attach(Stream& stream, std::uint64_t call, Match match);
    void update(Stream& stream, const WaitingPacket& packet);
    PayloadType& payload_type(Stream& stream, std::uint8_t number);
    void expire();
    void end_call(std::uint64_t number);
    void end_stream(std::uint64_t number);
    void forget(const Stream& stream);
    void remove(const Stream& stream);
    void weigh(CallEntry& entry);
    [[nodiscard]] std::size_t bytes() const;
    void make_room();
    bool give_way();
    void evict_call(std::uint64_t number);
    void evict_stream(std::uint64_t number);
    /// Fingerprints of calls that were given out early: what comes of them later makes no second record.
    static constexpr std::size_t kMaxEvicted = 100'000;
    /// More than that are no call but a flood towards its endpoints: then the oldest of them is given out.
    static constexpr std::size_t kMaxStreamsPerCall = 256;

    TrackerOptions options_;
    Sink& sink_;
    sip::Message message_;
    SdpEndpoints endpoints_;
    Candidates candidates_;
    std::unordered_map<std::string, std::uint64_t> call_numbers_;  // by Call-ID
    std::unordered_set<std::uint64_t> evicted_;
    std::unordered_map<std::uint64_t, CallEntry> calls_;
    std::unordered_map<FlowKey, std::uint64_t, FlowKeyHash> flows_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Stream>> streams_;
    std::unordered_map<ReportKey, std::uint64_t, ReportKeyHash> reports_;
    std::unordered_map<net::Endpoint, std::set<std::uint64_t>> unclaimed_;  // streams without a call, by either end
    Stream* latest_ = nullptr;  // the stream of the last RTP packet
    Order calls_due_, streams_due_;
    Order over_;  // calls whose BYE or final failure was seen, by its time
    std::size_t call_bytes_ = 0;
    WallTime now_{};
    TrackerCounts counts_;
};

}  // namespace tandem::call
