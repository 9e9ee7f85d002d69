// Knows: each rule by which two legs differ.
// Must not know: policy, media.
// Next: policy/ reads the result.
#include "sdp/plan.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "sdp/codecs.h"

namespace tandem::sdp {
namespace {

std::string_view name_of(DtmfForm f) {
    switch (f) {
        case DtmfForm::kRfc4733: return "rfc4733";
        case DtmfForm::kInfo: return "info";
        case DtmfForm::kInband: return "inband";
        case DtmfForm::kNone: return "none";
    }
    return "";
}

std::string_view name_of(SrtpMode m) {
    switch (m) {
        case SrtpMode::kNone: return "none";
        case SrtpMode::kOptional: return "optional";
        case SrtpMode::kRequired: return "required";
    }
    return "";
}

std::string_view name_of(HoldForm h) {
    switch (h) {
        case HoldForm::kInactive: return "inactive";
        case HoldForm::kSendonly: return "sendonly";
        case HoldForm::kZeroAddress: return "zero_address";
    }
    return "";
}

std::string_view name_of(IpFamily f) {
    switch (f) {
        case IpFamily::kAny: return "any";
        case IpFamily::kV4: return "v4";
        case IpFamily::kV6: return "v6";
    }
    return "";
}

/// One leg as the rules see it: its profile, and its description when there is one.
struct Leg {
    const MediaProfile& profile;
    const MediaSummary* audio = nullptr;  // first usable audio line of the description
    const Summary* summary = nullptr;

    Leg(const MediaProfile& p, const Summary* s)
        : profile(p), audio(s != nullptr ? s->audio() : nullptr), summary(s) {}

    [[nodiscard]] std::vector<Codec> codecs() const {
        if (audio != nullptr) return audio->codecs;
        return codecs_of(profile);
    }

    /// telephone-event is in the description, or would be by the profile.
    [[nodiscard]] bool has_event() const {
        return audio != nullptr ? !audio->dtmf.empty() : profile.dtmf == DtmfForm::kRfc4733;
    }

    [[nodiscard]] DtmfForm dtmf() const {
        if (has_event()) return DtmfForm::kRfc4733;
        return profile.dtmf == DtmfForm::kRfc4733 ? DtmfForm::kInband : profile.dtmf;
    }

    /// telephone-event is what the peer takes and nothing else.
    [[nodiscard]] bool demands_event() const {
        return profile.dtmf == DtmfForm::kRfc4733 && profile.dtmf_payload_type_fixed;
    }

    [[nodiscard]] int ptime() const {
        if (audio != nullptr && audio->ptime_ms) return *audio->ptime_ms;
        return static_cast<int>(profile.ptime_ms);
    }

    [[nodiscard]] IpFamily family() const {
        if (audio == nullptr || audio->rtp.ip.none()) return profile.ip_family;
        return audio->rtp.ip.is_v6() ? IpFamily::kV6 : IpFamily::kV4;
    }

    [[nodiscard]] bool fax() const { return summary != nullptr && summary->fax() != nullptr; }
};

struct Security {
    SrtpMode mode = SrtpMode::kNone;
    bool savp_line = false;  // an RTP/SAVP line is there (or may be made by the profile)
};

Security security(const Leg& leg) {
    if (leg.audio == nullptr) {
        const SrtpMode mode = leg.profile.srtp;
        return {mode, mode == SrtpMode::kRequired || leg.profile.srtp_offer == SrtpOfferForm::kTwoMediaLines};
    }
    bool plain = false;
    bool secure = false;
    bool savp = false;
    for (const auto& m : leg.summary->media) {
        if (m.kind != MediaKind::kAudio || m.refused()) continue;
        plain = plain || m.srtp.plain;
        secure = secure || m.srtp.any_secure();
        savp = savp || m.srtp.savp;
    }
    if (!secure) return {SrtpMode::kNone, false};
    return {plain ? SrtpMode::kOptional : SrtpMode::kRequired, savp};
}

std::string names(const std::vector<Codec>& list) {
    std::string out;
    for (const auto& c : list) append(out, out.empty() ? "" : ",", c.name);
    return out;
}

class Planner {
public:
    Planner(const Leg& a, const Leg& b) : a_(a), b_(b) {}

