// Knows: the blocks of pcap and pcapng files in both byte orders, cut out of a buffer that is filled piece by piece.
// Must not know: files, what is in a frame.
// Next: frame.h for the frames; capio/capture_input.h, which fills the buffer from a file or pipe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "capture/link.h"

namespace tandem::capture {

/// Largest frame that is read; a record that claims more is taken for a broken file.
inline constexpr std::size_t kMaxFrame = 256 * 1024;

/// One captured frame.
struct Record {
    WallTime time{};                  ///< the packet's time; the epoch when the file has none (simple packet block)
    Bytes data;                       ///< as captured; a view into the reader's buffer until the next call of next()
    std::uint32_t original_size = 0;  ///< bytes on the wire
    LinkType link = LinkType::kEthernet;
    bool nanoseconds = false;         ///< the file counts finer than microseconds
};

enum class Step {
    kRecord,  ///< a record was given
    kMore,    ///< more bytes are needed: fill room() and say filled(), or end() when there are none
    kEnd,     ///< end() was said and all was read
    kError,   ///< see error(); nothing follows, what was given before stays good
};

/// Reads a capture that comes in pieces of any size. Memory: one frame and one piece.
/// Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
class Reader {
public:
    enum class Format { kUnknown, kPcap, kPcapng };

    /// Where the next piece may be put; at least `least` bytes. Invalidates the data of earlier records.
    std::span<std::uint8_t> room(std::size_t least);
    /// That n bytes were put there.
    void filled(std::size_t n) { end_ += n; }
    /// That no piece follows.
    void end() { ended_ = true; }

    /// The next record. Errors (in error()): kUnsupported (no capture file, compressed, a version that is not known),
    /// kTruncated (the file ends within a block), kSyntax and kRange (a length that cannot be), with the byte of the file.
    Step next(Record& record);

    [[nodiscard]] const Error& error() const { return error_; }
    [[nodiscard]] Format format() const { return format_; }
    /// Bytes of the file that were read through.
    [[nodiscard]] std::uint64_t offset() const { return base_ + begin_; }
    [[nodiscard]] std::uint64_t records() const { return records_; }

private:
    struct Interface {
        LinkType link = LinkType::kEthernet;
        std::uint32_t snap_length = 0;
        std::uint8_t resolution = 6;   ///< if_tsresol as it stands
        std::int64_t offset_s = 0;     ///< if_tsoffset
    };

    Step detect();
    Step pcap_header();
    Step pcap_record(Record& record);
    Step pcapng_block(Record& record);
    bool section_header(Bytes body);
    void interface_description(Bytes body);
    bool packet(std::uint32_t type, Bytes body, Record& record);
    Step more();
    Step fail_with(Errc code, std::string_view what, std::string_view rule);

    [[nodiscard]] Bytes window() const { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
    [[nodiscard]] std::uint16_t u16(const std::uint8_t* p) const;
    [[nodiscard]] std::uint32_t u32(const std::uint8_t* p) const;
    [[nodiscard]] WallTime time_of(const Interface& interface, std::uint64_t ticks) const;

    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0;   ///< first byte not read through
    std::size_t end_ = 0;     ///< one past the last byte that was filled
    std::uint64_t base_ = 0;  ///< bytes of the file before the buffer
    std::uint64_t skip_ = 0;  ///< bytes still to come that nobody looks at (a large block of no interest)
    std::uint64_t records_ = 0;
    std::vector<Interface> interfaces_;
    Error error_;
    Format format_ = Format::kUnknown;
    bool header_read_ = false;
    bool swapped_ = false;  ///< the file is little-endian
    bool ended_ = false;
    bool failed_ = false;
};

}  // namespace tandem::capture
