// Knows: the layout of pcap and pcapng blocks.
// Must not know: what is in a frame.
// Next: frame.cpp.
#include "capture/reader.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace tandem::capture {

namespace {

constexpr std::uint32_t kPcapMicro = 0xa1b2c3d4;
constexpr std::uint32_t kPcapNano = 0xa1b23c4d;
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kPacketBlock = 2;  // obsolete, still met
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::size_t kPcapFileHeader = 24;
constexpr std::size_t kPcapRecordHeader = 16;
constexpr std::size_t kBlockOverhead = 12;
constexpr std::size_t kMaxInterfaces = 4096;
constexpr std::string_view kPcapRule = "draft-ietf-opsawg-pcap";
constexpr std::string_view kPcapngRule = "draft-ietf-opsawg-pcapng";

std::uint32_t little32(const std::uint8_t* p) {
    return (std::uint32_t{p[3]} << 24) | (std::uint32_t{p[2]} << 16) | (std::uint32_t{p[1]} << 8) |
           std::uint32_t{p[0]};
}

// Times before 1970 or after 2116 are brought to the nearest end, so that differences of any two never overflow.
WallTime wall(std::int64_t s, std::int64_t ns) {
    constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 32;
    return WallTime{seconds{std::clamp<std::int64_t>(s, 0, kMaxSeconds)} + nanoseconds{ns}};
}

}  // namespace

std::uint16_t Reader::u16(const std::uint8_t* p) const {
    return swapped_ ? static_cast<std::uint16_t>(p[0] | (p[1] << 8)) : load_be16(p);
}

std::uint32_t Reader::u32(const std::uint8_t* p) const { return swapped_ ? little32(p) : load_be32(p); }

std::span<std::uint8_t> Reader::room(std::size_t least) {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        base_ += begin_;
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < least) buffer_.resize(end_ + least);
    return std::span(buffer_).subspan(end_);
}

Step Reader::fail_with(Errc code, std::string_view what, std::string_view rule) {
    error_ = Error{code, std::string(what), static_cast<std::size_t>(offset()), rule};
    failed_ = true;
    return Step::kError;
}

Step Reader::more() {
    if (!ended_) return Step::kMore;
    if (window().empty() && skip_ == 0) {
        if (header_read_) return Step::kEnd;
        return fail_with(Errc::kTruncated, "the capture is empty", kPcapRule);
    }
    return fail_with(Errc::kTruncated, "truncated: the capture ends within a block",
                     format_ == Format::kPcapng ? kPcapngRule : kPcapRule);
}

Step Reader::next(Record& record) {
    if (failed_) return Step::kError;
    while (true) {
        if (skip_ > 0) {
            const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, end_ - begin_));
            begin_ += n;
            skip_ -= n;
            if (skip_ > 0) return more();
        }
        Step step = Step::kRecord;
        if (format_ == Format::kUnknown) {
            step = detect();
        } else if (format_ == Format::kPcap && !header_read_) {
            step = pcap_header();
        } else {
            record.data = {};
            step = format_ == Format::kPcap ? pcap_record(record) : pcapng_block(record);
            if (step == Step::kRecord && record.data.data() == nullptr) continue;  // a block without a packet
            if (step == Step::kRecord) ++records_;
            return step;
        }
        if (step != Step::kRecord) return step;
    }
}

Step Reader::detect() {
    const Bytes in = window();
    if (in.size() < 4) return more();
    const std::uint32_t magic = load_be32(in.data());
    if (magic == kSectionHeader) {
        format_ = Format::kPcapng;
        return Step::kRecord;
    }
    const std::uint32_t other = little32(in.data());
    if (magic == kPcapMicro || magic == kPcapNano || other == kPcapMicro || other == kPcapNano) {
        format_ = Format::kPcap;
        swapped_ = other == kPcapMicro || other == kPcapNano;
        return Step::kRecord;
    }
    // gzip, zstd, xz, lz4, zip, bzip2.
    if ((magic >> 16) == 0x1f8b || magic == 0x28b52ffd || magic == 0xfd377a58 || magic == 0x04224d18 || magic == 0x504b0304 ||
        (magic >> 8) == 0x425a68)
        return fail_with(Errc::kUnsupported, "a compressed file; uncompress it into a pipe and read \"-\"", {});
    return fail_with(Errc::kUnsupported, "neither pcap nor pcapng (editcap converts captures of other programs)", {});
}

