// Knows: certificates, keys and issuers as files give them; which certificate answers for which name.
// Must not know: sockets, connections (engine.h), SIP.
// Next: engine.h, which makes one connection's state of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "tls/names.h"

namespace tandem::tls {

/// Whether those who connect to us must show a certificate.
enum class ClientCertificates : std::uint8_t {
    kNone,      ///< they are not asked
    kOptional,  ///< asked; one that is shown must be good
    kRequired,
};

struct CertificateFiles {
    std::string chain;  ///< PEM: the certificate, then its issuers up to the root
    std::string key;    ///< PEM, without a pass phrase
};

struct ContextFiles {
    std::vector<CertificateFiles> certificates;  ///< the first one answers for names that none of the others has
    std::string issuers;                         ///< PEM of trusted ones; empty: the system's
    ClientCertificates clients = ClientCertificates::kOptional;
};

/// So long before a certificate expires somebody should know.
inline constexpr nanoseconds kSoonExpired = std::chrono::hours(24 * 30);

/// Whole days until then, rounded down; negative when it is past.
constexpr std::int64_t days_left(WallTime until, WallTime now) { return std::chrono::floor<std::chrono::days>(until - now).count(); }

/// Everything that the connections of one realm share. Immutable, so connections may be made of it on any thread.
class Context {
public:
    /// Reads the files. Errors: kIo, kSyntax with the file in the text: not readable, no certificate, a key that belongs to
    /// another certificate. Warnings: a certificate that has expired, is not valid yet, or expires within kSoonExpired.
    static Result<std::shared_ptr<const Context>> load(const ContextFiles& files, std::vector<std::string>& warnings);
    ~Context();
    struct Parts;  ///< libssl's objects; known behind the door only
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    struct Expiry {
        std::string file;     ///< of the chain
        WallTime at{};
    };
    /// When each of our certificates expires, in the order of the files.
    [[nodiscard]] const std::vector<Expiry>& expiries() const { return expiries_; }

private:
    friend class Engine;
    explicit Context(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
    std::vector<Expiry> expiries_;
};

}  // namespace tandem::tls
