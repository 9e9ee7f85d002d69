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
/// As parse_listen(), but a host name is allowed and a port that is left out stays 0.
std::optional<topology::Target> parse_target(std::string_view text);
/// "30000-30999": first even, last odd (RTP and RTCP in pairs), at least one pair, nothing below 1024.
std::optional<topology::PortRange> parse_ports(std::string_view text);
/// "+" and 2 to 15 digits, the first one not 0 (ITU-T E.164 §6).
bool is_e164(std::string_view text);
bool is_digits(std::string_view text);
/// 1 to 64 letters, digits, "-", "_", ".".
bool is_name(std::string_view text);
/// Labels of letters, digits and hyphens (RFC 1123 §2.1).
bool is_host_name(std::string_view text);

}  // namespace tandem::config
