// Knows: the command translate: what each trunk receives for a number, as a filter over lines and records.
// Must not know: how rules are applied.
// Next: policy/translate.h, record/translation.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/filter.h"
#include "e164-normalize/command.h"
#include "record/translation.h"

namespace tandem::e164 {

class Translate final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "translate"; }
    [[nodiscard]] std::string_view summary() const override { return "Say what trunks receive for a number"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] bool needs_topology() const override { return true; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    std::string input_;
    std::vector<std::string> trunks_;
    std::string calling_;
    cli::FilterOptions filter_;
};

}  // namespace tandem::e164
