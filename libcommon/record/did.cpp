#include "record/did.h"

namespace tandem::record {

using policy::kNoIndex;

void write_did(json::Writer& out, std::string_view input, std::string_view e164, std::string_view extension, const policy::DidAnswer& did,
               const topology::Topology& topology) {
    out.begin_object().member("input", input).key("e164");
    if (e164.empty()) {
        out.null();
    } else {
        out.string(e164);
    }
    if (!extension.empty()) out.member("extension", extension);
    out.member("result", policy::to_string(did.kind));
    if (did.user != kNoIndex) out.member("user", topology.users[did.user].name);
    if (did.range != kNoIndex) out.member("range", topology.did_ranges[did.range].name);
    if (did.users > 1) out.member("users", did.users);
    if (did.user == kNoIndex && did.status != 0) out.member("status", did.status);
    out.end_object();
}

void write_did_range(json::Writer& out, policy::Index index, const topology::Topology& topology) {
    const topology::DidRange& range = topology.did_ranges[index];
    const policy::DidCount count = policy::count_range(topology, index);
    const std::uint64_t spare = count.numbers - count.used;
    out.begin_object().member("name", range.name).member("from", range.first).member("to", range.last);
    out.member("numbers", count.numbers).member("used", count.used).member("spare", spare);
    // Where all numbers ring one user, none is unassigned: what nobody has of his own is only free to be given away.
    out.member("unassigned", range.user == kNoIndex ? spare : std::uint64_t{0});
    if (range.extension_digits > 0) out.member("extension_digits", range.extension_digits);
    if (range.user != kNoIndex) {
        out.member("user", topology.users[range.user].name);
    } else if (range.unassigned == topology::Unassigned::kUser) {
        out.member("unassigned_user", topology.users[range.unassigned_user].name);
    } else {
        out.member("unassigned_status", range.unassigned_status);
    }
    out.end_object();
}

}  // namespace tandem::record
