// Knows: what a keep-alive by STUN is answered, byte for byte.
// Must not know: sockets.
#include "sipnet/stun.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sipnet;

namespace {

constexpr std::string_view kId = "\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae";

std::string request(std::string_view attributes = {}, std::string_view type = {"\x00\x01", 2}) {
    return cat(type, std::string{'\0', static_cast<char>(attributes.size())}, "\x21\x12\xa4\x42", kId, attributes);
}

std::string answer(std::string_view datagram, std::string_view from = "192.0.2.1:32853") {
    StunBuffer buffer;
    const test::ExactBuffer exact(datagram);
    return std::string(stun_answer(exact.text(), *net::Endpoint::parse(from), buffer));
}

}  // namespace

// Addresses and transaction id are those of the sample responses of RFC 5769 §2.2 and §2.3.
TEST_CASE("stun: a Binding request is told where it came from", "[sipnet][stun]") {
    CHECK(answer(request()) == cat(std::string("\x01\x01\x00\x0c\x21\x12\xa4\x42", 8), kId,
                                   std::string("\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43", 12)));
    CHECK(answer(request(), "[2001:db8:1234:5678:11:2233:4455:6677]:32853") ==
          cat(std::string("\x01\x01\x00\x18\x21\x12\xa4\x42", 8), kId,
              std::string("\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9", 24)));
    // SOFTWARE may be ignored, USERNAME means nothing without a secret.
    CHECK(answer(request(std::string("\x80\x22\x00\x01x\0\0\0\x00\x06\x00\x04user", 16))).starts_with(std::string_view("\x01\x01", 2)));
}

TEST_CASE("stun: an attribute that must be understood and is not is refused by name", "[sipnet][stun]") {
    const std::string got = answer(request(std::string("\x00\x24\x00\x04\x00\x00\x00\x01", 8)));
    CHECK(got.starts_with(std::string_view("\x01\x11", 2)));
    CHECK(got.find(std::string_view("\x00\x09\x00\x15\x00\x00\x04\x14Unknown Attribute", 25)) == 20);
    CHECK(got.ends_with(std::string_view("\x00\x0a\x00\x02\x00\x24\x00\x00", 8)));
    CHECK(static_cast<std::size_t>(got[3]) == got.size() - 20);
    CHECK(got.size() % 4 == 0);
}

TEST_CASE("stun: everything else is dropped", "[sipnet][stun]") {
    CHECK(answer(request({}, {"\x01\x01", 2})).empty());  // a response
    CHECK(answer(request({}, {"\x00\x11", 2})).empty());  // an indication
    CHECK(answer(request({}, {"\x00\x03", 2})).empty());  // another method
    CHECK(answer(request() + "more").empty());
    CHECK(answer(request(std::string("\x00\x06\x00\x09user", 8))).empty());
    std::string no_magic = request();
    no_magic[4] = 'x';
    CHECK(answer(no_magic).empty());
    test::for_each_truncation(request(std::string("\x00\x06\x00\x04user", 8)), [](const test::ExactBuffer& cut) {
        StunBuffer buffer;
        CHECK(stun_answer(cut.text(), *net::Endpoint::parse("192.0.2.1:1"), buffer).empty());
    });
    CHECK_FALSE(may_be_stun("INVITE"));
    CHECK_FALSE(may_be_stun("\r\n"));
    CHECK_FALSE(may_be_stun(""));
    CHECK(may_be_stun(request()));
}
