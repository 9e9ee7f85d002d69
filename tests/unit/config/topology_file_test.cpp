#include "config/topology_file.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/topologies.h"

using tandem::config::LoadedTopology;
using tandem::config::parse_topology;

namespace {

/// The small topology with one piece of its text replaced.
LoadedTopology with(std::string_view old_text, std::string_view new_text) {
    std::string text(tandem::test::kSmallTopology);
    const std::size_t at = text.find(old_text);
    REQUIRE(at != std::string::npos);
    REQUIRE(text.find(old_text, at + 1) == std::string::npos);
    text.replace(at, old_text.size(), new_text);
    return parse_topology(std::move(text), "t.json");
}

}  // namespace

TEST_CASE("topology file: the small one loads without a word", "[config]") {
    const LoadedTopology loaded = parse_topology(std::string(tandem::test::kSmallTopology), "t.json");
    CAPTURE(loaded.errors, loaded.warnings);
    REQUIRE(loaded.ok());
    CHECK(loaded.errors.empty());
    CHECK(loaded.warnings.empty());
}

TEST_CASE("topology file: what is wrong is told with its place and a hint", "[config]") {
    struct Row {
        std::string_view old_text, new_text, error;
    };
    const Row row = GENERATE(values<Row>({
        {R"("cps": 5)", R"("cbs": 5)", R"(t.json:28:30: unknown key "cbs" in limits; did you mean "cps"?)"},
        {R"("cps": 5)", R"("cps": "5")",
         R"(t.json:28:37: "cps" is a string, not an integer; write the number without quotes)"},
        {R"("cps": 5)", R"("cps": -1)", R"(t.json:28:37: "cps" is -1, out of range; write 0 to 4294967295)"},
        {R"("kind": "sip")", R"("kind": "sipp")",
         R"(t.json:25:30: "kind" cannot be "sipp"; write "sip", "pbx", "gateway" or "tdm")"},
        {R"("realm": "outside", "targets")", R"("realm": "outsid", "targets")",
         R"(t.json:25:46: "realm" names "outsid", which is not in "realms"; did you mean "outside"?)"},
        {R"("10.0.2.0/24")", R"("10.0.2.1/24")",
         R"(t.json:12:16: "10.0.2.1/24" has bits set after its mask; write "10.0.2.0/24")"},
        {R"("10.0.2.0/24")", R"("10.0.2.0/33")",
         R"(t.json:12:16: "10.0.2.0/33" is no subnet; write address and mask length, as "192.0.2.0/24")"},
        {R"("10.0.2.0/24")", R"("10.0.1.0/24")",
         R"(t.json:12:5: subnet 10.0.1.0/24 stands twice; a subnet belongs to one site)"},
        {R"("from": "+14255550150")", R"("from": "+14255550140")",
         R"(t.json:45:14: DID range "spare" overlaps "main": +14255550140 is in both; a number belongs to one range)"},
        {R"("number": "+14255550112")", R"("number": "+14255550111")",
         R"(t.json:38:14: number +14255550111 of user "bob" is user "alice"'s already)"},
        {R"("extension": "114")", R"("extension": "911")",
         R"(t.json:38:14: extension 911 of user "bob" is an emergency number; an emergency call must never ring a desk)"},
        {R"("udp:10.0.0.10:5062")", R"("udp:10.0.0.10:5060")",
         R"(t.json:7:14: realm "bridges" listens on udp:10.0.0.10:5060 as realm "inside" does)"},
        {R"("^(1(?:0\\d|1[13-7]|[2-4]\\d))$")", R"("^(1\\d\\d$")",
         "t.json:49:40: pattern of plan, rule \"extension\": "},
        {R"("country": "US")", R"("country": "XX")",
         R"(t.json:48:74: country "XX" is not known; write an ISO 3166 code of two letters, as "US")"},
        {R"("domain": "itsp.example")", R"("domain": "itsp.example\r\nX: y")", R"(t.json:26:16: "domain" has a control character; leave it out)"},
        {R"("domain": "itsp.example")", R"("domain": "itsp example")",
         R"(t.json:26:16: "itsp example" of "domain" is no host; write a name or an address without port, as "sip.example.net")"},
        {R"("domain": "company.example")", R"("domain": "company.example>")", R"(t.json:3:13: "company.example>" of "domain" is no host;)"},
        {R"("side": "outside", "listen")", R"("side": "outside", "advertised_host": "sbc;x", "listen")",
         R"(t.json:6:63: "sbc;x" of "advertised_host" is no host;)"},
        {R"("username": "company")", R"("username": "com\"pany")", R"(t.json:27:52: "username" is empty or has a quote or a backslash;)"},
        {R"("realm": "itsp.example")", R"("realm": "itsp\nexample")", R"(t.json:27:24: "realm" has a control character; leave it out)"},
        {R"("realm": "itsp.example")", R"("realm": "")", R"(t.json:27:24: "realm" is empty or has a quote or a backslash;)"},
        {R"(^\\+1425555(\\d{4})$", "translation": "$1"}],
     "calling")", R"(^\\+1425555(\\d{4})$", "translation": "$1\r\n"}],
     "calling")", R"(t.json:32:85: "translation" has a control character; leave it out)"},
        {R"("+1425$1")", R"("+1425$1>")", R"(t.json:50:70: translation "+1425$1>" gives what is no number;)"},
        {R"("udp:10.0.0.40:5060")", R"("udp:0.0.0.0:5060")",
         R"(t.json:30:67: "udp:0.0.0.0:5060" is no address that can be sent to; write the address of one host)"},
        {R"("udp:10.0.0.40:5060")", R"("udp:255.255.255.255:5060")", R"(t.json:30:67: "udp:255.255.255.255:5060" is no address that)"},
        {R"("udp:10.0.0.40:5060")", R"("udp:[ff02::1]:5060")", R"(t.json:30:67: "udp:[ff02::1]:5060" is no address that)"},
        {R"("udp:10.0.1.11:5060")", R"("udp:224.0.1.75:5060")", R"(t.json:37:93: "udp:224.0.1.75:5060" is no address that)"},
        {R"("udp:10.0.0.40:5060")", R"("udp:10.0.0.10:5060")",
         R"(t.json:30:14: target 10.0.0.10:5060 of trunk "pbx" is where realm "inside" listens; write the address of the peer)"},
        {R"("udp:10.0.0.20:5080")", R"("udp:10.0.0.10")", R"(t.json:15:26: target 10.0.0.10:5060 of bridge "bridge-1" is where)"},
        {R"("version": 1)", R"("version": 2)", R"(t.json:2:14: "version" is 2, out of range; write 1 to 1)"},
        {R"("name": "bob")", R"("name": "alice")", R"(t.json:38:14: "alice" stands twice in "users")"},
        {R"("secrets": {"key_file": "seal.key"},)", "",
         R"(t.json:15:16: gw_bridge is there, but no "secrets"; write "secrets": {"key_file": …}, which seals what proxy and bridge tell each other)"},
        {R"("bandwidth": {})", R"("bandwidth": {"session_kbps": 39})",
         R"(t.json:10:72: "session_kbps" is 39, out of range; write 40 to 4294967295)"},
    }));
    const LoadedTopology loaded = with(row.old_text, row.new_text);
    CAPTURE(row.new_text, loaded.errors);
    CHECK_FALSE(loaded.ok());
    REQUIRE_FALSE(loaded.errors.empty());
    CHECK(std::any_of(loaded.errors.begin(), loaded.errors.end(),
                      [&](const std::string& line) { return line.starts_with(row.error); }));
}

