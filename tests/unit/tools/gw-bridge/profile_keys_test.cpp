// Knows: every key of a media profile, and what each of its values changes; or that loading says that it changes nothing.
// Must not know: how it is done.
// Next: libcommon/config/keys_profiles.cpp, to which a new key is added together with a row here.
#include <set>

#include "config/keys.h"
#include "config/reader.h"
#include "gw-bridge/leg_media.h"
#include "gw-bridge/not_served.h"
#include "scene.h"
#include "sdp/offer_answer.h"
#include "sdp/plan.h"
#include "support/profile_keys.h"

using namespace tandem;
using namespace tandem::bridge;
using namespace tandem::bridge::test;

namespace {

/// Takes one member of a media profile as text, or nothing; gives what can be seen of it.
using Observer = std::string (*)(std::string_view member);

config::LoadedTopology loaded(std::string_view member) {
    return config::parse_topology(
        cat(R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}],
        "media_profiles": [{"name": "m")",
            member.empty() ? "" : ", ", member, "}]}"),
        "t");
}

sdp::MediaProfile profile(std::string_view member) {
    const auto file = loaded(member);
    CAPTURE(member, file.errors);
    REQUIRE(file.ok());
    return file.topology->media_profiles.at(0);
}

std::string offer(std::string_view member) {
    return sdp::print(sdp::make_offer(profile(member), {{kLoopback, 4000}, 1, 1, sdp::Direction::kSendRecv}));
}

std::string hold(std::string_view member) {
    const auto p = profile(member);
    return sdp::print(sdp::make_offer(p, {{kLoopback, 4000}, 1, 1, sdp::hold_direction(p)}));
}

/// The kinds of conversion between a peer that has everything else than the default and one with the profile.
std::string conversions(std::string_view member) {
    sdp::MediaProfile other;
    other.dtmf_payload_type = 96;
    other.ip_family = sdp::IpFamily::kV4;
    const auto fax = sdp::parse(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=image 9 udptl t38\r\n");
    REQUIRE(fax);
    const sdp::Summary fax_offer = sdp::summarise(*fax);
    std::string out;
    for (const auto& plan :
         {sdp::plan(other, profile(member)), sdp::plan(other, profile(member), &fax_offer)})
        for (const auto& step : plan.steps) append(out, to_string(step.kind), ' ');
    return out;
}

std::string ip_v4(std::string_view member) {
    sdp::MediaProfile other;
    other.ip_family = sdp::IpFamily::kV6;
    return cat(sdp::plan(other, profile(member)).steps.size());
}

std::string leg(std::string_view member) {
    sdp::Negotiated n;
    n.codec = {0, "PCMU", 8000, 1, {}};
    n.direction = sdp::Direction::kInactive;
    const auto c = leg_config(n, profile(member), Expected::kReports);
    return cat(c.latch, ' ', c.latch_packets, ' ', c.watch_reports);
}

std::string second_member(std::string_view member) {
    return member.empty() ? std::string() : cat(", ", member);
}

/// Whom the caller hears early: two early dialogs answer.
std::string early(std::string_view member) {
    Scene t("", second_member(member));
    Phone second;
    t.dial();
    t.ua->progress(t.proxy.leg_b, 183, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    t.ua->progress(t.proxy.leg_b, 183, {}, sipua::sdp_body(second.sdp("0 101")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("a:183") == 2; }, seconds{10}));
    if (t.proxy.responses["a:183"].body.empty()) return "nobody";
    for (int i = 0; i < 100; ++i) {
        t.alice.send(t.port_a(), 8, 1);
        t.settle(milliseconds{20});
        if (t.pstn.receive(0)) return "first";
        if (second.receive(0)) return "second";
    }
    return "neither";
}

std::string without_offer(std::string_view member) {
    Scene t(second_member(member));
    t.proxy.leg_a = t.ua->invite(t.call({}));
    t.loop.run_until([&] { return t.proxy.heard("b:invite") || t.proxy.heard("a:failed 488"); }, seconds{10});
    return t.proxy.said.empty() ? "" : t.proxy.said.back();
}

std::string longest(std::string_view member) {
    Scene t(second_member(member));
    return cat(t.snapshot->setup(t.token())->max_duration.count());
}

/// Whether a silent call is up after a while.
std::string silent(std::string_view member) {
    Scene t(second_member(member));
    t.connect();
    return t.wait("a:bye", milliseconds{2500}) ? "ended" : "up";
}

/// What the grade of a stream without RTCP says.
std::string graded(std::string_view member) {
    Scene t(second_member(member));
    t.connect();
    for (int i = 0; i < 60; ++i) {
        t.alice.send(t.port_a(), 8, 1);
        REQUIRE(t.pstn.receive());
    }
    t.ua->bye(t.proxy.leg_a, {});
    (void)t.record();
    return t.out.text().find("no_rtcp") != std::string::npos ? "no_rtcp" : "";
}

/// A profile is found by its name.
std::string named(std::string_view member) {
    auto file = config::parse_topology(
        cat(R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}], "media_profiles": [{)",
            member.empty() ? R"("name": "m")" : member, "}]}"),
        "t");
    REQUIRE(file.ok());
    return file.topology->media_profiles.at(0).name;
}

