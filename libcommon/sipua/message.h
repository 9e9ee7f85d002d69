// Knows: what of a SIP message crosses the border of a user-agent leg: plain texts.
// Must not know: the stack behind it, what the texts mean.
// Next: user_agent.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "net/address.h"

namespace tandem::sipua {

/// One leg: a dialog, or one that is to become one. Never 0, never used twice.
using LegId = std::uint64_t;

struct Header {
    std::string name;
    std::string value;

    bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

/// Value of the first header of that name; empty when there is none.
inline std::string_view find(const Headers& headers, std::string_view name) {
    for (const auto& h : headers)
        if (iequals(h.name, name)) return h.value;
    return {};
}

/// A body with its Content-Type; empty text means none.
struct Body {
    std::string type;
    std::string text;

    [[nodiscard]] bool empty() const { return text.empty(); }
    /// True for application/sdp, whatever its parameters.
    [[nodiscard]] bool is_sdp() const { return istarts_with(trim(type), "application/sdp"); }
};

/// A session description as a body.
inline Body sdp_body(std::string text) { return {"application/sdp", std::move(text)}; }

/// A request that came in a dialog, or ended it.
struct Request {
    Headers headers;  ///< those that the user agent was asked to tell (Options::headers)
    Body body;
};

/// A response that came, or that the stack made in the peer's place (408 when none came, 503 when nothing
/// could be sent).
struct Response {
    unsigned status = 0;
    std::string phrase;
    Headers headers;
    Body body;
    bool local = false;  ///< made by the stack
};

/// An INVITE that begins a call.
struct Invite {
    LegId leg = 0;
    net::Endpoint source;
    std::string request_uri;
    std::string from;  ///< whole values
    std::string to;
    std::string call_id;
    std::vector<std::string> routes;  ///< one value a Route, in order, our own first if it is there
    Headers headers;
    Body body;
};

/// An INVITE to be sent.
struct Call {
    std::string request_uri;
    std::string from;  ///< "Display <sip:user@host>", without tag
    std::string to;
    std::string call_id;              ///< empty: the stack makes one
    net::Endpoint next_hop;           ///< every request of the leg goes there, whatever its routes say
    std::vector<std::string> routes;  ///< of the INVITE; later requests follow the recorded route
    Headers headers;
    Body body;
};

}  // namespace tandem::sipua