TEST_CASE("topology file: all errors are told, in the order of the file", "[config]") {
    std::string text = R"({
  "version": "1",
  "realms": [{"name": "in side", "side": "in", "listen": ["10.0.0.1"], "colour": 1}],
  "trunks": [{"name": "t", "kind": "sip", "realm": "nowhere", "targets": ["udp:999.1.1.1"]}, 7]
})";
    const LoadedTopology loaded = parse_topology(text, "t.json");
    CHECK(
        loaded.errors ==
        std::vector<std::string>{
            R"(t.json:2:14: "version" is a string, not an integer; write the number without quotes)",
            R"(t.json:3:23: "in side" is no name; write 1 to 64 letters, digits, "-", "_" or ".")",
            R"(t.json:3:42: "side" cannot be "in"; write "inside" or "outside")",
            R"(t.json:3:72: unknown key "colour" in realm; tandem-topology(5) lists the keys)",
            R"(t.json:4:52: "realm" names "nowhere", which is not in "realms"; "realms" has "in side")",
            R"(t.json:4:75: "udp:999.1.1.1" is no target; write transport, host and port, as "udp:192.0.2.1:5060" or "tls:sip.example.net")",
            R"(t.json:4:94: trunk is an integer, not an object; write { … })",
        });
}

TEST_CASE("topology file: what stands in the file cannot break a message", "[config]") {
    const LoadedTopology loaded =
        parse_topology(R"({"a\nb\u001b[2J": 1, "version": 1, "domain": 1})", "t.json");
    CHECK(std::any_of(loaded.errors.begin(), loaded.errors.end(), [](const std::string& line) {
        return line.starts_with(R"(t.json:1:2: unknown key "a\x0ab\x1b[2J" in topology)");
    }));
    std::string word = "{\"";
    for (int i = 0; i < 40; ++i) word += "é";  // cut in the middle of a character
    const LoadedTopology cut = parse_topology(word + "\": 1}", "t.json");
    for (const std::string& line : cut.errors) CHECK(tandem::is_utf8(line));
}

TEST_CASE("topology file: a long value is cut in a message", "[config]") {
    const std::string x(100000, 'x');
    const LoadedTopology loaded =
        parse_topology(tandem::cat(R"({"version": 1, "domain": 1, ")", x, R"(": 1, "realms": [{"name": ")", x,
                                   R"(", "side": ")", x, R"(", "listen": ["udp:)", x,
                                   R"(:5060"]}], "dial_plans": [{"name": "p", "rules": [{"name": ")", x,
                                   R"(", "pattern": "^(9", "translation": ""}]}]})"),
                       "t.json");
    CHECK(loaded.errors.size() >= 5);
    for (const std::string& line : loaded.errors) CHECK(line.size() < 900);
}

