// Knows: libssl's own types; included by the two files that are the door to it.
// Must not know: anything else.
// Next: context.cpp, engine.cpp.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "tls/context.h"

namespace tandem::tls {

template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* p) const {
        kFree(p);
    }
};
using SslContext = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Free<SSL_free>>;

struct Context::Parts {
    struct Certificate {
        SslContext context;
        CertificateNames names;
    };
    std::vector<Certificate> certificates;  ///< never empty

    /// The certificate for a name that a client asks for; the first one when none has it.
    [[nodiscard]] SSL_CTX* for_name(const char* name) const;
};

/// The names in a certificate.
CertificateNames names_of(X509* certificate);
/// What the library's error queue says, the first entry; the queue is empty then.
std::string take_error();

}  // namespace tandem::tls
