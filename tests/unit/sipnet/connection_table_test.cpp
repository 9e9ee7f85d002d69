// Knows: that connections are found by what a flow says, and that the caps hold.
// Must not know: sockets.
#include "sipnet/connection_table.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::sipnet;
using Admission = ConnectionTable::Admission;

namespace {
Flow flow(std::string_view remote, TransportKind kind = TransportKind::kTcp, std::uint16_t socket = 0x8000, std::uint32_t peer = 0) {
    return Flow{socket, *net::Endpoint::parse(remote), kind, true, peer};
}
}  // namespace

TEST_CASE("connections: one is found by transport, socket, far end and who is expected there", "[sipnet][stream]") {
    ConnectionTable table({});
    const Handle a = table.add(flow("192.0.2.1:5060"), false);
    const Handle b = table.add(flow("192.0.2.1:5060", TransportKind::kTls, 0x8001, 1), false);
    const Handle c = table.add(flow("192.0.2.1:5060", TransportKind::kTls, 0x8001, 2), false);
    CHECK(table.find(flow("192.0.2.1:5060")) == a);
    CHECK(table.find(flow("192.0.2.1:5060", TransportKind::kTls, 0x8001, 1)) == b);
    CHECK(table.find(flow("192.0.2.1:5060", TransportKind::kTls, 0x8001, 2)) == c);
    CHECK_FALSE(table.find(flow("192.0.2.1:5061")));
    CHECK_FALSE(table.find(flow("192.0.2.1:5060", TransportKind::kTcp, 0x8002)));
    table.remove(b);
    CHECK_FALSE(table.find(flow("192.0.2.1:5060", TransportKind::kTls, 0x8001, 1)));
    CHECK(table.size() == 2);
    CHECK(table.accepted() == 0);
}

TEST_CASE("connections: the newer of two between the same ends is found, and stays so when the older goes", "[sipnet][stream]") {
    ConnectionTable table({});
    const Handle older = table.add(flow("192.0.2.1:40000"), true);
    const Handle newer = table.add(flow("192.0.2.1:40000"), true);
    CHECK(table.find(flow("192.0.2.1:40000")) == newer);
    table.remove(older);
    CHECK(table.find(flow("192.0.2.1:40000")) == newer);
    table.remove(older);  // a handle of the past does nothing
    CHECK(table.accepted() == 1);
    const Handle reused = table.add(flow("192.0.2.9:40000"), true);
    CHECK(reused.index == older.index);
    CHECK(reused != older);
}

TEST_CASE("connections: an alias is a second address, and goes with its connection", "[sipnet][stream]") {
    ConnectionTable table({});
    const Handle a = table.add(flow("192.0.2.1:40000", TransportKind::kTls), true);
    CHECK_FALSE(table.find_alias(flow("192.0.2.1:5061", TransportKind::kTls)));
    table.alias(a, *net::Endpoint::parse("192.0.2.1:5061"));
    CHECK(table.find_alias(flow("192.0.2.1:5061", TransportKind::kTls, 0x8000, 7)) == a);  // whoever is expected: the owner compares
    CHECK_FALSE(table.find(flow("192.0.2.1:5061", TransportKind::kTls)));
    const Handle b = table.add(flow("192.0.2.1:40001", TransportKind::kTls), true);
    table.alias(b, *net::Endpoint::parse("192.0.2.1:5061"));
    CHECK(table.find_alias(flow("192.0.2.1:5061", TransportKind::kTls)) == b);
    table.remove(a);
    CHECK(table.find_alias(flow("192.0.2.1:5061", TransportKind::kTls)) == b);
    table.remove(b);
    CHECK_FALSE(table.find_alias(flow("192.0.2.1:5061", TransportKind::kTls)));
}

TEST_CASE("connections: one address has its share, all together have theirs", "[sipnet][stream]") {
    ConnectionTable table({.total = 5, .per_peer = 2});
    const auto one = *net::IpAddress::parse("192.0.2.1");
    const Handle first = table.add(flow("192.0.2.1:1000"), true);
    CHECK(table.admits(one) == Admission::kYes);
    table.add(flow("192.0.2.1:1001"), true);
    CHECK(table.admits(one) == Admission::kFullForPeer);
    for (int i = 2; i < 5; ++i) table.add(flow(cat("192.0.2.", i, ":1000")), true);
    CHECK(table.admits(*net::IpAddress::parse("192.0.2.7")) == Admission::kFull);
    table.add(flow("192.0.2.9:5060"), false);  // one of ours takes nobody's place
    table.remove(first);
    CHECK(table.admits(one) == Admission::kYes);
}

TEST_CASE("connections: who has said nothing for longest gives way first, who has spoken never", "[sipnet][stream]") {
    ConnectionTable table({});
    const Handle a = table.add(flow("192.0.2.1:1000"), true), b = table.add(flow("192.0.2.1:1001"), true), c = table.add(flow("192.0.2.1:1002"), true);
    CHECK(table.oldest_unproven() == a);
    table.prove(a);
    table.prove(a);
    CHECK(table.oldest_unproven() == b);
    table.remove(b);
    CHECK(table.oldest_unproven() == c);
    table.prove(c);
    CHECK_FALSE(table.oldest_unproven());
}
