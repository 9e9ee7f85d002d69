// Knows: whether a 401 or 407 is meant for us, and the credentials that answer it.
// Must not know: how the request is sent again (initial_invite.cpp, in_dialog.cpp).
// Next: sip/digest.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip-trunk-proxy/snapshot.h"
#include "sip/digest.h"
#include "sip/message.h"

namespace tandem::proxy {

/// Room for this many CSeq numbers between two of the caller's, where the trunk may challenge.
inline constexpr std::uint8_t kStride = 8;
/// Tries with credentials: one, and one more when the nonce was stale.
inline constexpr unsigned kMaxAttempts = 2;

struct Answer {
    sip::HeaderId header = sip::HeaderId::kAuthorization;
    std::string credentials;
};

/// Credentials when the challenge may be answered: the trunk has them, the realm is the trunk's own, the response came from an
/// address of the trunk, and it is the first one (or says stale). Nothing otherwise: then it passes untouched, since answering
/// a stranger's challenge hands out what a dictionary attack needs.
std::optional<Answer> answer_challenge(const sip::Message& response, const net::Endpoint& from, Index trunk,
                                       const Snapshot& snapshot, std::string_view method, std::string_view request_uri,
                                       unsigned attempt);

}  // namespace tandem::proxy