    ConversionPlan run() && {
        codec();
        dtmf();
        ptime();
        srtp();
        fax();
        hold();
        ip_family();
        nat();
        return std::move(plan_);
    }

private:
    void step(ConversionKind kind, std::string a, std::string b, std::string reason) {
        plan_.steps.push_back({kind, std::move(a), std::move(b), std::move(reason)});
    }

    /// An image-only description has no audio to compare.
    [[nodiscard]] bool audio_call() const {
        return (a_.summary == nullptr || a_.audio != nullptr) &&
               (b_.summary == nullptr || b_.audio != nullptr);
    }

    void codec() {
        if (!audio_call()) return;
        const auto a = a_.codecs();
        const auto b = b_.codecs();
        for (const auto& c : a)
            if (std::any_of(b.begin(), b.end(), [&](const Codec& d) { return c.same_encoding(d); })) {
                common_ = c;
                break;
            }
        if (!common_) {
            step(ConversionKind::kCodec, names(a), names(b), "no codec in common");
        } else if (a_.profile.transcoding == Transcoding::kAlways ||
                   b_.profile.transcoding == Transcoding::kAlways) {
            step(ConversionKind::kCodec, common_->name, common_->name,
                 "the profile wants every packet decoded and encoded");
        }
    }

    void dtmf() {
        if (!audio_call()) return;
        const DtmfForm a = a_.dtmf();
        const DtmfForm b = b_.dtmf();
        if (a == DtmfForm::kNone || b == DtmfForm::kNone) return;
        // A description without telephone-event is no reason: the answer leaves it out too (RFC 3264 §6.1), and both
        // peers then put their digits into the audio.
        if (falls_back(a_, b_) || falls_back(b_, a_)) return;
        if (a != b) {
            step(ConversionKind::kDtmf, std::string(name_of(a)), std::string(name_of(b)),
                 "digits travel in different forms");
            return;
        }
        if (a != DtmfForm::kRfc4733) return;
        fixed_payload_type(a_, b_, true);
        fixed_payload_type(b_, a_, false);
        if (common_) {
            event_clock(a_);
            event_clock(b_);
        }
    }

    static bool falls_back(const Leg& without, const Leg& with) {
        return without.profile.dtmf == DtmfForm::kRfc4733 && !without.has_event() &&
               with.profile.dtmf == DtmfForm::kRfc4733 && !with.demands_event();
    }

    /// A peer that takes one number only must meet that number in the other's description.
    void fixed_payload_type(const Leg& sender, const Leg& receiver, bool sender_is_a) {
        if (!receiver.profile.dtmf_payload_type_fixed || plan_.find(ConversionKind::kDtmf) != nullptr) return;
        const int theirs = sender.audio != nullptr ? sender.audio->dtmf.front().payload_type
                                                   : sender.profile.dtmf_payload_type;
        const int wanted = receiver.profile.dtmf_payload_type;
        if (theirs == wanted) return;
        std::string s = cat("rfc4733 pt ", theirs);
        std::string r = cat("rfc4733 pt ", wanted);
        if (sender_is_a)
            step(ConversionKind::kDtmf, std::move(s), std::move(r), "leg B takes no other payload type");
        else
            step(ConversionKind::kDtmf, std::move(r), std::move(s), "leg A takes no other payload type");
    }

    void event_clock(const Leg& leg) {
        if (leg.audio == nullptr || plan_.find(ConversionKind::kDtmf) != nullptr) return;
        for (const auto& e : leg.audio->dtmf)
            if (e.clock_hz == common_->clock_hz) return;
        std::string has = cat("rfc4733 ", leg.audio->dtmf.front().clock_hz, " Hz");
        std::string needs = cat("rfc4733 ", common_->clock_hz, " Hz");
        const bool is_a = &leg == &a_;
        step(ConversionKind::kDtmf, is_a ? has : needs, is_a ? needs : has,
             "event clock is not the clock of the audio");
    }