TEST_CASE("topology file: a hundred findings are told, the rest is counted", "[config]") {
    std::string text =
        R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}], "usages": [)";
    for (int i = 0; i < 30000; ++i)
        tandem::append(text, i == 0 ? "" : ", ", i % 2 == 0 ? "7" : "\"u",
                       i % 2 == 0 ? "" : std::to_string(i), i % 2 == 0 ? "" : "\"");
    text += "]}";
    const LoadedTopology loaded = parse_topology(text, "t.json");
    REQUIRE(loaded.errors.size() == 101);
    CHECK(loaded.errors.front() == R"(t.json:1:105: an element of "usages" is an integer, not a string)");
    CHECK(loaded.errors.back() == "t.json: 14900 more errors");
    CHECK(loaded.warnings.size() <= 101);
}

TEST_CASE("topology file: what follows from a misspelt section is not told", "[config]") {
    for (const std::string_view section :
         {"realms", "trunks", "sites", "subnets", "usages", "users", "routes", "secrets", "sip_profiles",
          "media_profiles", "gw_bridge", "dial_plans"}) {
        std::string text(tandem::test::kSmallTopology);
        const std::string key = tandem::cat("\n  \"", section, "\": ");
        const std::size_t at = text.find(key);
        REQUIRE(at != std::string::npos);
        std::string wrong(section);
        wrong.insert(3, "x");
        text.replace(at + 4, section.size(), wrong);
        const LoadedTopology loaded = parse_topology(std::move(text), "t.json");
        CAPTURE(section, loaded.errors);
        REQUIRE(loaded.errors.size() == 1);
        CHECK(loaded.errors[0].find(tandem::cat("unknown key \"", wrong, "\" in topology; did you mean \"",
                                                section)) != std::string::npos);
    }
}

TEST_CASE("topology file: a section that is not there is told once", "[config]") {
    std::string text(tandem::test::kSmallTopology);
    const std::size_t from = text.find("  \"regions\": ");
    text.erase(from, text.find('\n', from) + 1 - from);
    const LoadedTopology loaded = parse_topology(std::move(text), "t.json");
    CAPTURE(loaded.errors);
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].ends_with(
        R"("region" names "west", which is not in "regions"; the file has no "regions")"));
}

TEST_CASE("topology file: a misspelt key is told once, not also as missing", "[config]") {
    const LoadedTopology loaded =
        with(R"("realm": "outside", "targets")", R"("relam": "outside", "targets")");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].ends_with(R"(unknown key "relam" in trunk; did you mean "realm"?)"));
}

