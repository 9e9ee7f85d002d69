// Knows: that endpoints go into a sockaddr and come back.
// Must not know: sockets.
#include "net/sockaddr.h"

#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <cstring>

using namespace tandem::net;

TEST_CASE("sockaddr: endpoints come back as they were", "[net][sockaddr]") {
    for (const char* text : {"127.0.0.1:5060", "203.0.113.255:1", "0.0.0.0:65535", "[::1]:5060", "[2001:db8::ff]:65535", "[::]:7"}) {
        INFO(text);
        const auto endpoint = Endpoint::parse(text);
        REQUIRE(endpoint);
        const SocketAddress address(*endpoint);
        CHECK(address.endpoint() == *endpoint);
        CHECK(address.size == (endpoint->ip.is_v6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in)));
    }
}

TEST_CASE("sockaddr: network order, and nothing where there is nothing", "[net][sockaddr]") {
    const SocketAddress address(*Endpoint::parse("192.0.2.1:5060"));
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    CHECK(v4.sin_port == htons(5060));
    CHECK(v4.sin_addr.s_addr == htonl(0xc0000201U));
    CHECK(SocketAddress().endpoint().ip.none());
    CHECK(SocketAddress(Endpoint{}).storage.ss_family == AF_INET);  // "any"
}
