// Knows: that a stream cut at any places gives the same messages as whole, and that each message ends where its scan ends it.
// Must not know: sockets.
// Next: tests/unit/sipnet/stream_framer_test.cpp; sip_message_fuzz.cpp.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "sip/message.h"
#include "sipnet/stream_framer.h"

using namespace tandem;
using sipnet::StreamFramer;

namespace {

void must(bool condition) {
    if (!condition) std::abort();
}

struct Seen {
    std::vector<std::string> messages;
    std::size_t pings = 0, crlfs = 0;
    sipnet::FramingFault fault = sipnet::FramingFault::kNone;
    bool operator==(const Seen&) const = default;
};

void feed(StreamFramer& framer, std::string_view piece, Seen& seen) {
    // A block of its own size: a read past the end is seen.
    const std::unique_ptr<char[]> block(new char[piece.size()]);
    piece.copy(block.get(), piece.size());
    framer.feed({block.get(), piece.size()}, [&](const StreamFramer::Frame& f) {
        using Kind = StreamFramer::Frame::Kind;
        if (f.kind == Kind::kMessage) seen.messages.emplace_back(f.bytes);
        seen.pings += f.kind == Kind::kPing ? 1U : 0U;
        seen.crlfs += f.kind == Kind::kCrlf ? 1U : 0U;
        if (f.kind == Kind::kFault) seen.fault = f.fault;
        return true;
    });
}

}  // namespace

// The first byte says how long the pieces are (their sizes come from a small generator seeded by it); the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    static const auto message = std::make_unique<sip::Message>();
    const std::string_view stream = as_text({data + 1, size - 1});
    const sipnet::FramingLimits limits{1024, 2048};  // small, so that inputs reach them

    StreamFramer at_once(limits), cut(limits);
    Seen whole, pieces;
    feed(at_once, stream, whole);
    std::uint32_t state = data[0] * 2654435761U + 1;
    for (std::string_view rest = stream; !rest.empty();) {
        state = state * 1664525U + 1013904223U;
        const std::size_t longest = data[0] < 64 ? 1 : data[0];
        const std::size_t n = std::min<std::size_t>((state >> 16) % longest + 1, rest.size());
        feed(cut, rest.substr(0, n), pieces);
        must(cut.kept_bytes() <= limits.message_bytes);
        rest.remove_prefix(n);
    }
    must(whole == pieces);
    must(at_once.broken() == (whole.fault != sipnet::FramingFault::kNone));

    for (const std::string& m : whole.messages) {
        must(m.size() <= limits.message_bytes);
        const sip::Verdict verdict = sip::scan(m, sip::Strictness::kLenient, *message);
        if (!verdict.ok()) continue;
        // Both find the same length, and nothing is left over for another reader to take for a message.
        must(message->content_length().has_value() && message->trailing_bytes() == 0 && !message->blank_line_missing());
        must(message->headers_end() + message->body().size() <= m.size());
        must(*message->content_length() == message->body().size());
    }
    return 0;
}
