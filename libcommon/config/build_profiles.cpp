// Knows: how SIP and media profiles are filled from the file.
// Must not know: who uses a profile.
// Next: keys_profiles.cpp for the keys; the order of choices there is the order of the enums here.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/build.h"

namespace tandem::config {
namespace {

using topology::SipProfile;

SipProfile sip_profile(Build& build, const json::Value& item) {
    const Fields f(build.loader, item, kSipProfileTable);
    SipProfile p;
    p.name = f.text("name");
    p.refer = f.boolean("refer");
    p.third_party_refer = f.boolean("third_party_refer");
    p.max_early_dialogs = f.count("max_early_dialogs");
    p.session_timer = f.choice_as<topology::SessionTimer>("session_timer");
    p.session_expires_s = f.count("session_expires_s");
    p.min_se_s = f.count("min_se_s");
    p.reliable_provisional = f.choice_as<topology::Reliable>("reliable_provisional");
    p.identity = f.choice_as<topology::Identity>("identity");
    p.forward_pai = f.boolean("forward_pai");
    p.diversion = f.choice_as<topology::DiversionForm>("diversion");
    p.causes = f.choice_as<topology::CausePreset>("cause_preset");
    for (const json::Value* row : f.objects("cause_overrides")) {
        const Fields r(build.loader, *row, kCauseOverrideTable);
        p.cause_overrides.push_back(
            {r.count("sip"), static_cast<int>(r.integer("cause")), r.count("answer")});
    }
    p.forward_503 = f.boolean("forward_503");
    p.hide_topology = f.boolean("hide_topology");
    constexpr std::size_t kMostRules = 32;
    for (const json::Value* rule : f.objects("headers")) p.headers.push_back(build_header_rule(build, *rule));
    if (p.headers.size() > kMostRules) {
        build.problems().error(f.offset("headers"), cat("\"headers\" has more than ", kMostRules, " rules"), "keep those that are needed");
    }
    p.options_interval_s = f.count("options_interval_s");
    p.options_fall = f.count("options_fall");
    p.options_rise = f.count("options_rise");
    p.keepalive = f.boolean("keepalive");
    if (f.has("tls_verify")) p.tls_verify = f.choice_as<topology::TlsVerify>("tls_verify");
    p.tls_client_eku = f.boolean("tls_client_eku");
    if (const json::Value* timers = f.object("timers")) {
        const Fields t(build.loader, *timers, kTimersTable);
        const auto ms = [&t](std::string_view key) { return t.has(key) ? t.count(key) : 0U; };
        p.timers = {ms("t1_ms"), ms("t2_ms"), ms("t4_ms"), ms("b_ms"), ms("f_ms")};
        if (p.timers.t2_ms != 0 && p.timers.t1_ms > p.timers.t2_ms) {
            build.problems().error(t.offset("t2_ms"), "\"t2_ms\" is less than \"t1_ms\"", "write at least as much");
        }
    }
    p.large_request = f.choice_as<topology::LargeRequest>("large_request");
    if (f.boolean("forward_anonymous_pai") && !p.forward_pai) {
        build.problems().error(f.offset("forward_anonymous_pai"),
                               "\"forward_anonymous_pai\" needs \"forward_pai\"",
                               "write \"forward_pai\": true, or leave both out");
    }
    if (p.session_expires_s < p.min_se_s) {
        build.problems().error(f.offset("session_expires_s"),
                               "\"session_expires_s\" is less than \"min_se_s\"");
    }
    return p;
}

sdp::MediaProfile media_profile(Build& build, const json::Value& item) {
    // Encoding names that the relay knows; others may be named, so that direct calls can use them.
    static constexpr std::array<std::string_view, 8> kKnown{"PCMU", "PCMA", "G722", "G729",
                                                            "opus", "GSM",  "iLBC", "L16"};
    const Fields f(build.loader, item, kMediaProfileTable);
    sdp::MediaProfile p;
    p.name = f.text("name");
    p.codecs = f.texts("codecs");
    for (std::size_t i = 0; i < p.codecs.size(); ++i) {
        const auto known = std::find_if(kKnown.begin(), kKnown.end(),
                                        [&](std::string_view k) { return iequals(k, p.codecs[i]); });
        if (known != kKnown.end()) {
            p.codecs[i] = *known;
            continue;
        }
        const std::string_view near = nearest(p.codecs[i], kKnown);
        build.problems().error(
            f.element_offset("codecs", i),
            cat("codec \"", std::string_view(p.codecs[i]).substr(0, 40), "\" is not known"),
            near.empty() ? std::string("known are PCMU, PCMA, G722, G729, opus, GSM, iLBC, L16")
                         : cat("did you mean \"", near, "\"?"));
    }
    if (p.codecs.empty())
        build.problems().error(f.offset("codecs"), "\"codecs\" is empty", "write at least one");
    p.ptime_ms = f.count("ptime_ms");
    if (p.ptime_ms % 10 != 0)
        build.problems().error(f.offset("ptime_ms"), cat("\"ptime_ms\" is ", p.ptime_ms),
                               "write a multiple of 10");
    p.accepted_ptimes_ms = f.integers("accepted_ptimes_ms");
    p.dtmf = f.choice_as<sdp::DtmfForm>("dtmf");
    p.dtmf_payload_type = static_cast<std::uint8_t>(f.count("dtmf_payload_type"));
    p.dtmf_payload_type_fixed = f.boolean("dtmf_payload_type_fixed");
    p.comfort_noise = f.boolean("comfort_noise");
    p.srtp = f.choice_as<sdp::SrtpMode>("srtp");
    p.srtp_offer = f.choice_as<sdp::SrtpOfferForm>("srtp_offer");
    p.srtp_mki = f.boolean("srtp_mki");
    p.rekey_roc = f.choice_as<sdp::RekeyRoc>("rekey_roc");
    p.rtcp_active = f.boolean("rtcp_active");
    p.rtcp_hold = f.boolean("rtcp_hold");
    p.rtcp_mux = f.boolean("rtcp_mux");
    p.hold = f.choice_as<sdp::HoldForm>("hold");
    p.early_media = f.choice_as<sdp::EarlyMedia>("early_media");
    p.ringback_after_ms = f.count("ringback_after_ms");
    p.latching = f.boolean("latching");
    p.latch_packets = f.count("latch_packets");
    p.behind_nat = f.boolean("behind_nat");
    p.ice = f.choice_as<sdp::IceMode>("ice");
    p.ip_family = f.choice_as<sdp::IpFamily>("ip_family");
    p.fax = f.choice_as<sdp::FaxForm>("fax");
    p.transcoding = f.choice_as<sdp::Transcoding>("transcoding");
    p.jitter_buffer_ms = f.count("jitter_buffer_ms");
    p.music_on_hold = f.boolean("music_on_hold");
    p.recording = f.choice_as<sdp::Recording>("recording");
    p.media_timeout_s = f.count("media_timeout_s");
    p.max_duration_s = f.count("max_duration_s");
    p.delayed_offer = f.choice_as<sdp::DelayedOffer>("delayed_offer");
    return p;
}

}  // namespace

void build_profiles(Build& build) {
    topology::Topology& t = build.topology;
    for (const json::Value* item : build.root.objects("sip_profiles"))
        t.sip_profiles.push_back(sip_profile(build, *item));
    for (const json::Value* item : build.root.objects("media_profiles"))
        t.media_profiles.push_back(media_profile(build, *item));
    if (t.sip_profiles.empty()) t.sip_profiles.emplace_back().name = "default";
    if (t.media_profiles.empty()) t.media_profiles.emplace_back().name = "default";
}

}  // namespace tandem::config
