#include "json/line.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "json/runs.h"
#include "json/scanner.h"

namespace tandem::json {

namespace {

Error describe(ScanFault fault, std::size_t offset) {
    constexpr std::string_view kRule = "RFC 8259", kStrings = "RFC 8259 §7";
    switch (fault) {
        case ScanFault::kDepth: return {Errc::kRange, cat("nested deeper than ", kMaxDepth), offset, "RFC 8259 §9"};
        case ScanFault::kOpenString: return {Errc::kTruncated, "a string is not closed", offset, kStrings};
        case ScanFault::kOpenObject: return {Errc::kTruncated, "an object or array is not closed", offset, kRule};
        case ScanFault::kNumber: return {Errc::kSyntax, "not a number", offset, "RFC 8259 §6"};
        case ScanFault::kEscape: return {Errc::kSyntax, "bad escape in a string", offset, kStrings};
        case ScanFault::kControl: return {Errc::kSyntax, "control character in a string", offset, kStrings};
        case ScanFault::kTrailing: return {Errc::kSyntax, "trailing text after the object", offset, "RFC 8259 §2"};
        case ScanFault::kNone:
        case ScanFault::kUnexpected: break;
    }
    return {Errc::kSyntax, "not well-formed JSON", offset, kRule};
}

/// Whether every bracket of a line is closed, whatever stands between them.
bool is_closed(std::string_view line) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"') {
            for (++i; i < line.size() && line[i] != '"'; ++i)
                if (line[i] == '\\') ++i;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<const Object*> LineParser::parse(std::string_view whole) {
    const std::string_view line = trim(whole);
    const auto lead = line.empty() ? std::size_t{0} : static_cast<std::size_t>(line.data() - whole.data());
    if (!line.starts_with('{')) return fail(Errc::kSyntax, "not a JSON object", lead, "RFC 8259");
    const std::size_t needed = line.size() + kRunPadding;
    if (padded_.size() < needed) padded_.resize(std::max(needed, padded_.size() * 2));
    std::memcpy(padded_.data(), line.data(), line.size());
    std::memset(padded_.data() + line.size(), 0, kRunPadding);

    const char* const begin = padded_.data();
    const Scan scan = scan_object(begin, begin + line.size(), object_.members_);
    // A fault may stand before bytes that are not even text; that is the worse of the two.
    if (scan.high || scan.fault != ScanFault::kNone) {
        if (const std::size_t valid = utf8_prefix(line); valid != line.size())
            return fail(Errc::kSyntax, "not UTF-8", lead + valid, "RFC 8259 §8.1");
    }
    if (scan.fault != ScanFault::kNone) {
        // Of a line that was cut somewhere, the cut is what matters.
        if (scan.fault == ScanFault::kUnexpected && !is_closed(line)) return fail(describe(ScanFault::kOpenObject, lead + line.size()));
        return fail(describe(scan.fault, lead + static_cast<std::size_t>(scan.at - begin)));
    }
    object_.text_ = {begin, line.size()};
    object_.escaped_keys_ = scan.escaped_keys;
    return &object_;
}

}  // namespace tandem::json
