// Knows: where a SIP message ends in a stream of bytes (RFC 3261 §18.3), and the keep-alives between messages (RFC 5626 §4.4.1).
// Must not know: sockets, clocks, what a message says.
// Next: stream_transport.h, which feeds one a connection; sip/message.h, which scans what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sip/message.h"

namespace tandem::sipnet {

/// Units: bytes. Memory that hostile input may take (SECURITY.md): beyond them the stream is over.
struct FramingLimits {
    std::size_t header_bytes = 65'536;    ///< start line and header fields
    std::size_t message_bytes = sip::kMaxStreamMessageBytes;  ///< with the body
};

/// Why a stream cannot be read any further.
enum class FramingFault : std::uint8_t {
    kNone,
    kNotSip,            ///< what stands where a message should begin cannot begin one: nobody to answer
    kNoLength,          ///< Content-Length is missing
    kBadLength,         ///< it is no number, or stands twice
    kHeadersTooLarge,
    kBodyTooLarge,
};
/// The response due before the connection is closed (400 or 513); 0 when there is none.
int response_to(FramingFault fault);
/// "Missing Content-Length", …: static text.
std::string_view to_string(FramingFault fault);

/// Cuts one connection's bytes into messages. The bytes of each are looked at once, however small the pieces are in which they
/// come; nothing is copied while a message lies whole in what was fed.
class StreamFramer {
public:
    struct Frame {
        enum class Kind : std::uint8_t {
            kMessage,  ///< whole, by its Content-Length
            kCrlf,     ///< one CRLF between messages: a pong, when one is awaited
            kPing,     ///< the second of two: to be answered with one CRLF
            kFault,    ///< the end: `bytes` is the head of the message that broke the rule, "" when it has none
        };
        Kind kind = Kind::kMessage;
        std::string_view bytes;  ///< valid during the call
        FramingFault fault = FramingFault::kNone;
    };

    explicit StreamFramer(const FramingLimits& limits = {}) : limits_(limits) {}

    /// Calls f(Frame) for each frame that ends within what has come so far, in order, as long as f returns true. After a fault,
    /// and after f returned false, whatever else is fed is thrown away.
    template <class F>
    void feed(std::string_view bytes, F&& f) {
        if (broken_) return;
        const bool own = !kept_.empty();
        if (own) kept_.append(bytes);
        std::string_view rest = own ? std::string_view(kept_) : bytes;
        Frame frame;
        while (next(rest, frame)) {
            if (!f(static_cast<const Frame&>(frame)) || frame.kind == Frame::Kind::kFault) {
                broken_ = true;
                break;
            }
        }
        keep(broken_ ? std::string_view{} : rest, own);
    }

    /// From now on.
    void set_limits(const FramingLimits& limits) { limits_ = limits; }
    /// A message has begun and not ended.
    [[nodiscard]] bool within_message() const { return !kept_.empty(); }
    [[nodiscard]] bool broken() const { return broken_; }
    /// Bytes that wait for the rest of their message.
    [[nodiscard]] std::size_t kept_bytes() const { return kept_.size(); }

private:
    bool next(std::string_view& rest, Frame& out);
    bool find_head_end(std::string_view rest);
    void keep(std::string_view rest, bool own);

    FramingLimits limits_;
    std::string kept_;           // a message's beginning
    std::size_t scanned_ = 0;    // of the message that is being read
    std::size_t line_begin_ = 0; // of the line that scanned_ is in
    std::size_t head_end_ = 0;   // one past the empty line; 0 = not found yet
    std::size_t total_ = 0;      // with the body; 0 = not known yet
    std::uint8_t crlf_ = 0;      // how much of CRLF CRLF has come between messages
    bool broken_ = false;
};

}  // namespace tandem::sipnet
