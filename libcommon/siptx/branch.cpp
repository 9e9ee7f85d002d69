#include "siptx/branch.h"

#include <charconv>

namespace tandem::siptx {

namespace {

constexpr std::string_view kCookie = "z9hG4bKt";
constexpr std::size_t kSize = kCookie.size() + 8 + 8 + 8 + 1 + 8;

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

}  // namespace

std::string make_branch(std::uint32_t node_secret, Handle handle, std::uint32_t loop_hash) {
    std::string out(kCookie);
    out.reserve(kSize);
    append_hex(out, node_secret);
    append_hex(out, handle.index);
    append_hex(out, handle.generation);
    out.push_back('.');
    append_hex(out, loop_hash);
    return out;
}

std::optional<Branch> read_branch(std::string_view branch, std::uint32_t node_secret) {
    if (branch.size() != kSize || branch.substr(0, kCookie.size()) != kCookie || branch[kCookie.size() + 24] != '.') {
        return std::nullopt;
    }
    const auto at = [branch](std::size_t i) { return read_hex(branch.substr(kCookie.size() + i, 8)); };
    const auto secret = at(0), index = at(8), generation = at(16), loop = at(25);
    if (!secret || *secret != node_secret || !index || !generation || *generation == 0 || !loop) return std::nullopt;
    return Branch{Handle{*index, *generation}, *loop};
}

}  // namespace tandem::siptx
