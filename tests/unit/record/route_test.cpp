#include "record/route.h"

#include <catch2/catch.hpp>
#include <string>

#include "config/topology_file.h"
#include "record/verdict.h"
#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;

namespace {

std::string written(const policy::Decision& decision, const topology::Topology& t) {
    std::string out;
    json::Writer writer(out);
    record::write(writer, decision, t);
    return out;
}

}  // namespace

TEST_CASE("route record: a target in full", "[record][route]") {
    const auto t = load();
    CHECK(
        written(decide(from_user(*t, "alice", "121"), *t), *t) ==
        R"({"input":"121","e164":"+14255550121","direction":"internal","source_kind":"user","source":"alice","dial_plan":"plan",)"
        R"("rule":"extension","targets":[{"user":"carol","group":0,"next_hop":"udp:10.0.2.21:5060","realm":"inside",)"
        R"("request_uri":"sip:carol@10.0.2.21","called":"carol","calling":"+14255550111","pai":true,"path":"direct",)"
        R"("path_code":"nothing_to_convert","path_reason":"both ends speak the same","conversions":[]}],"steps":[)"
        R"({"step":"source","name":"alice","index":0,"note":"user, as told"},)"
        R"({"step":"caller","name":"alice","index":0,"after":"+14255550111"},)"
        R"({"step":"dial_plan","name":"plan","index":0,"before":"121","after":"+14255550121","note":"rule extension"},)"
        R"({"step":"user","name":"carol","index":2,"before":"+14255550121","after":"carol@company.example","note":"own number"},)"
        R"({"step":"media_path","name":"carol","index":2,"after":"direct","note":"both ends speak the same"}]})");
}

TEST_CASE("route record: refused, and not yet to be decided", "[record][route]") {
    const auto t = load();
    const std::string refused = written(decide(from_user(*t, "alice", "+14255550155"), *t), *t);
    CHECK(
        refused.find(
            R"("reject":{"status":604,"phrase":"Does Not Exist Anywhere","reason":"unassigned","rule":"spare"})") !=
        std::string::npos);
    policy::LiveView live;
    live.running = true;
    const std::string need = written(decide(from_user(*t, "alice", "141"), *t, live), *t);
    CHECK(need.find(R"("need":[{"fact":"registration","user":"erin"}])") != std::string::npos);
    CHECK(need.find("targets") == std::string::npos);
}

TEST_CASE("route record: a conversion and a verdict beside the path", "[record][route]") {
    const auto t = load({{R"({"name": "pbx", "codecs": ["PCMU"]})",
                          R"({"name": "pbx", "codecs": ["PCMU"], "dtmf": "inband"})"}});
    const std::string text = written(decide(from_user(*t, "alice", "+14255550211"), *t), *t);
    CHECK(text.find(R"("path":"mediated","path_code":"bypass_no")") != std::string::npos);
    CHECK(text.find(R"("bypass":{"verdict":"no","code":"B19_CONVERSION")") != std::string::npos);
    CHECK(text.find(R"("conversions":[{"kind":"dtmf")") != std::string::npos);
}

TEST_CASE("verdict record: no verdict says why", "[record][verdict]") {
    std::string out;
    json::Writer writer(out);
    record::write_no_verdict(writer, "both ends are users");
    CHECK(out == R"({"model":"lync","verdict":null,"reason":"both ends are users"})");
}
