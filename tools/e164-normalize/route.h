// Knows: the command route: the question of ask/route.h, asked of the topology that all commands share.
// Must not know: how it is decided.
// Next: ask/route.h.
#pragma once

#include <string_view>

#include "ask/route.h"
#include "e164-normalize/command.h"

namespace tandem::e164 {

class Route final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "route"; }
    [[nodiscard]] std::string_view summary() const override { return "Say where calls would go, and why"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] std::vector<Unmeant> unmeant() const override;
    [[nodiscard]] bool needs_topology() const override { return true; }
    [[nodiscard]] bool reads_rates() const override { return true; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    ask::RouteSettings settings_;
};

}  // namespace tandem::e164
