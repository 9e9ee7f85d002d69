// Knows: the mark of a text that was cut.
// Must not know: calls, headers.
// Next: call.cpp.
#include "call/kept_text.h"

#include "base/text.h"
#include "crypto/crypto.h"

namespace tandem::call {

std::string kept_text(std::string_view text) {
    if (text.size() <= kMaxKeptText) return std::string(text);
    constexpr std::size_t kHashBytes = 16;
    const crypto::Sha256 hash = crypto::sha256(text);
    const std::string mark = cat("...(", text.size(), " bytes, sha256 ", to_hex(Bytes(hash).first(kHashBytes)), ")");
    std::size_t room = kMaxKeptText - mark.size();
    // Never between the bytes of one character: 10xxxxxx goes on with the one before it (RFC 3629 §3).
    while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xc0) == 0x80) --room;
    return cat(text.substr(0, room), mark);
}

}  // namespace tandem::call
