#include "pcap-analyze/tool.h"

#include <catch2/catch.hpp>

#include "pcap-analyze/text_report.h"
#include "support/call_builder.h"
#include "support/capture_builder.h"

using namespace tandem;

namespace {

/// A capture of one call of two seconds with media both ways.
std::string one_call() {
    const test::Dialog dialog{"c1", {"alice", "192.0.2.1", 4000}, {"bob", "192.0.2.2", 5000}};
    const net::Endpoint a = *net::Endpoint::parse("192.0.2.1:5060"), b = *net::Endpoint::parse("192.0.2.2:5060");
    const net::Endpoint ma = *net::Endpoint::parse("192.0.2.1:4000"), mb = *net::Endpoint::parse("192.0.2.2:5000");
    constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
    test::PcapWriter w;
    const auto sip = [&](std::int64_t ms, bool forth, const std::string& text) {
        w.add(kStart + ms * 1'000'000, test::ethernet(forth ? test::udp_ip(a, b, text) : test::udp_ip(b, a, text)));
    };
    sip(0, true, dialog.request({.body = test::sdp_text(dialog.from)}));
    sip(100, false, dialog.response(180, "Ringing", {.to_tag = "t"}));
    sip(1000, false, dialog.response(200, "OK", {.to_tag = "t", .body = test::sdp_text(dialog.to)}));
    sip(1001, true, dialog.request({.branch = "a", .method = "ACK", .to_tag = "t"}));
    for (int i = 0; i < 100; ++i) {
        const auto n = static_cast<std::uint16_t>(i);
        const auto stamp = static_cast<std::uint32_t>(160 * i);
        w.add(kStart + (1010 + 20 * i) * 1'000'000LL, test::ethernet(test::udp_ip(ma, mb, test::rtp_text(n, stamp, 1))));
        w.add(kStart + (1011 + 20 * i) * 1'000'000LL, test::ethernet(test::udp_ip(mb, ma, test::rtp_text(n, stamp, 2))));
    }
    sip(3100, true, dialog.request({.branch = "b", .cseq = 2, .method = "BYE", .to_tag = "t"}));
    return w.take();
}

cli::TestOutput run(std::vector<std::string> arguments, std::string in, std::size_t chunk = 65536) {
    analyze::Analyze tool;
    cli::TestInput input;
    input.arguments = std::move(arguments);
    input.in = std::move(in);
    input.chunk = chunk;
    return cli::run_for_test(tool, input);
}

}  // namespace

TEST_CASE("pcap-analyze: the same records however stdin is cut", "[pcap-analyze]") {
    const auto whole = run({}, one_call());
    CHECK(whole.code == 0);
    CHECK(whole.err.empty());
    CHECK(std::count(whole.out.begin(), whole.out.end(), '\n') == 4);
    CHECK(whole.out.find(R"("pdd_ms":100,"ring_ms":100,"answer_ms":1000,"duration_ms":2100,"ended_by":"caller")") !=
          std::string::npos);
    for (const std::size_t chunk : {1U, 17U, 4096U}) CHECK(run({"-"}, one_call(), chunk).out == whole.out);
}

TEST_CASE("pcap-analyze: a capture cut at any length gives what could be read and says that it is cut", "[pcap-analyze]") {
    const std::string capture = one_call();
    for (std::size_t n = 0; n < capture.size(); n += 101) {
        const auto cut = run({}, capture.substr(0, n));
        INFO(n);
        const bool between = cut.code == 0;
        CHECK((between || cut.code == 3));
        CHECK(cut.err.empty() == between);
        CHECK(cut.out.find(R"("type":"summary")") != std::string::npos);
        if (n > 1500) CHECK(cut.out.find(R"("call_id":"c1")") != std::string::npos);
    }
}

TEST_CASE("pcap-analyze: text has a table of calls, a table of streams and a ladder", "[pcap-analyze]") {
    const auto text = run({"--format", "text"}, one_call());
    CHECK(text.code == 0);
    CHECK(text.out.find("sip:alice@192.0.2.1  sip:bob@192.0.2.2  answered     200") != std::string::npos);
    CHECK(text.out.find("192.0.2.1:4000  192.0.2.2:5000  PCMU       100     0") != std::string::npos);
    CHECK(text.out.find("|--------- INVITE (SDP) --------->|") != std::string::npos);
}

TEST_CASE("pcap-analyze: --ladder shows one call, and says when there is none", "[pcap-analyze]") {
    CHECK(run({"--ladder", "c1"}, one_call()).out.find("180 Ringing") != std::string::npos);
    const auto none = run({"--ladder", "c2"}, one_call());
    CHECK(none.code == 1);
    CHECK(none.out.empty());
    CHECK(none.err == "pcap-analyze: no call has the Call-ID \"c2\"\n");
}

TEST_CASE("table: columns are as wide as their widest cell, rows in order of their number", "[pcap-analyze]") {
    analyze::Table table({"n", "name", "value"}, {0, 2});
    table.row({"10", "a", "1.5"});
    table.row({"-", "longer", "100.5"});
    table.row({"9", "b", "-"});
    table.sort();
    CHECK(table.str() ==
          " n  name    value\n"
          " 9  b           -\n"
          "10  a         1.5\n"
          " -  longer  100.5\n");
}
