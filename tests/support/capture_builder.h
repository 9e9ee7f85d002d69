// Knows: how to write capture files and the frames in them, for tests and test programs.
// Must not know: how they are read.
// Next: peers/voipgen/voipgen.cpp, which makes whole calls with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace tandem::test {

/// Appends integers in either byte order.
class Packer {
public:
    explicit Packer(bool little = false) : little_(little) {}
    Packer& u8(unsigned v) {
        out_ += static_cast<char>(v);
        return *this;
    }
    Packer& u16(unsigned v) { return little_ ? u8(v & 0xff).u8(v >> 8) : u8(v >> 8).u8(v & 0xff); }
    Packer& u32(std::uint32_t v) {
        return little_ ? u16(v & 0xffff).u16(v >> 16) : u16(v >> 16).u16(v & 0xffff);
    }
    Packer& text(std::string_view s) {
        out_ += s;
        return *this;
    }
    Packer& pad4() {
        while (out_.size() % 4 != 0) u8(0);
        return *this;
    }
    [[nodiscard]] const std::string& str() const { return out_; }

private:
    bool little_;
    std::string out_;
};

inline std::string udp(const net::Endpoint& source, const net::Endpoint& destination, std::string_view payload) {
    return Packer().u16(source.port).u16(destination.port).u16(static_cast<unsigned>(8 + payload.size())).u16(0)
        .text(payload).str();
}

struct Ipv4Fields {
    unsigned dscp = 0;
    unsigned fragment = 0;  ///< flags and offset as they stand in the header
    unsigned protocol = 17;
    unsigned id = 0;
};

/// An IPv4 or IPv6 packet around an upper-layer segment (IPv6: fields other than protocol and dscp are not used).
inline std::string ip(const net::IpAddress& source, const net::IpAddress& destination, std::string_view segment,
                      const Ipv4Fields& fields = {}) {
    const auto size = static_cast<unsigned>(segment.size());
    if (source.is_v4())
        return Packer().u8(0x45).u8(fields.dscp << 2).u16(20 + size).u16(fields.id).u16(fields.fragment).u8(64)
            .u8(fields.protocol).u16(0).text(as_text(source.bytes())).text(as_text(destination.bytes()))
            .text(segment).str();
    return Packer().u16(0x6000 | (fields.dscp << 6)).u16(0).u16(size).u8(fields.protocol).u8(64)
        .text(as_text(source.bytes())).text(as_text(destination.bytes())).text(segment).str();
}

/// A UDP datagram as an IP packet.
inline std::string udp_ip(const net::Endpoint& source, const net::Endpoint& destination, std::string_view payload,
                          const Ipv4Fields& fields = {}) {
    return ip(source.ip, destination.ip, udp(source, destination, payload), fields);
}

/// An Ethernet frame; tags are VLAN ids from outside in.
inline std::string ethernet(std::string_view packet, const std::vector<unsigned>& tags = {}) {
    Packer out;
    out.text(std::string_view("\x02\0\0\0\0\x01\x02\0\0\0\0\x02", 12));
    for (unsigned tag : tags) out.u16(0x8100).u16(tag);
    return out.u16((static_cast<unsigned char>(packet[0]) >> 4) == 6 ? 0x86dd : 0x0800).text(packet).str();
}

/// A whole pcap file.
class PcapWriter {
public:
    explicit PcapWriter(unsigned link = 1, bool nanoseconds = false, bool little = true)
        : nanoseconds_(nanoseconds), little_(little) {
        out_ = Packer(little).u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(262144)
                   .u32(link).str();
    }
    void add(std::int64_t ns, std::string_view frame, std::uint32_t original = 0) {
        const auto size = static_cast<std::uint32_t>(frame.size());
        const auto fraction = static_cast<std::uint32_t>(ns % 1'000'000'000 / (nanoseconds_ ? 1 : 1000));
        out_ += Packer(little_).u32(static_cast<std::uint32_t>(ns / 1'000'000'000)).u32(fraction).u32(size)
                    .u32(original == 0 ? size : original).text(frame).str();
    }
    [[nodiscard]] const std::string& str() const { return out_; }
    std::string take() { return std::move(out_); }

private:
    bool nanoseconds_;
    bool little_;
    std::string out_;
};

/// A pcapng file, block by block.
class PcapngWriter {
public:
    explicit PcapngWriter(bool little = true) : little_(little) {}

    void section() { block(0x0a0d0d0a, pack().u32(0x1a2b3c4d).u16(1).u16(0).u32(0xffffffff).u32(0xffffffff).str()); }
    /// resolution: if_tsresol as it stands; -1 leaves the option out.
    void interface(unsigned link, int resolution = -1, std::uint32_t snap_length = 0) {
        Packer body = pack();
        body.u16(link).u16(0).u32(snap_length).u16(2).u16(3).text("eth").u8(0);  // if_name
        if (resolution >= 0) body.u16(9).u16(1).u8(static_cast<unsigned>(resolution)).u8(0).u8(0).u8(0);
        block(1, body.u16(0).u16(0).str());
    }
    void enhanced(std::uint32_t interface, std::uint64_t ticks, std::string_view frame) {
        const auto size = static_cast<std::uint32_t>(frame.size());
        block(6, pack().u32(interface).u32(static_cast<std::uint32_t>(ticks >> 32))
                     .u32(static_cast<std::uint32_t>(ticks)).u32(size).u32(size).text(frame).pad4()
                     .u16(1).u16(2).text("ok").u16(0).u16(0).u16(0).str());
    }
    void simple(std::string_view frame, std::uint32_t original) {
        block(3, pack().u32(original).text(frame).pad4().str());
    }
    void block(std::uint32_t type, std::string_view body) {
        const auto size = static_cast<std::uint32_t>(body.size() + 12);
        out_ += pack().u32(type).u32(size).text(body).u32(size).str();
    }
    [[nodiscard]] const std::string& str() const { return out_; }
    std::string take() { return std::move(out_); }

private:
    [[nodiscard]] Packer pack() const { return Packer(little_); }
    bool little_;
    std::string out_;
};

}  // namespace tandem::test
