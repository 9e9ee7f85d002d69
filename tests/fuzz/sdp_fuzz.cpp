// Knows: that a description that was read prints and reads again to the same.
// Must not know: where descriptions come from.
// Next: sdp_plan_fuzz.cpp.
// Whatever is read is printed, read again, and is the same.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/bytes.h"
#include "sdp/session.h"
#include "sdp/summary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    const std::string_view text = as_text(Bytes(data, size));
    std::vector<sdp::Deviation> deviations;
    const auto session = sdp::parse(text, &deviations);
    const auto strict = sdp::parse_strict(text);
    if (strict && !session) std::abort();
    if (strict && !deviations.empty()) std::abort();
    if (!session) return 0;
    const std::string printed = sdp::print(*session);
    if (printed.size() > sdp::kMaxSize) return 0;  // CRLF for LF and lines added may pass the cap
    const auto again = sdp::parse(printed);
    if (!again || *again != *session) std::abort();
    if (sdp::summarise(*again) != sdp::summarise(*session)) std::abort();
    return 0;
}
