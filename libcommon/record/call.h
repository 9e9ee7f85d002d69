// Knows: the `call` record: one call as the proxy, the bridge or the analyser saw it.
// Must not know: how the facts were found out.
// Next: stream.h for its media; schema.json for the keys and who fills which.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "call/outcome.h"
#include "json/line.h"
#include "json/writer.h"

namespace tandem::record {

/// Media of one leg as the bridge saw them: "in" is what the peer sent, "out" what was sent to it.
struct CallLegMedia {
    std::string local;                        ///< endpoint
    std::string remote;                       ///< where packets went
    std::optional<std::string> codec;         ///< agreed on
    std::optional<bool> latched;              ///< true, or absent: the peer was not where its SDP said
    std::uint64_t received = 0;
    std::uint64_t lost = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t reordered = 0;
    std::optional<double> jitter_max_ms;
    std::optional<double> jitter_mean_ms;
    std::optional<double> mos_lq;             ///< of the longest stream
    std::uint64_t sent = 0;
    std::uint64_t converted = 0;              ///< of the sent ones, those of another law
    std::uint64_t foreign = 0;                ///< dropped: from strangers
    std::uint64_t dropped = 0;                ///< dropped for another reason
    std::uint64_t rtcp_received = 0;
    std::uint64_t rtcp_sent = 0;
    std::optional<double> rtt_ms;             ///< last
    std::optional<double> rtt_max_ms;
    std::optional<std::int64_t> remote_lost;  ///< of the sent ones, by the peer's report
    std::optional<double> remote_jitter_ms;
};

/// One signalling path of a call: a hop seen in a capture, or a side of a proxy or bridge.
struct CallLeg {
    std::optional<std::string> call_id;  ///< where it differs from the call's own
    std::optional<std::string> src;      ///< endpoint that sent the INVITE
    std::optional<std::string> dst;
    std::optional<std::string> peer;     ///< trunk or user by its name in the topology
    std::optional<std::string> realm;
    std::optional<int> status;           ///< final response on this leg
    std::optional<CallLegMedia> media;   ///< bridge
};

/// One try of a target, in order (proxy).
struct CallAttempt {
    std::string target;                 ///< trunk or user
    std::optional<std::string> uri;     ///< Request-URI that was sent
    std::optional<int> status;          ///< final response; absent while open
    std::optional<std::string> reason;  ///< why it ended when no response did: "timeout", "no_progress", "transport_error", "too_large", "cancelled"
    std::optional<double> after_ms;     ///< from the call's INVITE to this try's
    std::optional<double> progress_ms;  ///< from this try's INVITE to its first provisional but 100
    std::optional<double> final_ms;     ///< from this try's INVITE to its end
    std::optional<std::string> path;    ///< "direct" or "mediated"
};

/// What the bypass rules said of a call between a user and a trunk (proxy).
struct CallBypass {
    std::string verdict;                ///< "yes", "no", "undecided"
    std::optional<std::string> code;    ///< "B06_EXTERNAL"
    std::optional<std::string> reason;  ///< for people
};

/// Something noticed about a call, with what shows it.
struct Diagnosis {
    std::string code;  ///< "no_media", "one_way_audio", ...
    std::string text;  ///< for people
};

/// Keys and their order are fixed (conventions); an empty optional is absent. Legs, streams and diagnosis are always
/// written by the analyser; the proxy's and the bridge's own keys follow behind.
struct Call {
    std::string call_id;
    std::optional<std::string> session_id;  ///< local UUID of the caller (RFC 7989)
    std::optional<call::Outcome> outcome;   ///< absent in a start record
    bool timeout = false;                   ///< "failure":"timeout"
    std::optional<int> status;
    std::optional<std::string> from;  ///< URI
    std::optional<std::string> to;    ///< URI
    std::optional<WallTime> invite_ts;
    StampDigits digits = StampDigits::kMicro;
    std::optional<double> pdd_ms;       ///< INVITE to first provisional but 100, else to the 200 (RFC 6076 §4.3.1)
    std::optional<double> ring_ms;      ///< INVITE to first 180
    std::optional<double> answer_ms;    ///< INVITE to 2xx
    std::optional<double> duration_ms;  ///< 2xx to BYE
    std::optional<std::string> ended_by;  ///< "caller", "callee"; a program's own reason otherwise ("media_timeout", ...)
    std::optional<int> q850;
    std::optional<std::vector<CallLeg>> legs;
    std::optional<std::vector<std::string>> streams;  ///< ids of stream records
    std::optional<std::vector<Diagnosis>> diagnosis;

    // Proxy and bridge.
    std::optional<std::string> phase;        ///< "start" (at the answer) or "end"
    std::optional<std::string> direction;    ///< "outbound", "inbound", "internal", "transit"
    std::optional<std::string> source_kind;  ///< "trunk" or "user"
    std::optional<std::string> source;       ///< trunk or user that the call came from
    std::optional<std::string> target_kind;
    std::optional<std::string> target;       ///< trunk or user that it went to
    std::optional<std::string> dialled;      ///< what was called, as it came in
    std::optional<std::string> called;     ///< number or user as decided (E.164 where it is one)
    std::optional<std::string> calling;
    std::optional<std::string> dial_plan;  ///< names of what decided
    std::optional<std::string> route;
    std::optional<bool> emergency;         ///< true, or absent
    std::optional<std::string> path;       ///< "direct" or "mediated"
    std::optional<std::string> reason;     ///< reason code of the decision
    std::optional<CallBypass> bypass;
    std::optional<std::vector<CallAttempt>> attempts;
    std::vector<std::string> truncated;  ///< keys whose text was cut; absent when empty
};

/// Writes the members into an open object.
void write(json::Writer& out, const Call& call);
/// Appends a whole record line. ts is the INVITE's time or, without one, `stamp`.
void append(std::string& out, const Call& call, std::string_view id, WallTime stamp);
/// Reads the object of a `call` record again, as far as filters need it (not legs, streams, diagnosis, attempts).
/// Errors: missing, syntax.
Result<Call> read_call(const json::Object& object);

}  // namespace tandem::record
