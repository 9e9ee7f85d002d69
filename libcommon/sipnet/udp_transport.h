// Knows: UDP sockets: binding them, reading datagrams in batches, sending, ICMP errors.
// Must not know: what is in a datagram.
// Next: loop.h, which waits for them; transport.h for the interface.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sipnet/transport.h"

namespace tandem::sipnet {

/// Thread: one. TCP and TLS are stream_transport.h's; transports.h puts both behind one face.
class UdpTransport final : public Transport {
public:
    UdpTransport();
    ~UdpTransport() override;
    UdpTransport(const UdpTransport&) = delete;
    UdpTransport& operator=(const UdpTransport&) = delete;

    /// Opens and binds a socket. Errors: kIo with the address in the text.
    Result<std::uint16_t> open(const net::Endpoint& local);
    /// Closes it; its number is not used again.
    void close(std::uint16_t socket);
    [[nodiscard]] int fd(std::uint16_t socket) const;
    /// The bound address (with the port that the system chose when 0 was asked for).
    [[nodiscard]] net::Endpoint local(std::uint16_t socket) const;
    [[nodiscard]] std::optional<std::uint16_t> find(const net::Endpoint& local) const;

    /// Takes the datagram for the next flush(); with kOutbox of them waiting they leave at once.
    bool send(const Flow& flow, std::string_view bytes) override;
    [[nodiscard]] siptx::Reliability reliability(const Flow&) const override { return siptx::Reliability::kUnreliable; }

    /// Calls f for every datagram that waits, at most one batch of 32, and undeliverable with the beginning of each of our
    /// own datagrams that came back by ICMP. True when more may be waiting.
    using OnDatagram = std::function<void(const Flow& from, std::string_view bytes)>;
    using OnUndeliverable = std::function<void(std::string_view head)>;
    bool receive(std::uint16_t socket, const OnDatagram& f, const OnUndeliverable& undeliverable);
    /// Sends what waits, one system call a socket; undeliverable is told the beginning of each that the system refused. It may
    /// send again: call flush() once more later. Cost: waking a receiver once for many datagrams is what a batch saves.
    void flush(const OnUndeliverable& undeliverable);
    static constexpr std::size_t kOutbox = 64;

    [[nodiscard]] std::uint64_t send_errors() const { return send_errors_; }

private:
    struct Socket {
        int fd = -1;
        net::Endpoint local;
    };
    struct Batch;
    struct Outbox;
    void read_errors(const Socket& s, const OnUndeliverable& undeliverable);
    void send_waiting();
    void refused(std::size_t number);

    std::vector<Socket> sockets_;
    std::unique_ptr<Batch> batch_;
    std::unique_ptr<Outbox> outbox_;
    std::vector<std::string> refused_;  ///< beginnings of datagrams, until flush() tells of them
    std::uint64_t send_errors_ = 0;
};

}  // namespace tandem::sipnet
