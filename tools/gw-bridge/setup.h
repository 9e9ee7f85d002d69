// Knows: what a call is to be: peers, profiles, ports, made of token and topology, pinned for its life.
// Must not know: SIP messages, media in flow.
// Next: snapshot.h, which makes one; call.h, which carries it out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/port_pool.h"
#include "net/address.h"
#include "sdp/profile.h"
#include "sip/token.h"
#include "topology/topology.h"

namespace tandem::bridge {

/// One side of a call.
struct SideSetup {
    std::string peer;  ///< trunk or user
    bool trunk = false;
    std::string realm;
    sdp::MediaProfile profile;
    std::shared_ptr<media::PortPool> ports;
    net::IpAddress advertised;  ///< written into SDP
};

struct CallSetup {
    sip::Token token;
    SideSetup a;
    SideSetup b;
    seconds max_duration{0};  ///< 0: no limit
    std::shared_ptr<const topology::Topology> topology;
};

}  // namespace tandem::bridge
