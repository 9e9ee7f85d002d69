#include "policy/bypass.h"

#include <catch2/catch.hpp>

#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;
using policy::BypassQuestion;
using policy::StepState;
using policy::Verdict;

namespace {

Verdict ask(const topology::Topology& t, std::string_view user, std::string_view trunk,
            bool inbound = false) {
    BypassQuestion question;
    question.user = t.find_user(user);
    question.trunk = t.find_trunk(trunk);
    question.inbound = inbound;
    return policy::bypass_verdict(question, t, policy::Detail::kAll);
}

const policy::BypassStep& step(const Verdict& verdict, unsigned number) {
    return verdict.steps.at(number - 1);
}

}  // namespace

TEST_CASE("bypass: the verdict looks at every step in order", "[policy][bypass]") {
    const auto t = load();
    const Verdict verdict = ask(*t, "alice", "pbx");
    REQUIRE(verdict.steps.size() == 19);
    for (unsigned i = 0; i < 19; ++i) {
        CHECK(verdict.steps[i].number == i + 1);
        CHECK_FALSE(verdict.steps[i].evidence.empty());
        const bool bad =
            verdict.steps[i].state == StepState::kFail || verdict.steps[i].state == StepState::kUnknown;
        CHECK(verdict.steps[i].code.empty() != bad);
    }
    CHECK(verdict.value == policy::Bypassed::kYes);
    CHECK(verdict.code.empty());
    CHECK(verdict.client_id == "region:west");
    CHECK(verdict.gateway_id == "region:west");
}

TEST_CASE("bypass: each step fails by its own code", "[policy][bypass]") {
    struct Row {
        std::string_view old_text, new_text, user, code;
    };
    const std::string_view pbx = R"("bypass": {"enabled": true, "qualified": "yes"})";
    const std::string_view contact = R"({"target": "udp:10.0.1.11:5060", "realm": "inside"})";
    const std::string_view alice = R"({"name": "alice", )";
    const std::string_view media = R"({"name": "pbx", "codecs": ["PCMU"]})";
    const Row row = GENERATE_COPY(values<Row>({
        {R"("bypass": {"enabled": true},)", R"("bypass": {"enabled": false},)", "alice", "B01_GLOBAL_OFF"},
        {pbx, R"("bypass": {"enabled": false})", "alice", "B02_TRUNK_OFF"},
        {pbx, R"("bypass": {"enabled": true, "centralized_media": false})", "alice", "B03_FLAGS"},
        {R"("forward_503": true,)", R"("refer": false,)", "alice", "B03_FLAGS"},
        {R"("bypass": {"enabled": true},)", R"("bypass": {"enabled": true, "require_qualified": true},)",
         "alice", ""},
        {alice, R"({"name": "alice", "bypass_capable": false, )", "alice", "B05_CLIENT"},
        {alice, R"({"name": "alice", "location": "outside", )", "alice", "B06_EXTERNAL"},
        {contact, R"({"target": "udp:10.9.1.11:5060", "realm": "inside"})", "alice", "B07_CLIENT_UNMAPPED"},
        {alice, R"({"name": "alice", "subnet": "10.0.1.0/28", )", "alice", "B07a_SUPERNET_ONLY"},
        {R"("targets": ["udp:10.0.0.40:5060"])", R"("targets": ["udp:10.9.0.40:5060"])", "alice",
         "B08_GW_UNMAPPED"},
        {R"("targets": ["udp:10.0.0.40:5060"])", R"("targets": ["udp:10.0.2.40:5060"])", "alice",
         "B09_ID_MISMATCH"},
        {R"("targets": ["udp:10.0.0.40:5060"])", R"("targets": ["udp:10.0.2.40:5060"])", "carol",
         ""},  // branch-local
        {media, R"({"name": "pbx", "codecs": ["opus"]})", "alice", "B10_NO_G711"},
        {alice, R"({"name": "alice", "encryption": "require", )", "alice", "B11_ENCRYPTION"},
        {pbx, R"("bypass": {"enabled": true, "accepts_client_media": false})", "alice", "B12_PEER_ACL"},
        {media, R"({"name": "pbx", "codecs": ["PCMU"], "recording": "pcap"})", "alice",
         "B14_ANCHOR_REQUIRED"},
        {alice, R"({"name": "alice", "mobile": true, )", "alice", "B16_MOBILE"},
        {contact,
         R"({"target": "udp:[2001:db8::11]:5060", "realm": "inside"}], "site": "headquarters", "numbers": [)",
         "alice", "B17_ADDRESS_FAMILY"},
        {pbx, R"("bypass": {"enabled": true}, "location_restricted": true, "site": "branch")", "alice",
         "B18_LOCATION"},
        {media, R"({"name": "pbx", "codecs": ["PCMU"], "dtmf": "info"})", "alice", "B19_CONVERSION"},
    }));
    const auto t = load({{row.old_text, row.new_text}});
    const Verdict verdict = ask(*t, row.user, "pbx");
    CAPTURE(row.new_text, verdict.reason);
    CHECK(verdict.code == row.code);
    CHECK(verdict.value == (row.code.empty() ? policy::Bypassed::kYes : policy::Bypassed::kNo));
    if (!row.code.empty()) CHECK_FALSE(verdict.reason.empty());
}

