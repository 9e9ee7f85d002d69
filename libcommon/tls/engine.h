// Knows: one TLS connection as a machine over bytes: what came from the wire in, what goes to the wire out.
// Must not know: sockets, clocks.
// Next: sipnet/stream_transport.h and sipnet/handshakes.h, which move the bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tls/context.h"
#include "tls/names.h"

namespace tandem::tls {

/// Whom we connect to.
struct Expected {
    std::string name;  ///< host name or address; sent as SNI when it is a name
    NameProfile profile = NameProfile::kRfc5922;
    bool operator==(const Expected&) const = default;
};

/// TLS 1.2 or 1.3; no renegotiation, no compression, no session is resumed. Thread: one at a time; it may move between.
class Engine {
public:
    /// Whether a client's certificate must be one for clients, where it limits its usage (RFC 5280 §4.2.1.12). DEVIATION from
    /// RFC 5922 §7.1 when it need not: public issuers no longer give the clientAuth usage.
    enum class ClientUsage : std::uint8_t { kDemanded, kAny };
    /// Our side of an accepted connection.
    Engine(std::shared_ptr<const Context> context, ClientUsage usage);
    /// Our side of one that we opened; the handshake fails unless the peer is the one expected.
    Engine(std::shared_ptr<const Context> context, Expected expected);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    enum class Progress { kMore, kDone };
    /// One step of the handshake with what has come; what must go out is in pending(). Errors: kPolicy or kSyntax, telling what
    /// was wrong: expired, wrong name, unknown issuer, no client certificate, the alert that the peer sent.
    Result<Progress> handshake(std::string_view from_wire);

    /// Takes bytes from the wire and calls f with what they say. Errors: as handshake(). `closed` tells that the peer said
    /// goodbye (close_notify): nothing comes any more.
    Status read(std::string_view from_wire, const std::function<void(std::string_view)>& f, bool& closed);
    /// Encrypts; the result is appended to pending(). Errors: kSyntax.
    Status write(std::string_view plain);
    /// Says goodbye.
    void close();

    /// What must go to the wire, moved out into `out` (appended).
    void take_pending(std::string& out);

    /// What the peer's certificate says, when it showed one and its chain is good.
    [[nodiscard]] const std::optional<CertificateNames>& peer() const { return peer_; }
    /// "TLSv1.3 TLS_AES_256_GCM_SHA384".
    [[nodiscard]] std::string description() const;

private:
    struct Parts;
    Error failure(std::string_view what) const;
    Status finish_handshake();

    std::shared_ptr<const Context> context_;
    std::optional<Expected> expected_;
    std::optional<CertificateNames> peer_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tandem::tls
