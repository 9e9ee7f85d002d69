#include <catch2/catch.hpp>

#include "sdp/session.h"
#include "sdp/summary.h"
#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;
using policy::MediaPath;

namespace {

const policy::PlanTarget& first(const policy::Decision& decision) {
    REQUIRE(decision.forward());
    return decision.forward()->plan.targets.front();
}

sdp::Summary offer(std::string_view formats, std::string_view extra) {
    const auto session = sdp::parse(
        cat("v=0\r\no=- 1 1 IN IP4 10.0.1.11\r\ns=-\r\nc=IN IP4 10.0.1.11\r\nt=0 0\r\nm=audio 4000 RTP/AVP ",
            formats, "\r\n", extra));
    REQUIRE(session);
    return sdp::summarise(*session);
}

}  // namespace

TEST_CASE("media path: who calls whom decides", "[policy][media]") {
    struct Row {
        std::string_view user, called, path, code;
    };
    const Row row = GENERATE(values<Row>({
        {"alice", "+14255550211", "direct", "bypass"},       // the PBX of her own site
        {"carol", "+14255550211", "mediated", "bypass_no"},  // from the constrained branch
        {"dave", "+14255550211", "mediated", "outside_user"},
        {"alice", "5559999", "mediated", "outside_trunk"},
        {"alice", "121", "direct", "nothing_to_convert"},  // user to user
        {"alice", "+14255550131", "mediated", "outside_user"},
    }));
    const auto t = load();
    const policy::Decision decision = decide(from_user(*t, row.user, row.called), *t);
    const policy::PlanTarget& target = first(decision);
    CAPTURE(row.user, row.called, target.path_reason);
    CHECK(to_string(target.path) == row.path);
    CHECK(target.path_code == row.code);
    CHECK((target.path == MediaPath::kDirect) == (target.bridge == topology::kNoIndex));
}

TEST_CASE("media path: one key of a media profile turns a direct call into a mediated one",
          "[policy][media]") {
    const std::string_view old_text = R"({"name": "pbx", "codecs": ["PCMU"]})";
    struct Row {
        std::string_view profile, reason;
    };
    const Row row = GENERATE(values<Row>({
        {R"({"name": "pbx", "codecs": ["PCMA"]})", "B10_NO_G711"},
        {R"({"name": "pbx", "codecs": ["PCMU"], "dtmf": "inband"})", "B19_CONVERSION: dtmf"},
        {R"({"name": "pbx", "codecs": ["PCMU"], "srtp": "required"})", "B19_CONVERSION: srtp"},
        {R"({"name": "pbx", "codecs": ["PCMU"], "hold": "sendonly"})", "B19_CONVERSION: hold"},
        {R"({"name": "pbx", "codecs": ["PCMU"], "behind_nat": true})", "B19_CONVERSION: nat"},
        {R"({"name": "pbx", "codecs": ["PCMU"], "accepted_ptimes_ms": [30]})", "B19_CONVERSION: ptime"},
        {R"({"name": "pbx", "codecs": ["PCMU"], "recording": "pcap"})", "B14_ANCHOR_REQUIRED"},
    }));
    const auto before = load();
    CHECK(first(decide(from_user(*before, "alice", "+14255550211"), *before)).path == MediaPath::kDirect);
    const auto after = load({{old_text, row.profile}});
    const policy::Decision decision = decide(from_user(*after, "alice", "+14255550211"), *after);
    CAPTURE(row.profile, first(decision).path_reason);
    CHECK(first(decision).path == MediaPath::kMediated);
    CHECK(first(decision).path_reason.find(row.reason) != std::string::npos);
    CHECK(first(decision).bridge == 0);
}

TEST_CASE("media path: the offer's facts win over the profile's", "[policy][media]") {
    const auto t = load();
    policy::CallFacts facts = from_user(*t, "alice", "+14255550211");
    facts.offer = offer("0 101", "a=rtpmap:101 telephone-event/8000\r\n");
    CHECK(first(decide(facts, *t)).path == MediaPath::kDirect);
    facts.offer =
        offer("8 101", "a=rtpmap:101 telephone-event/8000\r\n");  // A-law only, the PBX has µ-law only
    const policy::Decision decision = decide(facts, *t);
    CHECK(first(decision).path == MediaPath::kMediated);
    CHECK(first(decision).verdict->code == "B10_NO_G711");
}

TEST_CASE("media path: a trunk's media setting goes before the verdict", "[policy][media]") {
    const std::string_view bypass = R"("bypass": {"enabled": true, "qualified": "yes"})";
    const auto always = load({{bypass, R"("media": "mediate")"}});
    CHECK(first(decide(from_user(*always, "alice", "+14255550211"), *always)).path_code == "configured");
    const auto direct = load({{bypass, R"("media": "direct")"}});
    const policy::Decision decision = decide(from_user(*direct, "alice", "+14255550211"), *direct);
    CHECK(first(decision).path == MediaPath::kDirect);
    CHECK(first(decision).path_code == "nothing_to_convert");
    CHECK(first(decision).verdict->value == policy::Bypassed::kNo);  // the verdict is told all the same
    const auto differ =
        load({{bypass, R"("media": "direct")"},
              {R"({"name": "pbx", "codecs": ["PCMU"]})", R"({"name": "pbx", "codecs": ["PCMA"]})"}});
    CHECK(first(decide(from_user(*differ, "alice", "+14255550211"), *differ)).path_code == "conversion");
}

TEST_CASE("media path: inbound calls are judged by the called user's contact", "[policy][media]") {
    const auto t = load();
    CHECK(first(decide(from_trunk(*t, "pbx", "111"), *t)).path_code == "bypass");
    CHECK(first(decide(from_trunk(*t, "pbx", "121"), *t)).path_code == "bypass_no");
    CHECK(first(decide(from_trunk(*t, "itsp", "+14255550111"), *t)).path_code == "outside_trunk");
}
