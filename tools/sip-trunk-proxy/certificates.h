// Knows: how many days our certificates are still good for, and when that is told.
// Must not know: how they are read (tls/context.h), who reads the events.
// Next: serve.cpp, which writes what is told as event records.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "sip-trunk-proxy/snapshot.h"

namespace tandem::proxy {

/// Tells the days left of each certificate when a topology is taken into use, and once a day of those that expire soon: a process
/// may outlive the certificate that it read. Thread: the SIP worker.
class CertificateWatch {
public:
    /// detail: "realm NAME: FILE"; days: whole ones, 0 for one that has expired.
    using Tell = std::function<void(std::string_view name, const std::string& detail, std::uint64_t days)>;
    CertificateWatch(const Clock& clock, const Log& log, Tell tell) : clock_(clock), log_(log), tell_(std::move(tell)) {}

    void adopt(std::shared_ptr<const Snapshot> snapshot);
    void on_time();
    [[nodiscard]] MonoTime next_deadline() const { return next_; }

private:
    void tell(bool all);

    const Clock& clock_;
    const Log& log_;
    Tell tell_;
    std::shared_ptr<const Snapshot> snapshot_;
    MonoTime next_ = MonoTime::max();
};

}  // namespace tandem::proxy
