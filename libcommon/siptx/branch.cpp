#include "siptx/branch.h"

#include <array>

#include "base/text.h"

namespace tandem::siptx {

namespace {

constexpr std::size_t kSize = kBranchCookie.size() + 8 + 8 + 16 + 1 + 8;

// As it was written: lower case, all digits.
std::optional<std::uint64_t> read_hex(std::string_view text) {
    std::uint64_t v = 0;
    for (const char c : text) {
        const unsigned digit = is_digit(c) ? static_cast<unsigned>(c - '0') : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10U : 16U;
        if (digit == 16U) return std::nullopt;
        v = v << 4 | digit;
    }
    return v;
}

std::uint64_t check_value(const SipHashKey& key, Handle handle, std::uint32_t loop_hash) {
    std::array<char, 12> bytes{};
    std::size_t at = 0;
    for (const std::uint32_t v : {handle.index, handle.generation, loop_hash}) {
        for (unsigned shift = 0; shift < 32; shift += 8) bytes[at++] = static_cast<char>(v >> shift & 0xffU);
    }
    return siphash(key, std::string_view(bytes.data(), bytes.size()));
}

}  // namespace

std::string make_branch(const SipHashKey& key, Handle handle, std::uint32_t loop_hash) {
    std::string out;
    out.reserve(kSize);
    out = kBranchCookie;
    append_hex(out, std::uint64_t{handle.index} << 32 | handle.generation);
    append_hex(out, check_value(key, handle, loop_hash));
    out.push_back('.');
    append_hex(out, loop_hash, 8);
    return out;
}

std::optional<Branch> read_branch(std::string_view branch, const SipHashKey& key) {
    if (branch.size() != kSize || branch.substr(0, kBranchCookie.size()) != kBranchCookie || branch[kBranchCookie.size() + 32] != '.') {
        return std::nullopt;
    }
    const auto at = [branch](std::size_t i, std::size_t size) { return read_hex(branch.substr(kBranchCookie.size() + i, size)); };
    const auto place = at(0, 16), check = at(16, 16), loop = at(33, 8);
    if (!place || !check || !loop) return std::nullopt;
    const Handle handle{static_cast<std::uint32_t>(*place >> 32), static_cast<std::uint32_t>(*place)};
    const auto loop_hash = static_cast<std::uint32_t>(*loop);
    if (handle.generation == 0 || *check != check_value(key, handle, loop_hash)) return std::nullopt;
    return Branch{handle, loop_hash};
}

}  // namespace tandem::siptx
