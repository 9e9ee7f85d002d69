// Knows: walking the certificates of all realms.
// Must not know: sockets.
// Next: serve.cpp.
#include "sip-trunk-proxy/certificates.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::proxy {

void CertificateWatch::adopt(std::shared_ptr<const Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    const bool any = std::any_of(snapshot_->tls.begin(), snapshot_->tls.end(), [](const auto& context) { return context != nullptr; });
    next_ = any ? clock_.mono() + std::chrono::hours(24) : MonoTime::max();
    tell(true);
}

void CertificateWatch::on_time() {
    if (clock_.mono() < next_) return;
    next_ = clock_.mono() + std::chrono::hours(24);
    tell(false);
}

void CertificateWatch::tell(bool all) {
    const WallTime now = clock_.wall();
    for (Index realm = 0; realm < snapshot_->tls.size(); ++realm) {
        if (!snapshot_->tls[realm]) continue;
        for (const tls::Context::Expiry& one : snapshot_->tls[realm]->expiries()) {
            const bool soon = one.at - now < tls::kSoonExpired;
            if (!all && !soon) continue;
            const std::int64_t days = tls::days_left(one.at, now);
            // At load the warning is one of the topology's, with the others.
            if (!all) log_.warning("a certificate expires soon or has expired", "file", std::string_view(one.file), "days", days);
            tell_("certificate_days_left", cat("realm ", snapshot_->topology->realms[realm].name, ": ", one.file),
                  static_cast<std::uint64_t>(std::max<std::int64_t>(days, 0)));
        }
    }
}

}  // namespace tandem::proxy
