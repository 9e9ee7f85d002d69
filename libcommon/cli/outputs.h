// Knows: what every byte of a program passes on its way out: stderr is safe to look at, stdout holds no record that nobody could read.
// Must not know: any tool, what a record says.
// Next: app.cpp, which puts them in front of the real streams; filter.cpp, which keeps its own answers within the limit.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/stream.h"
#include "json/line.h"

namespace tandem::cli {

/// stderr. Each write goes out whole, whichever thread it comes from; control characters other than line end and tab are made visible
/// and a line has an end, so that names and values of strangers cannot write to a terminal.
class PeopleOutput final : public OutputStream {
public:
    static constexpr std::size_t kLongestLine = 4096;

    explicit PeopleOutput(OutputStream& to) : to_(to) {}
    Status write(std::string_view bytes) override;

private:
    OutputStream& to_;
    std::mutex mutex_;
};

/// stdout. A record that is longer than `limit` is replaced by an error record that says so: no other program would read it.
/// Cost: none for writes up to the limit. A write holds whole lines.
class RecordLimit final : public OutputStream {
public:
    RecordLimit(OutputStream& to, std::string_view tool, std::size_t limit = json::kDefaultMaxLine)
        : to_(to), tool_(tool), limit_(limit) {}
    Status write(std::string_view bytes) override;
    Status flush() override { return to_.flush(); }
    [[nodiscard]] bool reader_gone() const override { return to_.reader_gone(); }
    [[nodiscard]] std::uint64_t lines_lost() const override { return to_.lines_lost(); }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    OutputStream& to_;
    std::string tool_;
    std::size_t limit_;
    std::uint64_t left_out_ = 0;
};

}  // namespace tandem::cli
