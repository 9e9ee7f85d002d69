// Knows: how texts are taken out of the stack's message objects and how header texts are put together for it.
// Must not know: legs.
// Next: user_agent.cpp, the only user.
#pragma once

#include <sofia-sip/msg_types.h>
#include <sofia-sip/sip.h>

#include <string>
#include <vector>

#include "net/address.h"
#include "sipua/message.h"

namespace tandem::sipua {

/// Value of a header object as it is written; empty for none.
std::string text_of(const void* header);

/// The headers of a message whose names are wanted, in the message's order.
Headers take_headers(const sip_t* sip, const std::vector<std::string>& wanted);
std::vector<std::string> take_routes(const sip_t* sip);
Body take_body(const sip_t* sip);
Request take_request(const sip_t* sip, const std::vector<std::string>& wanted);
Response take_response(int status, const char* phrase, const sip_t* sip,
                       const std::vector<std::string>& wanted);

/// Where a message came from.
net::Endpoint source_of(msg_t* msg);

/// "Name: value" lines. A value with CR, LF or NUL is left out: it could not have come from one header.
std::string header_lines(const Headers& headers);

}  // namespace tandem::sipua
