#include "capture/reader.h"

#include <catch2/catch.hpp>
#include <string>

#include "support/capture_builder.h"

using namespace tandem;
using capture::LinkType;
using capture::Step;

namespace {

struct Read {
    struct Item {
        std::int64_t ns;
        std::string data;
        LinkType link;
        bool nanoseconds;
        std::uint32_t original;
    };
    std::vector<Item> items;
    Step last = Step::kMore;
    Error error;
};

/// Feeds a file in pieces of the given size; each piece lies in a block that ends with it, as room() gives one.
Read read(std::string_view file, std::size_t piece) {
    capture::Reader reader;
    Read out;
    capture::Record record;
    while (true) {
        out.last = reader.next(record);
        if (out.last == Step::kRecord) {
            out.items.push_back({record.time.time_since_epoch().count(), std::string(as_text(record.data)),
                                 record.link, record.nanoseconds, record.original_size});
        } else if (out.last == Step::kMore) {
            const std::string_view part = file.substr(0, piece);
            file.remove_prefix(part.size());
            if (part.empty()) reader.end();
            auto room = reader.room(part.size());
            std::copy(part.begin(), part.end(), room.begin());
            reader.filled(part.size());
        } else {
            out.error = reader.error();
            return out;
        }
    }
}

constexpr std::int64_t kTime = 1'750'000'000'123'456'789;

std::string sample_pcapng(bool little) {
    test::PcapngWriter w(little);
    w.section();
    w.interface(1);                      // microseconds
    w.interface(101, 9);                 // nanoseconds
    w.interface(276, 0x80 | 30);         // 2^-30 s
    w.enhanced(0, 1'750'000'000'123'456, "first");
    w.block(5, std::string(16, 'x'));    // statistics: stepped over
    w.enhanced(1, static_cast<std::uint64_t>(kTime), "second!");
    w.enhanced(2, (std::uint64_t{1'750'000'000} << 30) | (1U << 29), "third");
    w.section();
    w.interface(113, -1, 4);
    w.simple("four", 9);
    return w.take();
}

}  // namespace

TEST_CASE("pcap: both byte orders, micro- and nanoseconds, in pieces of any size", "[capture][reader]") {
    for (const bool little : {false, true})
        for (const bool nano : {false, true})
            for (const std::size_t piece : {1U, 7U, 1000U}) {
                INFO(little << nano << piece);
                test::PcapWriter w(113, nano, little);
                w.add(kTime, "abc", 1500);
                w.add(kTime + 1'000'000'000, "");
                const Read r = read(w.str(), piece);
                CHECK(r.last == Step::kEnd);
                REQUIRE(r.items.size() == 2);
                CHECK(r.items[0].ns == (nano ? kTime : kTime / 1000 * 1000));
                CHECK(r.items[0].data == "abc");
                CHECK(r.items[0].original == 1500);
                CHECK(r.items[0].link == LinkType::kLinuxSll);
                CHECK(r.items[0].nanoseconds == nano);
                CHECK(r.items[1].data.empty());
            }
}

TEST_CASE("pcapng: sections, interfaces, resolutions and both byte orders", "[capture][reader]") {
    for (const bool little : {false, true})
        for (const std::size_t piece : {1U, 13U, 100000U}) {
            INFO(little << " " << piece);
            const Read r = read(sample_pcapng(little), piece);
            CHECK(r.error.what == "");
            CHECK(r.last == Step::kEnd);
            REQUIRE(r.items.size() == 4);
            CHECK(r.items[0].ns == kTime / 1000 * 1000);
            CHECK(r.items[0].data == "first");
            CHECK(r.items[0].link == LinkType::kEthernet);
            CHECK_FALSE(r.items[0].nanoseconds);
            CHECK(r.items[1].ns == kTime);
            CHECK(r.items[1].data == "second!");
            CHECK(r.items[1].nanoseconds);
            CHECK(r.items[2].ns == 1'750'000'000'500'000'000);
            CHECK(r.items[2].link == LinkType::kLinuxSll2);
            CHECK(r.items[3].data == "four");
            CHECK(r.items[3].original == 9);
            CHECK(r.items[3].link == LinkType::kLinuxSll);
        }
}

TEST_CASE("pcapng: two sections of different byte order in one file", "[capture][reader]") {
    const Read r = read(sample_pcapng(true) + sample_pcapng(false), 50);
    CHECK(r.last == Step::kEnd);
    CHECK(r.items.size() == 8);
}

TEST_CASE("capture: cut at every length, what was read stays and the cut is said", "[capture][reader]") {
    test::PcapWriter pcap;
    pcap.add(kTime, "abc");
    pcap.add(kTime, "defgh");
    for (const std::string& file : {pcap.str(), sample_pcapng(true)}) {
        const std::size_t whole = read(file, 4096).items.size();
        for (std::size_t n = 0; n < file.size(); ++n) {
            INFO(n);
            const Read r = read(std::string_view(file).substr(0, n), 4096);
            CHECK(r.items.size() < whole);
            // Between blocks an end is an end; anywhere else it is a truncation.
            if (r.last == Step::kError) {
                CHECK(r.error.code == Errc::kTruncated);
                CHECK(r.error.offset <= n);
            } else {
                CHECK(r.last == Step::kEnd);
                CHECK(n >= 24);
            }
        }
    }
    test::PcapWriter w;
    w.add(kTime, "abc");
    const Read r = read(w.str().substr(0, w.str().size() - 1), 4096);
    CHECK(r.last == Step::kError);
    CHECK(r.error.offset == 24);
}

TEST_CASE("capture: what is no capture is said to be none", "[capture][reader]") {
    struct Row {
        std::string file;
        Errc code;
        std::string_view what;
    };
    const Row rows[] = {
        {"", Errc::kTruncated, "the capture is empty"},
        {"\xa1\xb2", Errc::kTruncated, "truncated: the capture ends within a block"},
        {"GMBU and more", Errc::kUnsupported, "neither pcap nor pcapng (editcap converts captures of other programs)"},
        {"BZh91AY", Errc::kUnsupported, "a compressed file; uncompress it into a pipe and read \"-\""},
        {"PK\x03\x04", Errc::kUnsupported, "a compressed file; uncompress it into a pipe and read \"-\""},
        {std::string("\x1f\x8b\x08\0", 4), Errc::kUnsupported,
         "a compressed file; uncompress it into a pipe and read \"-\""},
        {test::Packer().u32(0xa1b2c3d4).u16(9).text(std::string(18, '\0')).str(), Errc::kUnsupported,
         "pcap version is not 2"},
        {test::Packer().u32(0x0a0d0d0a).u32(28).u32(0x11111111).str(), Errc::kSyntax,
         "a section header without byte-order magic"},
    };
    for (const Row& row : rows) {
        const Read r = read(row.file, 4096);
        CHECK(r.last == Step::kError);
        CHECK(r.error.code == row.code);
        CHECK(r.error.what == row.what);
        CHECK(r.items.empty());
    }
}

TEST_CASE("pcap: a record longer than any frame ends the reading", "[capture][reader]") {
    test::PcapWriter w;
    w.add(kTime, "abc");
    const Read r = read(w.str() + test::Packer(true).u32(1).u32(2).u32(0x7fffffff).u32(9).str(), 4096);
    CHECK(r.items.size() == 1);
    CHECK(r.error.code == Errc::kRange);
    CHECK(r.error.offset == w.str().size());
}

TEST_CASE("pcapng: broken blocks end the reading with their offset", "[capture][reader]") {
    test::PcapngWriter w;
    w.section();
    const std::string start = w.str();
    const auto broken = [&](const std::string& block) { return read(start + block, 4096); };
    CHECK(broken(test::Packer(true).u32(6).u32(10).u32(0).str()).error.code == Errc::kSyntax);
    CHECK(broken(test::Packer(true).u32(6).u32(13).u32(0).str()).error.code == Errc::kSyntax);
    CHECK(broken(test::Packer(true).u32(6).u32(0x7ffffffc).u32(0).str()).error.code == Errc::kRange);
    CHECK(broken(test::Packer(true).u32(1).u32(20).u32(0).u32(0).u32(24).str()).error.what ==
          "the two lengths of a block differ");
    test::PcapngWriter none;
    none.section();
    none.enhanced(0, 0, "no interface");
    CHECK(read(none.str(), 4096).error.code == Errc::kSyntax);
    CHECK(read(none.str(), 4096).error.offset == start.size());
}

TEST_CASE("pcapng: a large block of no interest is stepped over without being held", "[capture][reader]") {
    test::PcapngWriter w;
    w.section();
    w.interface(1);
    w.block(0x0bad, std::string(1'000'000, 'z'));
    w.enhanced(0, 5, "after");
    capture::Reader reader;
    const Read r = read(w.str(), 1000);
    CHECK(r.last == Step::kEnd);
    REQUIRE(r.items.size() == 1);
    CHECK(r.items[0].data == "after");
}

TEST_CASE("pcapng: no time stamp makes arithmetic overflow", "[capture][reader]") {
    for (const int resolution : {0, 6, 9, 18, 19, 127, 128, 0x80 | 34, 0x80 | 35, 0x80 | 63, 255}) {
        test::PcapngWriter w;
        w.section();
        w.interface(1, resolution);
        w.enhanced(0, ~std::uint64_t{0}, "x");
        w.enhanced(0, 0, "y");
        const Read r = read(w.str(), 4096);
        INFO(resolution);
        REQUIRE(r.items.size() == 2);
        CHECK(r.items[0].ns >= 0);
        CHECK(r.items[1].ns == 0);
    }
}
