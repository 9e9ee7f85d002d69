// Knows: how to make a capture of many calls from a seed, and the truth about each call and stream beside it.
// Must not know: the analyser.
// Next: stream.h for media; tests/interop/capture_truth_test.py, which compares the analyser with the truth.
//
// voipgen OUT.pcap TRUTH.jsonl [-n CALLS] [-r CALLS_PER_S] [-d SECONDS] [-s SEED] [--ng] [--ns] [--vlan] [--v6] [--no-rtp]
//         [--clean] [--fail]     (--fail: no call is answered)
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <queue>
#include <string>
#include <vector>

#include "peers/voipgen/stream.h"
#include "support/call_builder.h"
#include "support/capture_builder.h"

using namespace tandem;
using namespace tandem::test;

namespace {

struct Settings {
    std::string out, truth;
    std::uint64_t calls = 60, seed = 1;
    double rate = 20, duration_s = 8;
    bool ng = false, ns = false, vlan = false, v6 = false, no_rtp = false, clean = false, fail = false;
};

struct Codec {
    const char* name;
    std::uint8_t payload_type;
    std::uint32_t clock_hz;
    std::size_t bytes;
    const char* map;
};
constexpr Codec kCodecs[] = {{"PCMU", 0, 8000, 160, ""},
                             {"PCMA", 8, 8000, 160, ""},
                             {"G729", 18, 8000, 20, ""},
                             {"opus", 96, 48000, 60, "a=rtpmap:96 opus/48000/2\r\n"}};

struct CallTruth {
    std::string call_id, kind, codec;
    std::int64_t invite = 0, progress = 0, answer = 0, bye = 0;  // ns; 0 = did not happen
    bool by_caller = true, challenged = false;
    std::uint64_t invites_resent = 0;
    std::vector<StreamTruth> streams;
};

struct Later {
    bool operator()(const std::pair<SentPacket, std::uint64_t>& a, const std::pair<SentPacket, std::uint64_t>& b) const {
        return a.first.ns != b.first.ns ? a.first.ns > b.first.ns : a.second > b.second;
    }
};

class Generator {
public:
    explicit Generator(Settings s)
        : s_(std::move(s)), random_(s_.seed), pcap_(1, s_.ns), pcapng_(true), file_(s_.out, std::ios::binary) {
        if (s_.ng) {
            pcapng_.section();
            pcapng_.interface(1, s_.ns ? 9 : 6);
        }
    }

    bool run() {
        constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
        std::int64_t at = kStart;
        for (std::uint64_t n = 0; n < s_.calls; ++n) {
            at += micro(random_.exponential(1 / s_.rate));
            flush(at);
            calls_.push_back(make_call(n, at));
        }
        flush(INT64_MAX);
        write_file();
        std::ofstream truth(s_.truth, std::ios::binary);
        for (const CallTruth& c : calls_) truth << line(c);
        return file_.good() && truth.good();
    }

private:
    /// Seconds as ns, whole microseconds.
    static std::int64_t micro(double s) { return static_cast<std::int64_t>(s * 1e6) * 1000; }

    [[nodiscard]] std::string host(unsigned net, unsigned sub, unsigned n) const {
        return s_.v6 ? cat("2001:db8:", net, "::", sub * 256 + n) : cat("10.", net, ".", sub, ".", n);
    }
    static net::Endpoint endpoint(const std::string& host, std::uint16_t port) {
        return {*net::IpAddress::parse(host), port};
    }
    void push(SentPacket packet) { pending_.emplace(std::move(packet), order_++); }

    void flush(std::int64_t before) {
        while (!pending_.empty() && pending_.top().first.ns < before) {
            const SentPacket& p = pending_.top().first;
            const std::string frame = ethernet(udp_ip(p.source, p.destination, p.payload),
                                               s_.vlan ? std::vector<unsigned>{100} : std::vector<unsigned>{});
            if (s_.ng) {
                pcapng_.enhanced(0, static_cast<std::uint64_t>(s_.ns ? p.ns : p.ns / 1000), frame);
            } else {
                pcap_.add(p.ns, frame);
            }
            pending_.pop();
        }
        if (pcap_.str().size() + pcapng_.str().size() > (1U << 22)) write_file();
    }
    void write_file() { file_ << (s_.ng ? pcapng_.take() : pcap_.take()); }

    CallTruth make_call(std::uint64_t n, std::int64_t start);
    void media(CallTruth& truth, const Dialog& dialog, const Codec& codec, std::int64_t from, std::int64_t to);
    static std::string line(const CallTruth& c);

