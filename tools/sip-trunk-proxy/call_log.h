// Knows: what is kept of a call for its records and for admission: at most 1 KB, from the answer to the end.
// Must not know: transactions, JSON (record/call.h), who decides.
// Next: accounting.h, which holds the calls; initial_invite.cpp, which fills one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "call/outcome.h"
#include "net/address.h"
#include "policy/plan.h"
#include "sip-trunk-proxy/live_counters.h"
#include "sipnet/transactions.h"

namespace tandem::proxy {

/// One try of a target.
struct AttemptLog {
    std::string target;   ///< trunk or user
    int status = 0;       ///< 0 = none came
    std::string_view end; ///< "timeout", "no_progress", "transport_error", "too_large", "cancelled"; empty when a response ended it. Static
    bool mediated = false;
    float after_ms = 0;      ///< from the call's INVITE
    float progress_ms = -1;  ///< from its own INVITE; negative = none
    float final_ms = -1;
};

/// Texts of a call in one block of memory.
class CallTexts {
public:
    enum Field : std::uint8_t {
        kCallId, kSessionId, kFrom, kTo, kSource, kTarget, kDialled, kCalled, kCalling, kDialPlan, kRoute, kPathCode,
        kVerdictCode, kVerdictReason, kSourceRealm, kTargetRealm, kCount,
    };
    using Values = std::array<std::string_view, kCount>;

    CallTexts() = default;
    explicit CallTexts(const Values& values);
    [[nodiscard]] std::string_view get(Field field) const;
    /// As get(), nothing for an empty one.
    [[nodiscard]] std::optional<std::string> maybe(Field field) const;
    /// Longer than what is kept of a text.
    [[nodiscard]] bool cut(Field field) const { return (cut_ >> field & 1U) != 0; }
    [[nodiscard]] std::size_t capacity() const { return block_.capacity(); }

private:
    std::string block_;
    std::array<std::uint16_t, kCount> ends_{};
    std::uint32_t cut_ = 0;  // a bit a field
};

struct CallLog {
    std::uint64_t key = 0;  ///< call_key() of the dialog
    sipnet::Handle invite;  ///< server transaction of its INVITE; long over for most calls
    CallTexts texts;
    WallTime invite_ts{};
    MonoTime invite_at{}, answer_at{};
    float pdd_ms = -1, ring_ms = -1, answer_ms = -1;  ///< negative = none
    net::Endpoint source_at, target_at;
    std::vector<AttemptLog> attempts;
    std::vector<Held> held;
    int status = 0;
    int q850 = -1;
    policy::Direction direction = policy::Direction::kUnknown;
    std::optional<policy::Bypassed> verdict;
    bool source_is_trunk = false, target_is_trunk = false, has_target = false;
    bool mediated = false, emergency = false, rang = false, timed_out = false;

    /// Bytes that it takes, its blocks included.
    [[nodiscard]] std::size_t bytes() const;
};

/// Key of a dialog in this process. One INVITE may lead to several dialogs (RFC 3261 §13.2.2.4): the callee's tag tells them
/// apart; it is empty for a call that was not answered.
std::uint64_t call_key(std::string_view call_id, std::string_view caller_tag, std::string_view callee_tag);

}  // namespace tandem::proxy
