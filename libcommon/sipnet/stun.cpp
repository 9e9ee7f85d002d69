#include "sipnet/stun.h"

#include <algorithm>

#include "base/bytes.h"

namespace tandem::sipnet {

namespace {

constexpr std::uint32_t kMagic = 0x2112'a442;
constexpr std::uint16_t kBindingRequest = 0x0001, kBindingSuccess = 0x0101, kBindingError = 0x0111;
constexpr std::uint16_t kErrorCode = 0x0009, kUnknownAttributes = 0x000a, kXorMappedAddress = 0x0020;
constexpr std::size_t kHeader = 20;

// Of what RFC 5389 §18.2 lists below 0x8000, a keep-alive may carry these; without a shared secret none of them is checked.
bool understood(std::uint16_t type) {
    return type == 0x0006 || type == 0x0008 || type == 0x0014 || type == 0x0015 || type == kErrorCode || type == kUnknownAttributes ||
           type == 0x0001 || type == kXorMappedAddress;
}

class Out {
public:
    explicit Out(StunBuffer& buffer) : buffer_(buffer) {}
    void u8(unsigned v) { buffer_[size_++] = static_cast<char>(v); }
    void u16(unsigned v) {
        u8(v >> 8 & 0xffU);
        u8(v & 0xffU);
    }
    void text(std::string_view t) {
        for (const char c : t) buffer_[size_++] = c;
    }
    // Type, the length once it is known, and the request's magic and transaction id.
    void header(unsigned type, std::string_view request) {
        u16(type);
        u16(0);
        text(request.substr(4, 16));
    }
    std::string_view done() {
        const std::size_t length = size_ - kHeader;
        buffer_[2] = static_cast<char>(length >> 8);
        buffer_[3] = static_cast<char>(length & 0xffU);
        return {buffer_.data(), size_};
    }

private:
    StunBuffer& buffer_;
    std::size_t size_ = 0;
};

}  // namespace

std::string_view stun_answer(std::string_view datagram, const net::Endpoint& from, StunBuffer& buffer) {
    ByteReader r(as_bytes(datagram));
    const std::uint16_t type = r.u16(), length = r.u16();
    const std::uint32_t magic = r.u32();
    if (datagram.size() < kHeader || type != kBindingRequest || magic != kMagic || length % 4 != 0 || length != datagram.size() - kHeader) return {};
    r.bytes(12);
    Out out(buffer);
    while (r.remaining() > 0) {
        const std::uint16_t attribute = r.u16(), size = r.u16();
        r.bytes((size + 3U) & ~3U);
        if (r.failed()) return {};
        if (attribute < 0x8000 && !understood(attribute)) {
            out.header(kBindingError, datagram);
            out.u16(kErrorCode);
            out.u16(4 + 17);
            out.u16(0);
            out.u8(4);
            out.u8(20);
            out.text("Unknown Attribute");
            out.text(std::string_view("\0\0\0", 3));
            out.u16(kUnknownAttributes);
            out.u16(2);
            out.u16(attribute);
            out.u16(0);
            return out.done();
        }
    }
    const Bytes ip = from.ip.bytes();
    if (ip.empty()) return {};
    out.header(kBindingSuccess, datagram);
    out.u16(kXorMappedAddress);
    out.u16(static_cast<unsigned>(4 + ip.size()));
    out.u16(from.ip.is_v6() ? 2 : 1);
    out.u16(from.port ^ (kMagic >> 16));
    // Against magic and transaction id, which stand one behind the other in the request.
    for (std::size_t i = 0; i < ip.size(); ++i) out.u8(static_cast<unsigned>(ip[i] ^ static_cast<unsigned char>(datagram[4 + i])));
    return out.done();
}

std::string_view stun_request(const StunId& id, StunBuffer& buffer) {
    const std::array<char, 8> head{0, 1, 0, 0, 0x21, 0x12, static_cast<char>(0xa4), 0x42};
    std::copy(head.begin(), head.end(), buffer.begin());
    std::transform(id.begin(), id.end(), buffer.begin() + head.size(), [](std::uint8_t b) { return static_cast<char>(b); });
    return {buffer.data(), kHeader};
}

std::optional<StunAnswer> read_stun_answer(std::string_view datagram) {
    const Bytes bytes = as_bytes(datagram);
    ByteReader r(bytes);
    const std::uint16_t type = r.u16(), length = r.u16();
    const std::uint32_t magic = r.u32();
    const bool success = type == kBindingSuccess;
    if (bytes.size() < kHeader || (!success && type != kBindingError) || magic != kMagic || length != bytes.size() - kHeader) return std::nullopt;
    StunAnswer out;
    const Bytes id = r.bytes(out.id.size());
    std::copy(id.begin(), id.end(), out.id.begin());
    while (r.remaining() > 0) {
        const std::uint16_t attribute = r.u16(), size = r.u16();
        const Bytes value = r.bytes((size + 3U) & ~3U);
        if (r.failed()) return std::nullopt;
        if (!success) continue;
        if (attribute < 0x8000 && !understood(attribute)) return std::nullopt;
        if (attribute != kXorMappedAddress || out.mapped) continue;
        const bool v6 = size == 20 && value[1] == 2;
        if (!v6 && !(size == 8 && value[1] == 1)) return std::nullopt;
        std::array<std::uint8_t, 16> address{};
        for (std::size_t i = 0; i < size - 4U; ++i) address[i] = static_cast<std::uint8_t>(value[4 + i] ^ bytes[4 + i]);
        const auto port = static_cast<std::uint16_t>(((value[2] << 8) | value[3]) ^ (kMagic >> 16));
        out.mapped = net::Endpoint{net::IpAddress::from_bytes(Bytes(address).first(size - 4U)), port};
    }
    if (success && !out.mapped) return std::nullopt;
    return out;
}

}  // namespace tandem::sipnet