struct Row {
    std::string_view key, value;
    Observer seen;  // null: loading tells that the bridge does not carry it out
};

const Row kRows[] = {
    {"name", R"("other")", named},
    {"codecs", R"(["G722"])", offer},
    {"ptime_ms", "30", offer},
    {"accepted_ptimes_ms", "[30]", conversions},
    {"accepted_ptimes_ms", "[30]", nullptr},
    {"dtmf", R"("info")", conversions},
    {"dtmf", R"("info")", nullptr},
    {"dtmf", R"("inband")", conversions},
    {"dtmf", R"("inband")", nullptr},
    {"dtmf", R"("none")", offer},
    {"dtmf_payload_type", "110", offer},
    {"dtmf_payload_type_fixed", "true", conversions},
    {"comfort_noise", "true", offer},
    {"srtp", R"("optional")", nullptr},
    {"srtp", R"("required")", conversions},
    {"srtp", R"("required")", nullptr},
    {"rtcp_active", "false", graded},
    {"rtcp_hold", "false", leg},
    {"rtcp_mux", "true", offer},
    {"hold", R"("sendonly")", hold},
    {"hold", R"("zero-address")", hold},
    {"early_media", R"("first")", early},
    {"early_media", R"("first-with-rtp")", nullptr},
    {"early_media", R"("off")", early},
    {"latching", "false", leg},
    {"latch_packets", "7", leg},
    {"behind_nat", "true", conversions},
    {"ip_family", R"("ipv4")", ip_v4},
    {"ip_family", R"("ipv6")", conversions},
    {"fax", R"("none")", nullptr},
    {"fax", R"("t38")", conversions},
    {"fax", R"("t38")", nullptr},
    {"media_timeout_s", "1", silent},
    {"max_duration_s", "7", longest},
    {"delayed_offer", R"("refuse")", without_offer},
};

/// A value that is not the default.
std::string other_value(const config::Key& key) {
    using enum config::Type;
    switch (key.type) {
        case kBool: return key.fallback == "true" ? "false" : "true";
        case kInteger: return key.fallback == cat(key.min) ? cat(key.min + 1) : cat(key.min);
        case kChoice: return cat('"', key.choices[key.choices[0] == key.fallback ? 1 : 0], '"');
        case kTexts: return R"(["AES_CM_128_HMAC_SHA1_32"])";
        default: return {};
    }
}

}  // namespace

TEST_CASE(
    "media profile: every key of the table has a row here, every choice one of its own, or loading reports "
    "it",
    "[bridge][keys]") {
    tandem::test::check_key_rows(config::kMediaProfileTable, kRows, "media_profile", [](const config::Key& key) {
        return loaded(cat('"', key.name, "\": ", other_value(key)));
    });
}

TEST_CASE("media profile: each key changes what it says that it changes, or loading the bridge reports it",
          "[bridge][keys]") {
    CHECK(not_served(profile({})).empty());
    for (const auto& row : kRows) {
        const std::string member = cat('"', row.key, "\": ", row.value);
        CAPTURE(member);
        if (row.seen != nullptr) {
            CHECK(row.seen(member) != row.seen({}));
        } else {
            const auto told = not_served(profile(member));
            REQUIRE(told.size() == 1);
            // And so it stands in the log of the program.
            Scene t(second_member(member));
            CHECK(t.snapshot->shortcomings() ==
                  std::vector<std::string>{cat("media_profile \"desk\": ", told[0])});
        }
    }
}
