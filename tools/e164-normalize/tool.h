// Knows: the program e164-normalize: its common options, and that one of its commands does the work.
// Must not know: what a command does.
// Next: commands.cpp for the list of commands; numbers.h for what they share.
#pragma once

#include <memory>
#include <vector>

#include "cli/app.h"
#include "e164-normalize/command.h"
#include "e164-normalize/numbers.h"

namespace tandem::e164 {

class E164Normalize final : public cli::Tool {
public:
    E164Normalize();
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
    std::vector<std::unique_ptr<Command>> commands_;
    Command* chosen_ = nullptr;
    Numbers numbers_;
};

}  // namespace tandem::e164
