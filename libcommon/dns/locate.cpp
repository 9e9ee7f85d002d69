#include "dns/locate.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::dns {

namespace {

std::string_view srv_prefix(Transport t) { return t == Transport::kUdp ? "_sip._udp." : t == Transport::kTcp ? "_sip._tcp." : "_sips._tcp."; }

// RFC 3263 §4.1: services of SIP; records of other applications under the same name say nothing about it.
bool is_of_sip(const Naptr& record) {
    const std::string_view service = record.service;
    return iequals(service.substr(0, 4), "SIP+") || iequals(service.substr(0, 5), "SIPS+");
}

// The flags of RFC 3403 §4.1 that lead on here: "s" to an SRV record, as RFC 3263 has it, "a" to addresses (RFC 2915 §2 tells what each means).
// "u" ends in a URI and "p" in another protocol's rules; none of them names a server, nor does a flag that nobody has defined.
std::optional<Type> leads_to(const Naptr& record) {
    return iequals(record.flags, "s") ? std::optional(Type::kSrv) : iequals(record.flags, "a") ? std::optional(Type::kA) : std::nullopt;
}

// The transport that a record's service means; SIPS+D2U and what we do not have are nothing. A record has a replacement or a regexp,
// never both (RFC 3403 §4.1), and only the former names a host.
std::optional<Transport> transport_of(const Naptr& record) {
    if (!leads_to(record) || !record.regexp.empty() || record.replacement.empty()) return std::nullopt;
    if (iequals(record.service, "SIP+D2U")) return Transport::kUdp;
    if (iequals(record.service, "SIP+D2T")) return Transport::kTcp;
    if (iequals(record.service, "SIPS+D2T")) return Transport::kTls;
    return std::nullopt;
}

class Search {
public:
    Search(const Wanted& wanted, const Known& known) : wanted_(wanted), known_(known) {}

    Located run() {
        if (const auto ip = net::IpAddress::parse(wanted_.host)) {
            const Transport t = wanted_.transport.value_or(Transport::kUdp);
            add({*ip, wanted_.port == 0 ? default_port(t) : wanted_.port}, t, {}, 0);
        } else if (wanted_.port != 0) {
            hosts(wanted_.transport.value_or(Transport::kUdp), wanted_.port);
        } else if (wanted_.transport) {
            const Found found = srv(cat(srv_prefix(*wanted_.transport), wanted_.host), *wanted_.transport);
            if (found == Found::kNone) hosts(*wanted_.transport, default_port(*wanted_.transport));
        } else {
            by_naptr();
        }
        std::stable_sort(out_.servers.begin(), out_.servers.end(), [](const Server& a, const Server& b) { return a.priority < b.priority; });
        return std::move(out_);
    }

private:
    enum class Found : std::uint8_t {
        kNone,     // no such records
        kSome,     // records, of which perhaps not all addresses are known yet
        kRefused,  // the one record ".", or nobody answers
        kAsked,    // not known yet
    };

    const Answer* ask(std::string name, Type type) {
        Question question{std::move(name), type};
        const Answer* answer = known_(question);
        auto& list = answer == nullptr ? out_.missing : out_.read;
        if (std::find(list.begin(), list.end(), question) == list.end()) list.push_back(std::move(question));
        return answer;
    }

    [[nodiscard]] const Families& reach(Transport t) const { return wanted_.reach[static_cast<std::size_t>(t)]; }

    void add(const net::Endpoint& at, Transport transport, const Srv& by, std::uint16_t record) {
        if (!reach(transport).has(at.ip) || out_.servers.size() >= kMaxServers) return;
        out_.servers.push_back({at, transport, by.priority, by.weight, record});
    }

    /// True when nobody answered one of its questions.
    bool addresses(const std::string& name, std::uint16_t port, Transport transport, const Srv& by, std::uint16_t record,
                   const std::vector<Additional>* beside) {
        bool failed = false;
        const Families& families = reach(transport);
        for (const Type type : {Type::kAaaa, Type::kA}) {
            if (!(type == Type::kA ? families.v4 : families.v6)) continue;
            bool told = false;
            if (beside != nullptr) {
                for (const Additional& a : *beside) {
                    if (a.name != name || a.ip.is_v4() != (type == Type::kA)) continue;
                    add({a.ip, port}, transport, by, record);
                    told = true;
                }
            }
            if (told) continue;
            if (const Answer* answer = ask(name, type)) {
                for (const net::IpAddress& ip : answer->addresses) add({ip, port}, transport, by, record);
                failed = failed || answer->failed;
            }
        }
        return failed;
    }

    void hosts(Transport transport, std::uint16_t port) { addresses(wanted_.host, port, transport, {}, record_++, nullptr); }

    Found srv(std::string name, Transport transport) {
        if (!reach(transport).any()) return Found::kNone;
        const Answer* answer = ask(std::move(name), Type::kSrv);
        return answer == nullptr ? Found::kAsked : expand(*answer, transport);
    }

    Found expand(const Answer& answer, Transport transport) {
        if (answer.failed) return Found::kRefused;
        if (answer.srv.empty()) return Found::kNone;
        bool some = false;
        for (const Srv& record : answer.srv) {
            if (record.target.empty() || record.port == 0) continue;
            some = true;
            addresses(record.target, record.port, transport, record, record_++, &answer.additional);
        }
        return some ? Found::kSome : Found::kRefused;
    }

    // What a record of NAPTR leads to.
    Found replaced(const Naptr& record) {
        const Transport transport = *transport_of(record);
        if (leads_to(record) == Type::kSrv) return srv(record.replacement, transport);
        const std::size_t servers = out_.servers.size(), missing = out_.missing.size();
        const bool failed = addresses(record.replacement, default_port(transport), transport, {}, record_++, nullptr);
        if (out_.servers.size() != servers) return Found::kSome;
        return out_.missing.size() != missing ? Found::kAsked : failed ? Found::kRefused : Found::kNone;
    }

    void by_naptr() {
        const Answer* answer = ask(wanted_.host, Type::kNaptr);
        if (answer == nullptr || answer->failed) return;
        std::vector<const Naptr*> fit;
        bool names_ways = false;
        for (const Naptr& record : answer->naptr) {
            names_ways = names_ways || is_of_sip(record);
            const auto transport = transport_of(record);
            if (transport && reach(*transport).any()) fit.push_back(&record);
        }
        std::stable_sort(fit.begin(), fit.end(), [](const Naptr* a, const Naptr* b) {
            return a->order != b->order ? a->order < b->order : a->preference < b->preference;
        });
        for (const Naptr* record : fit) {
            if (replaced(*record) != Found::kNone) return;
        }
        if (names_ways && fit.empty()) return;  // it names its ways, and none of them is ours
        // All of them are asked for at once: each may be the only one that is there.
        bool asked = false, refused = false;
        for (const Transport transport : {Transport::kUdp, Transport::kTcp, Transport::kTls}) {
            if (!reach(transport).any()) continue;
            const Answer* srv_answer = ask(cat(srv_prefix(transport), wanted_.host), Type::kSrv);
            asked = asked || srv_answer == nullptr;
            if (asked) continue;
            const Found found = expand(*srv_answer, transport);
            if (found == Found::kSome) return;
            refused = refused || found == Found::kRefused;
        }
        if (!asked && !refused) hosts(Transport::kUdp, default_port(Transport::kUdp));
    }

    const Wanted& wanted_;
    const Known& known_;
    Located out_;
    std::uint16_t record_ = 0;
};

}  // namespace

Located locate(const Wanted& wanted, const Known& known) { return Search(wanted, known).run(); }

}  // namespace tandem::dns