    Settings s_;
    Random random_;
    PcapWriter pcap_;
    PcapngWriter pcapng_;
    std::ofstream file_;
    std::priority_queue<std::pair<SentPacket, std::uint64_t>, std::vector<std::pair<SentPacket, std::uint64_t>>, Later> pending_;
    std::uint64_t order_ = 0;
    std::vector<CallTruth> calls_;
};

CallTruth Generator::make_call(std::uint64_t n, std::int64_t start) {
    const unsigned low = static_cast<unsigned>(n % 250) + 1;
    const unsigned high = static_cast<unsigned>(n / 250 % 250);
    const auto port = static_cast<std::uint16_t>(10000 + 2 * (n % 20000));
    const Dialog dialog{cat(to_hex(as_bytes(cat(n, "-", s_.seed))), "@voipgen.example"),
                        {cat("+1202555", 1000 + n % 9000), host(1, high, low), port},
                        {cat("+44207946", 1000 + random_.below(9000)), host(20, 0, low), static_cast<std::uint16_t>(port + 20000)}};
    const Codec& codec = kCodecs[random_.below(std::size(kCodecs))];
    const std::string formats = cat(codec.payload_type, " 101");
    const std::string maps = cat(codec.map, "a=rtpmap:101 telephone-event/8000\r\n");

    CallTruth truth;
    truth.call_id = dialog.call_id;
    truth.codec = codec.name;
    truth.invite = start;
    const double draw = random_.unit();
    truth.kind = !s_.fail && draw < 0.75 ? "answered"
                 : draw < 0.80           ? "486"
                 : draw < 0.85           ? "404"
                 : draw < 0.90           ? "503"
                 : draw < 0.95           ? "cancelled"
                                         : "timeout";

    const auto send = [&](std::int64_t at, bool from_caller, std::string text) {
        const net::Endpoint a = endpoint(dialog.from.host, 5060), b = endpoint(dialog.to.host, 5060);
        push({at, from_caller ? a : b, from_caller ? b : a, std::move(text)});
    };
    std::int64_t at = start;
    std::uint32_t cseq = 1;
    std::string branch = cat(n, "-1");
    const std::string offer = sdp_text(dialog.from, formats, maps);
    const auto with = [&](std::string_view to_tag, std::string body = {}) {
        return SipParts{.branch = branch, .cseq = cseq, .to_tag = to_tag, .body = std::move(body)};
    };
    const auto ack = [&](std::int64_t when, std::string_view tag) {
        send(when, true, dialog.request({.branch = cat(branch, "a"), .cseq = cseq, .method = "ACK", .to_tag = tag}));
    };

    send(at, true, dialog.request(with("", offer)));
    if (truth.kind == "timeout") {
        double wait = 0.5;
        for (int i = 0; i < 6; ++i, wait *= 2) {
            at += micro(wait);
            send(at, true, dialog.request(with("", offer)));
            ++truth.invites_resent;
        }
        return truth;
    }
    if (random_.chance(0.05)) {
        at += micro(0.5);
        send(at, true, dialog.request(with("", offer)));
        ++truth.invites_resent;
    }
    send(at + micro(0.002), false, dialog.response(100, "Trying", with("")));
    if (random_.chance(0.3)) {
        truth.challenged = true;
        at += micro(0.01);
        send(at, false, dialog.response(407, "Proxy Authentication Required", with("auth")));
        ack(at + micro(0.002), "auth");
        at += micro(0.005);
        ++cseq;
        branch = cat(n, "-2");
        send(at, true, dialog.request(with("", offer)));
        send(at + micro(0.002), false, dialog.response(100, "Trying", with("")));
    }
    at += micro(0.05 + random_.unit());
    const int status = truth.kind == "486" ? 486 : truth.kind == "404" ? 404 : truth.kind == "503" ? 503 : 0;
    if (status != 0 && status != 486) {
        send(at, false, dialog.response(status, "Failed", with("t")));
        ack(at + micro(0.003), "t");
        return truth;
    }
    truth.progress = at;
    send(at, false, dialog.response(180, "Ringing", with("t")));
    at += micro(0.2 + 2 * random_.unit());
    if (status == 486) {
        send(at, false, dialog.response(486, "Busy Here", with("t")));
        ack(at + micro(0.003), "t");
        return truth;
    }
    if (truth.kind == "cancelled") {
        send(at, true, dialog.request({.branch = branch, .cseq = cseq, .method = "CANCEL"}));
        send(at + micro(0.002), false, dialog.response(200, "OK", {.branch = branch, .cseq = cseq, .method = "CANCEL", .to_tag = "t"}));
        send(at + micro(0.004), false, dialog.response(487, "Request Terminated", with("t")));
        ack(at + micro(0.007), "t");
        return truth;
    }
    truth.answer = at;
    send(at, false, dialog.response(200, "OK", with("t", sdp_text(dialog.to, formats, maps))));
    ack(at + micro(0.004), "t");
    truth.bye = at + micro(1 + s_.duration_s * (0.5 + random_.unit()));
    truth.by_caller = random_.chance(0.5);
    if (!s_.no_rtp) media(truth, dialog, codec, at + micro(0.01), truth.bye - micro(0.02));
    const SipParts bye{.branch = cat(branch, "b"), .cseq = cseq + 1, .method = "BYE", .to_tag = "t"};
    send(truth.bye, truth.by_caller, dialog.request(bye, truth.by_caller));
    send(truth.bye + micro(0.003), !truth.by_caller, dialog.response(200, "OK", bye, truth.by_caller));
    return truth;
}

void Generator::media(CallTruth& truth, const Dialog& dialog, const Codec& codec, std::int64_t from, std::int64_t to) {
    for (const bool caller : {true, false}) {
        const Party& a = caller ? dialog.from : dialog.to;
        const Party& b = caller ? dialog.to : dialog.from;
        StreamPlan plan;
        plan.source = endpoint(a.host, a.rtp_port);
        plan.destination = endpoint(b.host, b.rtp_port);
        plan.ssrc = static_cast<std::uint32_t>(random_.below(std::uint64_t{1} << 32));
        plan.payload_type = codec.payload_type;
        plan.codec = codec.name;
        plan.clock_hz = codec.clock_hz;
        plan.payload_bytes = codec.bytes;
        plan.start_ns = from + static_cast<std::int64_t>(random_.below(20'000)) * 1000;
        plan.end_ns = to;
        std::vector<SentPacket> packets;
        truth.streams.push_back(make_stream(plan, random_, packets, s_.clean));
        for (SentPacket& p : packets) push(std::move(p));
    }
}

std::string Generator::line(const CallTruth& c) {
    const auto number = [](double v) {
        char text[32];
        std::snprintf(text, sizeof text, "%.6f", v);
        return std::string(text);
    };
    const auto time = [&](std::int64_t ns) { return cat(ns / 1000); };  // µs since 1970
    std::string out = cat(R"({"call_id":")", c.call_id, R"(","kind":")", c.kind, R"(","codec":")", c.codec,
                          R"(","t_invite":)", time(c.invite), R"(,"t_ring":)", time(c.progress), R"(,"t_ans":)",
                          time(c.answer), R"(,"t_bye":)", time(c.bye), R"(,"by_caller":)", c.by_caller ? "true" : "false",
                          R"(,"invites_resent":)", c.invites_resent, R"(,"streams":[)");
    const char* comma = "";
    for (const StreamTruth& s : c.streams) {
        append(out, comma, R"({"ssrc":)", s.plan.ssrc, R"(,"src":")", s.plan.source.str(), R"(","dst":")",
               s.plan.destination.str(), R"(","sent":)", s.sent, R"(,"received":)", s.received, R"(,"lost":)", s.lost,
               R"(,"lost_tail":)", s.tail_known ? cat(s.lost_tail) : "null", R"(,"duplicate":)", s.duplicate,
               R"(,"reordered":)", s.reordered, R"(,"events":)", s.events, R"(,"jitter_max_ms":)", number(s.jitter_max_ms),
               R"(,"jitter_mean_ms":)", number(s.jitter_mean_ms), "}");
        comma = ",";
    }
    return out + "]}\n";
}