Step Reader::pcap_header() {
    const Bytes in = window();
    if (in.size() < kPcapFileHeader) return more();
    if (u16(&in[4]) != 2) return fail_with(Errc::kUnsupported, "pcap version is not 2", kPcapRule);
    Interface interface;
    interface.resolution = u32(&in[0]) == kPcapNano ? 9 : 6;
    interface.snap_length = u32(&in[16]);
    // The upper half holds the length of a frame check sequence at the end, which the IP length cuts off anyway.
    interface.link = static_cast<LinkType>(u32(&in[20]) & 0xffffU);
    interfaces_.assign(1, interface);
    begin_ += kPcapFileHeader;
    header_read_ = true;
    return Step::kRecord;
}

Step Reader::pcap_record(Record& record) {
    const Bytes in = window();
    if (in.size() < kPcapRecordHeader) return more();
    const std::uint32_t captured = u32(&in[8]);
    if (captured > kMaxFrame)
        return fail_with(Errc::kRange, "a record claims more bytes than a frame can have", kPcapRule);
    if (in.size() < kPcapRecordHeader + captured) return more();
    const Interface& interface = interfaces_.front();
    const std::uint32_t fraction = u32(&in[4]);
    record.nanoseconds = interface.resolution == 9;
    record.time = wall(u32(&in[0]), std::int64_t{fraction} * (record.nanoseconds ? 1 : 1000));
    record.link = interface.link;
    record.original_size = u32(&in[12]);
    record.data = in.subspan(kPcapRecordHeader, captured);
    begin_ += kPcapRecordHeader + captured;
    return Step::kRecord;
}

Step Reader::pcapng_block(Record& record) {
    const Bytes in = window();
    if (in.size() < kBlockOverhead) return more();
    const bool section = load_be32(in.data()) == kSectionHeader;  // reads the same in both byte orders
    if (section) {
        const bool little = little32(&in[8]) == kByteOrderMagic;
        if (!little && load_be32(&in[8]) != kByteOrderMagic)
            return fail_with(Errc::kSyntax, "a section header without byte-order magic", kPcapngRule);
        swapped_ = little;
    }
    const std::uint32_t type = u32(&in[0]);
    const std::uint32_t size = u32(&in[4]);
    if (size < kBlockOverhead || size % 4 != 0)
        return fail_with(Errc::kSyntax, "a block length that is not 12 or more in whole words", kPcapngRule);
    const bool wanted = section || type == kInterfaceDescription || type == kPacketBlock ||
                        type == kSimplePacket || type == kEnhancedPacket;
    if (!wanted) {
        skip_ = size;
        return Step::kRecord;
    }
    if (size > kMaxFrame + 64 * 1024)
        return fail_with(Errc::kRange, "a block claims more bytes than a frame can have", kPcapngRule);
    if (in.size() < size) return more();
    if (u32(&in[size - 4]) != size)
        return fail_with(Errc::kSyntax, "the two lengths of a block differ", kPcapngRule);
    const Bytes body = in.subspan(8, size - kBlockOverhead);
    if (section) {
        if (!section_header(body))
            return fail_with(Errc::kUnsupported, "pcapng version is not 1", kPcapngRule);
    } else if (type == kInterfaceDescription) {
        if (body.size() < 8 || interfaces_.size() >= kMaxInterfaces)
            return fail_with(Errc::kSyntax, "an interface description that is too short or one too many",
                             kPcapngRule);
        interface_description(body);
    } else if (!packet(type, body, record)) {
        return fail_with(Errc::kSyntax, "a packet block that passes its end or names no interface", kPcapngRule);
    }
    begin_ += size;
    return Step::kRecord;
}

