// Knows: names of trunk settings, DID range arithmetic.
// Must not know: JSON, calls.
// Next: topology.cpp for the look-ups.
#include "topology/trunk.h"

#include <algorithm>

#include "topology/user.h"

namespace tandem::topology {

std::string_view to_string(TrunkKind k) {
    switch (k) {
        case TrunkKind::kPbx: return "pbx";
        case TrunkKind::kGateway: return "gateway";
        case TrunkKind::kTdm: return "tdm";
        case TrunkKind::kSip: break;
    }
    return "sip";
}

std::string_view to_string(MediaPolicy p) {
    switch (p) {
        case MediaPolicy::kMediate: return "mediate";
        case MediaPolicy::kDirect: return "direct";
        case MediaPolicy::kAuto: break;
    }
    return "auto";
}

std::string_view to_string(Scope s) { return s == Scope::kGlobal ? "global" : s == Scope::kSite ? "site" : "user"; }

std::string_view to_string(Order o) { return o == Order::kLeastCost ? "least_cost" : "listed"; }

std::string_view to_string(Encryption e) {
    switch (e) {
        case Encryption::kRequire: return "require";
        case Encryption::kNone: return "none";
        case Encryption::kSupport: break;
    }
    return "support";
}

bool Retry::retries(unsigned status) const {
    return std::find(codes.begin(), codes.end(), status) != codes.end();
}

bool DidRange::contains(std::string_view e164) const {
    // Numbers of one length compare as their text does.
    return e164.size() == first.size() && e164 >= first && e164 <= last;
}

}  // namespace tandem::topology
