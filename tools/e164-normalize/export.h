// Knows: the command export: the dial plans of a topology, written for another system; what it cannot say on stderr.
// Must not know: any target.
// Next: exchange/export.h.
#pragma once

#include <string_view>

#include "e164-normalize/command.h"
#include "exchange/export.h"

namespace tandem::e164 {

class Export final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "export"; }
    [[nodiscard]] std::string_view summary() const override { return "Write the dial plans of a topology for another system"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] std::vector<Unmeant> unmeant() const override;
    [[nodiscard]] bool needs_topology() const override { return true; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    exchange::Target target_ = exchange::Target::kLyncJson;
    exchange::ExportOptions options_;
};

}  // namespace tandem::e164