bool Reader::section_header(Bytes body) {
    if (body.size() < 16 || u16(&body[4]) != 1) return false;
    interfaces_.clear();
    header_read_ = true;
    return true;
}

void Reader::interface_description(Bytes body) {
    Interface interface;
    interface.link = static_cast<LinkType>(u16(&body[0]));
    interface.snap_length = u32(&body[4]);
    Bytes options = body.subspan(8);
    while (options.size() >= 4) {
        const std::uint16_t code = u16(&options[0]);
        const std::size_t size = u16(&options[2]);
        const std::size_t padded = (size + 3) & ~std::size_t{3};
        if (code == 0 || 4 + padded > options.size()) break;
        if (code == 9 && size == 1) interface.resolution = options[4];
        if (code == 14 && size == 8) {
            const std::uint64_t high = u32(&options[swapped_ ? 8 : 4]);
            interface.offset_s =
                static_cast<std::int64_t>((high << 32) | u32(&options[swapped_ ? 4 : 8]));
        }
        options = options.subspan(4 + padded);
    }
    interfaces_.push_back(interface);
}

bool Reader::packet(std::uint32_t type, Bytes body, Record& record) {
    if (type == kSimplePacket) {
        if (body.size() < 4 || interfaces_.empty()) return false;
        const Interface& interface = interfaces_.front();
        record.original_size = u32(&body[0]);
        std::size_t captured = record.original_size;
        if (interface.snap_length != 0) captured = std::min<std::size_t>(captured, interface.snap_length);
        if (captured > body.size() - 4) return false;
        record.time = {};
        record.nanoseconds = false;
        record.link = interface.link;
        record.data = body.subspan(4, captured);
        return true;
    }
    if (body.size() < 20) return false;
    const std::uint32_t index = type == kEnhancedPacket ? u32(&body[0]) : u16(&body[0]);
    const std::uint32_t captured = u32(&body[12]);
    if (index >= interfaces_.size() || captured > body.size() - 20) return false;
    const Interface& interface = interfaces_[index];
    record.time = time_of(interface, (std::uint64_t{u32(&body[4])} << 32) | u32(&body[8]));
    // if_tsresol: a power of two when the high bit is set (2^-20 is about a microsecond), else a power of ten.
    const unsigned digits = interface.resolution & 0x7fU;
    record.nanoseconds = (interface.resolution & 0x80) != 0 ? digits > 20 : digits > 6;
    record.link = interface.link;
    record.original_size = u32(&body[16]);
    record.data = body.subspan(20, captured);
    return true;
}

WallTime Reader::time_of(const Interface& interface, std::uint64_t ticks) const {
    std::uint64_t s = 0;
    std::uint64_t ns = 0;
    const unsigned power = interface.resolution & 0x7fU;
    if ((interface.resolution & 0x80) != 0) {
        const unsigned bits = std::min(power, 63U);
        s = ticks >> bits;
        std::uint64_t fraction = ticks & ((std::uint64_t{1} << bits) - 1);
        unsigned kept = bits;
        if (kept > 34) {  // so that the product stays within 64 bits
            fraction >>= kept - 34;
            kept = 34;
        }
        ns = (fraction * 1'000'000'000U) >> kept;
    } else {
        std::uint64_t per_second = 1;
        for (unsigned i = 0; i < std::min(power, 19U); ++i) per_second *= 10;
        s = ticks / per_second;
        const std::uint64_t rest = ticks % per_second;
        ns = per_second <= 1'000'000'000U ? rest * (1'000'000'000U / per_second)
                                          : rest / (per_second / 1'000'000'000U);
    }
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    const auto bounded = static_cast<std::int64_t>(std::min<std::uint64_t>(s, std::uint64_t{1} << 40));
    return wall(bounded + std::clamp(interface.offset_s, -kFar, kFar), static_cast<std::int64_t>(ns));
}

}  // namespace tandem::capture
