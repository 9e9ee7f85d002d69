// Knows: what can be known of a call and of a running node, as plain data: the two inputs of a decision beside the topology.
// Must not know: where it comes from (message, record, command line, counters).
// Next: policy.h, which decides.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dns/locate.h"
#include "net/address.h"
#include "net/prefix.h"
#include "sdp/summary.h"
#include "topology/types.h"

namespace tandem::policy {

using topology::Index;
using topology::kNoIndex;

/// A decision taken earlier for exactly one target, read back from a verified token that a bridge brought.
struct SealedTarget {
    Index trunk = kNoIndex;  ///< one of trunk and user is set
    Index endpoint = 0;      ///< place in the trunk's targets or the user's contacts
    std::optional<dns::Server> server;  ///< which one of the servers behind the target's name
    Index user = kNoIndex;
    std::string called;      ///< user part for the request, as the first pass translated it
    std::string calling;     ///< caller's number for the target; empty when none may be shown
    bool anonymous = false;
    bool emergency = false;
    Index source_trunk = kNoIndex;  ///< who made the call
    Index source_user = kNoIndex;
    unsigned hops = 0;
};

/// Whose dialog an INVITE takes over (RFC 3891), read back from a Contact that was shown sealed: the call goes there and nowhere else.
struct ReplacedParty {
    Index trunk = kNoIndex;  ///< one of trunk and user is set
    Index user = kNoIndex;
    std::optional<net::Endpoint> at;  ///< which of its addresses
    std::string request_uri;          ///< its Contact
    bool lives = false;               ///< the dialog is up: whoever looks it up says so. Else nobody is to be called (RFC 3891 §3)
};

/// Somebody who is not in the topology, asked about by dial plan and policy alone. Where such a one stands is not known, so how media
/// would go is not said.
struct Anyone {
    Index dial_plan = kNoIndex;  ///< kNoIndex: emergency and international numbers only
    Index policy = kNoIndex;     ///< kNoIndex: none, so nothing leaves
};

/// What a message, a record or a command line can tell of a call.
struct CallFacts {
    // who
    Index realm =
        kNoIndex;  ///< realm by which it came in; kNoIndex when not known (a question from a command line)
    std::optional<net::Endpoint> source;  ///< address that it came from
    Index user = kNoIndex;                ///< source settled already: an authenticated user, or --user
    Index trunk = kNoIndex;               ///< the same for a trunk: --trunk
    std::optional<Anyone> anyone;         ///< the same for nobody in particular: an offline question
    std::optional<SealedTarget> sealed;   ///< from a token; believed only together with a bridge as source
    std::optional<ReplacedParty> replaced;
    Index named_trunk = kNoIndex;  ///< the trunk of that realm whose target's name leads to the source's address now; where the
                                   ///< topology knows nobody there
    bool waited = false;           ///< what was needed has been waited for: go on with what there is
    // what
    std::string called;       ///< user part of the Request-URI as it stands (unescaped), or what was dialled
    std::string called_host;  ///< host part; empty when there is none
    std::string calling;       ///< number or user of the caller: P-Asserted-Identity where trusted, else From
    std::string calling_name;  ///< display name
    bool anonymous = false;    ///< Privacy: id (RFC 3323) or an anonymous From
    unsigned hops = 0;  ///< how often the call has passed this system (Max-Hops of the token or header)
    // media
    std::optional<sdp::Summary> offer;
    std::optional<net::IpAddress>
        client;  ///< address of the user's client for bypass; the source when absent
};

enum class Health : std::uint8_t { kUnknown, kUp, kDown };

/// Where the name of a target leads now.
struct NamedTarget {
    bool known = false;                    ///< false: DNS is being asked, or has to be
    std::span<const dns::Server> servers;  ///< as dns::locate() gives them; whose they are outlives the decision
    std::vector<Health> health;            ///< as long as servers, or empty
};

struct TrunkState {
    std::vector<Health> targets;  ///< as long as the trunk's targets, or empty
    std::vector<NamedTarget> named;  ///< as long as the trunk's targets, or empty when all of them are addresses
    unsigned calls = 0;           ///< reserved and answered ones
    unsigned calls_last_second = 0;
};

/// Where a registered user is now.
struct RegisteredContact {
    topology::Target target;  ///< where to send (the flow's remote end)
    std::string user;         ///< user part of the contact's URI
    Index realm = kNoIndex;
};

struct UserState {
    bool known = false;                       ///< the registrar was asked
    std::vector<RegisteredContact> contacts;  ///< best first
};

/// What only a running node knows. Shorter vectors mean "nothing known of the rest"; a default one is the view of an offline question.
struct LiveView {
    bool running =
        false;  ///< false: an offline question; what is not known is then left open instead of asked for
    bool draining = false;
    std::vector<TrunkState> trunks;
    std::vector<Health> bridges;
    std::vector<UserState> users;
    std::uint64_t dice = 0;  ///< another one for each call: chooses among servers by their weights (RFC 2782)

    [[nodiscard]] Health target(Index index, Index endpoint) const;
    [[nodiscard]] Health bridge(Index index) const;
    [[nodiscard]] const TrunkState* trunk_state(Index index) const;
    [[nodiscard]] const UserState* user_state(Index index) const;
};

}  // namespace tandem::policy