TEST_CASE("topology file: names of targets are source addresses where none are written, or where asked for", "[config][dns]") {
    const auto pbx = [](std::string_view keys) {
        const LoadedTopology loaded = with(R"("targets": ["udp:10.0.0.40:5060"])", keys);
        REQUIRE(loaded.topology);
        for (const std::string& warning : loaded.warnings) CHECK(warning.find("refused") == std::string::npos);
        const auto& trunk = loaded.topology->trunks[loaded.topology->find_trunk("pbx")];
        return std::pair(trunk.resolved_sources, trunk.targets.at(0).any_transport);
    };
    CHECK(pbx(R"("targets": ["pbx.example"])") == std::pair(true, true));
    CHECK(pbx(R"("targets": ["udp:pbx.example"])") == std::pair(true, false));
    CHECK(pbx(R"("targets": ["pbx.example:5060"])") == std::pair(true, false));
    CHECK(pbx(R"("targets": ["pbx.example"], "sources": ["10.0.0.40/32"])") == std::pair(false, true));
    CHECK(pbx(R"("targets": ["pbx.example"], "sources": ["10.0.0.40/32"], "resolved_sources": true)") == std::pair(true, true));
    const LoadedTopology off = with(R"("targets": ["udp:10.0.0.40:5060"])", R"("targets": ["pbx.example"], "resolved_sources": false)");
    REQUIRE(off.warnings.size() == 1);
    CHECK(off.warnings[0].find("\"resolved_sources\" is false: requests from it are refused") != std::string::npos);
}

TEST_CASE("topology file: settings that nobody reads yet are said", "[config]") {
    struct Row {
        std::string_view old_text, new_text, warning;
    };
    const Row row = GENERATE(values<Row>({
        {R"("bandwidth": {})", R"("bandwidth": {"audio_kbps": 500})",
         R"("audio_kbps" of bandwidth is accepted but not honoured yet)"},
        {R"("bandwidth": {})", R"("bandwidth": {"session_kbps": 100})",
         R"("session_kbps" of bandwidth is accepted but not honoured yet)"},
        {R"("bypass": {"enabled": true, "qualified": "yes"})",
         R"("bypass": {"enabled": true, "qualified": "yes"}, "limits": {"max_duration_s": 60})",
         R"("max_duration_s" of trunk "pbx" for calls whose media is direct is accepted but not honoured yet)"},
        {R"(^(1(?:0\\d|1[13-7]|[2-4]\\d))$)", R"(^(1\\d\\d)$)",
         R"(rule "extension" of dial plan "plan" also matches emergency numbers (110, 112, 118, 119): they are never taken by a rule; write a pattern that leaves them out)"},
    }));
    const LoadedTopology loaded = with(row.old_text, row.new_text);
    CAPTURE(loaded.errors, loaded.warnings);
    REQUIRE(loaded.ok());
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(loaded.warnings[0].ends_with(row.warning));
}

TEST_CASE("topology file: broken JSON is one error with its place", "[config]") {
    const LoadedTopology loaded = parse_topology("{\n  \"version\": ,\n}", "t.json");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].starts_with("t.json:2:"));
}

TEST_CASE("topology file: a key that is not honoured is reported once", "[config]") {
    const LoadedTopology loaded = with(
        R"({"name": "client", "codecs": ["PCMU"]})",
        R"({"name": "client", "codecs": ["PCMU"], "rekey_roc": "reset"}, {"name": "other", "rekey_roc": "keep"})");
    REQUIRE(loaded.ok());
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(loaded.warnings[0] ==
          R"(t.json:20:44: "rekey_roc" of media_profile is accepted but not honoured yet)");
}

TEST_CASE("topology file: a key that is not honoured is checked all the same", "[config]") {
    const LoadedTopology loaded =
        with(R"("limits": {"calls": 10, "cps": 5})",
             R"("limits": {"calls": 10, "cps": 5}, "registration": {"mode": "gin", "expires": 60})");
    CHECK_FALSE(loaded.ok());
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].find(R"(unknown key "expires" in registration; did you mean "expires_s"?)") !=
          std::string::npos);
}

