// Knows: any bytes read as RTCP are refused or can be written and read again with the same meaning.
// Must not know: the unit tests.
// Next: rtp_fuzz.cpp.
#include <cstdlib>

#include "rtp/rtcp.h"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto packets = rtp::parse_rtcp({data, size});
    if (!packets) return 0;
    ByteWriter out;
    for (const rtp::RtcpPacket& packet : *packets) {
        // A body that was padded to no whole word cannot be written without its padding.
        if (!rtp::append_rtcp(out, packet) && !std::holds_alternative<rtp::OtherRtcp>(packet)) std::abort();
    }
    const auto again = rtp::parse_rtcp(out.view());
    if (out.size() > 0 && !again) std::abort();
    return 0;
}
