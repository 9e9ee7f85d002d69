// Knows: the command normalize: what each number is, as a filter over lines and records, and which answers are adverse.
// Must not know: how numbers are read, how a filter treats lines.
// Next: number/parse.h, record/number.h; cli/filter.h for the loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "cli/csv_filter.h"
#include "cli/filter.h"
#include "e164-normalize/command.h"
#include "number/parse.h"
#include "record/number.h"

namespace tandem::e164 {

/// Adverse: neither an E.164 number whose length fits, nor an emergency string, an internal extension, a short or feature code.
cli::Answer judge(const number::Number& number);

/// Answers lines, and fields of records; the region may come from a field of the record.
class Answerer final : public cli::FilterHandler {
public:
    /// with_fields: records are asked field by field; without, they all pass. log: gets each adverse answer, as debug lines.
    Answerer(const number::DialContext& dial, std::string_view region_field, bool with_fields,
             const record::NumberDetail& detail, const Log& log)
        : dial_(dial), region_field_(region_field), with_fields_(with_fields), detail_(detail), log_(log) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override;
    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override;

private:
    cli::Answer answer(std::string_view written, const number::DialContext& dial, json::Writer& value) const;

    const number::DialContext& dial_;
    std::string_view region_field_;
    bool with_fields_;
    record::NumberDetail detail_;
    const Log& log_;
};

class Normalize final : public Command {
public:
    [[nodiscard]] std::string_view name() const override { return "normalize"; }
    [[nodiscard]] std::string_view summary() const override { return "Say of each number what it is; need not be named"; }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    cli::ExitCode run(cli::Context& context, const Numbers& numbers) override;

private:
    Status setup_csv(const cli::Options& options);

    std::string input_;
    std::string region_field_;
    bool formats_ = false;
    cli::FilterOptions filter_;
    std::optional<cli::CsvFilterOptions> csv_;  ///< the input is a table
};

}  // namespace tandem::e164
