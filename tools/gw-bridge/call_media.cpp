// Knows: the offers and answers of a call, and what the media thread is told of them.
// Must not know: which SIP message carries what.
// Next: call_change.cpp for changes in mid-call.
#include "base/text.h"
#include "crypto/crypto.h"
#include "gw-bridge/call.h"
#include "gw-bridge/leg_media.h"

namespace tandem::bridge {

Status Call::open_media(const std::vector<sdp::Codec>& codecs_a) {
    const MonoTime now = core_.clock.mono();
    auto pair_a = a_.setup.ports->allocate(now);
    if (!pair_a) return fail(pair_a.error());
    auto pair_b = b_.setup.ports->allocate(now);
    if (!pair_b) {
        a_.setup.ports->release(pair_a->rtp.local().port, now);
        return fail(pair_b.error());
    }
    // One CNAME a leg, random (RFC 7022 §4.2): a common one would tell each peer of the other.
    media::LegIdentity ia{pair_a->rtp.local(), crypto::random_hex(12), crypto::random_u64()};
    media::LegIdentity ib{pair_b->rtp.local(), crypto::random_hex(12), crypto::random_u64()};
    for (Side* side : {&a_, &b_}) {
        side->local.rtp = {side->setup.advertised, (side == &a_ ? ia : ib).local_rtp.port};
        side->local.session_id = crypto::random_u64() >> 2U;  // RFC 3264 §5: fits a 64-bit signed integer
        side->local.version = 1;
    }
    if (auto ok =
            core_.engine.open(id_, std::move(*pair_a), std::move(*pair_b), std::move(ia), std::move(ib));
        !ok) {
        for (Side* side : {&a_, &b_}) side->setup.ports->release(side->local.rtp.port, now);
        return ok;
    }
    media_open_ = true;
    make_offer(b_, restricted(b_.setup.profile, codecs_a), sdp::Direction::kSendRecv);
    return {};
}

void Call::make_offer(Side& side, const sdp::MediaProfile& profile, sdp::Direction direction) {
    side.local.direction = direction;
    side.offer = sdp::make_offer(profile, side.local);
    std::string text = sdp::print(side.offer);
    if (!side.local_text.empty() &&
        text != side.local_text) {  // RFC 3264 §8: one higher when something differs
        ++side.local.version;
        side.offer = sdp::make_offer(profile, side.local);
        text = sdp::print(side.offer);
    }
    side.local_text = std::move(text);
}

Status Call::take_answer(Side& side, const std::string& text) {
    const auto answer = sdp::parse(text);
    if (!answer) return fail(answer.error());
    auto agreed = sdp::read_answer(side.setup.profile, side.offer, *answer);
    if (!agreed) return fail(agreed.error());
    side.agreed = std::move(*agreed);
    side.remote_text = text;
    return {};
}

/// What we want of a leg: everything, unless the other leg's peer is away.
sdp::Direction Call::wanted(const Side& side) const {
    const Side& peer = &side == &a_ ? b_ : a_;
    return peer.peer_holds ? sdp::hold_direction(side.setup.profile) : sdp::Direction::kSendRecv;
}

Status Call::answer_offer(Side& side, const std::string& text) {
    const auto offer = sdp::parse(text);
    if (!offer) return fail(offer.error());
    const Side& peer = other(side);
    // What the other leg speaks now decides what this one may speak.
    sdp::MediaProfile profile = side.setup.profile;
    const sdp::Codec* prefer = nullptr;
    if (peer.agreed) {
        prefer = &peer.agreed->codec;
        const sdp::Codec codecs[] = {*prefer};
        profile = restricted(profile, codecs);
    }
    sdp::LocalMedia local = side.local;
    // A hold from this peer is no wish of ours: the answer mirrors it. One from the other end is (RFC 6337
    // §5.3).
    local.direction = wanted(side);
    auto answer = sdp::make_answer(profile, *offer, local, prefer);
    if (!answer) return fail(answer.error());
    std::string printed = sdp::print(answer->session);
    if (!side.local_text.empty() && printed != side.local_text) {
        local.version = ++side.local.version;
        answer = sdp::make_answer(profile, *offer, local, prefer);
        if (!answer) return fail(answer.error());
        printed = sdp::print(answer->session);
    }
    side.local_text = std::move(printed);
    side.remote_text = text;
    side.agreed = answer->agreed;
    const sdp::Summary theirs = sdp::summarise(*offer);
    side.peer_holds = theirs.audio() != nullptr && theirs.audio()->held();
    return {};
}

void Call::configure() {
    const Expected expected = phase_ != Phase::kUp             ? Expected::kNothing
                              : a_.peer_holds || b_.peer_holds ? Expected::kReports
                                                               : Expected::kMedia;
    for (const Side* side : {&a_, &b_}) {
        if (!side->agreed) continue;
        core_.engine.configure(id_, side->media, leg_config(*side->agreed, side->setup.profile, expected));
    }
}

void Call::watch() {
    const unsigned a = a_.setup.profile.media_timeout_s;
    const unsigned b = b_.setup.profile.media_timeout_s;
    const unsigned timeout = a == 0 ? b : b == 0 ? a : std::min(a, b);
    core_.engine.watch(id_, seconds{timeout}, setup_.max_duration);
}

}  // namespace tandem::bridge
