// Knows: what all records have in common: type, version, stamp, id, the nested object, "lossy"; summary and error records.
// Must not know: what a family holds.
// Next: number.h and the other families' files; schema.json, which describes every record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "json/writer.h"

namespace tandem::record {

/// Writes one record as one line. Use: Record r(out, "call"); r.stamp(t).id(x); r.begin(); r.json().member(...); r.finish();
class Record {
public:
    /// Begins {"type":type,"v":version at the end of out.
    Record(std::string& out, std::string_view type, int version = 1);

    /// "ts" of something that happened; answers to a question have none.
    Record& stamp(WallTime t, StampDigits digits = StampDigits::kMicro);
    Record& id(std::string_view id);
    /// Opens the nested object; its key is the type unless named.
    json::Writer& begin(std::string_view key = {});
    /// To write members of the open object, or of the top level before begin().
    json::Writer& json() { return json_; }
    /// Closes what is open, adds "lossy":true when bytes were replaced, ends the line.
    void finish();

private:
    json::Writer json_;
    std::string type_;
    bool open_ = false;
};

/// Last line of a program: what it read and what became of it. in = ok + bad + skipped.
struct Summary {
    std::string tool;
    std::uint64_t in = 0;
    std::uint64_t ok = 0;
    std::uint64_t bad = 0;
    std::uint64_t skipped = 0;
    std::uint64_t rule_limits = 0;  ///< searches of rules that were given up at their bound; left out when there were none
};
void append(std::string& out, const Summary& summary);

/// A line of input that cannot be read at all.
struct InputError {
    std::string tool;
    std::optional<std::uint64_t> line;  ///< from 1
    Error error;
};
void append(std::string& out, const InputError& error);

/// The JSON Schema (draft 2020-12) of every record of every program.
std::string_view schema();

}  // namespace tandem::record
