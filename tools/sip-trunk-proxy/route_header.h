// Knows: our own URIs in Route: which are ours, and the sealed cookie (ck), identity (id), hidden routes (hr) or token (tk) that
//        they carry.
// Must not know: what is done with a request.
// Next: sip/cookie.h, sip/token.h; in_dialog.cpp and initial_invite.cpp, which go by it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sip-trunk-proxy/snapshot.h"
#include "sip/cookie.h"
#include "sip/message.h"
#include "sip/token.h"

namespace tandem::proxy {

inline constexpr std::string_view kCookieParam = "ck";
inline constexpr std::string_view kIdentityParam = "id";
inline constexpr std::string_view kHiddenParam = "hr";

/// What stands at the front of Route.
struct OwnRoute {
    std::size_t count = 0;              ///< how many elements at the front are ours: they are taken away
    std::string_view cookie, identity, hidden, token;  ///< sealed texts of the first that has one; views into the message
    std::string_view next;              ///< the element after ours; empty when there is none
    std::size_t total = 0;              ///< elements in all
};
/// One element; false when it is not ours. What it carries goes where out has nothing yet.
bool read_own_element(std::string_view element, const Snapshot& snapshot, OwnRoute& out);
/// DEVIATION: strict routing (RFC 3261 §16.4, §16.6 step 6) is not served: a request whose Request-URI is our Record-Route gets 481,
/// and a next element without lr is taken for a loose one. RFC 2543 proxies that need it are not seen on trunks any more.
OwnRoute read_route(const sip::Message& request, const Snapshot& snapshot);

/// `<sip:HOST:PORT;transport=…;lr;ck=…;id=…;hr=…>` for a realm's side by one transport; without the last two where they are empty.
std::string record_route(const RealmPort& port, std::string_view cookie, std::string_view identity, std::string_view hidden = {});
/// `<sip:HOST:PORT;lr;tk=…>`.
std::string token_route(const RealmPort& port, std::string_view token);

/// The transport that a URI means (RFC 3263 §4.1, without DNS): TLS for sips, else its parameter, else UDP.
Way way_of(const sip::Uri& uri);

/// Where a URI leads.
struct Hop {
    net::Endpoint at;
    Way way = Way::kUdp;
    bool way_stated = false;  ///< by the URI itself
};
/// Of a URI with an IP literal, or a name (RFC 3263): of the servers that it means the one at `prefer` where there is one, for that
/// one knows the dialog. DEVIATION from RFC 3263 §4: an in-dialog request never waits for DNS. A name that is not known yet gives
/// nothing, and is asked for as far as `written_by`, who sent the URI, may cause questions: the next request finds it.
std::optional<Hop> hop_of(const sip::Uri& uri, const Snapshot& snapshot, Index realm, const net::IpAddress& prefer,
                          const net::IpAddress& written_by);

}  // namespace tandem::proxy