TEST_CASE("bypass: what a peer without qualification gets", "[policy][bypass]") {
    const std::string_view pbx = R"("bypass": {"enabled": true, "qualified": "yes"})";
    const auto warned = load({{pbx, R"("bypass": {"enabled": true, "qualified": "no"})"}});
    const Verdict warning = ask(*warned, "alice", "pbx");
    CHECK(warning.value == policy::Bypassed::kYes);
    REQUIRE_FALSE(warning.warnings.empty());
    CHECK(warning.warnings[0].starts_with("B04_NOT_QUALIFIED"));
    const auto strict = load(
        {{pbx, R"("bypass": {"enabled": true, "qualified": "no"})"},
         {R"("bypass": {"enabled": true},)", R"("bypass": {"enabled": true, "require_qualified": true},)"}});
    CHECK(ask(*strict, "alice", "pbx").code == "B04_NOT_QUALIFIED");
    // Nothing is known: that is neither a yes nor a no.
    const auto unknown = load(
        {{pbx, R"("bypass": {"enabled": true})"},
         {R"("bypass": {"enabled": true},)", R"("bypass": {"enabled": true, "require_qualified": true},)"}});
    const Verdict open = ask(*unknown, "alice", "pbx");
    CHECK(open.value == policy::Bypassed::kUndecided);
    CHECK(open.code == "B04_NOT_QUALIFIED");
}

TEST_CASE("bypass: an unknown step without a failing one leaves it undecided", "[policy][bypass]") {
    const auto t = load();
    const Verdict open = ask(*t, "erin", "pbx");  // inside, but nobody knows where
    CHECK(open.value == policy::Bypassed::kUndecided);
    CHECK(step(open, 7).state == StepState::kUnknown);
    CHECK(step(open, 9).state == StepState::kUnknown);
    CHECK(ask(*t, "erin", "itsp").value == policy::Bypassed::kNo);  // a failing one settles it

    BypassQuestion question;
    question.user = t->find_user("erin");
    question.trunk = t->find_trunk("pbx");
    question.client = net::IpAddress::parse("10.0.1.41");
    CHECK(policy::bypass_verdict(question, *t, policy::Detail::kAll).value == policy::Bypassed::kYes);
}

TEST_CASE("bypass: ids by default, always, and by exact subnet", "[policy][bypass]") {
    const std::string_view global = R"("bypass": {"enabled": true},)";
    const std::string_view contact = R"({"target": "udp:10.0.1.11:5060", "realm": "inside"})";
    const std::string_view unmapped = R"({"target": "udp:10.9.1.11:5060", "realm": "inside"})";
    const auto default_id =
        load({{global, R"("bypass": {"enabled": true, "default_id": true},)"}, {contact, unmapped}});
    const Verdict mixed = ask(*default_id, "alice", "pbx");
    CHECK(mixed.code == "B09_ID_MISMATCH");
    CHECK(mixed.reason == "the client has the default id, the gateway its site's");
    const auto always =
        load({{global, R"("bypass": {"enabled": true, "always": true},)"}, {contact, unmapped}});
    CHECK(ask(*always, "alice", "pbx").value == policy::Bypassed::kYes);

    const auto t = load();
    BypassQuestion question;
    question.user = t->find_user("alice");
    question.trunk = t->find_trunk("pbx");
    question.client_subnet = net::Prefix::parse("10.0.1.0/24");
    CHECK(policy::bypass_verdict(question, *t, policy::Detail::kAll).value == policy::Bypassed::kYes);
    question.client_subnet = net::Prefix::parse("10.0.1.0/25");
    CHECK(policy::bypass_verdict(question, *t, policy::Detail::kAll).code == "B07a_SUPERNET_ONLY");
}

