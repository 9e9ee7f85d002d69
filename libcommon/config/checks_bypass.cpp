// Knows: settings of media bypass, hiding and encryption that contradict each other. They are warnings: the verdict says the same per call.
// Must not know: calls.
// Next: policy/bypass.cpp for the verdict.
#include "base/text.h"
#include "config/build.h"

namespace tandem::config {

using topology::Index;
using topology::Transport;

void check_bypass(const Build& build) {
    const topology::Topology& t = build.topology;
    Problems& problems = build.problems();
    if (t.bypass.always && !t.bypass.enabled) {
        problems.warning(build.root.offset("bypass"),
                         "\"always\" has no effect while \"enabled\" of bypass is false");
    }
    if (build.root.boolean("bandwidth_check") && t.bypass.always) {
        problems.error(build.root.offset("bandwidth_check"),
                       "\"bandwidth_check\" and \"always\" of bypass exclude each other",
                       "a call that bypasses is not admitted by bandwidth");
    }
    if (build.root.boolean("bandwidth_check") && t.bypass.default_id) {
        problems.warning(build.root.offset("bandwidth_check"),
                         "\"default_id\" of bypass lets unmapped subnets past \"bandwidth_check\"");
    }
    for (Index i = 0; i < t.trunks.size(); ++i) {
        const topology::Trunk& trunk = t.trunks[i];
        const std::size_t at = build.where("trunks", i);
        const topology::SipProfile& sip = t.sip_profiles[trunk.sip_profile];
        const sdp::MediaProfile& media = t.media_profiles[trunk.media_profile];
        const bool rtcp_off = !media.rtcp_active && !media.rtcp_hold;
        if (trunk.bypass.enabled && !(trunk.bypass.centralized_media && (sip.refer || rtcp_off))) {
            problems.warning(at, cat("bypass of trunk \"", trunk.name, "\" cannot be (B03_FLAGS)"),
                             "it needs centralized_media, and either refer of its SIP profile or both rtcp "
                             "flags of its media profile off");
        }
        const bool may_go_direct = trunk.media == topology::MediaPolicy::kDirect ||
                                   (trunk.media == topology::MediaPolicy::kAuto && trunk.bypass.enabled && t.bypass.enabled);
        if (sip.hide_topology && may_go_direct) {
            problems.warning(at,
                             cat("hide_topology of trunk \"", trunk.name,
                                 "\" does not reach into SDP: direct media shows the addresses of those who send it"),
                             "write \"media\": \"mediate\", so that a bridge stands in between");
        }
        if (trunk.targets.empty()) continue;
        const topology::Target& first = trunk.targets.front();
        if (first.transport != Transport::kTls && media.srtp != sdp::SrtpMode::kNone) {
            problems.warning(
                at,
                cat("srtp of trunk \"", trunk.name, "\" sends its keys over ", to_string(first.transport)),
                "use tls, or srtp none");
        }
        const bool by_address = sip.tls_verify ? *sip.tls_verify == topology::TlsVerify::kIpSan
                                : trunk.realm != topology::kNoIndex && t.realms[trunk.realm].tls
                                    ? t.realms[trunk.realm].tls->verify == topology::TlsVerify::kIpSan
                                    : false;
        if (first.transport == Transport::kTls && first.ip && trunk.domain.empty() && !by_address) {
            problems.warning(
                at,
                cat("trunk \"", trunk.name, "\" uses tls to an address, which no certificate can name by its way of verifying"),
                "write a host name, or \"domain\", or \"tls_verify\": \"ip-san\"");
        }
    }
}

}  // namespace tandem::config
