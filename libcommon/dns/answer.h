// Knows: answers of name servers as they come in packets: A, AAAA, SRV and NAPTR records with their times to live.
// Must not know: sockets, who asked (sipnet/resolver.h), what an answer is used for.
// Next: cache.h, which keeps them; locate.h, which finds servers by them.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "net/address.h"

namespace tandem::dns {

/// Types of records that are asked for (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 3403).
enum class Type : std::uint16_t { kA = 1, kAaaa = 28, kSrv = 33, kNaptr = 35 };
std::string_view to_string(Type t);  ///< "A", "AAAA", "SRV", "NAPTR"

/// What is asked. The name is in lower case, without a dot at its end.
struct Question {
    std::string name;
    Type type = Type::kA;
    auto operator<=>(const Question&) const = default;
};

/// RFC 2782. An empty target is the root ".": the service is decidedly not there.
struct Srv {
    std::uint16_t priority = 0, weight = 0, port = 0;
    std::string target;
    bool operator==(const Srv&) const = default;
};

/// RFC 3403 §4.1.
struct Naptr {
    std::uint16_t order = 0, preference = 0;
    std::string flags, service, regexp, replacement;
    bool operator==(const Naptr&) const = default;
};

/// An address that came beside the answer for a name that the answer mentions.
struct Additional {
    std::string name;
    net::IpAddress ip;
    bool operator==(const Additional&) const = default;
};

/// What an answer says; of the records only those of the type that was asked for.
struct Answer {
    std::vector<net::IpAddress> addresses;
    std::vector<Srv> srv;
    std::vector<Naptr> naptr;
    std::vector<Additional> additional;
    /// Of the answer's records and the aliases that led to them the smallest; of an answer without records what its SOA says
    /// (RFC 2308 §5), or 0 without one. Units: s.
    std::uint32_t ttl_s = 0;
    bool exists = true;   ///< false: there is no such name (NXDOMAIN)
    bool failed = false;  ///< nobody answered, or not with an answer: it says nothing, not even "no"

    /// There is no such name, or it has no record of that type.
    [[nodiscard]] bool negative() const { return addresses.empty() && srv.empty() && naptr.empty(); }
    bool operator==(const Answer&) const = default;
};

/// Records of a packet that are looked at, and those of a type that are kept; what comes after them is not read.
inline constexpr std::size_t kMaxRecords = 512, kMaxKept = 64;

/// Reads a whole packet that answers the question.
/// Errors: kTruncated and kSyntax with the offset for what is no answer to it, kIo when the server says that it cannot answer.
/// Source: RFC 1035 §4.1, RFC 2181 §5.2 and §8, RFC 2308 §2 and §5.
/// Cost: bounded by kMaxRecords; a name by 255 bytes, whatever its pointers do.
Result<Answer> parse_answer(Bytes packet, const Question& question);

}  // namespace tandem::dns

template <>
struct std::hash<tandem::dns::Question> {
    std::size_t operator()(const tandem::dns::Question& q) const noexcept {
        return std::hash<std::string_view>{}(q.name) * 31 + static_cast<std::size_t>(q.type);
    }
};