    void ptime() {
        if (!audio_call()) return;
        const int a = a_.ptime();
        const int b = b_.ptime();
        const auto refuses = [](const Leg& leg, int sent) {
            const auto& list = leg.profile.accepted_ptimes_ms;
            if (!list.empty() &&
                std::find(list.begin(), list.end(), static_cast<unsigned>(sent)) == list.end())
                return true;
            return leg.audio != nullptr && leg.audio->maxptime_ms && sent > *leg.audio->maxptime_ms;
        };
        if (refuses(b_, a))
            step(ConversionKind::kPtime, cat(a, " ms"), cat(b, " ms"),
                 "leg B does not take the frames of leg A");
        else if (refuses(a_, b))
            step(ConversionKind::kPtime, cat(a, " ms"), cat(b, " ms"),
                 "leg A does not take the frames of leg B");
    }

    void srtp() {
        if (!audio_call()) return;
        const Security a = security(a_);
        const Security b = security(b_);
        const auto add = [&](std::string reason) {
            step(ConversionKind::kSrtp, std::string(name_of(a.mode)), std::string(name_of(b.mode)),
                 std::move(reason));
        };
        if (a.mode == SrtpMode::kRequired && b.mode == SrtpMode::kNone)
            add("leg A is encrypted, leg B cannot be");
        else if (a.mode == SrtpMode::kNone && b.mode == SrtpMode::kRequired)
            add("leg B must be encrypted, leg A is not");
        else if (a.mode == SrtpMode::kOptional && b.mode == SrtpMode::kRequired && !a.savp_line)
            add("leg B must be encrypted, leg A offers it on an RTP/AVP line only");
    }

    void fax() {
        if (a_.fax() && b_.profile.fax != FaxForm::kT38)
            step(ConversionKind::kFax, "t38", "no t38", "leg B has no T.38");
        else if (b_.fax() && a_.profile.fax != FaxForm::kT38)
            step(ConversionKind::kFax, "no t38", "t38", "leg A has no T.38");
    }

    void hold() {
        const HoldForm a = a_.profile.hold;
        const HoldForm b = b_.profile.hold;
        if (a != b)
            step(ConversionKind::kHold, std::string(name_of(a)), std::string(name_of(b)),
                 "hold is written in different forms");
    }

    void ip_family() {
        const IpFamily a = a_.family();
        const IpFamily b = b_.family();
        if (a == b || a == IpFamily::kAny || b == IpFamily::kAny) return;
        step(ConversionKind::kIpFamily, std::string(name_of(a)), std::string(name_of(b)),
             "the legs have no IP version in common");
    }

    void nat() {
        const bool a = a_.profile.behind_nat;
        const bool b = b_.profile.behind_nat;
        if (a || b)
            step(ConversionKind::kNat, a ? "behind NAT" : "open", b ? "behind NAT" : "open",
                 "the SDP address of a leg may not be reachable");
    }

    const Leg& a_;
    const Leg& b_;
    std::optional<Codec> common_;
    ConversionPlan plan_;
};

}  // namespace

std::string_view to_string(ConversionKind kind) {
    switch (kind) {
        case ConversionKind::kCodec: return "codec";
        case ConversionKind::kDtmf: return "dtmf";
        case ConversionKind::kPtime: return "ptime";
        case ConversionKind::kSrtp: return "srtp";
        case ConversionKind::kFax: return "fax";
        case ConversionKind::kHold: return "hold";
        case ConversionKind::kIpFamily: return "ip_family";
        case ConversionKind::kNat: return "nat";
    }
    return "";
}

const Conversion* ConversionPlan::find(ConversionKind kind) const {
    for (const auto& s : steps)
        if (s.kind == kind) return &s;
    return nullptr;
}

ConversionPlan plan(const MediaProfile& a, const MediaProfile& b, const Summary* offer,
                    const Summary* answer) {
    const Leg leg_a(a, offer);
    const Leg leg_b(b, answer);
    return Planner(leg_a, leg_b).run();
}

}  // namespace tandem::sdp
