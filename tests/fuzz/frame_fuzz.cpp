// Knows: any frame of any link type decodes without reading past its end, and the payload lies within it.
// Must not know: the unit tests.
// Next: capture_file_fuzz.cpp.
#include <cstdlib>

#include "capture/frame.h"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // The first byte chooses the link type, so that one corpus serves them all.
    constexpr capture::LinkType kLinks[] = {
        capture::LinkType::kEthernet, capture::LinkType::kLinuxSll, capture::LinkType::kLinuxSll2, capture::LinkType::kRaw,
        capture::LinkType::kIpv4,     capture::LinkType::kIpv6,     capture::LinkType::kNull,      capture::LinkType::kLoop};
    if (size == 0) return 0;
    const Bytes frame{data + 1, size - 1};
    capture::Datagram datagram;
    if (capture::decode(kLinks[data[0] % std::size(kLinks)], frame, datagram) != capture::FrameKind::kUdp) return 0;
    const Bytes p = datagram.payload;
    if (!p.empty() && (p.data() < frame.data() || p.data() + p.size() > frame.data() + frame.size())) std::abort();
    if (datagram.source.ip.none() || datagram.destination.ip.none()) std::abort();
    return 0;
}