TEST_CASE("topology file: settings that contradict each other are warned about", "[config]") {
    struct Row {
        std::string_view old_text, new_text, warning;
    };
    const Row row = GENERATE(values<Row>({
        {R"("bypass": {"enabled": true, "qualified": "yes"})",
         R"("bypass": {"enabled": true, "qualified": "yes", "centralized_media": false})", "(B03_FLAGS)"},
        {R"("bypass": {"enabled": true},)", R"("bypass": {"always": true},)", R"("always" has no effect)"},
        {R"("media_profile": "itsp")", R"("media_profile": "itsp", "usages": ["national"])",
         "a toll-fraud loop"},
        {R"("^(1(?:0\\d|1[13-7]|[2-4]\\d))$")", R"~("^(1(?:0\\d|3\\d))")~",
         "also matches inside longer numbers"},
        {R"("usages": ["national", "emergency"],)", R"("usages": ["national", "emergency", "idle"],)",
         R"(no route has usage "idle")"},
        {R"({"dial": "911", "masks": ["112", "999"]})", R"({"dial": "999", "masks": ["112"]})",
         R"(t.json:48:14: dial plan "plan": a call for help to 911 (US) is refused, because "emergency" does not name it; name it in "numbers" or "masks", with a route that has the emergency usage)"},
        {R"("country": "US")", R"("country": "JP")", "a call for help to 110, 119 (JP) is refused"},
        {R"("targets": ["udp:198.51.100.5:5060", "udp:198.51.100.6:5060"])",
         R"("targets": ["udp:sip.example.net:5060"], "resolved_sources": false)", "requests from it are refused"},
    }));
    const LoadedTopology loaded = with(row.old_text, row.new_text);
    CAPTURE(row.new_text, loaded.errors, loaded.warnings);
    REQUIRE(loaded.ok());
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(loaded.warnings[0].find(row.warning) != std::string::npos);
}

TEST_CASE("topology file: a translation that names a group which its pattern lacks is warned about", "[config]") {
    const LoadedTopology loaded = with(R"("+1425$1")", R"("+1425$9")");
    CHECK(loaded.ok());  // in .NET such a reference is literal text
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(loaded.warnings[0].starts_with(R"(t.json:50:70: "$9" names a group that the pattern does not have: it is put into the number)"));
}

TEST_CASE("topology file: settings that exclude each other are refused", "[config]") {
    struct Row {
        std::string_view old_text, new_text, error;
    };
    const Row row = GENERATE(values<Row>({
        {R"("bypass": {"enabled": true},)",
         R"("bypass": {"enabled": true, "always": true}, "bandwidth_check": true,)", "exclude each other"},
        {R"("limits": {"calls": 10, "cps": 5})", R"("location_restricted": true)", R"(has no "site")"},
        {R"("limits": {"calls": 10, "cps": 5})", R"("retry": {"codes": [503, 486]})", "486 is never retried"},
        {R"("media_ports": "30000-30099"})", R"("media_ports": "30001-30099"})",
         "is no range of media ports"},
        {R"("sip": "udp:10.0.0.20:5080")", R"("sip": "udp:bridge.example:5080")",
         "a bridge is reached by its address"},
        {R"({"name": "bridge-1", "sip": "udp:10.0.0.20:5080", "realm": "bridges"})",
         R"({"name": "bridge-1", "sip": "udp:10.0.0.20:5080", "realm": "bridges"}, {"name": "bridge-2", "sip": "udp:10.0.0.21:5080", "realm": "bridges"})",
         "overlap those of bridge \"bridge-1\""},
        {R"({"name": "standard", "scope": "global", "usages": ["national"]})",
         R"({"name": "standard", "scope": "global", "usages": ["national"]}, {"name": "b", "scope": "global", "usages": []})",
         "hold for the same scope, global"},
        {R"({"name": "client", "codecs": ["PCMU"]})", R"({"name": "client", "codecs": ["PCNU"]})",
         R"(did you mean "PCMU"?)"},
        {R"("kind": "sip", "realm": "outside")", R"("kind": "tdm", "realm": "outside")", "has no \"bridge\""},
        {R"("udp:10.0.1.13:5060")", R"("udp:10.0.1.11:5060")", "is user \"alice\"'s already"},
        {R"("udp:10.0.1.13:5060")", R"("udp:10.0.0.40:5060")", "is trunk \"pbx\"'s already"},
    }));
    const LoadedTopology loaded = with(row.old_text, row.new_text);
    CAPTURE(row.new_text, loaded.errors);
    CHECK_FALSE(loaded.ok());
    REQUIRE_FALSE(loaded.errors.empty());
    CHECK(std::any_of(loaded.errors.begin(), loaded.errors.end(),
                      [&](const std::string& line) { return line.find(row.error) != std::string::npos; }));
}

