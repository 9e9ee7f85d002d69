// Knows: driving libssl over memory, and what its errors mean to people.
// Must not know: sockets, files.
// Next: context.cpp for what connections share.
#include "tls/engine.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/text.h"
#include "tls/parts.h"

namespace tandem::tls {

namespace {

// What is read at once; a TLS record holds no more.
constexpr std::size_t kRecord = 16'384;

Status name_error(SSL* ssl, const Expected& expected, std::optional<CertificateNames>& out) {
    X509* certificate = SSL_get0_peer_certificate(ssl);
    if (certificate == nullptr) return fail(Errc::kPolicy, "the peer showed no certificate");
    out = names_of(certificate);
    return check_name(*out, expected.name, expected.profile);
}

// "certificate has expired" and so on are the library's words; these say what to do about it.
std::string_view advice(long error, bool accepted) {
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return "expired";
        case X509_V_ERR_CERT_NOT_YET_VALID: return "not valid yet: look at both clocks";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "unknown issuer: it is not in ca_file, or the peer does not send its whole chain";
        case X509_V_ERR_INVALID_PURPOSE:
            return accepted ? "it has no clientAuth usage (extendedKeyUsage): see tls_client_eku" : "it has no serverAuth usage (extendedKeyUsage)";
        default: return {};
    }
}

}  // namespace

struct Engine::Parts {
    Ssl ssl;
    BIO* in = nullptr;   // both belong to ssl
    BIO* out = nullptr;
    bool accepted = false;
};

Engine::Engine(std::shared_ptr<const Context> context, ClientUsage usage) : context_(std::move(context)), parts_(std::make_unique<Parts>()) {
    Parts& p = *parts_;
    p.ssl.reset(SSL_new(context_->parts_->certificates.front().context.get()));
    p.in = BIO_new(BIO_s_mem());
    p.out = BIO_new(BIO_s_mem());
    if (!p.ssl || p.in == nullptr || p.out == nullptr) throw std::bad_alloc();
    BIO_set_mem_eof_return(p.in, -1);
    SSL_set_bio(p.ssl.get(), p.in, p.out);
    p.accepted = true;
    SSL_set_accept_state(p.ssl.get());
    if (usage == ClientUsage::kAny) X509_VERIFY_PARAM_set_purpose(SSL_get0_param(p.ssl.get()), X509_PURPOSE_ANY);
}

Engine::Engine(std::shared_ptr<const Context> context, Expected expected) : Engine(std::move(context), ClientUsage::kDemanded) {
    expected_ = std::move(expected);
    SSL* ssl = parts_->ssl.get();
    parts_->accepted = false;
    SSL_set_connect_state(ssl);
    // Whatever clients of ours may do, a server always shows its certificate, and it must be good.
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM_set_purpose(SSL_get0_param(ssl), X509_PURPOSE_SSL_SERVER);
    // RFC 6066 §3: names only. (The library's macro casts in the old style.)
    if (!net::IpAddress::parse(expected_->name)) {
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, expected_->name.data());
    }
}

Engine::~Engine() = default;

Error Engine::failure(std::string_view what) const {
    SSL* ssl = parts_->ssl.get();
    const unsigned long code = ERR_peek_error();
    const long verify = SSL_get_verify_result(ssl);
    const int reason = ERR_GET_REASON(code);
    std::string text;
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        const std::string_view more = advice(verify, parts_->accepted);
        text = cat("the peer's certificate is refused: ", more.empty() ? X509_verify_cert_error_string(verify) : more);
    } else if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        text = "the peer showed no certificate, and client_certificates is required";
    } else if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET) {
        text = cat("the peer refuses: ", SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET));
    } else if (ERR_GET_LIB(code) == ERR_LIB_SSL && (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_VERSION_TOO_LOW)) {
        text = "the peer wants a TLS version before 1.2";
    } else if (ERR_GET_LIB(code) == ERR_LIB_SSL && (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_WRONG_VERSION_NUMBER)) {
        text = "the peer does not speak TLS";
    } else {
        const char* words = ERR_reason_error_string(code);
        text = cat(what, words != nullptr ? ": " : "", words != nullptr ? words : "");
    }
    ERR_clear_error();
    return Error{Errc::kPolicy, std::move(text), 0, {}};
}

Status Engine::finish_handshake() {
    SSL* ssl = parts_->ssl.get();
    if (expected_) return name_error(ssl, *expected_, peer_);
    if (X509* certificate = SSL_get0_peer_certificate(ssl); certificate != nullptr && SSL_get_verify_result(ssl) == X509_V_OK) {
        peer_ = names_of(certificate);
    }
    return {};
}

Result<Engine::Progress> Engine::handshake(std::string_view from_wire) {
    Parts& p = *parts_;
    if (!from_wire.empty()) BIO_write(p.in, from_wire.data(), static_cast<int>(from_wire.size()));
    ERR_clear_error();
    const int done = SSL_do_handshake(p.ssl.get());
    if (done == 1) {
        if (auto ok = finish_handshake(); !ok) return fail(std::move(ok.error()));
        return Progress::kDone;
    }
    const int why = SSL_get_error(p.ssl.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return Progress::kMore;
    return tl::unexpected(failure("the handshake failed"));
}

Status Engine::read(std::string_view from_wire, const std::function<void(std::string_view)>& f, bool& closed) {
    Parts& p = *parts_;
    closed = false;
    std::array<char, kRecord> plain;
    ERR_clear_error();
    do {
        // In pieces: the memory between us and the library stays small.
        const std::string_view piece = from_wire.substr(0, kRecord);
        from_wire.remove_prefix(piece.size());
        if (!piece.empty()) BIO_write(p.in, piece.data(), static_cast<int>(piece.size()));
        for (;;) {
            const int got = SSL_read(p.ssl.get(), plain.data(), static_cast<int>(plain.size()));
            if (got > 0) {
                f({plain.data(), static_cast<std::size_t>(got)});
                continue;
            }
            const int why = SSL_get_error(p.ssl.get(), got);
            if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) break;
            if (why == SSL_ERROR_ZERO_RETURN) {
                closed = true;
                return {};
            }
            return tl::unexpected(failure("the connection is broken"));
        }
    } while (!from_wire.empty());
    return {};
}

Status Engine::write(std::string_view plain) {
    Parts& p = *parts_;
    ERR_clear_error();
    while (!plain.empty()) {
        const int done = SSL_write(p.ssl.get(), plain.data(), static_cast<int>(std::min(plain.size(), kRecord)));
        if (done <= 0) return tl::unexpected(failure("cannot encrypt"));
        plain.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
}

void Engine::close() {
    ERR_clear_error();
    SSL_shutdown(parts_->ssl.get());
    ERR_clear_error();
}

void Engine::take_pending(std::string& out) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(parts_->out, &data);
    if (size <= 0) return;
    out.append(data, static_cast<std::size_t>(size));
    BIO_reset(parts_->out);
}

std::string Engine::description() const {
    const SSL* ssl = parts_->ssl.get();
    return cat(SSL_get_version(ssl), ' ', SSL_get_cipher_name(ssl));
}

}  // namespace tandem::tls