bool parse(int argc, char** argv, Settings& s) {
    std::vector<std::string> names;
    for (int i = 1; i < argc; ++i) {
        const std::string a = argv[i];
        const auto value = [&] { return i + 1 < argc ? std::strtod(argv[++i], nullptr) : 0.0; };
        if (a == "-n") s.calls = static_cast<std::uint64_t>(value());
        else if (a == "-r") s.rate = value();
        else if (a == "-d") s.duration_s = value();
        else if (a == "-s") s.seed = static_cast<std::uint64_t>(value());
        else if (a == "--ng") s.ng = true;
        else if (a == "--ns") s.ns = true;
        else if (a == "--vlan") s.vlan = true;
        else if (a == "--v6") s.v6 = true;
        else if (a == "--no-rtp") s.no_rtp = true;
        else if (a == "--clean") s.clean = true;
        else if (a == "--fail") s.fail = true;
        else if (a.starts_with('-')) return false;
        else names.push_back(a);
    }
    if (names.size() != 2 || s.rate <= 0) return false;
    s.out = names[0];
    s.truth = names[1];
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (!parse(argc, argv, settings)) {
        std::fputs("usage: voipgen OUT TRUTH [-n CALLS] [-r PER_S] [-d SECONDS] [-s SEED] [--ng] [--ns] [--vlan] [--v6] "
                   "[--no-rtp] [--clean] [--fail]\n", stderr);
        return 2;
    }
    return Generator(settings).run() ? 0 : 4;
}
