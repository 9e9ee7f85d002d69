// Knows: what the parts of the proxy share.
// Must not know: what each part does with it.
// Next: proxy.h, which hands every event to its part; initial_invite.h, in_dialog.h, local_answers.h: the parts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "sip-trunk-proxy/accounting.h"
#include "sip-trunk-proxy/counters.h"
#include "sip-trunk-proxy/live_counters.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sip/edit.h"
#include "sipnet/transactions.h"

namespace tandem::proxy {

struct Core {
    sipnet::Transactions& transactions;
    const Clock& clock;
    const Log& log;
    Counters& counters;
    LiveCounters& live;
    Accounting& accounting;
    Names& names;
    std::shared_ptr<Snapshot> snapshot;  ///< the newest one; a request that is under way pins the one it began with
    bool draining = false;
    std::function<void(std::string_view name, const std::string& detail)> tell;  ///< events
    // Room for one message on its way through, kept so that it need not be found anew for each.
    sip::Edits edits;
    std::string out;
};

/// Who an event of the transaction layer belongs to: part, number within it, place within that.
enum class Part : std::uint8_t { kInvite = 1, kInviteTimer = 2, kInDialog = 3, kHouse = 4, kOrphan = 5, kProbe = 6, kProbeTimer = 7, kKeepaliveTimer = 8 };
struct Tag {
    Part part;
    std::uint64_t id = 0;   ///< 40 bits
    std::uint16_t sub = 0;

    [[nodiscard]] std::uint64_t pack() const { return (std::uint64_t{static_cast<std::uint8_t>(part)} << 56) | (id << 16) | sub; }
    static Tag unpack(std::uint64_t v) {
        return {static_cast<Part>(v >> 56), (v >> 16) & 0xff'ffff'ffffU, static_cast<std::uint16_t>(v)};
    }
};

}  // namespace tandem::proxy
