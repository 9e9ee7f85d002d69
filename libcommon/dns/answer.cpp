#include "dns/answer.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace tandem::dns {

namespace {

constexpr std::size_t kMaxName = 255, kMaxAliases = 8;
constexpr std::uint16_t kCname = 5, kSoa = 6, kInternet = 1;
constexpr std::string_view kHeaderRule = "RFC 1035 §4.1.1", kNameRule = "RFC 1035 §4.1.4", kRecordRule = "RFC 1035 §4.1.3";

struct Record {
    std::string name;
    std::uint16_t type = 0;
    std::uint32_t ttl = 0;
    std::size_t data = 0, size = 0;  // place in the packet
};

// One packet with a place in it.
class Reader {
public:
    explicit Reader(Bytes packet) : packet_(packet) {}

    std::size_t at = 0;

    [[nodiscard]] bool room(std::size_t n) const { return n <= packet_.size() - std::min(at, packet_.size()); }
    std::optional<std::uint16_t> u16() {
        if (!room(2)) return std::nullopt;
        at += 2;
        return load_be16(&packet_[at - 2]);
    }
    std::optional<std::uint32_t> u32() {
        if (!room(4)) return std::nullopt;
        at += 4;
        return load_be32(&packet_[at - 4]);
    }
    /// In lower case, labels joined by dots; "" for the root. What a host's name cannot hold becomes "?", which names nothing.
    std::optional<std::string> name() {
        std::string out;
        std::size_t here = at, lowest = at;
        bool jumped = false;
        for (;;) {
            if (here >= packet_.size()) return std::nullopt;
            const std::uint8_t length = packet_[here];
            if ((length & 0xc0U) == 0xc0U) {
                if (here + 1 >= packet_.size()) return std::nullopt;
                const std::size_t to = (std::size_t{length & 0x3fU} << 8) | packet_[here + 1];
                if (!jumped) at = here + 2;
                jumped = true;
                if (to >= lowest) return std::nullopt;  // only backwards, so no loop
                here = lowest = to;
                continue;
            }
            if (length > 63) return std::nullopt;
            if (length == 0) {
                if (!jumped) at = here + 1;
                return out;
            }
            if (here + 1 + length > packet_.size() || out.size() + 1 + length > kMaxName) return std::nullopt;
            if (!out.empty()) out.push_back('.');
            for (std::size_t i = here + 1; i <= here + length; ++i) {
                const char c = static_cast<char>(packet_[i]);
                out.push_back(c <= 0x20 || c == 0x7f || c == '.' ? '?' : to_lower(c));
            }
            here += std::size_t{1} + length;
        }
    }
    /// A text with its length in front (RFC 1035 §3.3).
    std::optional<std::string> text() {
        if (!room(1) || !room(std::size_t{1} + packet_[at])) return std::nullopt;
        const std::size_t size = packet_[at];
        at += 1 + size;
        return std::string(as_text(packet_.subspan(at - size, size)));
    }
    [[nodiscard]] Bytes bytes(std::size_t from, std::size_t size) const { return packet_.subspan(from, size); }

private:
    Bytes packet_;
};

std::optional<Record> read_record(Reader& r) {
    auto name = r.name();
    if (!name) return std::nullopt;
    const auto type = r.u16(), cls = r.u16();
    const auto ttl = r.u32();
    const auto size = r.u16();
    if (!type || !cls || !ttl || !size || !r.room(*size)) return std::nullopt;
    Record out{std::move(*name), *cls == kInternet ? *type : std::uint16_t{0}, *ttl, r.at, *size};
    if ((out.ttl & 0x8000'0000U) != 0) out.ttl = 0;  // RFC 2181 §8
    r.at += *size;
    return out;
}

std::optional<net::IpAddress> read_address(const Reader& r, const Record& record) {
    if (record.size != (record.type == static_cast<std::uint16_t>(Type::kA) ? 4U : 16U)) return std::nullopt;
    return net::IpAddress::from_bytes(r.bytes(record.data, record.size));
}

std::optional<Srv> read_srv(Reader& r) {
    Srv out;
    const auto priority = r.u16(), weight = r.u16(), port = r.u16();
    auto target = r.name();
    if (!priority || !weight || !port || !target) return std::nullopt;
    return Srv{*priority, *weight, *port, std::move(*target)};
}

std::optional<Naptr> read_naptr(Reader& r) {
    const auto order = r.u16(), preference = r.u16();
    if (!order || !preference) return std::nullopt;
    auto flags = r.text();
    auto service = flags ? r.text() : std::nullopt;
    auto regexp = service ? r.text() : std::nullopt;
    auto replacement = regexp ? r.name() : std::nullopt;
    if (!replacement) return std::nullopt;
    return Naptr{*order, *preference, std::move(*flags), std::move(*service), std::move(*regexp), std::move(*replacement)};
}

// A record of the type that was asked for joins the answer; false when it is broken.
bool take(Reader& r, const Record& record, Answer& out) {
    r.at = record.data;
    switch (static_cast<Type>(record.type)) {
        case Type::kA:
        case Type::kAaaa: {
            const auto ip = read_address(r, record);
            if (ip && out.addresses.size() < kMaxKept) out.addresses.push_back(*ip);
            return ip.has_value();
        }
        case Type::kSrv: {
            auto srv = read_srv(r);
            if (!srv || r.at != record.data + record.size) return false;
            if (out.srv.size() < kMaxKept) out.srv.push_back(std::move(*srv));
            return true;
        }
        case Type::kNaptr: {
            auto naptr = read_naptr(r);
            if (!naptr || r.at != record.data + record.size) return false;
            if (out.naptr.size() < kMaxKept) out.naptr.push_back(std::move(*naptr));
            return true;
        }
    }
    return true;
}

std::string_view rcode_name(unsigned rcode) {
    switch (rcode) {
        case 1: return "FORMERR";
        case 2: return "SERVFAIL";
        case 4: return "NOTIMP";
        case 5: return "REFUSED";
        default: return "an unknown code";
    }
}

// RFC 2308 §5: how long "no" holds.
std::uint32_t negative_ttl(Reader& r, const std::vector<Record>& authority) {
    for (const Record& record : authority) {
        if (record.type != kSoa) continue;
        r.at = record.data;
        if (!r.name() || !r.name()) return 0;
        r.at += 16;  // serial, refresh, retry, expire
        const auto minimum = r.u32();
        return minimum && r.at == record.data + record.size ? std::min(*minimum, record.ttl) : 0;
    }
    return 0;
}

}  // namespace

std::string_view to_string(Type t) {
    switch (t) {
        case Type::kAaaa: return "AAAA";
        case Type::kSrv: return "SRV";
        case Type::kNaptr: return "NAPTR";
        case Type::kA: break;
    }
    return "A";
}

Result<Answer> parse_answer(Bytes packet, const Question& question) {
    Reader r(packet);
    if (!r.room(12)) return fail(Errc::kTruncated, "shorter than a DNS header", packet.size(), kHeaderRule);
    r.at = 2;
    const std::uint16_t flags = *r.u16();
    std::uint16_t counts[4];
    for (std::uint16_t& count : counts) count = *r.u16();
    if ((flags & 0x8000U) == 0 || (flags & 0x7800U) != 0) return fail(Errc::kSyntax, "not a response to a query", 2, kHeaderRule);
    if ((flags & 0x0200U) != 0) return fail(Errc::kTruncated, "the answer was cut short by its server", 2, kHeaderRule);
    const unsigned rcode = flags & 0x0fU;
    if (rcode != 0 && rcode != 3) return fail(Errc::kIo, cat("the name server answers ", rcode_name(rcode)), 3, kHeaderRule);
    if (counts[0] != 1) return fail(Errc::kSyntax, "not one question", 4, kHeaderRule);
    const auto asked = r.name();
    const auto type = asked ? r.u16() : std::nullopt;
    const auto cls = type ? r.u16() : std::nullopt;
    if (!cls) return fail(Errc::kTruncated, "the question is cut off", r.at, kNameRule);
    if (*asked != question.name || *type != static_cast<std::uint16_t>(question.type) || *cls != kInternet) {
        return fail(Errc::kSyntax, "the answer to another question", 12, kHeaderRule);
    }

    std::vector<Record> sections[3];
    std::size_t read = 0;
    for (std::size_t section = 0; section < 3; ++section) {
        for (std::uint16_t i = 0; i < counts[section + 1] && read < kMaxRecords; ++i, ++read) {
            auto record = read_record(r);
            if (!record) return fail(Errc::kSyntax, "a record cannot be read", r.at, kRecordRule);
            sections[section].push_back(std::move(*record));
        }
    }

    Answer out;
    out.exists = rcode == 0;
    std::optional<std::uint32_t> ttl;
    const auto lives = [&ttl](std::uint32_t seconds) { ttl = std::min(ttl.value_or(seconds), seconds); };
    // RFC 1034 §3.6.2: the records of the name that the aliases lead to, in whatever order they stand.
    std::string name = question.name;
    for (std::size_t alias = 0; alias < kMaxAliases; ++alias) {
        const auto found = std::find_if(sections[0].begin(), sections[0].end(),
                                        [&name](const Record& record) { return record.type == kCname && record.name == name; });
        if (found == sections[0].end()) break;
        r.at = found->data;
        auto to = r.name();
        if (!to || r.at != found->data + found->size) return fail(Errc::kSyntax, "a CNAME cannot be read", found->data, "RFC 1035 §3.3.1");
        lives(found->ttl);
        name = std::move(*to);
    }
    for (const Record& record : sections[0]) {
        if (record.type != *type || record.name != name) continue;
        if (!take(r, record, out)) return fail(Errc::kSyntax, cat("a record of type ", to_string(question.type), " cannot be read"), record.data, kRecordRule);
        lives(record.ttl);
    }
    if (out.negative()) {
        lives(negative_ttl(r, sections[1]));
    } else {
        for (const Record& record : sections[2]) {
            const bool address = record.type == static_cast<std::uint16_t>(Type::kA) || record.type == static_cast<std::uint16_t>(Type::kAaaa);
            // Only for names that the answer itself mentions: others would be somebody's word for somebody else.
            const bool mentioned = address && std::any_of(out.srv.begin(), out.srv.end(), [&](const Srv& s) { return s.target == record.name; });
            if (!mentioned || out.additional.size() >= kMaxKept) continue;
            if (const auto ip = read_address(r, record)) {
                out.additional.push_back({record.name, *ip});
                lives(record.ttl);
            }
        }
    }
    out.ttl_s = ttl.value_or(0);
    return out;
}

}  // namespace tandem::dns
