// Knows: the written forms of the file's values: endpoints with transport, port ranges, numbers, names.
// Must not know: keys.
// Next: reader.h, which checks by them.
#pragma once

#include <optional>
#include <string_view>

#include "topology/types.h"

namespace tandem::config {

/// "udp:192.0.2.1:5060"; the transport may be left out (udp), the port too (5060, 5061 for tls).
std::optional<topology::Listen> parse_listen(std::string_view text);
/// As parse_listen(), but a host name is allowed and a port that is left out stays 0. A name with neither goes by any transport.
std::optional<topology::Target> parse_target(std::string_view text);
/// "30000-30999": first even, last odd (RTP and RTCP in pairs), at least one pair, nothing below 1024.
std::optional<topology::PortRange> parse_ports(std::string_view text);
/// "+" and 2 to 15 digits, the first one not 0 (ITU-T E.164 §6).
bool is_e164(std::string_view text);
/// The same, perhaps with ";ext=" and 1 to 20 digits behind it (RFC 3966 §3).
bool is_line(std::string_view text);
bool is_digits(std::string_view text);
/// 1 to 64 letters, digits, "-", "_", ".".
bool is_name(std::string_view text);
/// Labels of letters, digits and hyphens (RFC 1123 §2.1).
bool is_host_name(std::string_view text);
/// A host as it stands in a SIP URI: a name, or an IP address.
bool is_host(std::string_view text);
/// The user part of a SIP URI as it is written there, escapes included (RFC 3261 §25.1); not empty.
bool is_user_part(std::string_view text);
/// What a quoted string of a header can hold without an escape: no quote, no backslash, no control character.
bool is_quotable(std::string_view text);
/// Somebody can be reached there: not 0.0.0.0, ::, multicast or broadcast.
bool is_unicast(const net::IpAddress& ip);
/// The first reference of a translation ("$2", "${area}") to a group that the pattern does not have and that therefore stands for
/// itself; empty when there is none, or when the pattern's options make counting unsafe.
std::string_view reference_to_nothing(std::string_view pattern, std::string_view translation);

}  // namespace tandem::config
