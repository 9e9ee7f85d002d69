#include "bypass-check/tool.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "bypass-check/question.h"
#include "json/document.h"
#include "support/topologies.h"

using namespace tandem;

namespace {

using Changes = std::vector<std::pair<std::string_view, std::string_view>>;

/// The small topology with pieces of its text replaced, as a file.
class File {
public:
    explicit File(const Changes& changes = {}) {
        std::string text(test::kSmallTopology);
        for (const auto& [old_text, new_text] : changes) {
            const std::size_t at = text.find(old_text);
            REQUIRE(at != std::string::npos);
            text.replace(at, old_text.size(), new_text);
        }
        std::string pattern = "/tmp/tandem_bypass_XXXXXX";
        const int fd = ::mkstemp(pattern.data());
        REQUIRE(fd >= 0);
        REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        ::close(fd);
        path = pattern;
    }
    ~File() { ::unlink(path.c_str()); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string path;
};

cli::TestOutput run(const File& file, std::vector<std::string> arguments, std::string in = {}) {
    bypass::BypassCheck tool;
    arguments.insert(arguments.begin(), {"--quiet", "--topology", file.path});
    return cli::run_for_test(tool, {std::move(arguments), std::move(in), {}, 65536});
}

/// The object of the only record.
json::Value verdict_of(const cli::TestOutput& out) {
    auto document = json::parse_document(out.out, "out");
    CAPTURE(out.out, out.err);
    REQUIRE(document);
    const json::Value* verdict = document->root.find("verdict");
    REQUIRE(verdict);
    return *verdict;
}

std::string text_of(const json::Value& object, std::string_view key) {
    const json::Value* value = object.find(key);
    return value && value->is_string() ? value->string() : std::string();
}

constexpr std::string_view kPbx = R"("bypass": {"enabled": true, "qualified": "yes"})";
constexpr std::string_view kGlobal = R"("bypass": {"enabled": true},)";
constexpr std::string_view kAlice = R"({"name": "alice", )";
constexpr std::string_view kAliceContacts =
    R"("contacts": [{"target": "udp:10.0.1.11:5060", "realm": "inside"}])";
constexpr std::string_view kTarget = R"("targets": ["udp:10.0.0.40:5060"])";
constexpr std::string_view kMedia = R"({"name": "pbx", "codecs": ["PCMU"]})";

}  // namespace

TEST_CASE("bypass-check: every reason code comes out of the program", "[bypass][codes]") {
    struct Row {
        std::string_view code, verdict;
        unsigned step;
        Changes changes;
        std::vector<std::string> options;
    };
    const std::vector<Row> rows{
        {"", "yes", 0, {}, {}},
        {"B01_GLOBAL_OFF", "no", 1, {{kGlobal, R"("bypass": {"enabled": false},)"}}, {}},
        {"B02_TRUNK_OFF", "no", 2, {{kPbx, R"("bypass": {"enabled": false})"}}, {}},
        {"B03_FLAGS",
         "no",
         3,
         {{kPbx, R"("bypass": {"enabled": true, "qualified": "yes", "centralized_media": false})"}},
         {}},
        {"B04_NOT_QUALIFIED",
         "no",
         4,
         {{kPbx, R"("bypass": {"enabled": true, "qualified": "no"})"},
          {kGlobal, R"("bypass": {"enabled": true, "require_qualified": true},)"}},
         {}},
        {"B04_NOT_QUALIFIED",
         "undecided",
         4,
         {{kPbx, R"("bypass": {"enabled": true})"},
          {kGlobal, R"("bypass": {"enabled": true, "require_qualified": true},)"}},
         {}},
        {"B05_CLIENT", "no", 5, {{kAlice, R"({"name": "alice", "bypass_capable": false, )"}}, {}},
        {"B06_EXTERNAL", "no", 6, {{kAlice, R"({"name": "alice", "location": "outside", )"}}, {}},
        {"B06_EXTERNAL", "undecided", 6, {{kAliceContacts, R"("registers": true)"}}, {}},
        {"B07_CLIENT_UNMAPPED", "no", 7, {}, {"--client", "10.9.0.1"}},
        {"B07_CLIENT_UNMAPPED",
         "undecided",
         7,
         {{kAliceContacts, R"("registers": true, "location": "inside")"}},
         {}},
        {"B07a_SUPERNET_ONLY", "no", 7, {}, {"--client-subnet", "10.0.1.0/25"}},
        {"B08_GW_UNMAPPED", "no", 8, {{kTarget, R"("targets": ["udp:10.9.0.40:5060"])"}}, {}},
        {"B08_GW_UNMAPPED",
         "undecided",
         8,
         {{kTarget, R"("targets": ["udp:pbx.example:5060"], "sources": ["10.0.0.40/32"])"}},
         {}},
        {"B09_ID_MISMATCH", "no", 9, {{kTarget, R"("targets": ["udp:10.0.2.40:5060"])"}}, {}},
        {"B10_NO_G711", "no", 10, {{kMedia, R"({"name": "pbx", "codecs": ["opus"]})"}}, {}},
        {"B11_ENCRYPTION", "no", 11, {{kAlice, R"({"name": "alice", "encryption": "require", )"}}, {}},
        {"B12_PEER_ACL",
         "no",
         12,
         {{kPbx, R"("bypass": {"enabled": true, "qualified": "yes", "accepts_client_media": false})"}},
         {}},
        {"B13_FORKING",
         "no",
         13,
         {{R"("forward_503": true,)", R"("max_early_dialogs": 1,)"}},
         {"--user", "bob", "--inbound"}},
        {"B13_FORKING",
         "undecided",
         13,
         {{kAliceContacts, R"("registers": true, "site": "headquarters", "location": "inside")"}},
         {"--inbound", "--client", "10.0.1.11"}},
        {"B14_ANCHOR_REQUIRED",
         "no",
         14,
         {{kMedia, R"({"name": "pbx", "codecs": ["PCMU"], "recording": "pcap"})"}},
         {}},
        {"B16_MOBILE", "no", 16, {{kAlice, R"({"name": "alice", "mobile": true, )"}}, {}},
        {"B17_ADDRESS_FAMILY",
         "no",
         17,
         {{kAlice, R"({"name": "alice", "site": "headquarters", )"}},
         {"--client", "2001:db8::11"}},
        {"B17_ADDRESS_FAMILY",
         "undecided",
         17,
         {{kAliceContacts, R"("registers": true, "site": "headquarters", "location": "inside")"}},
         {}},
        {"B18_LOCATION",
         "no",
         18,
         {{kPbx,
           R"("bypass": {"enabled": true, "qualified": "yes"}, "location_restricted": true, "site": "branch")"}},
         {}},
        {"B19_CONVERSION",
         "no",
         19,
         {{kMedia, R"({"name": "pbx", "codecs": ["PCMU"], "dtmf": "info"})"}},
         {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.code, row.verdict);
        const File file(row.changes);
        std::vector<std::string> arguments{"--user", "alice", "--trunk", "pbx", "--no-summary"};
        arguments.insert(arguments.end(), row.options.begin(), row.options.end());
        const cli::TestOutput out = run(file, arguments);
        CHECK(out.code == (row.verdict == "no" ? 1 : 0));
        const json::Value verdict = verdict_of(out);
        CHECK(text_of(verdict, "verdict") == row.verdict);
        CHECK(text_of(verdict, "code") == row.code);
        const json::Value* steps = verdict.find("steps");
        REQUIRE(steps);
        REQUIRE(steps->items().size() == 19);
        for (const json::Value& step : steps->items()) CHECK_FALSE(text_of(step, "evidence").empty());
        if (row.step == 0) continue;
        const json::Value& decisive = steps->items()[row.step - 1];
        CHECK(text_of(decisive, "state") == (row.verdict == "no" ? "fail" : "unknown"));
        CHECK(text_of(decisive, "code") == row.code);
        CHECK(text_of(decisive, "evidence") == text_of(verdict, "reason"));
    }
}

TEST_CASE("bypass-check: what nobody can look at is not passed", "[bypass]") {
    const File file;
    const json::Value verdict = verdict_of(run(file, {"--user", "alice", "--trunk", "pbx", "--no-summary"}));
    for (const std::size_t step : {13U, 15U, 18U})
        CHECK(text_of(verdict.find("steps")->items()[step - 1], "state") == "n.a.");
    // A product that nobody tested is warned about, when it does not block.
    const File untested({{kPbx, R"("bypass": {"enabled": true})"}});
    const json::Value warned =
        verdict_of(run(untested, {"--user", "alice", "--trunk", "pbx", "--no-summary"}));
    CHECK(text_of(warned, "verdict") == "yes");
    CHECK(warned.find("warnings")->items().front().string() ==
          "B04_NOT_QUALIFIED: nothing is known of tests with the product");
}

TEST_CASE("bypass-check: lines name a user and a trunk, the first of them calls", "[bypass][lines]") {
    struct Row {
        std::string_view line, expected;
    };
    const File file;
    for (const Row& row :
         {Row{"alice pbx", R"("user":"alice","trunk":"pbx","direction":"outbound","verdict":"yes")"},
          Row{"  pbx \t alice ", R"("user":"alice","trunk":"pbx","direction":"inbound","verdict":"yes")"},
          Row{"alice@company.example itsp", R"("verdict":"no","code":"B02_TRUNK_OFF")"},
          Row{"alice nobody", R"("verdict":null,"reason":"\"nobody\" is neither a user nor a trunk")"},
          Row{"alice", R"("verdict":null,"reason":"a verdict needs a user and a trunk")"},
          Row{"alice bob", R"("verdict":null,"reason":"a verdict needs a user and a trunk")"},
          Row{"", R"("verdict":null,"reason":"a verdict needs a user and a trunk")"}}) {
        const cli::TestOutput out = run(file, {"--no-summary", "-"}, std::string(row.line) + "\n");
        INFO(row.line);
        CHECK(out.code == 0);
        CHECK(out.out.find(row.expected) != std::string::npos);
    }
}

TEST_CASE("bypass-check: a call record tells its ends by name, number, or address", "[bypass][records]") {
    struct Row {
        std::string_view call, expected;
    };
    const File file;
    for (
        const Row& row :
        {Row{R"("source_kind":"user","source":"alice","target_kind":"trunk","target":"pbx")",
             R"("direction":"outbound","verdict":"yes")"},
         Row{R"("source_kind":"trunk","source":"pbx","target_kind":"user","target":"alice")",
             R"("direction":"inbound","verdict":"yes")"},
         Row{R"("from":"sip:+14255550111@company.example","legs":[{"src":"10.0.1.11:5060","dst":"10.0.0.40:5060"}])",
             R"("user":"alice","trunk":"pbx")"},
         Row{R"("source":"alice","target":"bob")", "both ends are users"},
         Row{R"("source_kind":"trunk","source":"pbx","target_kind":"trunk","target":"itsp")",
             "both ends are trunks"},
         Row{R"("source":"alice","target":"nobody")", R"("skipped":1)"},
         Row{R"("legs":[7])", R"("skipped":1)"}, Row{R"("legs":{})", R"("skipped":1)"}}) {
        const std::string record = cat(R"({"type":"call","v":1,"call":{)", row.call, "}}");
        const cli::TestOutput out = run(file, {"-"}, record + "\n");
        INFO(row.call);
        CHECK(out.code == 0);
        CHECK(out.out.starts_with(record.substr(0, record.size() - 1)));
        CHECK(out.out.find(row.expected) != std::string::npos);
    }
}

TEST_CASE("bypass-check: options that contradict each other or name nobody are refused", "[bypass]") {
    struct Row {
        std::vector<std::string> arguments;
        std::string_view err;
    };
    const File file;
    for (const Row& row :
         {Row{{"--user", "alise", "--trunk", "pbx"},
              R"(--user "alise" is not in the topology; did you mean "alice"?)"},
          Row{{"--user", "alice", "--trunk", "pbxx"},
              R"(--trunk "pbxx" is not in the topology; did you mean "pbx"?)"},
          Row{{"--client", "10.0.0"}, R"(--client "10.0.0" is no IP address)"},
          Row{{"--client-subnet", "10.0.0.1/24"}, R"(--client-subnet "10.0.0.1/24" is no subnet)"},
          Row{{"--format", "text", "--user", "alice"}, "--format text answers one question"},
          Row{{"--model", "lync"}, "unknown option --model"},
          Row{{"--key", "type"}, "--key type is a key of every record"}}) {
        const cli::TestOutput out = run(file, row.arguments);
        CAPTURE(out.err);
        CHECK(out.code == 2);
        CHECK(out.out.empty());
        CHECK(out.err.find(row.err) != std::string::npos);
    }
}

TEST_CASE("bypass-check: undecided is not adverse", "[bypass]") {
    policy::Verdict verdict;
    verdict.value = policy::Bypassed::kUndecided;
    CHECK(bypass::judge(verdict) == cli::Answer::kOk);
    verdict.value = policy::Bypassed::kYes;
    CHECK(bypass::judge(verdict) == cli::Answer::kOk);
    verdict.value = policy::Bypassed::kNo;
    CHECK(bypass::judge(verdict) == cli::Answer::kBad);
}
