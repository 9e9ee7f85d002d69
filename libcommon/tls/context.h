// Knows: certificates, keys and issuers as files give them; which certificate answers for which name.
// Must not know: sockets, connections (engine.h), SIP.
// Next: engine.h, which makes one connection's state of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

/// Everything that the connections of one realm share. Immutable, so connections may be made of it on any thread.
class Context {
public:
    /// Reads the files. Errors: kIo, kSyntax with the file in the text: not readable, no certificate, a key that belongs to
    /// another certificate. Warnings: a certificate that has expired or is not valid yet.
    static Result<std::shared_ptr<const Context>> load(const ContextFiles& files, std::vector<std::string>& warnings);
    ~Context();
    struct Parts;  ///< libssl's objects; known behind the door only
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    /// When the first of our certificates expires. Units: seconds since 1970.
    [[nodiscard]] std::int64_t expires_s() const { return expires_s_; }

private:
    friend class Engine;
    explicit Context(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
    std::int64_t expires_s_ = 0;
};

}  // namespace tandem::tls
