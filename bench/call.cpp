// Knows: what one call costs the proxy's worker without its sockets: six messages in, seven out, two records; and how long a message
//        takes to scan, and to scan and forward.
// Must not know: sockets, the kernel (bench/proxy measures with both).
// Next: tools/sip-trunk-proxy/proxy.h; libcommon/sip/message.h.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>

#include "base/stream.h"
#include "base/text.h"
#include "config/topology_file.h"
#include "sip-trunk-proxy/proxy.h"
#include "sip-trunk-proxy/target_edits.h"
#include "sip/message.h"

using namespace tandem;
using namespace tandem::proxy;

namespace {

const net::Endpoint kPbx = *net::Endpoint::parse("10.0.0.11:5060"), kCarrier = *net::Endpoint::parse("10.0.0.20:5060");

// Beside company.json, which bench/proxy uses too: two realms, so that two addresses of ours stand in each dialog.
constexpr std::string_view kNetwork = R"json(
  "realms": [
    {"name": "office", "side": "inside", "listen": ["udp:10.0.0.1:5060"], "media_address": "10.0.0.1", "media_ports": "30000-30099"},
    {"name": "carrier", "side": "inside", "listen": ["udp:10.0.0.2:5060"], "media_address": "10.0.0.2", "media_ports": "31000-31099"}],
  "subnets": [{"prefix": "10.0.0.0/24", "site": "here"}],
  "trunks": [
    {"name": "pbx", "kind": "pbx", "realm": "office", "targets": ["udp:10.0.0.11:5060"], "sources": ["10.0.0.11/32"],
     "media_profile": "g711", "media": "direct", "site": "here", "usages": ["national", "world"], "limits": {"calls": 100000, "cps": 20000}},
    {"name": "carrier", "kind": "sip", "realm": "carrier", "sip_profile": "carrier", "targets": ["udp:10.0.0.20:5060"], "sources": ["10.0.0.20/32"],
     "media_profile": "g711", "media": "direct", "site": "here", "limits": {"calls": 100000, "cps": 20000}}]
})json";

// profile: what stands in the carrier's SIP profile.
std::string topology_with(std::string_view profile) {
    auto file = FdInput::open(TANDEM_ROOT "/bench/company.json");
    auto company = file ? read_all(**file) : Result<std::string>(fail(Errc::kIo, ""));
    if (!company) std::abort();
    company->resize(company->rfind('}'));
    return cat(*company, R"(, "sip_profiles": [{"name": "usual"}, {"name": "carrier")", profile, "}],", kNetwork);
}

constexpr std::string_view kSdp =
    "v=0\r\no=- 53655765 2353687637 IN IP4 10.0.0.11\r\ns=-\r\nc=IN IP4 10.0.0.11\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n";

// The INVITE of bench/sipp/caller.xml.
std::string invite(std::uint64_t n) {
    return cat("INVITE sip:03012", n, "@10.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.11:5060;branch=z9hG4bK-", n,
               "-1-0\r\nMax-Forwards: 70\r\nFrom: \"Extension 101\" <sip:+493012345@10.0.0.11:5060>;tag=1c", n, "\r\nTo: <sip:03012", n,
               "@10.0.0.1:5060>\r\nCall-ID: ", n, "-4711@10.0.0.11\r\nCSeq: 1 INVITE\r\nContact: <sip:101@10.0.0.11:5060;transport=UDP>\r\n"
               "P-Asserted-Identity: <sip:+493012345@pbx.example>\r\n"
               "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY\r\nSupported: timer, 100rel, replaces\r\n"
               "Session-Expires: 1800\r\nUser-Agent: PBX/7.2\r\nSubject: bench\r\nContent-Type: application/sdp\r\nContent-Length: ",
               kSdp.size(), "\r\n\r\n", kSdp);
}

struct Wire final : sipnet::Transport {
    std::string last_to_carrier, last_to_pbx;
    bool send(const sipnet::Flow& flow, std::string_view bytes) override {
        (flow.remote == kCarrier ? last_to_carrier : last_to_pbx).assign(bytes);
        return true;
    }
    siptx::Reliability reliability(const sipnet::Flow&) const override { return siptx::Reliability::kUnreliable; }
};

std::string copied(const sip::Message& m, std::initializer_list<sip::HeaderId> ids) {
    std::string out;
    for (const sip::HeaderId id : ids) {
        for (const sip::Header* h = m.first(id); h != nullptr; h = m.next(*h)) append(out, m.bytes().substr(h->begin, h->end - h->begin));
    }
    return out;
}

struct Scene {
    Wire wire;
    FakeClock clock;
    Log log;
    std::size_t record_bytes = 0;
    std::uint64_t number = 1'000'000;
    Proxy proxy{wire, siptx::Timers{}, clock, log, [this](std::string_view line) { record_bytes += line.size(); }, {}};
    std::chrono::steady_clock::duration spent{};

