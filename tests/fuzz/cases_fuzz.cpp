// Knows: files of cases as anybody may write them, JSON lines and CSV.
// Must not know: any topology.
// Next: tools/e164-normalize/cases.h.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "e164-normalize/cases.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tandem::e164;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const CaseFile& file : {read_json_cases(text, "f"), read_csv_cases(text, "f")}) {
        // A case that is accepted can be tried; a fault names its line.
        for (const Case& c : file.cases) {
            const bool call = !c.user.empty() || !c.trunk.empty();
            if (c.dialled.empty() || c.name.empty() || c.line == 0 || c.expect.empty()) std::abort();
            for (const Expectation& e : c.expect)
                if (needs_call(e.what) && !call) std::abort();
        }
        for (const CaseFault& fault : file.faults)
            if (fault.line == 0 || !fault.text.starts_with("f:")) std::abort();
    }
    return 0;
}
