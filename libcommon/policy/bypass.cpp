// Knows: the steps of the bypass verdict in their order, each with its code.
// Must not know: routing, how ids are looked up (bypass_id.cpp), how conversions are found (sdp/plan.cpp).
// Next: bypass_id.cpp; record/verdict.h for the record.
#include "policy/bypass.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "policy/bypass_id.h"

namespace tandem::policy {
namespace {

using topology::Encryption;
using topology::kNoIndex;
using topology::Side;

/// Collects steps. Evidence comes as a function: it is put into words for the step that decides, and for all when asked for.
class Steps {
public:
    Steps(Verdict& v, Detail detail) : verdict(v), all_(detail == Detail::kAll) {
        if (all_) verdict.steps.reserve(19);
    }

    template <class Words>
    void add(unsigned number, std::string_view name, StepState state, std::string_view code, Words words) {
        const bool decides = state == StepState::kFail
                                 ? verdict.value != Bypassed::kNo
                                 : state == StepState::kUnknown && verdict.value == Bypassed::kYes;
        const bool open = state == StepState::kFail || state == StepState::kUnknown;
        if (!decides && !all_) return;
        std::string evidence(words());
        if (decides) {
            verdict.value = state == StepState::kFail ? Bypassed::kNo : Bypassed::kUndecided;
            verdict.code = code;
            verdict.reason = evidence;
        }
        if (all_)
            verdict.steps.push_back(
                {number, name, state, open ? code : std::string_view(), std::move(evidence)});
    }
    template <class Words>
    void test(unsigned number, std::string_view name, bool passed, std::string_view code, Words words) {
        add(number, name, passed ? StepState::kPass : StepState::kFail, code, words);
    }
    template <class Words>
    void warn(Words words) {
        if (all_) verdict.warnings.emplace_back(words());
    }
    [[nodiscard]] bool in_words() const { return all_; }

