// Knows: the chaining law: how a filter reads lines and records, adds its answer and passes the rest on, byte for byte.
// Must not know: what is asked or answered.
// Next: tools/e164-normalize/normalize.cpp, the smallest user of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "cli/options.h"
#include "json/line.h"
#include "json/writer.h"
#include "record/envelope.h"

namespace tandem::cli {

/// What became of a line or record.
enum class Answer {
    kOk,    ///< answered, nothing adverse
    kBad,   ///< answered, adverse (an invalid number, a call that may not bypass): exit code 1 under --strict
    kSkip,  ///< not for this filter; nothing was written, the record passes untouched
};

/// What to do about a line that cannot be read at all.
enum class OnError {
    kEmit,  ///< an error record on stdout, exit code 3 at the end
    kSkip,  ///< nothing on stdout; counted in the summary
    kFail,  ///< an error record, the summary, exit code 3, at once
};

struct FilterOptions {
    std::string tool;
    std::string type;  ///< record type of an answer to a plain line, and the family's name
    std::string key;   ///< member under which a record gets its answer; as type when empty
    std::vector<std::string> fields;  ///< dotted paths; empty: record() is asked once with no field
    std::vector<std::string> types;   ///< record types that are asked; empty: all but summary and error
    OnError on_error = OnError::kEmit;
    std::size_t max_line = json::kDefaultMaxLine;
    bool summary = true;
    bool strict = false;
    std::function<void(record::Summary&)> at_end;  ///< adds what only the asker counts; may be empty
};

/// Reads the values of declare_filter() (groups.h).
FilterOptions filter_options(const Options& options, std::string tool, std::string type);

/// What a command line can get wrong about a filter: a field that its own answer would overwrite. Errors: conflict.
Status check(const FilterOptions& options);

/// Answers lines and records. Each call writes exactly one JSON value (the family's object) or, for kSkip, nothing.
class FilterHandler {
public:
    virtual ~FilterHandler() = default;
    /// A line that is no JSON object. Called with "" for an empty line.
    virtual Answer plain(std::string_view line, json::Writer& value) = 0;
    /// A record, once for each field that it has as a string (field is its decoded text), or once with an empty field
    /// when FilterOptions names none.
    virtual Answer record(const json::Object& record, std::string_view field, json::Writer& value) = 0;
    /// False: a line that is no JSON object is an error.
    [[nodiscard]] virtual bool takes_plain_lines() const { return true; }
};

struct FilterCounts {
    std::uint64_t in = 0, ok = 0, bad = 0, skipped = 0;
};

/// Runs the filter from in to context.out until the end, a closed pipe or a signal. counts: for the caller, may be null.
ExitCode run_filter(Context& context, InputStream& in, const FilterOptions& options, FilterHandler& handler,
                    FilterCounts* counts = nullptr);
/// The same of a file, or of stdin for "-" and "". Complains itself when it cannot be opened.
ExitCode run_filter(Context& context, const std::string& file, const FilterOptions& options, FilterHandler& handler,
                    FilterCounts* counts = nullptr);

}  // namespace tandem::cli
