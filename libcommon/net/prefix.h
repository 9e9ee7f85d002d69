// Knows: subnets (address and mask length) and longest-prefix look-up.
// Must not know: what a subnet is used for.
// Next: topology/, where subnets belong to sites.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace tandem::net {

/// A subnet: all addresses that share the first `length` bits.
class Prefix {
public:
    Prefix() = default;
    /// Bits after the mask are cleared. length is capped at the address's own.
    Prefix(const IpAddress& address, int length);
    /// Reads "192.0.2.0/24"; nothing when the mask is missing or too long, or when bits are set after it.
    static std::optional<Prefix> parse(std::string_view text);

    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] bool contains(const Prefix& other) const {
        return other.length_ >= length_ && contains(other.address_);
    }
    [[nodiscard]] const IpAddress& address() const { return address_; }
    [[nodiscard]] int length() const { return length_; }
    [[nodiscard]] std::string str() const;

    auto operator<=>(const Prefix&) const = default;

private:
    IpAddress address_;
    int length_ = 0;
};

/// Longest-prefix match from subnets to indices.
/// Cost: a look-up tries each mask length in use, a binary search each.
class PrefixTable {
public:
    /// Adds a subnet; false when the same subnet is in the table already.
    bool add(const Prefix& prefix, std::size_t value);

    struct Match {
        Prefix prefix;
        std::size_t value;
    };
    /// The narrowest subnet that holds the address.
    [[nodiscard]] std::optional<Match> longest(const IpAddress& address) const;
    /// The entry that is exactly this subnet.
    [[nodiscard]] std::optional<Match> exact(const Prefix& prefix) const;

private:
    struct Level {
        int length;
        std::vector<Match> entries;  // sorted by prefix
    };
    [[nodiscard]] static const Match* find(const Level& level, const Prefix& prefix);
    std::vector<Level> levels_;  // longest mask first
};

}  // namespace tandem::net
