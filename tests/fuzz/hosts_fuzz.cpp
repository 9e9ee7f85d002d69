// Knows: that no hosts file makes the reader leave its bounds, and that what it keeps is bounded.
// Must not know: files.
// Next: tests/unit/dns/hosts_test.cpp.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dns/answer.h"
#include "dns/hosts.h"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::unique_ptr<char[]> block(new char[size]);
    std::copy(data, data + size, block.get());
    const dns::Hosts hosts = dns::Hosts::parse({block.get(), size});
    if (hosts.size() > size / 2) std::abort();  // a name has a byte and a blank before it
    for (const bool v4 : {true, false}) {
        if (hosts.find("localhost", v4).size() > dns::kMaxKept) std::abort();
    }
    return 0;
}
