// Knows: names of what decisions say, reason phrases, the status that an outcome counts as.
// Must not know: how decisions are made.
// Next: decide.cpp and next.cpp, which make them.
#include "policy/plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/policy.h"

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

std::string_view to_string(Missing) { return "registration"; }

std::string_view to_string(Outcome::Kind k) {
    switch (k) {
        case Outcome::Kind::kTimeout: return "timeout";
        case Outcome::Kind::kTransportError: return "transport_error";
        case Outcome::Kind::kNoProgress: return "no_progress";
        case Outcome::Kind::kResponse: break;
    }
    return "response";
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
        case Kind::kResponse: break;
    }
    return status;
}

std::string_view reason_phrase(unsigned status) {
    // RFC 3261 §21 and the registry of SIP response codes; what this project sends or hands on.
    static constexpr std::array kPhrases{
        std::pair{300U, "Multiple Choices"},
        std::pair{301U, "Moved Permanently"},
        std::pair{302U, "Moved Temporarily"},
        std::pair{305U, "Use Proxy"},
        std::pair{380U, "Alternative Service"},
        std::pair{400U, "Bad Request"},
        std::pair{401U, "Unauthorized"},
        std::pair{402U, "Payment Required"},
        std::pair{403U, "Forbidden"},
        std::pair{404U, "Not Found"},
        std::pair{405U, "Method Not Allowed"},
        std::pair{406U, "Not Acceptable"},
        std::pair{407U, "Proxy Authentication Required"},
        std::pair{408U, "Request Timeout"},
        std::pair{410U, "Gone"},
        std::pair{413U, "Request Entity Too Large"},
        std::pair{414U, "Request-URI Too Long"},
        std::pair{415U, "Unsupported Media Type"},
        std::pair{416U, "Unsupported URI Scheme"},
        std::pair{420U, "Bad Extension"},
        std::pair{421U, "Extension Required"},
        std::pair{422U, "Session Interval Too Small"},
        std::pair{423U, "Interval Too Brief"},
        std::pair{440U, "Max-Breadth Exceeded"},
        std::pair{480U, "Temporarily Unavailable"},
        std::pair{481U, "Call/Transaction Does Not Exist"},
        std::pair{482U, "Loop Detected"},
        std::pair{483U, "Too Many Hops"},
        std::pair{484U, "Address Incomplete"},
        std::pair{485U, "Ambiguous"},
        std::pair{486U, "Busy Here"},
        std::pair{487U, "Request Terminated"},
        std::pair{488U, "Not Acceptable Here"},
        std::pair{491U, "Request Pending"},
        std::pair{493U, "Undecipherable"},
        std::pair{500U, "Server Internal Error"},
        std::pair{501U, "Not Implemented"},
        std::pair{502U, "Bad Gateway"},
        std::pair{503U, "Service Unavailable"},
        std::pair{504U, "Server Time-out"},
        std::pair{505U, "Version Not Supported"},
        std::pair{513U, "Message Too Large"},
        std::pair{600U, "Busy Everywhere"},
        std::pair{603U, "Decline"},
        std::pair{604U, "Does Not Exist Anywhere"},
        std::pair{606U, "Not Acceptable"},
    };
    const auto* found = std::find_if(kPhrases.begin(), kPhrases.end(),
                                     [status](const auto& entry) { return entry.first == status; });
    return found == kPhrases.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace tandem::policy
