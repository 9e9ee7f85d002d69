// Knows: re-INVITE, UPDATE and INFO in mid-call: what is answered at once, what goes through first.
// Must not know: set-up and end (call.cpp).
// Next: call_media.cpp.
#include "base/text.h"
#include "gw-bridge/call.h"
#include "gw-bridge/leg_media.h"

namespace tandem::bridge {

void Call::on_requested(sipua::LegId leg, sipua::Pending what, const sipua::Request& request) {
    Side& side = side_of(leg);
    const auto answer = [&](unsigned status, sipua::Headers headers = {}) {
        core_.ua.respond(leg, what, status, {}, with_session_id(std::move(headers), side), {});
    };
    if (phase_ != Phase::kUp && phase_ != Phase::kInviting) return;
    if (what == sipua::Pending::kInfo) {
        if (phase_ != Phase::kUp) {
            answer(488);
            return;
        }
        side.info_waits = true;
        core_.ua.info(other(side).leg, with_session_id(request_headers(request.headers), other(side)),
                      request.body);
        return;
    }
    if (change_from_ != nullptr || side.offered) {  // one at a time (RFC 3261 §14.2)
        answer(491);
        return;
    }
    if (request.body.empty()) {
        if (what == sipua::Pending::kUpdate)
            answer(200);  // a refresh of the session timer
        else
            offer_anew(side);
        return;
    }
    if (!request.body.is_sdp()) {
        answer(415, {{"Accept", "application/sdp"}});
        return;
    }
    change(side, what, request);
}

void Call::offer_anew(Side& side) {
    // RFC 6337 §5.3: what we want, not what we were last forced to.
    sdp::MediaProfile profile = side.setup.profile;
    if (const Side& peer = other(side); peer.agreed) {
        const sdp::Codec codecs[] = {peer.agreed->codec};
        profile = restricted(profile, codecs);
    }
    make_offer(side, profile, wanted(side));
    side.offered = true;
    core_.ua.respond(side.leg, sipua::Pending::kReinvite, 200, {}, with_session_id({}, side),
                     sipua::sdp_body(side.local_text));
}

void Call::change(Side& side, sipua::Pending what, const sipua::Request& request) {
    const auto answer = [&](unsigned status, sipua::Body body = {}) {
        core_.ua.respond(side.leg, what, status, {}, with_session_id({}, side), body);
    };
    if (request.body.text == side.remote_text) {  // a refresh: media go on untouched
        answer(200, sipua::sdp_body(side.local_text));
        return;
    }
    const bool held_before = side.peer_holds;
    if (auto ok = answer_offer(side, request.body.text); !ok) {
        core_.log.info("change refused", "call", id_, "error", ok.error().what);
        answer(488);
        return;
    }
    configure();
    Side& peer = other(side);
    if (phase_ != Phase::kUp || side.peer_holds == held_before || !peer.agreed) {
        answer(200, sipua::sdp_body(side.local_text));
        return;
    }
    // Hold and resume go through: the other end must know that nobody listens.
    change_from_ = &side;
    change_what_ = what;
    const sdp::Codec codecs[] = {peer.agreed->codec};
    make_offer(peer, restricted(peer.setup.profile, codecs), wanted(peer));
    core_.ua.reinvite(peer.leg, with_session_id(request_headers(request.headers), peer),
                      sipua::sdp_body(peer.local_text));
}

void Call::answer_change() {
    Side& side = *change_from_;
    change_from_ = nullptr;
    core_.ua.respond(side.leg, change_what_, 200, {}, with_session_id({}, side),
                     sipua::sdp_body(side.local_text));
    configure();
}

void Call::on_responded(sipua::LegId leg, sipua::Pending what, const sipua::Response& response) {
    if (phase_ != Phase::kUp) return;
    Side& side = side_of(leg);
    if (what == sipua::Pending::kInfo) {
        Side& asker = other(side);
        if (!asker.info_waits) return;
        asker.info_waits = false;
        core_.ua.respond(asker.leg, sipua::Pending::kInfo, response.status, response.phrase,
                         with_session_id(response_headers(response.headers, response.status), asker),
                         response.body);
        return;
    }
    const bool accepted = response.status < 300;
    if (accepted && what == sipua::Pending::kReinvite) core_.ua.ack(leg, with_session_id({}, side), {});
    if (change_from_ == nullptr || change_from_ == &side) return;
    if (accepted && response.body.is_sdp()) {
        if (auto ok = take_answer(side, response.body.text); !ok)
            core_.log.warning("answer not usable", "call", id_, "error", ok.error().what);
    } else if (!accepted) {
        // The other end did not follow. The hold is ours all the same: nothing is sent to who does not listen.
        core_.log.info("hold not taken over", "call", id_, "status", response.status);
    }
    answer_change();
}

}  // namespace tandem::bridge
