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

/// Collects steps.
struct Steps {
    Verdict& verdict;

    void add(unsigned number, std::string_view name, StepState state, std::string_view code,
             std::string evidence) {
        BypassStep step{number, name, state, {}, std::move(evidence)};
        if (state == StepState::kFail || state == StepState::kUnknown) step.code = code;
        verdict.steps.push_back(std::move(step));
    }
    void test(unsigned number, std::string_view name, bool passed, std::string_view code,
              std::string evidence) {
        add(number, name, passed ? StepState::kPass : StepState::kFail, code, std::move(evidence));
    }
};

std::string_view on_off(bool value) { return value ? "true" : "false"; }

void global_and_trunk(Steps& steps, const topology::Trunk& trunk, const topology::Topology& topology) {
    const topology::SipProfile& sip = topology.sip_of(trunk);
    const sdp::MediaProfile& media = topology.media_of(trunk);
    steps.test(1, "global", topology.bypass.enabled, "B01_GLOBAL_OFF",
               cat("bypass.enabled is ", on_off(topology.bypass.enabled)));
    steps.test(2, "trunk", trunk.bypass.enabled, "B02_TRUNK_OFF",
               cat("bypass.enabled of trunk ", trunk.name, " is ", on_off(trunk.bypass.enabled)));
    const bool rtcp_off = !media.rtcp_active && !media.rtcp_hold;
    steps.test(
        3, "flags", trunk.bypass.centralized_media && (sip.refer || rtcp_off), "B03_FLAGS",
        cat("centralized_media ", on_off(trunk.bypass.centralized_media), ", refer ", on_off(sip.refer),
            ", rtcp_active ", on_off(media.rtcp_active), ", rtcp_hold ", on_off(media.rtcp_hold)));
}

void qualified(Steps& steps, const topology::Trunk& trunk, const topology::Topology& topology) {
    const std::string product = trunk.bypass.product.empty() ? "the product" : trunk.bypass.product;
    std::string evidence;
    StepState state = StepState::kPass;
    switch (trunk.bypass.qualified) {
        case topology::Qualified::kYes: evidence = cat(product, " is qualified for bypass"); break;
        case topology::Qualified::kNo:
            state = StepState::kFail;
            evidence = cat(product, " is not qualified for bypass");
            break;
        case topology::Qualified::kUnknown:
            state = StepState::kUnknown;
            evidence = cat("nothing is known of tests with ", product);
            break;
    }
    if (state != StepState::kPass && !topology.bypass.require_qualified) {
        if (state == StepState::kFail) steps.verdict.warnings.push_back(cat("B04_NOT_QUALIFIED: ", evidence));
        evidence += "; this only warns";
        state = StepState::kNotApplicable;
    }
    steps.add(4, "qualified", state, "B04_NOT_QUALIFIED", std::move(evidence));
}

void client(Steps& steps, const BypassQuestion& question, const topology::User& user,
            const topology::Topology& topology) {
    steps.test(5, "client", user.bypass_capable, "B05_CLIENT",
               cat("bypass_capable of user ", user.name, " is ", on_off(user.bypass_capable)));

    std::optional<Side> side = question.client_side;
    std::string evidence = side ? cat("the client's realm is ", to_string(*side)) : std::string();
    if (user.location != topology::Location::kByAddress) {
        side = user.location == topology::Location::kInside ? Side::kInside : Side::kOutside;
        evidence = cat("location of user ", user.name, " is ", to_string(*side));
    } else if (!side && !user.contacts.empty()) {
        side = topology.realms[user.contacts.front().realm].side;
        evidence = cat("the contact's realm is ", to_string(*side));
    } else if (!side && question.client && topology.subnet_of(*question.client) != kNoIndex) {
        side = Side::kInside;
        evidence = cat("client ", question.client->str(), " is in a subnet of the enterprise");
    }
    if (side) {
        steps.test(6, "inside", *side == Side::kInside, "B06_EXTERNAL", std::move(evidence));
    } else {
        steps.add(6, "inside", StepState::kUnknown, "B06_EXTERNAL", "where the client stands is not known");
    }
}

