// Knows: how a message falls into lines, names and values: the scanner's frame against one that looks at a byte at a time.
// Must not know: verdicts (message_test.cpp, torture_test.cpp).
#include <catch2/catch.hpp>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "sip/chars.h"
#include "sip/known_names.h"
#include "sip/line_feeds.h"
#include "sip/message.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

constexpr std::string_view kTalk =
    "INVITE sip:+4930123456@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc\r\nf: \"Ann, B.\" <sip:a@b>;tag=a1\r\n"
    "To : <sip:+4930123456@example.com>\r\ni:call-1@host\r\nCSEQ:\t4711 INVITE\r\nX-Odd:\r\nP-Preferred-Identity: <sip:x@y>\r\n"
    "Subject: two\r\n lines\r\nProxy-Authorization: Digest username=\"u\", realm=\"r\"\r\nK: timer,\r\n\t100rel  \r\nl: 4\r\n\r\nv=0\n";

struct Field {
    std::size_t begin, name_size, value_begin, value_end, end;
    HeaderId id;
    bool operator==(const Field&) const = default;
};
std::string shown_field(const Field& f) {
    return cat(f.begin, '+', f.name_size, ' ', f.value_begin, '-', f.value_end, ' ', f.end, " #", static_cast<unsigned>(f.id));
}

HeaderId plain_id(std::string_view name) {
    constexpr std::string_view kCompact = "vftimlceksourbxy";
    constexpr HeaderId kMeant[] = {HeaderId::kVia,          HeaderId::kFrom,    HeaderId::kTo,      HeaderId::kCallId,
                                   HeaderId::kContact,      HeaderId::kContentLength, HeaderId::kContentType, HeaderId::kContentEncoding,
                                   HeaderId::kSupported,    HeaderId::kSubject, HeaderId::kEvent,   HeaderId::kAllowEvents,
                                   HeaderId::kReferTo,      HeaderId::kReferredBy,    HeaderId::kSessionExpires, HeaderId::kIdentity};
    if (const auto at = name.size() == 1 ? kCompact.find(to_lower(name[0])) : std::string_view::npos; at != std::string_view::npos) return kMeant[at];
    for (std::size_t i = 1; i < kHeaderIdCount; ++i) {
        if (iequals(name, to_string(static_cast<HeaderId>(i)))) return static_cast<HeaderId>(i);
    }
    return HeaderId::kOther;
}

// The fields of a message from the first byte behind its start line, a byte at a time; stops where nothing more can be told.
std::vector<Field> plain_fields(std::string_view text, std::size_t at) {
    const auto line_end = [text](std::size_t from) {
        while (from < text.size() && text[from] != '\n') ++from;
        return from < text.size() ? from + 1 : std::string_view::npos;
    };
    std::vector<Field> out;
    while (at < text.size() && text[at] != '\n' && text.substr(at, 2) != "\r\n") {
        std::size_t end = line_end(at);
        while (end < text.size() && is_space(text[end])) end = line_end(end);
        if (end == std::string_view::npos) break;
        const std::string_view line = text.substr(at, end - at);
        const std::size_t colon = line.find(':');
        std::size_t name = colon == std::string_view::npos ? 0 : colon;
        while (name > 0 && is_space(line[name - 1])) --name;
        if (is_token(line.substr(0, name)) && out.size() < kMaxHeaders) {
            const std::string_view value = trim_lws(line.substr(colon + 1));
            const std::size_t value_begin = value.empty() ? at + colon + 1 : static_cast<std::size_t>(value.data() - text.data());
            out.push_back({at, name, value_begin, value_begin + value.size(), end, plain_id(line.substr(0, name))});
        }
        at = end;
    }
    return out;
}

std::vector<Field> scanned_fields(const Message& m) {
    std::vector<Field> out;
    for (const Header& h : m.headers()) out.push_back({h.begin, h.name_size, h.value_begin, h.value_end, h.end, h.id});
    return out;
}

void same(std::string_view text, Message& m) {
    const Verdict verdict = scan(text, Strictness::kLenient, m);
    if (verdict.action == Verdict::Action::kDrop && m.headers_begin() == 0) return;  // no start line
    if (verdict.reason == "not SIP" || verdict.rule == "RFC 3261 §7.2") return;
    const auto plain = plain_fields(text, m.headers_begin()), scanned = scanned_fields(m);
    INFO(shown(text));
    REQUIRE(scanned.size() == plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i) REQUIRE(shown_field(scanned[i]) == shown_field(plain[i]));
    // Fields of one name are linked in their order.
    for (std::size_t id = 1; id < kHeaderIdCount; ++id) {
        std::size_t linked = 0, counted = 0;
        for (const Field& f : plain) counted += f.id == static_cast<HeaderId>(id) ? 1U : 0U;
        std::uint32_t at = 0;
        for (const Header* h = m.first(static_cast<HeaderId>(id)); h != nullptr; h = m.next(*h)) {
            REQUIRE((linked == 0 || h->begin > at));
            at = h->begin;
            ++linked;
        }
        REQUIRE(linked == counted);
    }
}

}  // namespace

