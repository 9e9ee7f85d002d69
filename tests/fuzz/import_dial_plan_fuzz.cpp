// Knows: that any bytes can be imported as any format without harm, and that the loader accepts whatever comes of it.
// Must not know: what the formats mean.
// Next: tests/unit/exchange/; ../../libcommon/exchange/import.h.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "config/topology_file.h"
#include "exchange/import.h"

namespace {

using namespace tandem;

void must(bool truth) {
    if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const auto text = exchange::to_utf8(as_text({data + 1, size - 1}));
    if (!text) return 0;
    const exchange::Source source("fuzz/input.txt", *text);
    exchange::ImportOptions options;
    if (data[0] % 5U < 4) options.format = static_cast<exchange::Format>(data[0] % 5U);
    exchange::Fragment fragment;
    if (!exchange::import(source, options, fragment)) {
        must(fragment.empty());
        return 0;
    }
    exchange::finish(fragment);
    for (const exchange::Finding& one : fragment.findings) must(!one.where.empty() && !one.what.empty());
    const std::string written = exchange::write_topology(fragment);
    const config::LoadedTopology loaded = config::parse_topology(written, "result");
    if (!loaded.ok()) {
        for (const std::string& line : loaded.errors) std::fprintf(stderr, "%s\n", line.c_str());
        std::fprintf(stderr, "%s", written.c_str());
    }
    must(loaded.ok());
    return 0;
}
