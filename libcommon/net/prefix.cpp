#include "net/prefix.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tandem::net {

Prefix::Prefix(const IpAddress& address, int length) : length_(std::clamp(length, 0, address.bits())) {
    std::array<std::uint8_t, 16> masked{};
    Bytes bytes = address.bytes();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        int kept = std::clamp(length_ - static_cast<int>(i) * 8, 0, 8);
        masked[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> kept));
    }
    address_ = IpAddress::from_bytes({masked.data(), bytes.size()});
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
    auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto address = IpAddress::parse(text.substr(0, slash));
    auto length = to_number<unsigned>(text.substr(slash + 1));
    if (!address || !length || static_cast<int>(*length) > address->bits()) return std::nullopt;
    Prefix prefix(*address, static_cast<int>(*length));
    if (prefix.address_ != *address) return std::nullopt;
    return prefix;
}

bool Prefix::contains(const IpAddress& address) const {
    return address.bits() == address_.bits() && !address.none() &&
           Prefix(address, length_).address_ == address_;
}

std::string Prefix::str() const { return cat(address_.str(), '/', length_); }

const PrefixTable::Match* PrefixTable::find(const Level& level, const Prefix& prefix) {
    auto it = std::lower_bound(level.entries.begin(), level.entries.end(), prefix,
                               [](const Match& m, const Prefix& p) { return m.prefix < p; });
    return it != level.entries.end() && it->prefix == prefix ? &*it : nullptr;
}

bool PrefixTable::add(const Prefix& prefix, std::size_t value) {
    auto level = std::lower_bound(levels_.begin(), levels_.end(), prefix.length(),
                                  [](const Level& l, int length) { return l.length > length; });
    if (level == levels_.end() || level->length != prefix.length())
        level = levels_.insert(level, Level{prefix.length(), {}});
    auto at = std::lower_bound(level->entries.begin(), level->entries.end(), prefix,
                               [](const Match& m, const Prefix& p) { return m.prefix < p; });
    if (at != level->entries.end() && at->prefix == prefix) return false;
    level->entries.insert(at, Match{prefix, value});
    return true;
}

std::optional<PrefixTable::Match> PrefixTable::longest(const IpAddress& address) const {
    for (const Level& level : levels_) {
        if (level.length > address.bits()) continue;
        if (const Match* match = find(level, Prefix(address, level.length))) return *match;
    }
    return std::nullopt;
}

std::optional<PrefixTable::Match> PrefixTable::exact(const Prefix& prefix) const {
    for (const Level& level : levels_)
        if (level.length == prefix.length())
            if (const Match* match = find(level, prefix)) return *match;
    return std::nullopt;
}

}  // namespace tandem::net
