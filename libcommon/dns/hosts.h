// Knows: /etc/hosts: names with the addresses that this machine gives them.
// Must not know: files, when it is read anew (sipnet/resolver.h).
// Next: answer.h, for what name servers say.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/address.h"

namespace tandem::dns {

/// Immutable once read, so any thread may ask.
class Hosts {
public:
    /// Reads lines of an address and its names; what stands behind '#' is a comment. As the system's resolver does, a line that is none
    /// is passed over; of a name kMaxKept addresses are kept, and a name of more than 255 bytes is none. Cost: O(bytes).
    static Hosts parse(std::string_view text);

    /// Of a name in lower case without a dot at its end, in the order of the lines; empty when it has none of that version.
    [[nodiscard]] std::vector<net::IpAddress> find(std::string_view name, bool v4) const;
    [[nodiscard]] std::size_t size() const { return names_.size(); }

private:
    std::unordered_map<std::string, std::vector<net::IpAddress>> names_;
};

}  // namespace tandem::dns
