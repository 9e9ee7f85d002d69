// Knows: how a changed numbering plan file gets a right length and checksum again.
// Must not know: what was changed.
// Next: libcommon/number/plan_file.cpp, which checks them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

namespace tandem::test {

/// Puts length and checksum (FNV-1a of all behind the header of 32 bytes) right, so that a change reaches the tables.
inline void seal_plan(std::string& bytes) {
    if (bytes.size() < 32) return;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(bytes.data() + 12, &size, sizeof size);
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (std::size_t i = 32; i < bytes.size(); ++i) hash = (hash ^ static_cast<std::uint8_t>(bytes[i])) * 0x100000001b3U;
    std::memcpy(bytes.data() + 16, &hash, sizeof hash);
}

}  // namespace tandem::test