TEST_CASE("topology file: what is left out gets its default", "[config]") {
    const LoadedTopology loaded = parse_topology(std::string(tandem::test::kSmallTopology), "etc/t.json");
    REQUIRE(loaded.ok());
    const tandem::topology::Topology& t = *loaded.topology;
    CHECK(t.max_hops == 5);
    CHECK(t.realms[0].advertised_host == "10.0.0.10");
    CHECK(t.realms[0].advertised_port == 5060);
    CHECK(t.users[0].address == "alice@company.example");
    const tandem::topology::Trunk& itsp = t.trunks[t.find_trunk("itsp")];
    CHECK(itsp.sources.size() == 2);  // its targets' addresses
    CHECK(itsp.retry.codes == std::vector<unsigned>{408, 480, 503, 504});
    CHECK(itsp.retry.progress_timeout_ms == 10000);
    CHECK(itsp.auth->password_file == "etc/itsp.password");  // beside the topology file
    CHECK(t.secrets.key_file == "etc/seal.key");
    REQUIRE(t.bridges[0].media.size() == 2);  // the realms' own
    CHECK(t.bridges[0].media[1].address.str() == "203.0.113.20");
    CHECK(t.media_profiles[t.trunks[0].media_profile].name == "itsp");
    CHECK(t.sip_profiles[0].name == "default");
}

TEST_CASE("topology file: bypass ids follow regions and bandwidth", "[config]") {
    const LoadedTopology loaded = parse_topology(std::string(tandem::test::kSmallTopology), "t.json");
    REQUIRE(loaded.ok());
    CHECK(loaded.topology->sites[0].bypass_id == "region:west");
    CHECK(loaded.topology->sites[1].bypass_id == "site:branch");
}

TEST_CASE("topology file: every truncation gives an error and nothing else", "[config]") {
    const std::string text(tandem::test::kSmallTopology);
    for (std::size_t length = 0; length < text.size() - 2; length += 7) {
        const LoadedTopology loaded = parse_topology(text.substr(0, length), "t.json");
        REQUIRE_FALSE(loaded.ok());
        REQUIRE(loaded.errors.size() == 1);
    }
}

TEST_CASE("topology file: usages are names or objects; an order that can do nothing is told", "[config]") {
    const auto loaded = with(R"("usages": ["national", "emergency"],)",
                             R"("usages": [{"name": "national", "order": "least_cost"}, {"name": "emergency", "order": "least_cost"}],)");
    REQUIRE(loaded.ok());
    CHECK(loaded.topology->usages[0].name == "national");
    CHECK(loaded.topology->usages[0].order == tandem::topology::Order::kLeastCost);
    REQUIRE(loaded.warnings.size() == 3);
    CHECK(loaded.warnings[0].find("order of usage \"national\" is least_cost, but none of its trunks has \"rates\"") != std::string::npos);
    CHECK(loaded.warnings[1].find("never ordered by cost") != std::string::npos);
    struct Row {
        std::string_view usages, error;
    };
    for (const Row& row : {Row{R"([{"name": "national", "order": "cheap"}, "emergency"])", "\"order\" cannot be \"cheap\""},
                           Row{R"([{"name": "national", "prder": "listed"}, "emergency"])", "did you mean \"order\"?"},
                           Row{R"([{"order": "listed"}, "national", "emergency"])", "usage has no \"name\""},
                           Row{R"([7, "national", "emergency"])", "an element of \"usages\" is an integer"},
                           Row{R"(["national", {"name": "national"}, "emergency"])", "stands twice"}}) {
        const auto bad = with(R"("usages": ["national", "emergency"],)", tandem::cat(R"("usages": )", row.usages, ","));
        INFO(row.usages);
        REQUIRE_FALSE(bad.ok());
        CHECK(bad.errors.front().find(row.error) != std::string::npos);
    }
}

