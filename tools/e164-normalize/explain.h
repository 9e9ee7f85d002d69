// Knows: the command explain: everything that is looked at on the way of each number, for machines and for people.
// Must not know: how anything is decided.
// Next: policy/explain.h, record/explanation.h.
#pragma once

#include <string>
#include <string_view>

#include "ask/route.h"
#include "cli/filter.h"
#include "e164-normalize/command.h"

namespace tandem::e164 {

class Explain final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "explain"; }
    [[nodiscard]] std::string_view summary() const override { return "Show every rule, route and step of a number"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] bool needs_topology() const override { return true; }
    [[nodiscard]] bool reads_rates() const override { return true; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    cli::ExitCode run_text(cli::Context& context, const Numbers& numbers, const ask::Caller& caller) const;

    std::string input_;
    bool text_ = false;
    ask::CallerSettings caller_;
    cli::FilterOptions filter_;
};

}  // namespace tandem::e164
