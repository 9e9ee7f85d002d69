// Knows: a session description as lines (RFC 8866): read leniently, judged strictly, printed canonically.
// Must not know: what attributes mean (summary.h), offer and answer (offer_answer.h).
// Next: codecs.h for payload types; summary.h for direction, addresses and the short form that decisions look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace tandem::sdp {

inline constexpr std::size_t kMaxSize = 64 * 1024;   ///< bytes of a description that is read
inline constexpr std::size_t kMaxMedia = 64;         ///< m= lines
inline constexpr std::size_t kMaxAttributes = 1000;  ///< a= lines of session and media together

/// One a= line: "a=name" or "a=name:value".
struct Attribute {
    std::string name;
    std::string value;
    bool has_value = false;

    bool operator==(const Attribute&) const = default;
};

/// One c= line. The address is kept as written: an IP address, a host name, or either with "/ttl/count".
struct Connection {
    std::string network = "IN";
    std::string family = "IP4";
    std::string address;

    static Connection of(const net::IpAddress& ip);
    /// The address as IP; nothing when it is a name.
    [[nodiscard]] std::optional<net::IpAddress> ip() const;
    bool operator==(const Connection&) const = default;
};

/// One b= line.
struct Bandwidth {
    std::string type;  ///< "AS", "CT", "TIAS", "RS", "RR"
    std::string value;

    bool operator==(const Bandwidth&) const = default;
};

/// The o= line.
struct Origin {
    std::string username = "-";
    std::string session_id = "0";  ///< digits; kept as text because peers send more than 64 bits
    std::string version = "0";
    std::string network = "IN";
    std::string family = "IP4";
    std::string address = "0.0.0.0";

    bool operator==(const Origin&) const = default;
};

/// One m= line with what follows it.
struct Media {
    std::string type;        ///< "audio", "image", ...
    std::uint16_t port = 0;  ///< 0: refused or not in use
    std::uint16_t port_count = 1;
    std::string protocol;  ///< "RTP/AVP", "RTP/SAVP", "udptl", ...
    std::vector<std::string> formats;
    std::string information;  ///< i=, empty when absent
    std::vector<Connection> connections;
    std::vector<Bandwidth> bandwidths;
    std::string key;  ///< k=, empty when absent
    std::vector<Attribute> attributes;

    /// First attribute of that name; null when there is none.
    [[nodiscard]] const Attribute* find(std::string_view name) const;
    bool operator==(const Media&) const = default;
};

/// One t= line with its r= lines, each without the "t=" or "r=".
struct Timing {
    std::string active = "0 0";
    std::vector<std::string> repeats;

    bool operator==(const Timing&) const = default;
};

/// A whole description.
struct Session {
    std::string version = "0";
    Origin origin;
    std::string name = "-";
    std::string information;
    std::string uri;
    std::vector<std::string> emails;
    std::vector<std::string> phones;
    std::optional<Connection> connection;
    std::vector<Bandwidth> bandwidths;
    std::vector<Timing> timings;
    std::string zones;  ///< z=
    std::string key;    ///< k=
    std::vector<Attribute> attributes;
    std::vector<Media> media;

    [[nodiscard]] const Attribute* find(std::string_view name) const;
    /// The c= line that holds for a media line: its own first one, else the session's; null: neither.
    [[nodiscard]] const Connection* connection_of(const Media& m) const;
    bool operator==(const Session&) const = default;
};

/// Something that was read although the grammar does not allow it.
struct Deviation {
    std::size_t offset = 0;  ///< byte of the line
    std::string_view what;   ///< static text
    std::string_view rule;   ///< static citation
};

/// Reads a description as the field sends it: bare LF or CR, blank lines at the end, missing v=, s= or t=,
/// lines out of order, lines of unknown type and blanks at line ends are accepted, and each is told in
/// deviations.
/// Errors: kSyntax (a line that is no "x=", an m= or c= line without its parts, NUL), kRange (caps above,
/// port over 65535), kMissing (empty text).
/// Source: RFC 8866 §5, §9.
Result<Session> parse(std::string_view text, std::vector<Deviation>* deviations = nullptr);

/// Reads and allows nothing that RFC 8866 §9 does not; the first deviation is the error, with its rule.
Result<Session> parse_strict(std::string_view text);

/// Text with CRLF line ends, lines in the order of RFC 8866 §5. parse(print(s)) equals s for every s of
/// parse().
std::string print(const Session& session);

/// "IP4" or "IP6".
std::string_view family_name(const net::IpAddress& ip);

}  // namespace tandem::sdp
