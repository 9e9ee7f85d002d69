// Knows: the four conditions under which we give credentials.
// Must not know: how the request is sent again.
// Next: sip/digest.cpp.
#include "sip-trunk-proxy/challenge.h"

#include "crypto/crypto.h"

namespace tandem::proxy {

std::optional<Answer> answer_challenge(const sip::Message& response, const net::Endpoint& from, Index trunk,
                                       const Snapshot& snapshot, std::string_view method, std::string_view request_uri,
                                       unsigned attempt) {
    if (trunk == kNoIndex || attempt >= kMaxAttempts) return std::nullopt;
    const topology::Trunk& t = snapshot.topology->trunks[trunk];
    if (!t.auth || !snapshot.is_trunk_address(trunk, from.ip)) return std::nullopt;
    const auto challenge = sip::choose_challenge(response, sip::challenge_header(response.status()));
    if (!challenge || challenge->realm != t.auth->realm) return std::nullopt;
    if (attempt > 0 && !challenge->stale) return std::nullopt;  // the credentials are wrong; more tries do not help
    auto credentials = sip::make_credentials(*challenge, {t.auth->username, snapshot.passwords[trunk]}, method, request_uri,
                                             crypto::random_hex(8), 1);
    if (!credentials) return std::nullopt;
    return Answer{sip::credentials_header(response.status()), std::move(*credentials)};
}

}  // namespace tandem::proxy
