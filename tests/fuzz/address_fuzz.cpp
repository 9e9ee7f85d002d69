// Knows: that what parses as an address, endpoint or subnet prints and parses again to the same value.
// Must not know: where such texts come from (SIP, SDP, topology files, command lines).
// Next: replay_main.cpp, tests/unit/net/.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.h"
#include "net/address.h"
#include "net/prefix.h"

namespace {

template <class T>
void must_round_trip(std::string_view text) {
    if (const auto first = T::parse(text)) {
        const auto second = T::parse(first->str());
        if (!second || *second != *first) {
            std::abort();
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = tandem::as_text({data, size});
    must_round_trip<tandem::net::IpAddress>(text);
    must_round_trip<tandem::net::Endpoint>(text);
    must_round_trip<tandem::net::Prefix>(text);
    return 0;
}
