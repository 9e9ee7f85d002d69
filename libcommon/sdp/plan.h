// Knows: what would have to be converted between two legs, and why; nothing to convert: media may go direct.
// Must not know: whether direct media is wanted or allowed (policy), how a conversion is done (media).
// Next: policy/, which decides by it; tools/gw-bridge, which carries it out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/profile.h"
#include "sdp/summary.h"

namespace tandem::sdp {

enum class ConversionKind : std::uint8_t { kCodec, kDtmf, kPtime, kSrtp, kFax, kHold, kIpFamily, kNat };
/// "codec", "dtmf", "ptime", "srtp", "fax", "hold", "ip_family", "nat".
std::string_view to_string(ConversionKind kind);

/// One thing that differs between the legs.
struct Conversion {
    ConversionKind kind = ConversionKind::kCodec;
    std::string a;       ///< what leg A has ("PCMU", "rfc4733 pt 101", "20 ms", "required", "v4")
    std::string b;       ///< what leg B has
    std::string reason;  ///< for people, one sentence without full stop

    bool operator==(const Conversion&) const = default;
};

/// Everything that differs, in the order of ConversionKind.
struct ConversionPlan {
    std::vector<Conversion> steps;

    [[nodiscard]] bool direct() const { return steps.empty(); }
    [[nodiscard]] const Conversion* find(ConversionKind kind) const;
};

/// What must be converted between a leg that speaks `a` (the caller) and one that speaks `b` (the callee).
/// With an offer (from the side of a) its facts win over what profile a says; with an answer (from the side
/// of b) its facts win over what profile b says. Either may be null: not known.
ConversionPlan plan(const MediaProfile& a, const MediaProfile& b, const Summary* offer = nullptr,
                    const Summary* answer = nullptr);

}  // namespace tandem::sdp
