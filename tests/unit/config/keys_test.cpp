#include "config/keys.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "config/reader.h"
#include "config/topology_file.h"
#include "json/document.h"
#include "support/topologies.h"

using namespace tandem;
using namespace tandem::config;

namespace {

void collect(const Table& table, std::set<const Table*>& found) {
    if (!found.insert(&table).second) return;
    for (const Key& key : table.keys) {
        if (key.object) collect(*key.object, found);
    }
}

std::set<const Table*> all_tables() {
    std::set<const Table*> found;
    collect(kTopologyTable, found);
    return found;
}

/// A media or SIP profile as loaded with one key set.
std::shared_ptr<const topology::Topology> with_profiles(std::string_view sip, std::string_view media) {
    auto loaded = parse_topology(
        cat(R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}],
        "sip_profiles": [{"name": "s")",
            sip.empty() ? "" : ", ", sip, R"(}], "media_profiles": [{"name": "m")", media.empty() ? "" : ", ",
            media, "}]}"),
        "t");
    CAPTURE(loaded.errors);
    REQUIRE(loaded.ok());
    return loaded.topology;
}

}  // namespace

TEST_CASE("keys: the table is sound", "[config]") {
    for (const Table* table : all_tables()) {
        std::set<std::string_view> names;
        for (const Key& key : table->keys) {
            CAPTURE(table->name, key.name);
            CHECK(names.insert(key.name).second);
            CHECK_FALSE(key.meaning.empty());
            CHECK(key.meaning.back() != '.');
            CHECK((element_type(key.type) == Type::kChoice) == !key.choices.empty());
            CHECK((element_type(key.type) == Type::kReference) == !key.refers.empty());
            CHECK((element_type(key.type) == Type::kObject || key.type == Type::kNamedObjects) == (key.object != nullptr));
            CHECK_FALSE((key.required && !key.fallback.empty()));
            // What these are by default hangs on other keys.
            if (key.type == Type::kBool && !key.required && key.honoured && table != &kRetryTable && key.name != "resolved_sources")
                CHECK_FALSE(key.fallback.empty());
            if (key.type == Type::kChoice && !key.fallback.empty()) {
                CHECK(std::find(key.choices.begin(), key.choices.end(), key.fallback) != key.choices.end());
            }
        }
    }
}

TEST_CASE("keys: what the references name has its place", "[config]") {
    // Every setting of the trunk configuration of Lync and its successors, of media features and of interworking.
    struct Row {
        const Table& table;
        std::vector<std::string_view> keys;
    };
    const std::vector<Row> rows{
        {kTrunkTable,
         {"bypass", "usages", "location_restricted", "site", "send_location", "mobile", "online_voice",
          "remove_plus", "called", "calling", "inbound_called", "inbound_calling", "retry", "limits", "auth",
          "registration", "identify_by"}},
        {kBypassTable,
         {"enabled", "centralized_media", "qualified", "accepts_client_media", "media_address",
          "rtp_latching"}},
        {kSipProfileTable,
         {"refer",
          "third_party_refer",
          "max_early_dialogs",
          "session_timer",
          "forward_pai",
          "forward_anonymous_pai",
          "accept_outbound_pai",
          "forward_call_history",
          "cause_preset",
          "cause_overrides",
          "diversion",
          "overlap",
          "reliable_provisional",
          "options_interval_s",
          "options_fall",
          "options_rise",
          "large_request",
          "tls_verify",
          "tls_client_eku",
          "keepalive",
          "stir",
          "charge_info",
          "reason_header",
          "early_media_header",
          "user_to_user",
          "charge_advice",
          "sip_i",
          "connected_identity",
          "screened_pai_only",
          "replaces",
          "referred_by"}},
        {kMediaProfileTable,
         {"codecs",
          "ptime_ms",
          "dtmf",
          "srtp",
          "srtp_offer",
          "srtp_mki",
          "rekey_roc",
          "rtcp_active",
          "rtcp_hold",
          "rtcp_mux",
          "rtcp_xr",
          "hold",
          "early_media",
          "ringback_after_ms",
          "latching",
          "ice",
          "fax",
          "clearmode",
          "text",
          "transcoding",
          "jitter_buffer_ms",
          "opus_complexity",
          "silence_suppression",
          "signal_boost",
          "music_on_hold",
          "recording",
          "media_timeout_s",
          "comfort_noise",
          "dtls",
          "dtmf_mute"}},
        {kEmergencyTable, {"numbers", "usage", "elin"}},
        {kRealmTable, {"port_quarantine_s", "dscp", "tls"}},
        {kTlsTable, {"certificate_file", "key_file", "more_certificates", "ca_file", "verify", "client_certificates"}},
    };
    for (const Row& row : rows) {
        for (const std::string_view name : row.keys) {
            CAPTURE(row.table.name, name);
            CHECK(std::any_of(row.table.keys.begin(), row.table.keys.end(),
                              [&](const Key& key) { return key.name == name; }));
        }
    }
}

