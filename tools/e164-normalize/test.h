// Knows: the command test: its options, what it prints and how it ends.
// Must not know: how cases are read (cases.h), tried (trial.h) and printed (case_report.h).
// Next: cases.h.
#pragma once

#include "e164-normalize/cases.h"
#include "e164-normalize/command.h"

namespace tandem::e164 {

class Test final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "test"; }
    [[nodiscard]] std::string_view summary() const override { return "Try cases of dialled numbers as calls are decided"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] bool needs_topology() const override { return true; }
    [[nodiscard]] bool reads_rates() const override { return true; }
    cli::ExitCode load(cli::Context& context, const Numbers& numbers) override;
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    std::string input_;
    bool csv_ = false;
    std::string form_;
    bool coverage_ = false;
    bool summary_ = true;
    CaseFile file_;
};

}  // namespace tandem::e164
