// Knows: what a keep-alive by STUN is answered, byte for byte, and how answers to ours are read.
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

TEST_CASE("stun: our request is one that we would answer, and the answer is read back", "[sipnet][stun]") {
    StunId id{};
    std::copy(kId.begin(), kId.end(), id.begin());
    StunBuffer buffer;
    const std::string sent(stun_request(id, buffer));
    CHECK(sent == request());
    for (const std::string_view from : {"192.0.2.1:32853", "[2001:db8:1234:5678:11:2233:4455:6677]:32853"}) {
        const auto read = read_stun_answer(answer(sent, from));
        REQUIRE(read.has_value());
        CHECK(read->id == id);
        CHECK(read->mapped == net::Endpoint::parse(from));
    }
}

TEST_CASE("stun: answers that are none, or say nothing, are dropped; a refusal is an answer", "[sipnet][stun]") {
    const std::string good = answer(request());
    const auto refused = read_stun_answer(answer(request(std::string("\x00\x24\x00\x04\x00\x00\x00\x01", 8))));
    REQUIRE(refused.has_value());
    CHECK_FALSE(refused->mapped.has_value());
    CHECK_FALSE(read_stun_answer(request()).has_value());
    CHECK_FALSE(read_stun_answer(good + "more").has_value());
    const auto with = [&](std::size_t at, char c) {
        std::string text = good;
        text[at] = c;
        return read_stun_answer(text);
    };
    CHECK_FALSE(with(0, 0).has_value());      // a request
    CHECK_FALSE(with(1, 2).has_value());      // another method
    CHECK_FALSE(with(4, 'x').has_value());    // no magic
    CHECK_FALSE(with(21, 0x24).has_value());  // an attribute that must be understood
    CHECK_FALSE(with(25, 2).has_value());     // IPv6, of four bytes
    CHECK_FALSE(with(25, 7).has_value());
    CHECK_FALSE(with(20, '\x80').has_value());  // no address at all
    test::for_each_truncation(good, [](const test::ExactBuffer& cut) { CHECK_FALSE(read_stun_answer(cut.text()).has_value()); });
}
