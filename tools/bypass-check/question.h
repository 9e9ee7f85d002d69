// Knows: how a line or a call record becomes a question about bypass, and its verdict an answer.
// Must not know: options, the rules (policy/bypass.h).
// Next: tool.h; policy/parties.h, which says whose ends they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/filter.h"
#include "policy/bypass.h"
#include "topology/topology.h"

namespace tandem::bypass {

/// What the command line says, for what a line or record does not tell itself.
struct Defaults {
    topology::Index user = topology::kNoIndex;
    topology::Index trunk = topology::kNoIndex;
    bool inbound = false;
    std::optional<net::IpAddress> client;
    std::optional<net::Prefix> client_subnet;
};

/// The question of the command line alone; nothing when it names no user or no trunk.
std::optional<policy::BypassQuestion> question_of(const Defaults& defaults);

/// Answers call records (types call) and lines "user trunk".
class Answerer final : public cli::FilterHandler {
public:
    Answerer(const topology::Topology& topology, const Defaults& defaults)
        : topology_(topology), defaults_(defaults) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override;
    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override;

private:
    cli::Answer answer(const policy::BypassQuestion& question, json::Writer& value) const;

    const topology::Topology& topology_;
    Defaults defaults_;
};

/// Adverse: no.
cli::Answer judge(const policy::Verdict& verdict);

}  // namespace tandem::bypass