TEST_CASE("keys: defaults of the table are those of the structs", "[config]") {
    const auto t = with_profiles("", "");
    const topology::SipProfile sip;
    const topology::SipProfile& s = t->sip_profiles[0];
    CHECK(std::tie(s.refer, s.third_party_refer, s.max_early_dialogs, s.session_timer, s.session_expires_s,
                   s.min_se_s) == std::tie(sip.refer, sip.third_party_refer, sip.max_early_dialogs,
                                           sip.session_timer, sip.session_expires_s, sip.min_se_s));
    CHECK(std::tie(s.reliable_provisional, s.identity, s.forward_pai, s.diversion, s.causes, s.forward_503) ==
          std::tie(sip.reliable_provisional, sip.identity, sip.forward_pai, sip.diversion, sip.causes,
                   sip.forward_503));
    CHECK(std::tie(s.options_interval_s, s.options_fall, s.options_rise) ==
          std::tie(sip.options_interval_s, sip.options_fall, sip.options_rise));
    const sdp::MediaProfile media;
    const sdp::MediaProfile& m = t->media_profiles[0];
    CHECK(std::tie(m.codecs, m.ptime_ms, m.dtmf, m.dtmf_payload_type, m.comfort_noise, m.srtp, m.srtp_offer,
                   m.srtp_mki, m.rekey_roc) ==
          std::tie(media.codecs, media.ptime_ms, media.dtmf, media.dtmf_payload_type, media.comfort_noise,
                   media.srtp, media.srtp_offer, media.srtp_mki, media.rekey_roc));
    CHECK(std::tie(m.rtcp_active, m.rtcp_hold, m.rtcp_mux, m.hold, m.early_media, m.ringback_after_ms,
                   m.latching, m.ice, m.fax) ==
          std::tie(media.rtcp_active, media.rtcp_hold, media.rtcp_mux, media.hold, media.early_media,
                   media.ringback_after_ms, media.latching, media.ice, media.fax));
    CHECK(std::tie(m.transcoding, m.recording, m.media_timeout_s, m.music_on_hold, m.jitter_buffer_ms,
                   m.accepted_ptimes_ms) == std::tie(media.transcoding, media.recording,
                                                     media.media_timeout_s, media.music_on_hold,
                                                     media.jitter_buffer_ms, media.accepted_ptimes_ms));
    CHECK(std::tie(m.dtmf_payload_type_fixed, m.ip_family, m.behind_nat, m.latch_packets, m.delayed_offer,
                   m.max_duration_s) == std::tie(media.dtmf_payload_type_fixed, media.ip_family,
                                                 media.behind_nat, media.latch_packets, media.delayed_offer,
                                                 media.max_duration_s));
}

