// Knows: the program e164-normalize: its options, and that it is a filter over number/parse.h.
// Must not know: how numbers are read, how a filter treats lines.
// Next: answer.h for what one number gives; cli/filter.h for the loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/filter.h"
#include "number/parse.h"
#include "number/plan_file.h"
#include "topology/topology.h"

namespace tandem::e164 {

class Normalize final : public cli::Tool {
public:
    [[nodiscard]] std::string_view name() const override { return "e164-normalize"; }
    [[nodiscard]] std::string_view summary() const override { return "numbers in any written form to E.164, as JSON lines"; }
    [[nodiscard]] std::string data_versions() const override;
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    cli::ExitCode load(cli::Context& context) override;
    cli::ExitCode run(cli::Context& context) override;
    /// Schema and reference of the topology file, which has no program of its own.
    [[nodiscard]] std::optional<std::string> generate(std::string_view what) const override;

private:
    cli::ExitCode load_numbering(cli::Context& context);
    Status choose_dial_plan(const topology::Topology& topology);

    std::string input_;
    std::string topology_file_;
    std::string dial_plan_name_;
    std::string region_field_;
    bool formats_ = false;
    std::string region_text_;
    std::string numbering_file_;
    number::LoadedPlan numbering_;  ///< of --numbering; empty: the built-in plan
    cli::FilterOptions filter_;
    std::shared_ptr<const topology::Topology> topology_;  ///< holds the rules that dial_ points to
    std::vector<std::string> emergency_;
    number::DialContext dial_;
};

}  // namespace tandem::e164
