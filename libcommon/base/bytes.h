// Knows: reading and writing network-order (big-endian) integers with every bound checked.
// Must not know: any packet format.
// Next: rtp/ and capture/, which are written on these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace tandem {

using Bytes = std::span<const std::uint8_t>;

/// The bytes of a text, unchanged.
inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A text over the same bytes.
inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::uint16_t load_be16(const std::uint8_t* p) {
    return static_cast<std::uint16_t>((p[0] << 8) | p[1]);
}
inline std::uint32_t load_be32(const std::uint8_t* p) {
    return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) |
           std::uint32_t{p[3]};
}
inline std::uint64_t load_be64(const std::uint8_t* p) {
    return (std::uint64_t{load_be32(p)} << 32) | load_be32(p + 4);
}
inline void store_be16(std::uint8_t* p, std::uint16_t v) {
    p[0] = static_cast<std::uint8_t>(v >> 8);
    p[1] = static_cast<std::uint8_t>(v);
}
inline void store_be32(std::uint8_t* p, std::uint32_t v) {
    store_be16(p, static_cast<std::uint16_t>(v >> 16));
    store_be16(p + 2, static_cast<std::uint16_t>(v));
}
inline void store_be64(std::uint8_t* p, std::uint64_t v) {
    store_be32(p, static_cast<std::uint32_t>(v >> 32));
    store_be32(p + 4, static_cast<std::uint32_t>(v));
}

/// Reads from the front of a byte span. A read past the end gives zeroes, sets failed() and stays failed,
/// so a parser may read a whole fixed header and check once.
class ByteReader {
public:
    explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return take(1) ? bytes_[offset_ - 1] : std::uint8_t{0}; }
    std::uint16_t u16() { return take(2) ? load_be16(&bytes_[offset_ - 2]) : std::uint16_t{0}; }
    std::uint32_t u32() { return take(4) ? load_be32(&bytes_[offset_ - 4]) : 0U; }
    std::uint64_t u64() { return take(8) ? load_be64(&bytes_[offset_ - 8]) : 0U; }
    /// The next n bytes, or an empty span when there are fewer.
    Bytes bytes(std::size_t n) { return take(n) ? bytes_.subspan(offset_ - n, n) : Bytes{}; }
    void skip(std::size_t n) { take(n); }

    [[nodiscard]] Bytes rest() const { return bytes_.subspan(offset_); }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - offset_; }
    [[nodiscard]] std::size_t offset() const { return offset_; }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    bool take(std::size_t n) {
        if (failed_ || n > remaining()) {
            failed_ = true;
            return false;
        }
        offset_ += n;
        return true;
    }

    Bytes bytes_;
    std::size_t offset_ = 0;
    bool failed_ = false;
};

/// Appends network-order integers to a growing buffer.
class ByteWriter {
public:
    /// room: bytes that will be written, as far as that is known.
    explicit ByteWriter(std::size_t room = 0) { out_.reserve(room); }

    void u8(std::uint8_t v) { out_.push_back(v); }
    void u16(std::uint16_t v) { store_be16(grow(2), v); }
    void u32(std::uint32_t v) { store_be32(grow(4), v); }
    void u64(std::uint64_t v) { store_be64(grow(8), v); }
    void bytes(Bytes b) {
        if (!b.empty()) std::memcpy(grow(b.size()), b.data(), b.size());
    }
    /// Overwrites two bytes written before (a length or count known only later).
    void patch_u16(std::size_t at, std::uint16_t v) { store_be16(&out_.at(at), v); }

    [[nodiscard]] std::size_t size() const { return out_.size(); }
    [[nodiscard]] Bytes view() const { return out_; }
    [[nodiscard]] std::vector<std::uint8_t> take() && { return std::move(out_); }

private:
    std::uint8_t* grow(std::size_t n) {
        out_.resize(out_.size() + n);
        return out_.data() + out_.size() - n;
    }
    std::vector<std::uint8_t> out_;
};

}  // namespace tandem
