// Knows: the program bypass-check: its options; one question from them, or a filter over lines and call records.
// Must not know: the rules of bypass (policy/bypass.h).
// Next: question.h.
#pragma once

#include <memory>
#include <string>

#include "bypass-check/question.h"
#include "cli/app.h"
#include "cli/filter.h"
#include "topology/topology.h"

namespace tandem::bypass {

class BypassCheck final : public cli::Tool {
public:
    [[nodiscard]] std::string_view name() const override { return "bypass-check"; }
    [[nodiscard]] std::string_view summary() const override {
        return "says whether a call's media can bypass the mediation, and if not why";
    }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    cli::ExitCode load(cli::Context& context) override;
    cli::ExitCode run(cli::Context& context) override;

private:
    cli::ExitCode answer_one(cli::Context& context, const policy::BypassQuestion& question) const;

    std::string input_;
    bool input_given_ = false;
    std::string topology_file_;
    std::string user_;
    std::string trunk_;
    bool text_ = false;
    Defaults defaults_;
    cli::FilterOptions filter_;
    std::shared_ptr<const topology::Topology> topology_;
};

}  // namespace tandem::bypass
