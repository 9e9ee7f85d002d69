// Knows: reading certificates, keys and issuers, and what is allowed in a handshake.
// Must not know: connections.
// Next: engine.cpp; names.cpp.
#include "tls/context.h"

#include <openssl/pem.h>

#include <cstring>
#include <ctime>

#include "base/text.h"
#include "tls/parts.h"

namespace tandem::tls {

std::string take_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "unknown error";
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : cat("error ", code);
}

namespace {

std::string_view text_of(const ASN1_STRING* s) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)), static_cast<std::size_t>(ASN1_STRING_length(s))};
}

// A NUL inside would make a C program read another name than the issuer has signed.
bool clean(std::string_view name) { return !name.empty() && name.find('\0') == std::string_view::npos; }

// SNI: another certificate of ours takes over when it has the name. An unknown name gets the first one; the client decides.
int choose_certificate(SSL* ssl, int*, void* argument) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_OK;
    SSL_CTX* chosen = static_cast<const Context::Parts*>(argument)->for_name(name);
    if (chosen != SSL_get_SSL_CTX(ssl)) SSL_set_SSL_CTX(ssl, chosen);
    return SSL_TLSEXT_ERR_OK;
}

Status set_certificate(SSL_CTX* context, const CertificateFiles& files) {
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, files.chain.c_str()) != 1) {
        return fail(Errc::kSyntax, cat(files.chain, ": no certificate chain in PEM: ", take_error()));
    }
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const unsigned long code = ERR_peek_error();
        const bool other = ERR_GET_LIB(code) == ERR_LIB_X509;
        return fail(Errc::kSyntax, other ? cat(files.key, ": the key is not that of ", files.chain)
                                         : cat(files.key, ": no private key in PEM without pass phrase: ", take_error()));
    }
    if (SSL_CTX_check_private_key(context) != 1) {
        ERR_clear_error();
        return fail(Errc::kSyntax, cat(files.key, ": the key is not that of ", files.chain));
    }
    return {};
}

Status set_issuers(SSL_CTX* context, const std::string& file) {
    ERR_clear_error();
    if (file.empty()) {
        SSL_CTX_set_default_verify_paths(context);
        return {};
    }
    if (SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
        return fail(Errc::kSyntax, cat(file, ": no certificates of issuers in PEM: ", take_error()));
    }
    // Their names are told to clients, who choose the certificate to show by them.
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file.c_str()));
    return {};
}

std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm tm{};
    return ASN1_TIME_to_tm(time, &tm) == 1 ? static_cast<std::int64_t>(::timegm(&tm)) : 0;
}

}  // namespace

CertificateNames names_of(X509* certificate) {
    CertificateNames out;
    const auto free_names = [](GENERAL_NAMES* n) { GENERAL_NAMES_free(n); };
    const std::unique_ptr<GENERAL_NAMES, decltype(free_names)> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)), free_names);
    out.has_alternatives = names != nullptr;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_IPADD) {
            const std::string_view bytes = text_of(name->d.iPAddress);
            if (const auto ip = net::IpAddress::from_bytes(as_bytes(bytes)); !ip.none()) out.ips.push_back(ip);
        } else if (name->type == GEN_DNS || name->type == GEN_URI) {
            const std::string_view text = text_of(name->d.ia5);
            if (clean(text)) (name->type == GEN_DNS ? out.dns : out.uris).emplace_back(text);
        }
    }
    X509_NAME* subject = X509_get_subject_name(certificate);
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
        const std::string_view text = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
        if (clean(text)) out.common_name = text;
    }
    return out;
}

SSL_CTX* Context::Parts::for_name(const char* name) const {
    for (const Certificate& c : certificates) {
        if (check_name(c.names, name, NameProfile::kRfc2818)) return c.context.get();
    }
    return certificates.front().context.get();
}

Context::Context(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Context::~Context() = default;

Result<std::shared_ptr<const Context>> Context::load(const ContextFiles& files, std::vector<std::string>& warnings) {
    if (files.certificates.empty()) return fail(Errc::kMissing, "no certificate");
    auto parts = std::make_unique<Parts>();
    std::vector<Expiry> expiries;
    for (const CertificateFiles& one : files.certificates) {
        SslContext context(SSL_CTX_new(TLS_method()));
        if (!context) return fail(Errc::kIo, cat("libssl: ", take_error()));
        SSL_CTX* c = context.get();
        SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
        // Threat T16. No tickets: connections are few and long, and a resumed one would not show its certificate again.
        SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
        SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_num_tickets(c, 0);
        SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        if (auto set = set_certificate(c, one); !set) return fail(std::move(set.error()));
        if (auto set = set_issuers(c, files.issuers); !set) return fail(std::move(set.error()));
        const int verify = files.clients == ClientCertificates::kNone       ? SSL_VERIFY_NONE
                           : files.clients == ClientCertificates::kOptional ? SSL_VERIFY_PEER
                                                                            : SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
        SSL_CTX_set_verify(c, verify, nullptr);
        // The library's macro casts the function in the old style.
        SSL_CTX_callback_ctrl(c, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(choose_certificate));
        SSL_CTX_set_tlsext_servername_arg(c, parts.get());
        X509* certificate = SSL_CTX_get0_certificate(c);
        const WallTime until{seconds(seconds_of(X509_get0_notAfter(certificate)))};
        const WallTime now{seconds(std::time(nullptr))};
        if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
            warnings.push_back(cat(one.chain, ": the certificate has expired; peers will refuse it"));
        } else if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
            warnings.push_back(cat(one.chain, ": the certificate is not valid yet; peers will refuse it"));
        } else if (until - now < kSoonExpired) {
            warnings.push_back(cat(one.chain, ": the certificate expires in ", days_left(until, now), " days"));
        }
        expiries.push_back({one.chain, until});
        parts->certificates.push_back({std::move(context), names_of(certificate)});
    }
    auto out = std::shared_ptr<Context>(new Context(std::move(parts)));
    out->expiries_ = std::move(expiries);
    return std::shared_ptr<const Context>(std::move(out));
}

}  // namespace tandem::tls
