#include "pcap-analyze/tool.h"

#include <catch2/catch.hpp>

#include "base/text.h"
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

namespace {

const net::Endpoint kA = *net::Endpoint::parse("192.0.2.1:5060"), kB = *net::Endpoint::parse("192.0.2.2:5060");

/// An INVITE of about 2,900 bytes and its failure; the INVITE in pieces of 1,480 bytes, of which `skip` is left out.
std::string in_pieces(std::size_t skip) {
    const test::Dialog dialog{"big", {"alice", "192.0.2.1", 4000}, {"bob", "192.0.2.2", 5000}};
    const std::string segment =
        test::udp(kA, kB, dialog.request({.extra = cat("X-Pad: ", std::string(2500, 'p'), "\r\n"), .body = test::sdp_text(dialog.from)}));
    test::PcapWriter w;
    for (std::size_t at = 0, n = 0; at < segment.size(); at += 1480, ++n) {
        const unsigned more = at + 1480 < segment.size() ? 0x2000 : 0;
        if (n != skip)
            w.add(1'700'000'000'000'000'000, test::ethernet(test::ip(kA.ip, kB.ip, segment.substr(at, 1480),
                                                                     {0, static_cast<unsigned>(at / 8) | more, 17, 77})));
    }
    w.add(1'700'000'000'050'000'000, test::ethernet(test::udp_ip(kB, kA, dialog.response(486, "Busy Here", {.to_tag = "t"}))));
    return w.take();
}

/// One frame, of which `cut` bytes are missing at the end.
std::string one_frame(unsigned link, std::string frame, std::size_t cut = 0) {
    test::PcapWriter w(link);
    const auto size = static_cast<std::uint32_t>(frame.size());
    w.add(1'700'000'000'000'000'000, frame.substr(0, frame.size() - cut), size);
    return w.take();
}

}  // namespace

TEST_CASE("pcap-analyze: an INVITE in IP fragments is an INVITE", "[pcap-analyze]") {
    const auto whole = run({}, in_pieces(99));
    CHECK(whole.code == 0);
    CHECK(whole.err.empty());
    CHECK(whole.out.find(R"("outcome":"busy","status":486,"from":"sip:alice@192.0.2.1")") != std::string::npos);
    CHECK(whole.out.find(R"("invite_ts")") != std::string::npos);
    CHECK(whole.out.find(R"("fragments":2,"reassembled":1,"fragments_lost":0)") != std::string::npos);
}

TEST_CASE("pcap-analyze: what may hide calls is said, with exit code 3", "[pcap-analyze]") {
    const std::string packet = test::udp_ip(kA, kB, std::string(100, 'x'));
    const auto ethernet = [](unsigned type, std::string_view rest) {
        return test::Packer().text(std::string(12, 'm')).u16(type).text(rest).str();
    };
    const test::Dialog dialog{"c1", {"alice", "192.0.2.1", 4000}, {"bob", "192.0.2.2", 5000}};
    struct Row {
        std::string file;
        std::string_view said, counted;
    };
    const Row rows[] = {
        {in_pieces(1), "1 IP fragments lack the other pieces", R"("fragments_lost":1)"},
        {one_frame(105, packet), "1 frames are of a link type that is not decoded (105;", R"("unknown_link":1)"},
        {one_frame(1, ethernet(0x8847, cat("\x01\x02\x03\x04", packet))), "1 frames hold IP in IP, GRE, MPLS or PPPoE", R"("tunnel":1)"},
        {one_frame(1, test::ethernet(test::ip(kA.ip, kB.ip, packet, {0, 0, 4, 0}))), "1 frames hold IP in IP", R"("tunnel":1)"},
        {one_frame(1, test::ethernet(test::ip(kA.ip, kB.ip, test::udp(kA, kB, ""), {0, 0, 6, 0}))),
         "1 TCP segments from or to port 5060 or 5061 are not followed", R"("tcp_sip_ports":1)"},
        {one_frame(1, test::ethernet(test::udp_ip(kA, kB, dialog.request({}))), 100), "tcpdump -s 0", R"("cut":1)"},
        {one_frame(1, test::ethernet(packet), 115), "tcpdump -s 0", R"("cut":1)"},
        {one_frame(101, test::ethernet(packet)), "1 frames and none of them holds IP; is the link type", R"("not_ip":1)"},
    };
    for (const Row& row : rows) {
        const auto result = run({}, row.file);
        INFO(row.said << '\n' << result.err << result.out);
        CHECK(result.code == 3);
        CHECK(result.err.find(row.said) != std::string::npos);
        CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
        CHECK(result.out.find(row.counted) != std::string::npos);
    }
}

TEST_CASE("pcap-analyze: --max-memory gives calls out early, and says so", "[pcap-analyze]") {
    test::PcapWriter w;
    for (int n = 0; n < 3000; ++n) {
        const test::Dialog dialog{cat("call-", n, std::string(200, 'i')), {std::string(200, 'a'), "192.0.2.1", 4000},
                                  {std::string(200, 'b'), "192.0.2.2", 5000}};
        w.add(1'700'000'000'000'000'000 + n, test::ethernet(test::udp_ip(kA, kB, dialog.request({.body = test::sdp_text(dialog.from)}))));
    }
    const auto much = run({}, w.str());
    CHECK(much.err.empty());
    const auto little = run({"--max-memory", "1MiB"}, w.str());
    CHECK(little.code == 0);
    CHECK(little.err.find(" calls and 0 streams were printed before their end") != std::string::npos);
    CHECK(std::count(little.out.begin(), little.out.end(), '\n') == 3001);
    CHECK(run({"--max-memory", "1KiB"}, "").code == 2);
}

TEST_CASE("pcap-analyze: text lists so many calls and says how many more there are; --ladder takes a long Call-ID", "[pcap-analyze]") {
    test::PcapWriter w;
    const std::string beginning(1000, 'i');
    for (int n = 0; n < 10'003; ++n) {
        const test::Dialog dialog{cat(beginning, n), {"a", "192.0.2.1", 4000}, {"b", "192.0.2.2", 5000}};
        w.add(1'700'000'000'000'000'000 + n, test::ethernet(test::udp_ip(kA, kB, dialog.request({}))));
    }
    const auto text = run({"--format", "text"}, w.str());
    CHECK(text.out.find("\n3 more calls and 0 more streams are not listed") != std::string::npos);
    CHECK(text.out.find("Ladders of 9993 more calls") != std::string::npos);
    const auto one = run({"--ladder", cat(beginning, 7)}, w.str());
    CHECK(one.code == 0);
    CHECK(one.out.find("Call 8  iii") != std::string::npos);
}
