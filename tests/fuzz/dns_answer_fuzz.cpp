// Knows: that no packet of a name server makes the reader leave its bounds, and that what it reads leads to bounded work.
// Must not know: sockets.
// Next: tests/unit/dns/answer_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dns/locate.h"
#include "dns/server_order.h"

using namespace tandem;

namespace {

void must(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

// The first byte says which type was asked for; the rest is the packet, whose question is taken as ours.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    constexpr dns::Type kTypes[] = {dns::Type::kA, dns::Type::kAaaa, dns::Type::kSrv, dns::Type::kNaptr};
    const dns::Question question{"example", kTypes[data[0] % 4]};
    const std::unique_ptr<std::uint8_t[]> block(new std::uint8_t[size]);
    std::copy(data + 1, data + size, block.get());
    const auto answer = dns::parse_answer({block.get(), size - 1}, question);
    if (!answer) {
        must(!answer.error().what.empty() && answer.error().offset <= size);
        return 0;
    }
    must(answer->addresses.size() <= dns::kMaxKept && answer->srv.size() <= dns::kMaxKept && answer->naptr.size() <= dns::kMaxKept);
    must(answer->ttl_s < 0x8000'0000U);
    for (const dns::Srv& s : answer->srv) must(s.target.size() <= 255);
    // Whatever it says, as an answer to every question of its type it leads to few servers and few questions more.
    const dns::Families both{true, true};
    const dns::Wanted wanted{"example", 0, {}, {both, both, both}};
    const auto known = [&](const dns::Question& q) -> const dns::Answer* { return q.type == question.type ? &*answer : nullptr; };
    const dns::Located found = dns::locate(wanted, known);
    must(found.servers.size() <= dns::kMaxServers && found.missing.size() <= 3 * 2 * dns::kMaxKept);
    const auto order = dns::in_order(found.servers, data[0]);
    must(order.size() == found.servers.size());
    return 0;
}
