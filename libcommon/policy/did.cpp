// Knows: the order in which users and ranges answer for a number.
// Must not know: who calls.
// Next: routing.cpp.
#include "policy/did.h"

#include <set>

#include "base/text.h"

namespace tandem::policy {
namespace {

constexpr unsigned kAmbiguousStatus = 485;  // RFC 3261 §21.4.23
constexpr unsigned kUnassignedStatus = 404;

/// The user whose extension the last digits of a number of the range are.
Index by_last_digits(const topology::Topology& t, const topology::DidRange& range, std::string_view e164) {
    if (range.extension_digits == 0 || e164.size() <= range.extension_digits) return kNoIndex;
    return t.user_by_extension(e164.substr(e164.size() - range.extension_digits));
}

}  // namespace

std::string_view to_string(DidKind k) {
    switch (k) {
        case DidKind::kUser: return "user";
        case DidKind::kRange: return "range";
        case DidKind::kExtension: return "extension";
        case DidKind::kAmbiguous: return "ambiguous";
        case DidKind::kUnassigned: return "unassigned";
        case DidKind::kNotOurs: break;
    }
    return "not_ours";
}

DidAnswer look_up_did(const topology::Topology& t, std::string_view e164, std::string_view extension) {
    DidAnswer out;
    if (e164.empty()) return out;
    out.range = t.did_range_of(e164);
    out.users = t.users_of_number(e164);
    if (out.users == 0 && out.range == kNoIndex) return out;

    out.user = t.user_by_number(e164, extension);
    if (out.user == kNoIndex && !extension.empty()) {
        out.user = t.user_by_extension(extension);
        // A person's own number stays that person's, whatever is dialled behind it; a shared one needs an extension that is known.
        if (out.user == kNoIndex && out.users == 1) out.user = t.user_by_number(e164);
    }
    if (out.user != kNoIndex) {
        out.kind = DidKind::kUser;
        return out;
    }
    if (out.range != kNoIndex && out.users == 0) {
        const topology::DidRange& range = t.did_ranges[out.range];
        if (range.user != kNoIndex) {
            out.kind = DidKind::kRange;
            out.user = range.user;
            return out;
        }
        out.user = by_last_digits(t, range, e164);
        if (out.user != kNoIndex) {
            out.kind = DidKind::kExtension;
            out.extension = e164.substr(e164.size() - range.extension_digits);
            return out;
        }
    }
    out.kind = out.users > 0 && extension.empty() ? DidKind::kAmbiguous : DidKind::kUnassigned;
    out.status = out.kind == DidKind::kAmbiguous ? kAmbiguousStatus : kUnassignedStatus;
    if (out.range == kNoIndex) return out;
    const topology::DidRange& range = t.did_ranges[out.range];
    if (range.user != kNoIndex) {
        out.user = range.user;
    } else if (range.unassigned == topology::Unassigned::kUser) {
        out.user = range.unassigned_user;
    } else if (out.kind == DidKind::kUnassigned) {
        out.status = range.unassigned_status;
    }
    return out;
}

DidCount count_range(const topology::Topology& t, Index index) {
    const topology::DidRange& range = t.did_ranges[index];
    const auto value = [](std::string_view e164) { return to_number<std::uint64_t>(e164.substr(1)).value_or(0); };
    const std::uint64_t first = value(range.first), last = value(range.last);
    DidCount out;
    out.numbers = last - first + 1;
    std::set<std::uint64_t> own;
    std::set<std::uint64_t> extensions;
    for (const topology::User& user : t.users) {
        if (range.contains(user.number)) own.insert(value(user.number));
        for (const std::string& number : user.more_numbers)
            if (range.contains(number)) own.insert(value(number));
        if (range.extension_digits > 0 && user.extension.size() == range.extension_digits)
            extensions.insert(to_number<std::uint64_t>(user.extension).value_or(0));
    }
    std::uint64_t tens = 1;
    for (unsigned i = 0; i < range.extension_digits; ++i) tens *= 10;
    // A range longer than the mask has several numbers with the same last digits; a number of a user's own counts once.
    for (const std::uint64_t extension : extensions) {
        const auto up_to = [&](std::uint64_t number) { return number < extension ? 0 : (number - extension) / tens + 1; };
        out.used += up_to(last) - up_to(first - 1);
    }
    for (const std::uint64_t number : own)
        if (!extensions.contains(number % tens)) ++out.used;
    return out;
}

}  // namespace tandem::policy
