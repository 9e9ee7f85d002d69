// Knows: the command did: whose number each is, as a filter; the ranges with what is used and spare; the numbers of a range.
// Must not know: how a number is looked up.
// Next: policy/did.h, record/did.h.
#pragma once

#include <string>
#include <string_view>

#include "cli/filter.h"
#include "e164-normalize/command.h"

namespace tandem::e164 {

class Did final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "did"; }
    [[nodiscard]] std::string_view summary() const override { return "Say whose numbers they are, and what is spare"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] bool needs_topology() const override { return true; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    cli::ExitCode list(cli::Context& context, const Numbers& numbers) const;
    cli::ExitCode expand(cli::Context& context, const Numbers& numbers) const;

    std::string input_;
    bool list_ = false;
    std::string expand_;
    cli::FilterOptions filter_;
};

}  // namespace tandem::e164