    // profile: see topology_with().
    explicit Scene(std::string_view profile = {}) {
        auto loaded = config::parse_topology(topology_with(profile), "bench.json");
        std::vector<std::string> warnings;
        auto made = loaded.ok() ? make_snapshot(loaded.topology, warnings) : Result<std::shared_ptr<Snapshot>>(fail(Errc::kSyntax, ""));
        if (!made) std::abort();
        (*made)->add_socket(0, Way::kUdp, 0, *net::Endpoint::parse("10.0.0.1:5060"));
        (*made)->add_socket(1, Way::kUdp, 1, *net::Endpoint::parse("10.0.0.2:5060"));
        proxy.adopt(*made);
    }
    void in(const net::Endpoint& from, std::string_view text) {
        const auto begun = std::chrono::steady_clock::now();
        proxy.on_message(sipnet::Flow{static_cast<std::uint16_t>(from == kCarrier ? 1 : 0), from}, text);
        spent += std::chrono::steady_clock::now() - begun;
    }
    // A call a millisecond: what 32 s of retention hold is held here too.
    void one_call() {
        using sip::HeaderId;
        const std::string request = invite(++number);
        in(kPbx, request);
        sip::Message m;
        const std::string forwarded = wire.last_to_carrier;
        if (!sip::scan(forwarded, sip::Strictness::kLenient, m).ok() || m.method() != sip::Method::kInvite) std::abort();
        const std::string common = cat(copied(m, {HeaderId::kVia, HeaderId::kFrom}), "To: ", m.value(HeaderId::kTo), ";tag=s", number, "\r\n",
                                       copied(m, {HeaderId::kCallId, HeaderId::kCSeq, HeaderId::kRecordRoute}),
                                       "Contact: <sip:carrier@10.0.0.20:5060>\r\n");
        in(kCarrier, cat("SIP/2.0 180 Ringing\r\n", common, "Content-Length: 0\r\n\r\n"));
        in(kCarrier, cat("SIP/2.0 200 OK\r\n", common, "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nSupported: timer\r\nContent-Type: application/sdp\r\n"
                         "Session-Expires: 1800;refresher=uac\r\nContent-Length: ", kSdp.size(), "\r\n\r\n", kSdp));
        sip::Message answer;
        const std::string answered = wire.last_to_pbx;
        if (!sip::scan(answered, sip::Strictness::kLenient, answer).ok() || answer.status() != 200) std::abort();
        std::string routes;
        sip::ValueCursor cursor(answer, HeaderId::kRecordRoute);
        while (const auto value = cursor.next()) routes = cat("Route: ", *value, "\r\n", routes);
        const auto in_dialog = [&](std::string_view method, unsigned cseq) {
            return cat(method, " sip:carrier@10.0.0.20:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.11:5060;branch=z9hG4bK-", number, '-', method, "\r\n", routes,
                       "Max-Forwards: 70\r\nFrom: ", answer.value(HeaderId::kFrom), "\r\nTo: ", answer.value(HeaderId::kTo), "\r\nCall-ID: ",
                       answer.call_id(), "\r\nCSeq: ", cseq, ' ', method, "\r\nContent-Length: 0\r\n\r\n");
        };
        in(kPbx, in_dialog("ACK", 1));
        in(kPbx, in_dialog("BYE", 2));
        sip::Message bye;
        const std::string forwarded_bye = wire.last_to_carrier;
        if (!sip::scan(forwarded_bye, sip::Strictness::kLenient, bye).ok() || bye.method() != sip::Method::kBye) std::abort();
        in(kCarrier, cat("SIP/2.0 200 OK\r\n", copied(bye, {HeaderId::kVia, HeaderId::kFrom, HeaderId::kTo, HeaderId::kCallId, HeaderId::kCSeq}),
                         "Content-Length: 0\r\n\r\n"));
        clock.advance(milliseconds(1));
        const auto begun = std::chrono::steady_clock::now();
        proxy.on_time();
        spent += std::chrono::steady_clock::now() - begun;
    }
};

void measure(benchmark::State& state, std::string_view profile) {
    Scene scene(profile);
    for (int i = 0; i < 33'000; ++i) scene.one_call();
    for (auto _ : state) {
        scene.spent = {};
        scene.one_call();
        state.SetIterationTime(std::chrono::duration<double>(scene.spent).count());
    }
    if (scene.proxy.counters().answered < 33'000 || scene.proxy.live_calls() != 0) std::abort();
}
void one_call(benchmark::State& state) { measure(state, {}); }
BENCHMARK(one_call)->UseManualTime();
void one_hidden_call(benchmark::State& state) { measure(state, ", \"hide_topology\": true"); }
BENCHMARK(one_hidden_call)->UseManualTime();
void one_call_with_rules(benchmark::State& state) {
    measure(state, ", \"headers\": [{\"header\": \"Allow\", \"action\": \"remove\"}, {\"header\": \"User-Agent\", \"action\": \"set\", "
                   "\"value\": \"sbc\", \"in\": \"requests\"}]");
}
BENCHMARK(one_call_with_rules)->UseManualTime();

void scan_invite(benchmark::State& state) {
    const std::string text = invite(1'234'567);
    sip::Message m;
    for (auto _ : state) benchmark::DoNotOptimize(sip::scan(text, sip::Strictness::kLenient, m));
    state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
    state.SetLabel(cat(text.size(), " bytes"));
}
BENCHMARK(scan_invite);

void scan_and_forward_invite(benchmark::State& state) {
    const std::string text = invite(1'234'567);
    sip::Message m;
    sip::Edits edits;
    std::string out;
    for (auto _ : state) {
        benchmark::DoNotOptimize(sip::scan(text, sip::Strictness::kLenient, m));
        edits.reset(m);
        edits.push_via("SIP/2.0/UDP 10.0.0.2:5060;rport;branch=z9hG4bKt0000000000000001aaaaaaaabbbbbbbb.00000000");
        edits.push_record_route("<sip:10.0.0.2:5060;lr;c=0123456789012345678901234567890123456789>");
        edits.set_max_forwards(69);
        out.clear();
        benchmark::DoNotOptimize(edits.render(out));
    }
}
BENCHMARK(scan_and_forward_invite);

}  // namespace