TEST_CASE("keys: words end as the enumerators of the same name", "[config]") {
    using namespace tandem::sdp;
    CHECK(with_profiles("", R"("dtmf": "info")")->media_profiles[0].dtmf == DtmfForm::kInfo);
    CHECK(with_profiles("", R"("dtmf": "inband")")->media_profiles[0].dtmf == DtmfForm::kInband);
    CHECK(with_profiles("", R"("dtmf": "none")")->media_profiles[0].dtmf == DtmfForm::kNone);
    CHECK(with_profiles("", R"("srtp": "optional")")->media_profiles[0].srtp == SrtpMode::kOptional);
    CHECK(with_profiles("", R"("srtp": "required")")->media_profiles[0].srtp == SrtpMode::kRequired);
    CHECK(with_profiles("", R"("srtp_offer": "capability-negotiation")")->media_profiles[0].srtp_offer ==
          SrtpOfferForm::kCapabilityNegotiation);
    CHECK(with_profiles("", R"("srtp_offer": "two-media-lines")")->media_profiles[0].srtp_offer ==
          SrtpOfferForm::kTwoMediaLines);
    CHECK(with_profiles("", R"("rekey_roc": "keep")")->media_profiles[0].rekey_roc == RekeyRoc::kKeep);
    CHECK(with_profiles("", R"("rekey_roc": "reset")")->media_profiles[0].rekey_roc == RekeyRoc::kReset);
    CHECK(with_profiles("", R"("hold": "sendonly")")->media_profiles[0].hold == HoldForm::kSendonly);
    CHECK(with_profiles("", R"("hold": "zero-address")")->media_profiles[0].hold == HoldForm::kZeroAddress);
    CHECK(with_profiles("", R"("early_media": "first")")->media_profiles[0].early_media ==
          EarlyMedia::kFirst);
    CHECK(with_profiles("", R"("early_media": "first-with-rtp")")->media_profiles[0].early_media ==
          EarlyMedia::kFirstWithRtp);
    CHECK(with_profiles("", R"("early_media": "off")")->media_profiles[0].early_media == EarlyMedia::kOff);
    CHECK(with_profiles("", R"("fax": "none")")->media_profiles[0].fax == FaxForm::kNone);
    CHECK(with_profiles("", R"("fax": "t38")")->media_profiles[0].fax == FaxForm::kT38);
    CHECK(with_profiles("", R"("ice": "lite")")->media_profiles[0].ice == IceMode::kLite);
    CHECK(with_profiles("", R"("ip_family": "ipv4")")->media_profiles[0].ip_family == IpFamily::kV4);
    CHECK(with_profiles("", R"("ip_family": "ipv6")")->media_profiles[0].ip_family == IpFamily::kV6);
    CHECK(with_profiles("", R"("transcoding": "never")")->media_profiles[0].transcoding ==
          Transcoding::kNever);
    CHECK(with_profiles("", R"("transcoding": "always")")->media_profiles[0].transcoding ==
          Transcoding::kAlways);
    CHECK(with_profiles("", R"("recording": "pcap")")->media_profiles[0].recording == Recording::kPcap);
    CHECK(with_profiles("", R"("delayed_offer": "refuse")")->media_profiles[0].delayed_offer ==
          DelayedOffer::kRefuse);
    CHECK(with_profiles(R"("session_timer": "off")", "")->sip_profiles[0].session_timer ==
          topology::SessionTimer::kOff);
    CHECK(with_profiles(R"("session_timer": "offer")", "")->sip_profiles[0].session_timer ==
          topology::SessionTimer::kOffer);
    CHECK(with_profiles(R"("reliable_provisional": "required")", "")->sip_profiles[0].reliable_provisional ==
          topology::Reliable::kRequired);
    CHECK(with_profiles(R"("identity": "from")", "")->sip_profiles[0].identity == topology::Identity::kFrom);
    CHECK(with_profiles(R"("identity": "pai")", "")->sip_profiles[0].identity == topology::Identity::kPai);
    CHECK(with_profiles(R"("diversion": "history-info")", "")->sip_profiles[0].diversion ==
          topology::DiversionForm::kHistoryInfo);
    for (const std::string_view preset : {"rfc3398", "rfc4497", "lync", "oracle", "audiocodes"}) {
        CHECK(
            to_string(with_profiles(cat(R"("cause_preset": ")", preset, '"'), "")->sip_profiles[0].causes) ==
            preset);
    }
}

TEST_CASE("keys: schema and reference have every key", "[config]") {
    const auto schema = json::parse_document(topology_schema(), "schema");
    REQUIRE(schema);
    const std::string reference = topology_reference();
    for (const Table* table : all_tables()) {
        const json::Value* object =
            table == &kTopologyTable ? &schema->root : schema->root.find("$defs")->find(table->name);
        CAPTURE(table->name);
        REQUIRE(object);
        for (const Key& key : table->keys) {
            CAPTURE(key.name);
            CHECK(object->find("properties")->find(key.name));
        }
        CHECK(object->find("properties")->members().size() == table->keys.size());
        std::string heading = "## ";
        for (const char c : table->name) {
            if (c == '_') heading += '\\';
            heading += c;
        }
        CHECK(reference.find(heading + "\n") != std::string::npos);
    }
}

TEST_CASE("keys: the example loads in 50 ms", "[config]") {
    // Best of three: the machine may be busy.
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 3; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const LoadedTopology loaded = parse_topology(std::string(test::kSmallTopology), "t");
        best = std::min(best, std::chrono::steady_clock::now() - begin);
        REQUIRE(loaded.ok());
    }
    CHECK(best < std::chrono::milliseconds(50));
}

TEST_CASE("keys: two hundred dial plans of fifty rules, and an error in each, load in bounded time",
          "[config]") {
    std::string text =
        R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}], "dial_plans": [)";
    for (int plan = 0; plan < 200; ++plan) {
        append(text, plan == 0 ? "" : ",\n", R"({"name": "p)", plan, R"(", "colour": 1, "rules": [)");
        for (int rule = 0; rule < 50; ++rule) {
            append(text, rule == 0 ? "" : ",", R"({"pattern": "^(\\d{4})$", "translation": "+1425)", rule,
                   R"($1"})");
        }
        text += "]}";
    }
    text += "]}";
    const auto begin = std::chrono::steady_clock::now();
    const LoadedTopology loaded = parse_topology(text, "t");
    CHECK(loaded.errors.size() == 101);  // a hundred, and how many more there are
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}