void ids(Steps& steps, const BypassQuestion& question, const topology::Trunk& trunk,
         const topology::Topology& topology) {
    const BypassId client_id = client_bypass_id(question, topology);
    const BypassId gateway_id = gateway_bypass_id(trunk, topology);
    steps.verdict.client_id = client_id.id;
    steps.verdict.gateway_id = gateway_id.id;
    if (!client_id.warning.empty()) steps.verdict.warnings.push_back(client_id.warning);
    steps.add(7, "client_id", client_id.state, client_id.code, client_id.evidence);
    steps.add(8, "gateway_id", gateway_id.state, gateway_id.code, gateway_id.evidence);

    if (client_id.state == StepState::kPass && gateway_id.state == StepState::kPass) {
        const bool equal = client_id.id == gateway_id.id;
        steps.test(9, "ids_equal", equal, "B09_ID_MISMATCH",
                   equal ? cat("both ", client_id.id) : explain_mismatch(client_id, gateway_id, topology));
    } else if (client_id.state == StepState::kFail || gateway_id.state == StepState::kFail) {
        steps.add(9, "ids_equal", StepState::kNotApplicable, {}, "there are no two ids to compare");
    } else {
        steps.add(9, "ids_equal", StepState::kUnknown, "B09_ID_MISMATCH", "an id is not known");
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
    std::string common;
    for (const std::string_view encoding : {"PCMU", "PCMA"}) {
        if (!speaks(ours, question.user_sdp, encoding) || !speaks(theirs, question.trunk_sdp, encoding))
            continue;
        append(common, common.empty() ? "" : ", ", encoding);
    }
    const bool found = !common.empty();
    steps.test(10, "g711", found, "B10_NO_G711",
               found ? cat("in common: ", common) : "neither PCMU nor PCMA is in common");
    if (!has_telephone_event(ours, question.user_sdp) || !has_telephone_event(theirs, question.trunk_sdp)) {
        steps.verdict.warnings.emplace_back("B10a: telephone-event is missing on a side");
    }
    if (!has_comfort_noise(ours, question.user_sdp) || !has_comfort_noise(theirs, question.trunk_sdp)) {
        steps.verdict.warnings.emplace_back("B10b: comfort noise (payload type 13) is missing on a side");
    }
}

/// The matrix of client encryption level and what the trunk's transport leaves of its SRTP mode.
void encryption(Steps& steps, const topology::User& user, const topology::Trunk& trunk,
                const sdp::MediaProfile& media) {
    const bool tls = !trunk.targets.empty() && trunk.targets.front().transport == topology::Transport::kTls;
    const sdp::SrtpMode srtp = tls ? media.srtp : sdp::SrtpMode::kNone;
    const std::string_view mode = srtp == sdp::SrtpMode::kRequired   ? "required"
                                  : srtp == sdp::SrtpMode::kOptional ? "optional"
                                                                     : "none";
    const bool clash = (user.encryption == Encryption::kRequire && srtp == sdp::SrtpMode::kNone) ||
                       (user.encryption == Encryption::kNone && srtp == sdp::SrtpMode::kRequired);
    steps.test(11, "encryption", !clash, "B11_ENCRYPTION",
               cat("client ", to_string(user.encryption), ", trunk ", mode,
                   tls || media.srtp == sdp::SrtpMode::kNone ? "" : " (its transport is not TLS)"));
}

void peer(Steps& steps, const BypassQuestion& question, const topology::User& user,
          const topology::Trunk& trunk, const topology::Topology& topology) {
    steps.test(
        12, "peer_accepts", trunk.bypass.accepts_client_media, "B12_PEER_ACL",
        cat("accepts_client_media of trunk ", trunk.name, " is ", on_off(trunk.bypass.accepts_client_media)));
    if (!question.inbound) {
        steps.add(13, "forking", StepState::kNotApplicable, {}, "calls from users are not forked");
        return;
    }
    const unsigned kept = topology.sip_of(trunk).max_early_dialogs;
    const std::size_t forks = std::max<std::size_t>(1, user.contacts.size());
    steps.test(13, "forking", kept >= forks, "B13_FORKING",
               cat("the peer keeps ", kept, " early dialogs, forks: ", forks));
}

void services(Steps& steps, const BypassQuestion& question, const topology::User& user,
              const topology::Trunk& trunk, const sdp::MediaProfile& ours, const sdp::MediaProfile& theirs,
              const topology::Topology& topology) {
    const bool recorded = ours.recording != sdp::Recording::kOff || theirs.recording != sdp::Recording::kOff;
    steps.test(14, "no_anchor", !question.anchor_required && !recorded, "B14_ANCHOR_REQUIRED",
               recorded                   ? "the call is recorded"
               : question.anchor_required ? "a service needs the media"
                                          : "nothing needs the media");
    steps.add(15, "no_server", StepState::kPass, {}, cat("user ", user.name, " is a person's client"));
    steps.test(16, "not_mobile", !user.mobile, "B16_MOBILE",
               cat("mobile of user ", user.name, " is ", on_off(user.mobile)));

    net::IpAddress gateway = trunk.bypass.media_address;
    if (gateway.none() && !trunk.targets.empty() && trunk.targets.front().ip)
        gateway = *trunk.targets.front().ip;
    if (question.client && !gateway.none()) {
        steps.test(17, "address_family", question.client->is_v4() == gateway.is_v4(), "B17_ADDRESS_FAMILY",
                   cat(question.client->str(), " and ", gateway.str()));
    } else {
        steps.add(17, "address_family", StepState::kNotApplicable, {}, "not both addresses are known");
    }

    if (!trunk.location_restricted) {
        steps.add(18, "location", StepState::kNotApplicable, {}, "no location restriction");
    } else {
        topology::Index at = user.site;
        if (at == kNoIndex && question.client) {
            const topology::Index entry = topology.subnet_of(*question.client);
            if (entry != kNoIndex) at = topology.subnets[entry].site;
        }
        steps.test(18, "location", at != kNoIndex && at == trunk.site, "B18_LOCATION",
                   at == kNoIndex ? "the user's site is not known"
                                  : cat("user at ", topology.sites[at].name, ", trunk restricted to ",
                                        trunk.site == kNoIndex ? std::string("no site")
                                                               : topology.sites[trunk.site].name));
    }
}

void conversion(Steps& steps, const BypassQuestion& question, const sdp::MediaProfile& ours,
                const sdp::MediaProfile& theirs) {
    steps.verdict.conversions = question.inbound
                                    ? sdp::plan(theirs, ours, question.trunk_sdp, question.user_sdp)
                                    : sdp::plan(ours, theirs, question.user_sdp, question.trunk_sdp);
    std::string reasons;
    for (const sdp::Conversion& c : steps.verdict.conversions.steps) {
        append(reasons, reasons.empty() ? "" : "; ", to_string(c.kind), ": ", c.reason);
    }
    steps.test(19, "no_conversion", steps.verdict.conversions.direct(), "B19_CONVERSION",
               reasons.empty() ? "nothing to convert" : reasons);
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

Verdict bypass_verdict(const BypassQuestion& question, const topology::Topology& topology) {
    const topology::User& user = topology.users[question.user];
    const topology::Trunk& trunk = topology.trunks[question.trunk];
    const sdp::MediaProfile& ours = topology.media_of(user);
    const sdp::MediaProfile& theirs = topology.media_of(trunk);

    BypassQuestion q = question;
    if (!q.client && !user.contacts.empty() && user.contacts.front().target.ip)
        q.client = user.contacts.front().target.ip;

    Verdict verdict;
    Steps steps{verdict};
    global_and_trunk(steps, trunk, topology);
    qualified(steps, trunk, topology);
    client(steps, q, user, topology);
    ids(steps, q, trunk, topology);
    codecs(steps, q, ours, theirs);
    encryption(steps, user, trunk, theirs);
    peer(steps, q, user, trunk, topology);
    services(steps, q, user, trunk, ours, theirs, topology);
    conversion(steps, q, ours, theirs);

    const auto first = [&](StepState state) {
        return std::find_if(verdict.steps.begin(), verdict.steps.end(),
                            [state](const BypassStep& s) { return s.state == state; });
    };
    auto decisive = first(StepState::kFail);
    verdict.value = decisive != verdict.steps.end() ? Bypassed::kNo : Bypassed::kYes;
    if (decisive == verdict.steps.end()) {
        decisive = first(StepState::kUnknown);
        if (decisive != verdict.steps.end()) verdict.value = Bypassed::kUndecided;
    }
    if (decisive != verdict.steps.end()) {
        verdict.code = decisive->code;
        verdict.reason = decisive->evidence;
    }
    return verdict;
}

}  // namespace tandem::policy
