// Knows: names of what decisions say, the status that an outcome counts as.
// Must not know: how decisions are made.
// Next: decide.cpp and next.cpp, which make them.
#include "policy/plan.h"

namespace tandem::policy {

std::string_view to_string(Direction d) {
    switch (d) {
        case Direction::kInbound: return "inbound";
        case Direction::kOutbound: return "outbound";
        case Direction::kInternal: return "internal";
        case Direction::kTransit: return "transit";
        case Direction::kUnknown: break;
    }
    return "unknown";
}

std::string_view to_string(MediaPath p) { return p == MediaPath::kDirect ? "direct" : "mediated"; }

std::string_view to_string(Missing m) { return m == Missing::kAddress ? "address" : "registration"; }

std::string_view to_string(Outcome::Kind k) {
    switch (k) {
        case Outcome::Kind::kTimeout: return "timeout";
        case Outcome::Kind::kTransportError: return "transport_error";
        case Outcome::Kind::kNoProgress: return "no_progress";
        case Outcome::Kind::kTooLarge: return "too_large";
        case Outcome::Kind::kResponse: break;
    }
    return "response";
}

void reached_at(topology::Target& hop, const dns::Server& server) {
    hop.ip = server.at.ip;
    hop.port = server.at.port;
    hop.transport = static_cast<topology::Transport>(server.transport);
    hop.any_transport = false;
}

std::size_t Plan::group_end(std::size_t first) const {
    std::size_t end = first;
    while (end < targets.size() && targets[end].group == targets[first].group) ++end;
    return end;
}

unsigned Outcome::as_status() const {
    switch (kind) {
        case Kind::kTimeout:
        case Kind::kNoProgress: return 408;
        case Kind::kTransportError: return 503;
        case Kind::kTooLarge: return 513;
        case Kind::kResponse: break;
    }
    return status;
}

}  // namespace tandem::policy
