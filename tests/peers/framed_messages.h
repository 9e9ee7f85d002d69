// Knows: how scripts hand messages to the judges: four bytes of length, the highest first, and the message.
// Must not know: what a message is.
// Next: tests/peers/judges.py, which writes them.
#pragma once

#include <cstdio>
#include <string>

namespace tandem::peers {

/// The next message of stdin; false when there is none or it is cut off.
inline bool read_message(std::string& out) {
    unsigned char head[4];
    if (std::fread(head, 1, sizeof head, stdin) != sizeof head) return false;
    const std::size_t size = std::size_t{head[0]} << 24 | std::size_t{head[1]} << 16 | std::size_t{head[2]} << 8 | head[3];
    out.resize(size);
    return std::fread(out.data(), 1, size, stdin) == size;
}

}  // namespace tandem::peers