TEST_CASE("frame: names are known in any case, and nothing that is nearly one", "[sip][frame]") {
    for (std::size_t i = 0; i < kHeaderIdCount; ++i) {
        const std::string_view name = to_string(static_cast<HeaderId>(i));
        for (std::size_t at = 0; at < name.size(); ++at) {
            std::string text(name);
            CHECK(header_id_from(lower(text)) == static_cast<HeaderId>(i));
            for (int byte = 0; byte < 256; ++byte) {
                text[at] = static_cast<char>(byte);
                const HeaderId wanted = to_lower(text[at]) == to_lower(name[at]) ? static_cast<HeaderId>(i) : plain_id(text);
                if (header_id_from(text) != wanted) FAIL(shown(text));
            }
            text.assign(name).erase(at, 1);
            CHECK(header_id_from(text) == plain_id(text));
            text.assign(name).insert(at, 1, name[at]);
            CHECK(header_id_from(text) == plain_id(text));
        }
    }
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        CHECK(header_id_from(text) == plain_id(text));
    }
    CHECK(header_id_from("") == HeaderId::kOther);
    CHECK(header_id_from(std::string(21, 'a')) == HeaderId::kOther);
    CHECK(header_id_from(std::string(100'000, 'v')) == HeaderId::kOther);
}

TEST_CASE("frame: what stands behind a name does not change what it means", "[sip][frame]") {
    for (std::size_t i = 1; i < kHeaderIdCount; ++i) {
        const std::string_view name = to_string(static_cast<HeaderId>(i));
        for (const char* behind : {"aaaaaaaaaaaaaaaaaaaaaaaa", ": sip:x@example.com;lr;x", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
            const std::string text = cat(name, behind);
            CHECK(sip::detail::known_name(text.data(), name.size()) == static_cast<HeaderId>(i));
            CHECK(sip::detail::known_name(text.data(), name.size() - 1) == plain_id(name.substr(0, name.size() - 1)));
        }
    }
}

TEST_CASE("frame: the scanner finds the fields that a walk from byte to byte finds", "[sip][frame]") {
    const auto m = std::make_unique<Message>();
    same(kTalk, *m);
    REQUIRE(m->headers().size() == 11);
    for (std::size_t n = 0; n <= kTalk.size(); ++n) {
        const test::ExactBuffer cut(kTalk.substr(0, n));
        same(cut.text(), *m);
    }
    constexpr std::string_view kPieces[] = {"\r\n", "\n", "\r", " ", "\t", ":", "\r\n ", "\n\t", "V: x\r\n", "Content-Length: 0\r\n", "\r\r\n",
                                            "Call\rID: 1\r\n", "P-Asserted-Identity:a\n", "\xff", "Authentication-Info : b\r\n"};
    std::mt19937_64 draw(20261123);
    for (int round = 0; round < 20'000; ++round) {
        std::string text(kTalk);
        for (auto times = 1 + draw() % 5; times > 0; --times) {
            const auto at = 44 + draw() % (text.size() - 44);  // the start line stays
            switch (draw() % 5) {
                case 0: text[at] = static_cast<char>(draw()); break;
                case 1: text.erase(at, 1 + draw() % 9); break;
                case 2: text.insert(at, kPieces[draw() % std::size(kPieces)]); break;
                case 3: text[at] = static_cast<char>(text[at] ^ 0x20); break;
                default: text.insert(at, std::string(draw() % 70, 'x')); break;
            }
            if (text.size() < 60) break;
        }
        const test::ExactBuffer exact(text);
        same(exact.text(), *m);
    }
}

TEST_CASE("frame: line ends and the first CR that ends no line, wherever they stand", "[sip][frame]") {
    std::mt19937_64 draw(7);
    for (int round = 0; round < 4'000; ++round) {
        std::string text(draw() % 700, 'x');
        const auto marks = draw() % 40;
        for (std::size_t i = 0; i < marks && !text.empty(); ++i) {
            const auto at = draw() % text.size();
            text[at] = draw() % 3 == 0 ? '\r' : '\n';
            if (draw() % 2 == 0 && at > 0) text[at - 1] = '\r';
        }
        const std::size_t from = text.empty() ? 0 : draw() % text.size();
        const test::ExactBuffer exact(text);
        LineFeeds feeds;
        feeds.begin(exact.text(), from);
        for (std::size_t at = from; at < text.size(); ++at) {
            if (text[at] == '\n') REQUIRE(feeds.next() == at + 1);
        }
        REQUIRE(feeds.next() == std::string_view::npos);
        std::size_t bare = from;
        while (bare < text.size() && !(text[bare] == '\r' && text.substr(bare + 1, 1) != "\n")) ++bare;
        // Of a CR that is the very last byte nothing is said: it ends a line or not by what follows.
        if (bare + 1 >= text.size()) bare = std::string_view::npos;
        if (const auto told = feeds.bare_return(); told + 1 != text.size()) REQUIRE(told == bare);
    }
}
