// Knows: the command lint: its options, what it prints and which findings are adverse.
// Must not know: how anything is found.
// Next: lint/lint.h, which finds; findings.h, which prints.
#pragma once

#include "e164-normalize/command.h"
#include "e164-normalize/findings.h"

namespace tandem::e164 {

class Lint final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "lint"; }
    [[nodiscard]] std::string_view summary() const override { return "Find, by proof, what is wrong with rules and routes"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] std::vector<Unmeant> unmeant() const override { return {{"dial-plan", "it looks at all of them"}}; }
    [[nodiscard]] bool needs_topology() const override { return true; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    FindingForm form_ = FindingForm::kJson;
    bool strict_ = false;
    bool summary_ = true;
};

}  // namespace tandem::e164
