#include "siptx/branch.h"

#include <array>
#include <charconv>

namespace tandem::siptx {

namespace {

constexpr std::size_t kSize = kBranchCookie.size() + 8 + 8 + 16 + 1 + 8;

void append_hex(std::string& out, std::uint32_t v) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (int shift = 28; shift >= 0; shift -= 4) out.push_back(kDigits[(v >> shift) & 15U]);
}

std::optional<std::uint32_t> read_hex(std::string_view text) {
    std::uint32_t v = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
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
    std::string out(kBranchCookie);
    out.reserve(kSize);
    append_hex(out, handle.index);
    append_hex(out, handle.generation);
    const std::uint64_t check = check_value(key, handle, loop_hash);
    append_hex(out, static_cast<std::uint32_t>(check >> 32));
    append_hex(out, static_cast<std::uint32_t>(check));
    out.push_back('.');
    append_hex(out, loop_hash);
    return out;
}

std::optional<Branch> read_branch(std::string_view branch, const SipHashKey& key) {
    if (branch.size() != kSize || branch.substr(0, kBranchCookie.size()) != kBranchCookie || branch[kBranchCookie.size() + 32] != '.') {
        return std::nullopt;
    }
    const auto at = [branch](std::size_t i) { return read_hex(branch.substr(kBranchCookie.size() + i, 8)); };
    const auto index = at(0), generation = at(8), high = at(16), low = at(24), loop = at(33);
    if (!index || !generation || *generation == 0 || !high || !low || !loop) return std::nullopt;
    const Handle handle{*index, *generation};
    if ((std::uint64_t{*high} << 32 | *low) != check_value(key, handle, *loop)) return std::nullopt;
    return Branch{handle, *loop};
}

}  // namespace tandem::siptx
