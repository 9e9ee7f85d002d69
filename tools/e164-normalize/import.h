// Knows: the command import: files of foreign dial plans in, a topology file out, what could not be taken on stderr.
// Must not know: any foreign format.
// Next: exchange/import.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "e164-normalize/command.h"
#include "exchange/import.h"

namespace tandem::e164 {

class Import final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "import"; }
    [[nodiscard]] std::string_view summary() const override { return "Make a topology file of another system's dial plans"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    [[nodiscard]] std::vector<Unmeant> unmeant() const override;
    [[nodiscard]] bool asks_numbers() const override { return false; }
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    Status read(cli::Context& context, const std::string& file, exchange::Fragment& into) const;

    std::vector<std::string> files_;
    exchange::ImportOptions options_;
    bool strict_ = false;
};

}  // namespace tandem::e164