namespace {

/// The small topology whose ITSP has rates, with a deck.
LoadedTopology with_deck(std::string_view rates, std::string_view deck, std::vector<std::string>* asked = nullptr) {
    std::string text(tandem::test::kSmallTopology);
    const std::string_view before = R"("domain": "itsp.example",)";
    text.replace(text.find(before), before.size(), tandem::cat(before, R"( "rates": )", rates, ','));
    return parse_topology(std::move(text), "etc/t.json",
                          [&](const std::string& path) -> tandem::Result<std::unique_ptr<tandem::InputStream>> {
                              if (asked != nullptr) asked->push_back(path);
                              if (path.ends_with("absent.csv")) return tandem::fail(tandem::Errc::kIo, tandem::cat(path, ": No such file"));
                              return std::make_unique<tandem::StringInput>(std::string(deck));
                          });
}

}  // namespace

TEST_CASE("topology file: rates are read from beside the file, faults with the deck's own lines", "[config]") {
    std::vector<std::string> asked;
    const auto loaded = with_deck(R"({"file": "rates.csv"})", "prefix,rate\n1,0.01\n", &asked);
    CAPTURE(loaded.errors);
    REQUIRE(loaded.ok());
    CHECK(asked == std::vector<std::string>{"etc/rates.csv"});
    CHECK(loaded.topology->trunks[0].rates.deck);
    CHECK_FALSE(loaded.topology->trunks[1].rates.deck);

    const auto broken = with_deck(R"({"file": "rates.csv"})", "prefix,rate\n1,0.01\n1,x\n");
    REQUIRE_FALSE(broken.ok());
    REQUIRE(broken.errors.size() == 1);
    CHECK(broken.errors[0].starts_with("etc/rates.csv:3:3: \"x\" is no rate"));
    const auto absent = with_deck(R"({"file": "absent.csv"})", "");
    REQUIRE(absent.errors.size() == 1);
    CHECK(absent.errors[0].starts_with("etc/t.json:"));
    CHECK(absent.errors[0].ends_with("etc/absent.csv: No such file"));
    CHECK_FALSE(with_deck(R"({"file": "rates.csv", "column": "gold"})", "prefix,rate\n1,0.01\n").ok());
    CHECK_FALSE(with_deck(R"({"column": "rate"})", "prefix,rate\n1,0.01\n").ok());
}

TEST_CASE("topology file: a number may be shared by users with extensions behind it", "[config]") {
    struct Row {
        std::string_view alice, bob, error;
    };
    for (const Row& row : {Row{"+14255550190;ext=1", "+14255550190;ext=2", ""}, Row{"+14255550190", "+14255550190;ext=2", ""},
                           Row{"+14255550190;ext=1", "+14255550190;ext=1", "+14255550190;ext=1 of user \"bob\" is user \"alice\"'s already"},
                           Row{"+14255550190", "+14255550190", "is user \"alice\"'s already"}, Row{"+14255550190;ext=", "+14255550112", "is no E.164 number"},
                           Row{"+14255550190;x=1", "+14255550112", "is no E.164 number"}, Row{"+14255550190;ext=1a", "+14255550112", "is no E.164 number"},
                           Row{"14255550190;ext=1", "+14255550112", "is no E.164 number"},
                           Row{"+14255550190;ext=123456789012345678901", "+14255550112", "is no E.164 number"}}) {
        std::string text(tandem::test::kSmallTopology);
        text.replace(text.find("\"number\": \"+14255550111\""), 24, tandem::cat("\"number\": \"", row.alice, '"'));
        text.replace(text.find("\"number\": \"+14255550112\""), 24, tandem::cat("\"number\": \"", row.bob, '"'));
        const LoadedTopology loaded = parse_topology(text, "t.json");
        INFO(row.alice << ' ' << row.bob);
        CHECK(loaded.ok() == row.error.empty());
        if (!row.error.empty()) {
            REQUIRE(loaded.errors.size() == 1);
            CHECK(loaded.errors[0].find(row.error) != std::string::npos);
        }
    }
}

TEST_CASE("topology file: an extension that begins with 0 is taken, with a word", "[config]") {
    const auto loaded = with(R"("number": "+14255550111", "extension": "111")", R"("number": "+14255550111;ext=01", "extension": "0111")");
    REQUIRE(loaded.ok());
    REQUIRE(loaded.warnings.size() == 2);
    CHECK(loaded.warnings[0].find("extension 01 of user \"alice\" begins with 0") != std::string::npos);
    CHECK(loaded.warnings[1].find("extension 0111 of user \"alice\" begins with 0") != std::string::npos);
    CHECK(loaded.topology->users[0].line_extension == "01");
}
