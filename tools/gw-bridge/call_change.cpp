// Knows: re-INVITE, UPDATE and INFO in mid-call: what is answered at once, what goes through first.
// Must not know: set-up and end (call.cpp).
// Next: call_media.cpp.
#include "base/text.h"
#include "crypto/crypto.h"
#include "gw-bridge/call.h"
#include "gw-bridge/glare.h"
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
    // One at a time (RFC 3261 §14.2). While we wait after a glare there is none of ours towards the end that made it.
    const bool free = change_from_ == nullptr || (glare_timer_ && change_from_ != &side);
    if (!free || side.offered) {
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
    const Side& peer_before = other(side);
    Before before{side.local_text, side.remote_text,       side.agreed,
                  side.peer_holds, peer_before.local_text, peer_before.remote_text};
    if (auto ok = answer_offer(side, request.body.text); !ok) {
        core_.log.info("change refused", "call", id_, "error", ok.error().what);
        answer(488);
        return;
    }
    configure();
    Side& peer = other(side);
    const bool crossed = change_from_ != nullptr;  // the other end's own wish waits for its turn
    if (phase_ != Phase::kUp || side.peer_holds == held_before || !peer.agreed || crossed) {
        answer(200, sipua::sdp_body(side.local_text));
        return;
    }
    // Hold and resume go through: the other end must know that nobody listens.
    change_from_ = &side;
    change_what_ = what;
    before_ = std::move(before);
    change_headers_ = request_headers(request.headers);
    glares_ = 0;
    pass_change_on();
}

void Call::pass_change_on() {
    Side& peer = other(*change_from_);
    const sdp::Codec codecs[] = {peer.agreed->codec};
    make_offer(peer, restricted(peer.setup.profile, codecs), wanted(peer));
    core_.ua.reinvite(peer.leg, with_session_id(change_headers_, peer), sipua::sdp_body(peer.local_text));
}

/// The end that asked for it cancelled its re-INVITE: the session is as if it never had (RFC 3261 §14.1), at both ends.
void Call::on_withdrawn(sipua::LegId leg) {
    Side& side = side_of(leg);
    if (phase_ != Phase::kUp || change_from_ != &side || change_what_ != sipua::Pending::kReinvite) return;
    if (withdrawal_ != Withdrawal::kNone) return;
    side.local_text = before_.local_text;
    side.remote_text = before_.remote_text;
    side.agreed = before_.agreed;
    side.peer_holds = before_.peer_holds;
    configure();
    Side& peer = other(side);
    if (!glare_timer_) {
        withdrawal_ = Withdrawal::kAsked;
        core_.ua.withdraw(peer.leg);
        return;
    }
    stop_waiting();
    if (peer.remote_text == before_.other_remote_text) {  // it never heard of the change
        peer.local_text = before_.other_local_text;
        forget_change();
    } else {  // it did, in the answer to a request of its own
        withdrawal_ = Withdrawal::kUndoing;
        pass_change_on();
    }
}

/// The other end's answer to a change that was withdrawn meanwhile.
void Call::take_change_back(Side& peer, const sipua::Response& response) {
    const bool accepted = response.status < 300;
    if (accepted && response.body.is_sdp())
        if (auto ok = take_answer(peer, response.body.text); !ok)
            core_.log.warning("answer not usable", "call", id_, "error", ok.error().what);
    if (withdrawal_ == Withdrawal::kAsked) {
        if (!accepted) {
            if (peer.remote_text == before_.other_remote_text) peer.local_text = before_.other_local_text;
        } else {  // its answer was faster than the CANCEL
            withdrawal_ = Withdrawal::kUndoing;
            pass_change_on();
            return;
        }
    } else if (response.status == 491 && glares_ < kMaxGlares) {
        wait_for_glare(peer);
        return;
    } else if (!accepted) {
        core_.log.info("withdrawn hold not taken back", "call", id_, "status", response.status);
    }
    forget_change();
    configure();
}

void Call::forget_change() {
    change_from_ = nullptr;
    withdrawal_ = Withdrawal::kNone;
}

void Call::wait_for_glare(const Side& side) {
    ++glares_;
    // Leg B's Call-ID is ours, leg A's is the caller's.
    const milliseconds wait = glare_delay(&side == &b_, crypto::random_u64());
    core_.log.info("glare", "call", id_, "again_in_ms", wait.count());
    glare_timer_ = core_.loop.after(wait, [this] {
        glare_timer_.reset();
        if (phase_ == Phase::kUp && change_from_ != nullptr) pass_change_on();
    });
}

void Call::stop_waiting() {
    if (glare_timer_) core_.loop.cancel(*glare_timer_);
    glare_timer_.reset();
}

void Call::answer_change() {
    Side& side = *change_from_;
    forget_change();
    // What the other end wants may have changed on the way.
    if (glares_ != 0)
        if (auto ok = answer_offer(side, std::string(side.remote_text)); !ok)
            core_.log.warning("change", "call", id_, "error", ok.error().what);
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
    if (withdrawal_ != Withdrawal::kNone) {
        take_change_back(side, response);
        return;
    }
    if (accepted && response.body.is_sdp()) {
        if (auto ok = take_answer(side, response.body.text); !ok)
            core_.log.warning("answer not usable", "call", id_, "error", ok.error().what);
    } else if (response.status == 491 && glares_ < kMaxGlares) {
        wait_for_glare(side);
        return;
    } else if (!accepted) {
        // The other end did not follow. The hold is ours all the same: nothing is sent to who does not listen.
        core_.log.info("hold not taken over", "call", id_, "status", response.status);
    }
    answer_change();
}

}  // namespace tandem::bridge
