#include "base/bytes.h"

#include <array>
#include <catch2/catch.hpp>

#include "support/exact_buffer.h"

using namespace tandem;

TEST_CASE("bytes: reads network order and remembers a read past the end", "[base][bytes]") {
    std::array<std::uint8_t, 7> raw{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07};
    test::ExactBuffer buffer{Bytes{raw}};
    ByteReader r(buffer.bytes());
    CHECK(r.u8() == 0x01);
    CHECK(r.u16() == 0x0203);
    CHECK(r.u32() == 0x04050607);
    CHECK_FALSE(r.failed());
    CHECK(r.u8() == 0);
    CHECK(r.failed());
    CHECK(r.bytes(0).empty());
}

TEST_CASE("bytes: a short read takes nothing", "[base][bytes]") {
    std::array<std::uint8_t, 3> raw{1, 2, 3};
    ByteReader r{Bytes{raw}};
    CHECK(r.u32() == 0);
    CHECK(r.offset() == 0);
    CHECK(r.rest().size() == 3);
}

TEST_CASE("bytes: writes what the reader reads", "[base][bytes]") {
    ByteWriter w;
    w.u8(1);
    w.u16(0);
    w.u32(0xDEADBEEF);
    w.u64(0x0123456789ABCDEFULL);
    w.patch_u16(1, 0xCAFE);
    ByteReader r(w.view());
    CHECK(r.u8() == 1);
    CHECK(r.u16() == 0xCAFE);
    CHECK(r.u32() == 0xDEADBEEF);
    CHECK(r.u64() == 0x0123456789ABCDEFULL);
    CHECK(r.remaining() == 0);
}
