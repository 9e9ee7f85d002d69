// Knows: what each question about numbers may need: a numbering plan, a region, a topology, its dial plan and emergency strings.
// Must not know: the questions.
// Next: command.h; number/parse.h for what a DialContext does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "config/topology_file.h"
#include "number/parse.h"
#include "number/plan_file.h"
#include "topology/topology.h"

namespace tandem::e164 {

class Numbers {
public:
    /// --region, --topology, --dial-plan, --numbering. The country of a dial plan goes before --region.
    static void declare(cli::Options& options);
    Status setup(const cli::Options& options);
    /// Reads the files. Complains itself.
    cli::ExitCode load(cli::Context& context, config::Decks decks);

    /// How a dialled string is to be read, by default. Valid as long as this object.
    [[nodiscard]] const number::DialContext& dial() const { return dial_; }
    /// Null without --topology.
    [[nodiscard]] const topology::Topology* topology() const { return topology_.get(); }
    /// The file's name, for messages; empty without --topology.
    [[nodiscard]] const std::string& topology_file() const { return topology_file_; }
    [[nodiscard]] const number::Plan& plan() const { return *dial_.plan; }
    /// --region: the country of what no dial plan's own country holds for; kNoRow without it.
    [[nodiscard]] std::uint16_t region() const { return region_; }

private:
    cli::ExitCode load_numbering(cli::Context& context);
    cli::ExitCode load_topology(cli::Context& context, config::Decks decks);
    Status choose_dial_plan(cli::Context& context);

    std::string topology_file_;
    std::string dial_plan_name_;
    std::string region_text_;
    bool region_typed_ = false;
    std::string numbering_file_;
    number::LoadedPlan numbering_;  ///< of --numbering; empty: the built-in plan
    std::shared_ptr<const topology::Topology> topology_;  ///< holds the rules that dial_ points to
    number::DialContext dial_;
    std::uint16_t region_ = number::kNoRow;
};

}  // namespace tandem::e164
