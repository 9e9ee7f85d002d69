// Knows: the walk of a call from INVITE to BYE, both legs.
// Must not know: descriptions (call_media.cpp), changes in mid-call (call_change.cpp).
// Next: call_media.cpp.
#include "gw-bridge/call.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/crypto.h"
#include "gw-bridge/leg_media.h"
#include "sdp/codecs.h"
#include "sip/values.h"

namespace tandem::bridge {
namespace {

/// "Display <uri>" without header parameters: the tag belongs to the other dialog.
std::string without_tag(std::string_view value) {
    const auto address = sip::parse_name_addr(value);
    if (!address) return std::string(value);
    if (address->display.empty()) return cat('<', address->uri_text, '>');
    return cat(address->display, " <", address->uri_text, '>');
}

std::string uri_of(std::string_view value) {
    const auto address = sip::parse_name_addr(value);
    return std::string(address ? address->uri_text : value);
}

std::string user_of(std::string_view uri_text) {
    const auto uri = sip::parse_uri(uri_text);
    return uri ? sip::unescape(uri->user) : std::string();
}

sipua::Header reason_header(int cause, std::string_view text) {
    return {"Reason", cat("Q.850;cause=", cause, ";text=\"", text, '"')};
}

/// Q.850 "recovery on timer expiry": what a supervision that ran out is in the telephone network.
constexpr int kCauseTimer = 102;
/// Q.850 "temporary failure": what ends here through no fault of the call's. Source: RFC 3398 §8.2.6.1 (481, 503).
constexpr int kCauseTemporary = 41;
/// Q.850 "service or option not implemented, unspecified". Source: RFC 3398 §8.2.6.1 (406, 415).
constexpr int kCauseNotImplemented = 79;

int cause_of(unsigned status) {
    return status == 408 ? kCauseTimer : status == 488 ? kCauseNotImplemented : kCauseTemporary;
}

}  // namespace

Call::Call(Core core, media::CallId id, sipua::Invite invite, CallSetup setup,
           std::vector<std::string> routes)
    : core_(core), id_(id), invite_(std::move(invite)), setup_(std::move(setup)), routes_(std::move(routes)) {
    a_.setup = setup_.a;
    a_.media = media::Side::kA;
    a_.leg = invite_.leg;
    b_.setup = setup_.b;
    b_.media = media::Side::kB;
    session_ids_.learn_a(invite_.headers);

    log_.invite = core_.clock.mono();
    log_.invite_wall = core_.clock.wall();
    log_.from = uri_of(invite_.from);
    log_.to = uri_of(invite_.to);
    log_.dialled = user_of(invite_.request_uri);
    log_.session_id = session_ids_.a;
    log_.token = setup_.token;
    log_.a.call_id = invite_.call_id;
    log_.a.peer = setup_.a.peer;
    log_.a.realm = setup_.a.realm;
    log_.a.rtcp_expected = setup_.a.profile.rtcp_active;
    log_.a.src = invite_.source;
    log_.b.peer = setup_.b.peer;
    log_.b.realm = setup_.b.realm;
    log_.b.rtcp_expected = setup_.b.profile.rtcp_active;
    log_.b.dst = invite_.source;
}

sipua::Headers Call::with_session_id(sipua::Headers headers, const Side& to) const {
    std::string value = &to == &a_ ? session_ids_.towards_a() : session_ids_.towards_b();
    if (!value.empty()) headers.push_back({"Session-ID", std::move(value)});
    return headers;
}

void Call::refuse(unsigned status, std::string_view why, std::string_view text) {
    sipua::Headers headers;
    if (!text.empty()) headers.push_back({"Warning", cat("399 gw-bridge \"", text, '"')});
    if (status == 503) headers.push_back({"Retry-After", "5"});
    if (status == 415) headers.push_back({"Accept", "application/sdp"});
    core_.log.info("call refused", "status", status, "reason", why, "text", text, "call", id_);
    core_.ua.reject(a_.leg, status, {}, with_session_id(std::move(headers), a_));
    log_.status = static_cast<int>(status);
    log_.reason = why;
    close({});
}

void Call::start() {
    if (max_forwards(invite_.headers) == 0) {
        refuse(483, "too_many_hops", {});
        return;
    }
    std::vector<sdp::Codec> codecs_a;
    if (invite_.body.empty()) {
        if (setup_.a.profile.delayed_offer == sdp::DelayedOffer::kRefuse) {
            refuse(488, "no_offer", "this peer's calls need an offer in the INVITE");
            return;
        }
        delayed_offer_ = true;
        codecs_a = sdp::codecs_of(setup_.a.profile);
    } else {
        if (!invite_.body.is_sdp()) {
            refuse(415, "body_type", "only application/sdp is taken");
            return;
        }
        const auto offer = sdp::parse(invite_.body.text);
        if (!offer) {
            refuse(400, "bad_sdp", offer.error().what);
            return;
        }
        // Tried before anybody is disturbed: an offer that nobody could answer rings no telephone.
        const auto possible = sdp::make_answer(setup_.a.profile, *offer,
                                               {{setup_.a.advertised, 9}, 1, 1, sdp::Direction::kSendRecv});
        if (!possible) {
            refuse(488, "offer_not_acceptable", possible.error().what);
            return;
        }
        codecs_a = usable(setup_.a.profile, sdp::summarise(*offer));
    }
    if (restricted(setup_.b.profile, codecs_a).codecs.empty()) {
        refuse(488, "no_common_codec", "no codec of the caller can be converted to one of the callee");
        return;
    }
    if (setup_.b.profile.srtp == sdp::SrtpMode::kRequired) {
        refuse(488, "srtp_required", "the target needs SRTP");
        return;
    }
    if (auto ok = open_media(codecs_a); !ok) {
        core_.log.error("no media ports", "error", ok.error().what);
        refuse(503, "no_media_ports", "no media ports");
        return;
    }
    send_invite();
}

void Call::send_invite() {
    sipua::Call call;
    call.request_uri = setup_.token.target_uri.empty() ? invite_.request_uri : setup_.token.target_uri;
    call.from = without_tag(invite_.from);
    call.to = without_tag(invite_.to);
    call.call_id = cat(crypto::random_hex(16), '@', setup_.b.advertised.uri_str());
    call.next_hop = invite_.source;
    call.routes = routes_;
    call.headers = request_headers(invite_.headers);
    call.headers.push_back({"Max-Forwards", cat(max_forwards(invite_.headers) - 1)});
    call.headers = with_session_id(std::move(call.headers), b_);
    call.body = sipua::sdp_body(b_.local_text);
    log_.b.call_id = call.call_id;
    b_.leg = core_.ua.invite(call);
}

void Call::on_progress(const sipua::Response& response) {
    if (phase_ != Phase::kInviting) return;
    session_ids_.learn_b(response.headers);
    const MonoTime now = core_.clock.mono();
    if (!log_.progress) log_.progress = now;
    if (response.status >= 180) log_.rang = true;
    if (response.status == 180 && !log_.ringing) log_.ringing = now;
    const sdp::EarlyMedia policy = setup_.b.profile.early_media;
    // Without an offer of the caller there is nothing to answer before the 200.
    if (response.body.is_sdp() && !delayed_offer_ && policy != sdp::EarlyMedia::kOff) {
        const bool taken = b_.agreed && policy == sdp::EarlyMedia::kFirst;
        Status ok;
        if (!taken && response.body.text != b_.remote_text) ok = take_answer(b_, response.body.text);
        if (ok && !a_.agreed) ok = answer_offer(a_, invite_.body.text);
        if (!ok) core_.log.warning("early media not usable", "call", id_, "error", ok.error().what);
        configure();
    }
    // Without 100rel the answer is repeated in every 18x: one of them may have been lost.
    sipua::Body body;
    if (a_.agreed) body = sipua::sdp_body(a_.local_text);
    core_.ua.progress(a_.leg, response.status,
                      with_session_id(response_headers(response.headers, response.status), a_), body);
}

void Call::on_answered(const sipua::Response& response) {
    if (phase_ != Phase::kInviting) return;
    session_ids_.learn_b(response.headers);
    core_.ua.ack(b_.leg, with_session_id({}, b_), {});
    log_.b.status = static_cast<int>(response.status);
    Status ok;
    if (response.body.is_sdp()) {
        if (response.body.text != b_.remote_text) ok = take_answer(b_, response.body.text);
    } else if (!b_.agreed) {
        ok = fail(Errc::kMissing, "the answer has no session description");
    }
    if (ok && delayed_offer_) {
        const sdp::Codec codecs[] = {b_.agreed->codec};
        const sdp::MediaProfile profile = restricted(setup_.a.profile, codecs);
        if (profile.codecs.empty())
            ok = fail(Errc::kUnsupported, "no codec in common");
        else
            make_offer(a_, profile, sdp::Direction::kSendRecv);
        a_.offered = true;
    } else if (ok && !a_.agreed) {
        ok = answer_offer(a_, invite_.body.text);
    }
    if (!ok) {
        core_.log.warning("answer not usable", "call", id_, "error", ok.error().what);
        core_.ua.bye(b_.leg, with_session_id({{"Reason", "SIP;cause=488;text=\"Not Acceptable Here\""}}, b_));
        refuse(488, "answer_not_acceptable", ok.error().what);
        return;
    }
    phase_ = Phase::kUp;
    const MonoTime now = core_.clock.mono();
    if (!log_.progress) log_.progress = now;
    log_.answer = now;
    log_.status = 200;
    core_.ua.answer(a_.leg, with_session_id(response_headers(response.headers, response.status), a_),
                    sipua::sdp_body(a_.local_text));
    configure();
    watch();
}

void Call::on_failed(const sipua::Response& response) {
    if (phase_ != Phase::kInviting) return;
    session_ids_.learn_b(response.headers);
    b_.leg = 0;
    log_.status = static_cast<int>(response.status);
    if (!response.local) log_.b.status = log_.status;
    if (const auto cause = q850_cause(response.headers)) log_.q850 = cause;
    core_.ua.reject(a_.leg, response.status, response.phrase,
                    with_session_id(response_headers(response.headers, response.status), a_));
    close({});
}

void Call::on_acked(sipua::LegId leg, const sipua::Request& ack) {
    Side& side = side_of(leg);
    if (phase_ != Phase::kUp || !side.offered) return;
    side.offered = false;
    const Status ok = ack.body.is_sdp() ? take_answer(side, ack.body.text)
                                        : Status(fail(Errc::kMissing, "no answer in the ACK"));
    if (!ok) core_.log.warning("answer not usable", "call", id_, "error", ok.error().what);
    if (ok)
        configure();
    else if (!side.agreed)
        hang_up("answer_not_acceptable", 488, ok.error().what);
}

void Call::on_ended(sipua::LegId leg, sipua::EndedBy by, const sipua::Request& request) {
    if (phase_ != Phase::kInviting && phase_ != Phase::kUp) return;
    Side& side = side_of(leg);
    Side& peer = other(side);
    const bool from_a = &side == &a_;
    if (const auto cause = q850_cause(request.headers)) log_.q850 = cause;
    sipua::Headers headers = with_session_id(request_headers(request.headers), peer);
    if (by != sipua::EndedBy::kBye && by != sipua::EndedBy::kCancel && sipua::find(headers, "Reason").empty())
        headers.push_back(by == sipua::EndedBy::kTimeout ? reason_header(kCauseTimer, "session timer")
                                                         : reason_header(kCauseTemporary, "dialog lost"));
    if (phase_ == Phase::kUp) {
        core_.ua.bye(peer.leg, headers);
    } else if (from_a) {
        log_.status = 487;
        core_.ua.cancel(b_.leg, headers);
    } else {  // the callee's early dialog broke
        log_.status = 500;
        core_.ua.reject(a_.leg, 500, {}, headers);
    }
    switch (by) {
        case sipua::EndedBy::kBye:
        case sipua::EndedBy::kCancel: close(from_a ? "caller" : "callee"); break;
        case sipua::EndedBy::kTimeout: close("session_timeout"); break;
        case sipua::EndedBy::kError: close("dialog_error"); break;
    }
}

void Call::on_media(media::Event event) {
    switch (event.kind) {
        case media::Event::Kind::kLatched:
            core_.log.info("media latched", "call", id_, "leg", event.side == media::Side::kA ? "a" : "b",
                           "peer", event.peer.str());
            break;
        case media::Event::Kind::kMediaTimeout: hang_up("media_timeout", 408, "media timeout"); break;
        case media::Event::Kind::kMaxDuration: hang_up("max_duration", 408, "maximum duration"); break;
        case media::Event::Kind::kClosed:
            for (const Side* side : {&a_, &b_}) {
                LegLog& leg = side == &a_ ? log_.a : log_.b;
                leg.media = std::move(event.legs[static_cast<std::size_t>(side->media)]);
                side->setup.ports->release(side->local.rtp.port, core_.clock.mono());
            }
            media_open_ = false;
            phase_ = Phase::kDone;
            break;
    }
}

void Call::hang_up(std::string_view why, unsigned status, std::string_view text) {
    if (phase_ != Phase::kInviting && phase_ != Phase::kUp) return;
    const int cause = cause_of(status);
    const sipua::Header reason = reason_header(cause, text);
    if (phase_ == Phase::kUp) {
        core_.ua.bye(a_.leg, with_session_id({reason}, a_));
        core_.ua.bye(b_.leg, with_session_id({reason}, b_));
    } else {
        core_.ua.reject(a_.leg, status, {}, with_session_id({reason}, a_));
        core_.ua.cancel(b_.leg, with_session_id({reason}, b_));
        log_.status = static_cast<int>(status);
    }
    log_.q850 = cause;
    close(why);
}

void Call::close(std::string_view ended_by) {
    stop_waiting();
    log_.end = core_.clock.mono();
    log_.ended_by = ended_by;
    for (const Side* side : {&a_, &b_})
        if (side->agreed) (side == &a_ ? log_.a : log_.b).codec = side->agreed->codec.name;
    log_.session_id = session_ids_.a;
    phase_ = media_open_ ? Phase::kClosing : Phase::kDone;
    if (media_open_) core_.engine.close(id_);
}

}  // namespace tandem::bridge
