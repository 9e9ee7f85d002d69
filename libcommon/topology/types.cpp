// Knows: names and defaults of the topology's pieces.
// Must not know: JSON.
// Next: topology.cpp for the look-ups.
#include "topology/types.h"

#include "base/text.h"

namespace tandem::topology {

std::string_view to_string(Transport t) {
    switch (t) {
        case Transport::kTcp: return "tcp";
        case Transport::kTls: return "tls";
        case Transport::kUdp: break;
    }
    return "udp";
}

std::string_view to_string(TlsVerify v) {
    return v == TlsVerify::kRfc5922 ? "rfc5922" : v == TlsVerify::kRfc2818 ? "rfc2818" : "ip-san";
}

std::uint16_t default_port(Transport t) { return t == Transport::kTls ? 5061 : 5060; }

std::string_view to_string(Side s) { return s == Side::kInside ? "inside" : "outside"; }

std::string_view to_string(CausePreset p) {
    switch (p) {
        case CausePreset::kRfc4497: return "rfc4497";
        case CausePreset::kLync: return "lync";
        case CausePreset::kOracle: return "oracle";
        case CausePreset::kAudiocodes: return "audiocodes";
        case CausePreset::kRfc3398: break;
    }
    return "rfc3398";
}

std::optional<net::Endpoint> Target::endpoint() const {
    if (!ip) return std::nullopt;
    return net::Endpoint{*ip, port != 0 ? port : default_port(transport)};
}

const BridgeMedia* Bridge::media_in(Index realm_index) const {
    for (const BridgeMedia& m : media) {
        if (m.realm == realm_index) return &m;
    }
    return nullptr;
}

}  // namespace tandem::topology