    Verdict& verdict;

private:
    bool all_;
};

std::string_view on_off(bool value) { return value ? "true" : "false"; }

/// The answer that a text without parts gives.
auto plain(std::string_view text) {
    return [text] { return text; };
}

void global_and_trunk(Steps& steps, const topology::Trunk& trunk, const topology::Topology& topology) {
    const topology::SipProfile& sip = topology.sip_of(trunk);
    const sdp::MediaProfile& media = topology.media_of(trunk);
    steps.test(1, "global", topology.bypass.enabled, "B01_GLOBAL_OFF",
               [&] { return cat("bypass.enabled is ", on_off(topology.bypass.enabled)); });
    steps.test(2, "trunk", trunk.bypass.enabled, "B02_TRUNK_OFF", [&] {
        return cat("bypass.enabled of trunk ", trunk.name, " is ", on_off(trunk.bypass.enabled));
    });
    const bool rtcp_off = !media.rtcp_active && !media.rtcp_hold;
    steps.test(3, "flags", trunk.bypass.centralized_media && (sip.refer || rtcp_off), "B03_FLAGS", [&] {
        return cat("centralized_media ", on_off(trunk.bypass.centralized_media), ", refer ",
                   on_off(sip.refer), ", rtcp_active ", on_off(media.rtcp_active), ", rtcp_hold ",
                   on_off(media.rtcp_hold));
    });
}

void qualified(Steps& steps, const topology::Trunk& trunk, const topology::Topology& topology) {
    const topology::Qualified state = trunk.bypass.qualified;
    const auto words = [&] {
        const std::string_view product =
            trunk.bypass.product.empty() ? std::string_view("the product") : trunk.bypass.product;
        return state == topology::Qualified::kYes  ? cat(product, " is qualified for bypass")
               : state == topology::Qualified::kNo ? cat(product, " is not qualified for bypass")
                                                   : cat("nothing is known of tests with ", product);
    };
    constexpr std::string_view kCode = "B04_NOT_QUALIFIED";
    if (state == topology::Qualified::kYes) {
        steps.add(4, "qualified", StepState::kPass, kCode, words);
    } else if (topology.bypass.require_qualified) {
        steps.add(4, "qualified", state == topology::Qualified::kNo ? StepState::kFail : StepState::kUnknown,
                  kCode, words);
    } else {
        steps.warn([&] { return cat(kCode, ": ", words()); });
        steps.add(4, "qualified", StepState::kNotApplicable, kCode,
                  [&] { return cat(words(), "; this only warns"); });
    }
}

void client(Steps& steps, const BypassQuestion& question, const topology::User& user,
            const topology::Topology& topology) {
    steps.test(5, "client", user.bypass_capable, "B05_CLIENT", [&] {
        return cat("bypass_capable of user ", user.name, " is ", on_off(user.bypass_capable));
    });

    const auto inside = [&](Side side, auto words) {
        steps.test(6, "inside", side == Side::kInside, "B06_EXTERNAL", words);
    };
    if (user.location != topology::Location::kByAddress) {
        const Side side = user.location == topology::Location::kInside ? Side::kInside : Side::kOutside;
        inside(side, [&] { return cat("location of user ", user.name, " is ", to_string(side)); });
    } else if (question.client_side) {
        inside(*question.client_side,
               [&] { return cat("the client's realm is ", to_string(*question.client_side)); });
    } else if (!user.contacts.empty()) {
        const Side side = topology.realms[user.contacts.front().realm].side;
        inside(side, [&] { return cat("the contact's realm is ", to_string(side)); });
    } else if (question.client && topology.subnet_of(*question.client) != kNoIndex) {
        inside(Side::kInside,
               [&] { return cat("client ", question.client->str(), " is in a subnet of the enterprise"); });
    } else {
        steps.add(6, "inside", StepState::kUnknown, "B06_EXTERNAL",
                  plain("where the client stands is not known"));
    }
}

void ids(Steps& steps, const BypassQuestion& question, const topology::Trunk& trunk,
         const topology::Topology& topology) {
    const BypassId client_id = client_bypass_id(question, topology, steps.in_words());
    const BypassId gateway_id = gateway_bypass_id(trunk, topology, steps.in_words());
    if (steps.in_words()) {
        steps.verdict.client_id = client_id.id;
        steps.verdict.gateway_id = gateway_id.id;
    }
    if (!client_id.warning.empty()) steps.warn([&] { return client_id.warning; });
    steps.add(7, "client_id", client_id.state, client_id.code,
              [&] { return client_bypass_id(question, topology, true).evidence; });
    steps.add(8, "gateway_id", gateway_id.state, gateway_id.code,
              [&] { return gateway_bypass_id(trunk, topology, true).evidence; });

    if (client_id.state == StepState::kPass && gateway_id.state == StepState::kPass) {
        const bool equal = client_id.id == gateway_id.id;
        steps.test(9, "ids_equal", equal, "B09_ID_MISMATCH", [&] {
            return equal ? cat("both ", client_id.id) : explain_mismatch(client_id, gateway_id, topology);
        });
    } else if (client_id.state == StepState::kFail || gateway_id.state == StepState::kFail) {
        steps.add(9, "ids_equal", StepState::kNotApplicable, {}, plain("there are no two ids to compare"));
    } else {
        steps.add(9, "ids_equal", StepState::kUnknown, "B09_ID_MISMATCH", plain("an id is not known"));
    }
}

bool speaks(const sdp::MediaProfile& profile, const sdp::Summary* sdp, std::string_view encoding) {
    const sdp::MediaSummary* audio = sdp ? sdp->audio() : nullptr;
    if (audio) {
        return std::any_of(audio->codecs.begin(), audio->codecs.end(),
                           [encoding](const sdp::Codec& codec) { return codec.is(encoding); });
    }
    return std::any_of(profile.codecs.begin(), profile.codecs.end(),
                       [encoding](const std::string& name) { return iequals(name, encoding); });
}

bool has_telephone_event(const sdp::MediaProfile& profile, const sdp::Summary* sdp) {
    const sdp::MediaSummary* audio = sdp ? sdp->audio() : nullptr;
    return audio ? !audio->dtmf.empty() : profile.dtmf == sdp::DtmfForm::kRfc4733;
}

bool has_comfort_noise(const sdp::MediaProfile& profile, const sdp::Summary* sdp) {
    const sdp::MediaSummary* audio = sdp ? sdp->audio() : nullptr;
    return audio ? audio->comfort_noise.has_value() : profile.comfort_noise;
}

void codecs(Steps& steps, const BypassQuestion& question, const sdp::MediaProfile& ours,
            const sdp::MediaProfile& theirs) {
    const auto both = [&](std::string_view encoding) {
        return speaks(ours, question.user_sdp, encoding) && speaks(theirs, question.trunk_sdp, encoding);
    };
    const bool mu_law = both("PCMU");
    const bool a_law = both("PCMA");
    steps.test(10, "g711", mu_law || a_law, "B10_NO_G711",
               plain(mu_law && a_law ? "in common: PCMU, PCMA"
                     : mu_law        ? "in common: PCMU"
                     : a_law         ? "in common: PCMA"
                                     : "neither PCMU nor PCMA is in common"));
    if (!has_telephone_event(ours, question.user_sdp) || !has_telephone_event(theirs, question.trunk_sdp)) {
        steps.warn(plain("B10a: telephone-event is missing on a side"));
    }
    if (!has_comfort_noise(ours, question.user_sdp) || !has_comfort_noise(theirs, question.trunk_sdp)) {
        steps.warn(plain("B10b: comfort noise (payload type 13) is missing on a side"));
    }
}

/// The matrix of client encryption level and what the trunk's transport leaves of its SRTP mode.
void encryption(Steps& steps, const topology::User& user, const topology::Trunk& trunk,
                const sdp::MediaProfile& media) {
    const bool tls = !trunk.targets.empty() && trunk.targets.front().transport == topology::Transport::kTls;
    const sdp::SrtpMode srtp = tls ? media.srtp : sdp::SrtpMode::kNone;
    const bool clash = (user.encryption == Encryption::kRequire && srtp == sdp::SrtpMode::kNone) ||
                       (user.encryption == Encryption::kNone && srtp == sdp::SrtpMode::kRequired);
    steps.test(11, "encryption", !clash, "B11_ENCRYPTION", [&] {
        const std::string_view mode = srtp == sdp::SrtpMode::kRequired   ? "required"
                                      : srtp == sdp::SrtpMode::kOptional ? "optional"
                                                                         : "none";
        return cat("client ", to_string(user.encryption), ", trunk ", mode,
                   tls || media.srtp == sdp::SrtpMode::kNone ? "" : " (its transport is not TLS)");
    });
}

void peer(Steps& steps, const BypassQuestion& question, const topology::User& user,
          const topology::Trunk& trunk, const topology::Topology& topology) {
    steps.test(12, "peer_accepts", trunk.bypass.accepts_client_media, "B12_PEER_ACL", [&] {
        return cat("accepts_client_media of trunk ", trunk.name, " is ",
                   on_off(trunk.bypass.accepts_client_media));
    });
    if (!question.inbound) {
        steps.add(13, "forking", StepState::kNotApplicable, {}, plain("calls from users are not forked"));
        return;
    }
    const unsigned kept = topology.sip_of(trunk).max_early_dialogs;
    const std::size_t forks = user.contacts.size();
    if (forks == 0 || (user.registers && kept >= forks)) {
        // Registered contacts join the fixed ones, and only a running node knows them.
        steps.add(13, "forking", StepState::kUnknown, "B13_FORKING", [&] {
            return cat("the peer keeps ", kept, " early dialogs; how many contacts ring is not known");
        });
        return;
    }
    steps.test(13, "forking", kept >= forks, "B13_FORKING",
               [&] { return cat("the peer keeps ", kept, " early dialogs, forks: ", forks); });
}

/// Where an end's media comes from: its SDP, else what the topology says.
net::IpAddress media_address(const sdp::Summary* sdp, const net::IpAddress& otherwise) {
    const sdp::MediaSummary* audio = sdp ? sdp->audio() : nullptr;
    return audio && !audio->rtp.ip.none() ? audio->rtp.ip : otherwise;
}

void services(Steps& steps, const BypassQuestion& question, const topology::User& user,
              const topology::Trunk& trunk, const sdp::MediaProfile& ours, const sdp::MediaProfile& theirs,
              const topology::Topology& topology) {
    const bool recorded = ours.recording != sdp::Recording::kOff || theirs.recording != sdp::Recording::kOff;
    steps.test(14, "no_anchor", !question.anchor_required && !recorded, "B14_ANCHOR_REQUIRED",
               plain(recorded                   ? "the call is recorded"
                     : question.anchor_required ? "a service needs the media"
                                                : "nothing needs the media"));
    steps.add(15, "no_server", StepState::kNotApplicable, {},
              plain("the topology has no conferences, announcements or parking places, only users"));
    steps.test(16, "not_mobile", !user.mobile, "B16_MOBILE",
               [&] { return cat("mobile of user ", user.name, " is ", on_off(user.mobile)); });

    net::IpAddress gateway = trunk.bypass.media_address;
    if (gateway.none() && !trunk.targets.empty() && trunk.targets.front().ip)
        gateway = *trunk.targets.front().ip;
    gateway = media_address(question.trunk_sdp, gateway);
    const net::IpAddress client =
        media_address(question.user_sdp, question.client.value_or(net::IpAddress()));
    if (!client.none() && !gateway.none()) {
        steps.test(17, "address_family", client.is_v4() == gateway.is_v4(), "B17_ADDRESS_FAMILY",
                   [&] { return cat(client.str(), " and ", gateway.str()); });
    } else {
        steps.add(17, "address_family", StepState::kUnknown, "B17_ADDRESS_FAMILY",
                  plain("not both media addresses are known"));
    }

    if (!trunk.location_restricted) {
        steps.add(18, "location", StepState::kNotApplicable, {}, plain("no location restriction"));
        return;
    }
    const topology::Index at = topology.site_of_user(question.user, question.client);
    if (at == kNoIndex && !question.client) {
        steps.add(18, "location", StepState::kUnknown, "B18_LOCATION", plain("the user's site is not known"));
        return;
    }
    steps.test(18, "location", at != kNoIndex && at == trunk.site, "B18_LOCATION", [&] {
        return cat(at == kNoIndex ? std::string("user at no site") : cat("user at ", topology.sites[at].name),
                   ", trunk restricted to ", topology.sites[trunk.site].name);
    });
}

void conversion(Steps& steps, const BypassQuestion& question, const sdp::MediaProfile& ours,
                const sdp::MediaProfile& theirs) {
    sdp::ConversionPlan& plan = steps.verdict.conversions;
    plan = question.inbound ? sdp::plan(theirs, ours, question.trunk_sdp, question.user_sdp)
                            : sdp::plan(ours, theirs, question.user_sdp, question.trunk_sdp);
    steps.test(19, "no_conversion", plan.direct(), "B19_CONVERSION", [&] {
        std::string reasons;
        for (const sdp::Conversion& c : plan.steps)
            append(reasons, reasons.empty() ? "" : "; ", to_string(c.kind), ": ", c.reason);
        return reasons.empty() ? std::string("nothing to convert") : reasons;
    });
}

}  // namespace

std::string_view to_string(StepState s) {
    switch (s) {
        case StepState::kPass: return "pass";
        case StepState::kFail: return "fail";
        case StepState::kNotApplicable: return "n.a.";
        case StepState::kUnknown: break;
    }
    return "unknown";
}

std::string_view to_string(Bypassed b) {
    switch (b) {
        case Bypassed::kYes: return "yes";
        case Bypassed::kNo: return "no";
        case Bypassed::kUndecided: break;
    }
    return "undecided";
}

Verdict bypass_verdict(const BypassQuestion& question, const topology::Topology& topology, Detail detail) {
    const topology::User& user = topology.users[question.user];
    const topology::Trunk& trunk = topology.trunks[question.trunk];
    const sdp::MediaProfile& ours = topology.media_of(user);
    const sdp::MediaProfile& theirs = topology.media_of(trunk);

    BypassQuestion q = question;
    if (!q.client && !user.contacts.empty() && user.contacts.front().target.ip)
        q.client = user.contacts.front().target.ip;

    Verdict verdict;
    verdict.value = Bypassed::kYes;  // until a step says otherwise
    Steps steps(verdict, detail);
    global_and_trunk(steps, trunk, topology);
    qualified(steps, trunk, topology);
    client(steps, q, user, topology);
    ids(steps, q, trunk, topology);
    codecs(steps, q, ours, theirs);
    encryption(steps, user, trunk, theirs);
    peer(steps, q, user, trunk, topology);
    services(steps, q, user, trunk, ours, theirs, topology);
    conversion(steps, q, ours, theirs);
    return verdict;
}

}  // namespace tandem::policy
