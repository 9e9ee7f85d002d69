// Knows: the two requests that end a dialog nobody wants.
// Must not know: how the call went before.
// Next: sip/build.h; challenge.h, for a trunk that wants credentials with the BYE too.
#include "sip-trunk-proxy/orphans.h"

#include <vector>

#include "base/text.h"
#include "sip-trunk-proxy/challenge.h"
#include "sip-trunk-proxy/route_header.h"
#include "sip/keyring.h"
#include "sip/values.h"

namespace tandem::proxy {

namespace {

using sip::HeaderId;

constexpr std::size_t kMaxOrphans = 1024;

// The route set from our place towards the callee: what was recorded behind us, nearest first (RFC 3261 §12.1.2).
std::vector<std::string_view> routes_to_callee(const sip::Message& response, const Snapshot& snapshot) {
    std::vector<std::string_view> out;
    sip::ValueCursor cursor(response, HeaderId::kRecordRoute);
    while (const auto value = cursor.next()) {
        const auto address = sip::parse_name_addr(*value);
        const auto uri = address ? address->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
        if (uri && snapshot.realm_of_uri(*uri) != kNoIndex) break;
        out.insert(out.begin(), *value);
    }
    return out;
}

std::string_view contact_of(const sip::Message& response) {
    sip::ValueCursor cursor(response, HeaderId::kContact);
    const auto value = cursor.next();
    const auto address = value ? sip::parse_name_addr(*value) : Result<sip::NameAddr>(fail(Errc::kMissing, ""));
    return address ? address->uri_text : std::string_view{};
}

}  // namespace

Orphans::Orphan* Orphans::find(sipnet::Handle invite, std::string_view to_tag) {
    for (Orphan& o : orphans_) {
        if (o.invite == invite && (o.left_alone || o.to_tag == to_tag)) return &o;
    }
    return nullptr;
}

Orphans::Orphan& Orphans::add(sipnet::Handle invite) {
    const MonoTime now = core_.transactions.now();
    while (!orphans_.empty() && (orphans_.front().until <= now || orphans_.size() >= kMaxOrphans)) orphans_.pop_front();
    Orphan& o = orphans_.emplace_back();
    o.id = next_id_++;
    o.invite = invite;
    o.until = now + 2 * 64 * core_.transactions.timers().t1;  // as long as its INVITE's and then its BYE's transaction can last
    return o;
}

void Orphans::leave_alone(sipnet::Handle invite) {
    if (core_.transactions.client_lives(invite)) add(invite).left_alone = true;
}

bool Orphans::prepare(Orphan& o, const sip::Message& invite, const sip::Message& response) const {
    const Snapshot& s = *core_.snapshot;
    o.to_tag = response.to_tag();
    o.call_id = response.call_id();
    o.to = core_.transactions.sent_to(o.invite);
    const std::string_view contact = contact_of(response);
    o.uri = contact.empty() ? invite.request_uri() : contact;
    const auto routes = routes_to_callee(response, s);

    // As in a dialog: a port of the callee's own may be another one, an address that it names is not followed.
    const auto first = routes.empty() ? Result<sip::NameAddr>(fail(Errc::kMissing, "")) : sip::parse_name_addr(routes.front());
    const auto next = first ? first->uri() : sip::parse_uri(o.uri);
    const auto hop = next ? hop_of(*next, s, s.realm_of_socket(o.to.socket), o.to.remote.ip, o.to.remote.ip) : std::nullopt;
    if (hop && o.to.kind == Way::kUdp && hop->at.ip == o.to.remote.ip) o.to.remote = hop->at;

    std::string common;
    for (std::string_view route : routes) append(common, "Route: ", route, "\r\n");
    append(common, "From: ", response.value(HeaderId::kFrom), "\r\nTo: ", response.value(HeaderId::kTo), "\r\nCall-ID: ",
           response.call_id(), "\r\nMax-Forwards: 70\r\n");
    const std::string_view sent_by = invite.top_via_text().substr(0, invite.top_via_text().find(';'));
    o.ack = cat("ACK ", o.uri, " SIP/2.0\r\nVia: ", sent_by, ";rport;branch=z9hG4bKo",
                sip::fingerprint(cat(invite.top_via().branch(), o.to_tag)), "\r\n", common, "CSeq: ", invite.cseq().number, " ACK\r\n");
    // RFC 3261 §13.2.2.4: the credentials of the INVITE go with its ACK.
    for (const HeaderId id : {HeaderId::kAuthorization, HeaderId::kProxyAuthorization}) {
        if (const sip::Header* h = invite.first(id)) append(o.ack, invite.name(*h), ": ", invite.value(*h), "\r\n");
    }
    o.ack += "Content-Length: 0\r\n\r\n";
    o.bye_head = cat("BYE ", o.uri, " SIP/2.0\r\nVia: ", sent_by, ";rport;branch=");
    o.bye_tail = cat("\r\n", common, "Reason: SIP;cause=487;text=\"Answered too late\"\r\n");
    o.cseq = invite.cseq().number + 1;
    return o.cseq < 0x8000'0000U;
}

void Orphans::hang_up(sipnet::Handle invite, const sip::Message& response) {
    Orphan* known = find(invite, response.to_tag());
    if (known == nullptr) {
        sip::Message sent;
        const std::string bytes(core_.transactions.sent_bytes(invite));
        if (!sip::scan(bytes, sip::Strictness::kLenient, sent).ok()) return;
        Orphan& o = add(invite);
        if (!prepare(o, sent, response)) {
            orphans_.pop_back();
            return;
        }
        ++core_.counters.orphans_ended;
        core_.log.warning("answered after the call had failed: hung up", "callee", o.to.remote.str());
        core_.transactions.send_stateless(o.to, o.ack);
        return send_bye(o, {});
    }
    if (!known->left_alone) core_.transactions.send_stateless(known->to, known->ack);
}

void Orphans::send_bye(Orphan& o, std::string_view credentials) {
    auto& tx = core_.transactions;
    const auto client = tx.new_client();
    if (!client) return;  // the callee repeats its 2xx, and gives up in its own time
    tx.start(client, sip::Method::kBye,
             cat(o.bye_head, tx.branch(client, 0), o.bye_tail, "CSeq: ", o.cseq++, " BYE\r\n", credentials, "Content-Length: 0\r\n\r\n"),
             o.call_id, o.to, Tag{Part::kOrphan, o.id, 0}.pack());
}

void Orphans::on_response(Tag tag, const sip::Message& response, const sipnet::Flow& from) {
    const int status = response.status();
    if (status < 300) return;
    for (Orphan& o : orphans_) {
        if (o.id != tag.id) continue;
        if (status == 401 || status == 407) {
            const Snapshot& s = *core_.snapshot;
            const Index realm = s.realm_of_socket(o.to.socket);
            const Index trunk = s.trunk_by_source(realm, from.remote.ip);
            const auto answer = answer_challenge(response, from.remote, trunk, s, "BYE", o.uri, o.attempt);
            if (answer) {
                ++core_.counters.challenges_answered;
                ++o.attempt;
                return send_bye(o, cat(sip::to_string(answer->header), ": ", answer->credentials, "\r\n"));
            }
        }
        if (status != 481 && status != 408) core_.log.warning("BYE of a late answer refused", "status", status);
        return;
    }
}

void Orphans::on_failure(Tag) { core_.log.warning("BYE of a late answer: no response"); }

}  // namespace tandem::proxy
