// Knows: whether media of a call between a user and a trunk can bypass the mediation, and if not why: thirteen steps with evidence.
// Must not know: routing, health, how media is relayed.
// Next: sdp/plan.h for what would have to be converted; record/verdict.h for the record; tools/bypass-check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "net/prefix.h"
#include "sdp/plan.h"
#include "sdp/summary.h"
#include "topology/topology.h"

namespace tandem::policy {

enum class StepState : std::uint8_t { kPass, kFail, kUnknown, kNotApplicable };
std::string_view to_string(StepState s);  ///< "pass", "fail", "unknown", "n.a."

enum class Bypassed : std::uint8_t { kYes, kNo, kUndecided };
std::string_view to_string(Bypassed b);  ///< "yes", "no", "undecided"

/// One step of the verdict.
struct BypassStep {
    unsigned number = 0;    ///< 1 to 19; codes follow the step numbers
    std::string_view name;  ///< what is tested, static
    StepState state = StepState::kUnknown;
    std::string_view code;  ///< "B06_EXTERNAL"; empty when the step passed
    std::string evidence;   ///< what the state rests on
};

/// What one question is about. What is absent is not known.
struct BypassQuestion {
    topology::Index user = topology::kNoIndex;
    topology::Index trunk = topology::kNoIndex;
    bool inbound = false;                       ///< from the trunk to the user
    std::optional<net::IpAddress> client;       ///< the user's client
    std::optional<net::Prefix> client_subnet;   ///< network as the client sees it
    std::optional<topology::Side> client_side;  ///< side of the realm that the client is behind
    const sdp::Summary* user_sdp = nullptr;     ///< offer or answer of the user's side
    const sdp::Summary* trunk_sdp = nullptr;
    bool anchor_required = false;  ///< recording, announcement or another service needs the media
};

/// How much of a verdict is put into words: a call in progress needs the answer only, a person all of it.
enum class Detail : std::uint8_t {
    kDecisive,  ///< the reason of the answer
    kAll,       ///< every step with its evidence, warnings, and the ids that were compared
};

struct Verdict {
    Bypassed value = Bypassed::kUndecided;
    std::string_view code;  ///< of the first failing step, else of the first unknown one; empty for yes
    std::string reason;     ///< its evidence
    sdp::ConversionPlan conversions;  ///< between the user's leg (a) and the trunk's (b)
    // Only with Detail::kAll.
    std::vector<BypassStep> steps;      ///< all that were looked at, in order
    std::vector<std::string> warnings;  ///< codes with text of what does not block
    std::string client_id;              ///< bypass ids that were compared; empty when none
    std::string gateway_id;
};

/// The verdict by the rules of Lync media bypass, from topology and facts alone. Every step is looked at, also after a failing one.
/// Value, code, reason and conversions are the same whatever the detail.
Verdict bypass_verdict(const BypassQuestion& question, const topology::Topology& topology,
                       Detail detail = Detail::kDecisive);

}  // namespace tandem::policy
