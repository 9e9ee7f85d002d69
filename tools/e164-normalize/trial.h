// Knows: how one case is tried by the functions that decide live calls, what it used on its way, and what no case used.
// Must not know: how cases are written, how results are printed.
// Next: policy/policy.h and number/parse.h, which are asked.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "e164-normalize/cases.h"
#include "lint/finding.h"
#include "number/parse.h"
#include "record/check.h"
#include "topology/topology.h"

namespace tandem::e164 {

class Trials {
public:
    /// dial: how a number without caller is read, where its case names no dial plan. region: of plans that name no country.
    Trials(const topology::Topology& topology, const number::DialContext& dial, std::uint16_t region, WallTime now)
        : topology_(topology), dial_(dial), region_(region), now_(now) {}

    /// Whether the names that a case gives are the topology's. Errors: missing, with a suggestion.
    [[nodiscard]] Status known(const Case& c) const;
    /// Tries a case whose names are known.
    record::CaseCheck run(const Case& c);
    /// N22: rules of dial plans and trunks, routes and usages that no case used so far, as notes.
    [[nodiscard]] std::vector<lint::Finding> untested() const;

private:
    void use_rule(std::string_view list, std::string_view rule) { rules_.emplace(list, rule); }

    const topology::Topology& topology_;
    const number::DialContext& dial_;
    std::uint16_t region_;
    WallTime now_;
    std::set<std::pair<std::string, std::string>, std::less<>> rules_;  ///< list ("dial plan main") and name
    std::set<std::string, std::less<>> routes_, usages_;
};

}  // namespace tandem::e164
