// Knows: the two questions that every call asks: where shall it go, and what next after a failure.
// Must not know: sockets, messages, clocks, counters in use; all that comes in as plain data.
// Next: plan.h and facts.h for the data; decide.cpp, routing.cpp, media_path.cpp, next.cpp and bypass.cpp for the answers.
#pragma once

#include <span>
#include <string_view>

#include "base/clock.h"
#include "policy/bypass.h"
#include "policy/facts.h"
#include "policy/plan.h"
#include "topology/topology.h"

namespace tandem::policy {

/// Where a call shall go. The same facts always give the same answer, offline and live.
/// Order: emergency strings as dialled, source, sealed target (which ends it), emergency by the caller's dial plan, draining, loop
/// guard, limits of the source, then by source: from a trunk inbound rules → dial plan → DID → user (else usages of the trunk), from
/// a user names → dial plan → own users → policy → usages → routes → trunks; limits, health, number translation, caller id, bypass
/// verdict and media path for each target. Who takes over a dialog (facts.replaced) is routed to the one party that it is with, by nobody's
/// usages: that party, and whoever referred to it, were let talk before.
/// detail: whether the steps that led there are kept; the result is the same.
/// Thread: any; reads only.
Decision decide(const CallFacts& facts, const topology::Topology& topology, const LiveView& live,
                WallTime now, Detail detail = Detail::kAll);

/// What to do after an attempt of a plan failed. `tried` holds the outcome of every attempt so far, in the order in which they
/// ended; the last one is new. While targets of the same group are still under way the caller waits and does not ask; it gives
/// the reservations of the ended attempts back before it asks.
/// Never goes on after 6xx or 486; after a provisional other than 100 only when the target's retry settings allow it.
Next next(const Plan& plan, std::span<const Outcome> tried, const topology::Topology& topology,
          const LiveView& live, WallTime now);

/// Whether the topology names who sends from there: a bridge, a trunk or a user. The first question to a packet, before it may
/// cost anything: strangers get no transaction. Cost: a few table look-ups, no allocation.
bool knows_source(const topology::Topology& topology, Index realm, const net::Endpoint& source);

}  // namespace tandem::policy