TEST_CASE("bypass: mismatches are explained", "[policy][bypass]") {
    const auto t = load();
    CHECK(ask(*t, "carol", "pbx").reason == "constrained site branch (branch to headquarters)");
    const auto regions =
        load({{R"("regions": [{"name": "west"}])", R"("regions": [{"name": "west"}, {"name": "east"}])"},
              {R"({"name": "branch", "region": "west", "bandwidth": {}})",
               R"({"name": "branch", "region": "east"})"}});
    CHECK(ask(*regions, "carol", "pbx").reason == "different regions: east and west");
}

TEST_CASE("bypass: the encryption matrix", "[policy][bypass]") {
    struct Row {
        std::string_view client, trunk;
        bool compatible;
    };
    const Row row = GENERATE(values<Row>({
        {"require", "required", true},
        {"require", "optional", true},
        {"require", "none", false},
        {"support", "required", true},
        {"support", "optional", true},
        {"support", "none", true},
        {"none", "required", false},
        {"none", "optional", true},
        {"none", "none", true},
    }));
    const auto t =
        load({{R"({"name": "alice", )", cat(R"({"name": "alice", "encryption": ")", row.client, "\", ")},
              {R"("targets": ["udp:10.0.0.40:5060"])", R"("targets": ["tls:10.0.0.40:5061"])"},
              {R"("listen": ["udp:10.0.0.10:5060"])", R"("tls": {"certificate_file": "c.pem", "key_file": "c.key"}, "listen": ["udp:10.0.0.10:5060", "tls:10.0.0.10:5061"])"},
              {R"({"name": "pbx", "codecs": ["PCMU"]})",
               cat(R"({"name": "pbx", "codecs": ["PCMU"], "srtp": ")", row.trunk, "\"}")}});
    CAPTURE(row.client, row.trunk);
    CHECK((step(ask(*t, "alice", "pbx"), 11).state == StepState::kPass) == row.compatible);
}

TEST_CASE("bypass: forks are counted against what the peer keeps", "[policy][bypass]") {
    const auto t = load({{R"("forward_503": true,)", R"("max_early_dialogs": 1,)"}});
    CHECK(ask(*t, "bob", "pbx", true).code == "B13_FORKING");
    CHECK(step(ask(*t, "bob", "pbx", false), 13).state == StepState::kNotApplicable);
    CHECK(step(ask(*t, "alice", "pbx", true), 13).state == StepState::kPass);
}

TEST_CASE("bypass: the answer is the same whatever is put into words", "[policy][bypass]") {
    const std::string_view contact = R"({"target": "udp:10.0.1.11:5060", "realm": "inside"})";
    struct Row {
        std::string_view old_text, new_text;
    };
    const Row row = GENERATE_COPY(values<Row>({
        {contact, contact},
        {R"("bypass": {"enabled": true},)", R"("bypass": {"enabled": false},)"},
        {contact, R"({"target": "udp:10.9.1.11:5060", "realm": "inside"})"},
        {R"("targets": ["udp:10.0.0.40:5060"])", R"("targets": ["udp:10.0.2.40:5060"])"},
        {R"({"name": "pbx", "codecs": ["PCMU"]})", R"({"name": "pbx", "codecs": ["opus"]})"},
    }));
    const auto t = load({{row.old_text, row.new_text}});
    for (topology::Index user = 0; user < t->users.size(); ++user) {
        for (topology::Index trunk = 0; trunk < t->trunks.size(); ++trunk) {
            for (const bool inbound : {false, true}) {
                BypassQuestion question;
                question.user = user;
                question.trunk = trunk;
                question.inbound = inbound;
                const Verdict all = policy::bypass_verdict(question, *t, policy::Detail::kAll);
                const Verdict brief = policy::bypass_verdict(question, *t);
                CHECK(brief.value == all.value);
                CHECK(brief.code == all.code);
                CHECK(brief.reason == all.reason);
                CHECK(brief.conversions.steps == all.conversions.steps);
                CHECK(brief.steps.empty());
                CHECK(brief.warnings.empty());
            }
        }
    }
}
