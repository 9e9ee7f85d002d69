// Knows: the responses that the proxy makes itself.
// Must not know: calls.
// Next: sip/build.cpp.
#include "sip-trunk-proxy/local_answers.h"

#include "base/text.h"
#include "policy/policy.h"
#include "sip/build.h"
#include "sip/edit.h"

namespace tandem::proxy {

namespace {

using sip::HeaderId;
using sip::Method;

constexpr std::string_view kAllow = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY\r\n";
constexpr unsigned kDrainRetryAfter = 30;  // s; as policy::decide says to INVITEs

void respond(Core& core, sipnet::Handle server, int status, std::string_view extra) {
    core.transactions.respond(server, status, {.reason = {}, .to_tag = {}, .top_via = {}, .extra_headers = extra});
}

// RFC 3261 §8.2.7: no transaction, the same To tag for the same request sent again, and an ACK to it is of no interest.
void answer_statelessly(Core& core, const sip::Message& request, const sipnet::Flow& from, int status, std::string_view reason,
                        std::string_view extra) {
    const std::string via = sip::stamp_via(request.top_via_text(), request.top_via(), from.remote);
    const bool stamped = sip::parse_via(via).has_value();
    const sipnet::Flow to = sipnet::response_flow(from, via);
    std::string bytes;
    const std::string tag = cat("m", sip::fingerprint(request.bytes()));
    sip::build_response(bytes, request, status,
                        {.reason = reason,
                         .to_tag = tag,
                         .top_via = stamped ? std::string_view(via) : std::string_view{},
                         .extra_headers = extra});
    core.transactions.send_stateless(to, bytes);
}

// Whether it opens something under a sips: URI.
bool wants_tls(const sip::Message& request) {
    if (!request.to_tag().empty()) return false;
    const auto uri = sip::parse_uri(request.request_uri());
    return uri && uri->scheme == sip::Scheme::kSips;
}

// DEVIATION from RFC 3261 §11 and §16.5: an OPTIONS to a user is answered too and not forwarded. Peers ask "sip:ping@ours" to see
// whether we are up, and one that went on to a telephone would tell of that one.
void answer_options(Core& core, sipnet::Handle server) {
    if (core.draining) return respond(core, server, 503, cat("Retry-After: ", kDrainRetryAfter, "\r\n"));
    respond(core, server, 200, cat(kAllow, "Accept: application/sdp\r\n"));
}

}  // namespace

bool refuse_unfit(Core& core, sipnet::Handle server, const sip::Message& request) {
    if (wants_tls(request)) {
        // RFC 5630 §5.3: each hop by TLS, which is not served yet; never the same call in clear. In a dialog, which began without
        // TLS, the scheme is only what a peer wrote into its Contact, and refusing its BYE would help nobody.
        respond(core, server, 416, {});
        return true;
    }
    if (request.max_forwards() == 0U) {
        // RFC 3261 §11: an OPTIONS that may go no further may be answered here.
        if (request.method() == Method::kOptions && request.to_tag().empty()) {
            answer_options(core, server);
        } else {
            respond(core, server, 483, {});
        }
        return true;
    }
    if (request.has(HeaderId::kProxyRequire)) {
        // We have no extension that one could require of a proxy.
        std::string tags;
        sip::ValueCursor cursor(request, HeaderId::kProxyRequire);
        while (const auto tag = cursor.next()) append(tags, tags.empty() ? "" : ", ", *tag);
        respond(core, server, 420, cat("Unsupported: ", tags, "\r\n"));
        return true;
    }
    return false;
}

void answer_locally(Core& core, sipnet::Handle server, const sip::Message& request, const sipnet::Flow& from) {
    if (request.method() == Method::kOptions) return answer_options(core, server);
    const Index realm = core.snapshot->realm_of_socket(from.socket);
    if (request.method() == Method::kRegister) {
        ++core.counters.registers_refused;
        // The registrar is not served yet; contacts of users stand in the topology.
        const std::string agent = realm == kNoIndex ? std::string("proxy") : core.snapshot->realms[realm].host;
        return respond(core, server, 501, cat("Warning: 399 ", agent, " \"registration is not served here\"\r\n"));
    }
    ++core.counters.methods_refused;
    respond(core, server, 405, kAllow);
}

void refuse_malformed(Core& core, const sip::Message& request, const sip::Verdict& verdict, const sipnet::Flow& from) {
    answer_statelessly(core, request, from, verdict.status, verdict.status == 400 ? std::string_view{} : verdict.reason,
                       cat("Warning: 399 proxy \"", verdict.reason, ", ", verdict.rule, "\"\r\n"));
}

bool is_stranger(const Core& core, const sipnet::Flow& from) {
    const Snapshot& s = *core.snapshot;
    const Index realm = s.realm_of_socket(from.socket);
    return !policy::knows_source(*s.topology, realm, from.remote) && s.trunk_by_source(realm, from.remote.ip) == kNoIndex &&
           s.user_by_source(realm, from.remote) == kNoIndex;
}

void answer_stranger(Core& core, const sip::Message& request, const sipnet::Flow& from) {
    if (request.method() == Method::kAck) {
        ++core.counters.stray_requests;
    } else if (!request.to_tag().empty()) {
        ++core.counters.stray_requests;
        answer_statelessly(core, request, from, 481, {}, {});
    } else {
        // An OPTIONS too: who is to watch us stands in the topology; to others we do not even say that we are here.
        if (request.method() == Method::kInvite) {
            ++core.counters.invites;
            ++core.counters.unknown_source;
        } else {
            ++core.counters.strangers_refused;
        }
        answer_statelessly(core, request, from, request.method() == Method::kCancel ? 481 : 403, {}, {});
    }
}

}  // namespace tandem::proxy
