// Knows: what the scanner makes of well-formed and broken messages, field by field.
// Must not know: transactions, sockets.
#include "sip/message.h"

#include <catch2/catch.hpp>
#include <string>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

const std::string kInvite =
    "INVITE sip:+4930123456@example.com;user=phone SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.1:5062;rport;branch=z9hG4bKabc\r\n"
    "Via: SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bKdef, SIP/2.0/UDP b.example.com;branch=z9hG4bKghi\r\n"
    "f: \"Ann, B.\" <sip:ann@example.org>;tag=a1\r\n"
    "t: <sip:+4930123456@example.com>\r\n"
    "i: call-1@host\r\n"
    "CSeq: 4711 INVITE\r\n"
    "Max-Forwards: 69\r\n"
    "m: <sip:ann@192.0.2.1:5062>\r\n"
    "k: timer,\r\n 100rel\r\n"
    "X-Odd : kept\r\n"
    "c: application/sdp\r\n"
    "l: 5\r\n"
    "\r\n"
    "v=0\r\nTRAILING";

std::string with(std::string_view from, std::string_view to, std::string text = kInvite) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Verdict lenient(std::string_view text) {
    static Message m;
    return scan(text, Strictness::kLenient, m);
}
Verdict strict(std::string_view text) {
    static Message m;
    return scan(text, Strictness::kStrict, m);
}

}  // namespace

TEST_CASE("message: a request is read as spans over its bytes", "[sip][message]") {
    Message m;
    const Verdict v = scan(kInvite, Strictness::kStrict, m);
    REQUIRE(v.ok());
    CHECK(m.is_request());
    CHECK(m.method() == Method::kInvite);
    CHECK(m.request_uri() == "sip:+4930123456@example.com;user=phone");
    CHECK(m.top_via().host == "192.0.2.1");
    CHECK(m.top_via().port == 5062);
    CHECK(m.top_via().branch() == "z9hG4bKabc");
    CHECK(m.top_via().rfc3261_branch());
    CHECK(m.from().display == "\"Ann, B.\"");
    CHECK(m.from().uri_text == "sip:ann@example.org");
    CHECK(m.from_tag() == "a1");
    CHECK(m.to_tag().empty());
    CHECK(m.call_id() == "call-1@host");
    CHECK(m.cseq().number == 4711);
    CHECK(m.max_forwards() == 69U);
    CHECK(m.content_length() == 5U);
    CHECK(m.body() == "v=0\r\n");
    CHECK(m.trailing_bytes() == 8);
    CHECK(m.value(HeaderId::kContentType) == "application/sdp");
    REQUIRE(m.find("x-odd") != nullptr);
    CHECK(m.value(*m.find("x-odd")) == "kept");
    CHECK(m.headers().size() == 12);
    CHECK_FALSE(m.needs_repair());
}

TEST_CASE("message: lists run over lines and commas alike, folds are blanks", "[sip][message]") {
    Message m;
    REQUIRE(scan(kInvite, Strictness::kStrict, m).ok());
    ValueCursor vias(m, HeaderId::kVia);
    CHECK(vias.next()->substr(0, 19) == "SIP/2.0/UDP 192.0.2");
    CHECK(parse_via(*vias.next())->host == "2001:db8::1");
    CHECK(parse_via(*vias.next())->host == "b.example.com");
    CHECK_FALSE(vias.next().has_value());
    CHECK(has_token(m, HeaderId::kSupported, "TIMER"));
    CHECK(has_token(m, HeaderId::kSupported, "100rel"));
    CHECK_FALSE(has_token(m, HeaderId::kSupported, "100"));
}

TEST_CASE("message: a response is read", "[sip][message]") {
    Message m;
    REQUIRE(scan("SIP/2.0 180 Ringing now\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
                 "To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n",
                 Strictness::kStrict, m)
                .ok());
    CHECK_FALSE(m.is_request());
    CHECK(m.status() == 180);
    CHECK(m.reason_phrase() == "Ringing now");
    CHECK(m.to_tag() == "2");
    CHECK_FALSE(m.content_length().has_value());
}

TEST_CASE("message: one message object serves one datagram after the other", "[sip][message]") {
    Message m;
    REQUIRE(scan(kInvite, Strictness::kLenient, m).ok());
    REQUIRE(scan("SIP/2.0 100 \r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\n"
                 "CSeq: 1 INVITE\r\n\r\n",
                 Strictness::kLenient, m)
                .ok());
    CHECK(m.value(HeaderId::kContentType).empty());
    CHECK(m.headers().size() == 5);
    CHECK(m.request_uri().empty());
    CHECK_FALSE(m.max_forwards().has_value());
}

TEST_CASE("message: what is wrong gets the response due and the rule", "[sip][message]") {
    struct Row {
        std::string name, text;
        int strict_status, lenient_status;  // 0 = accepted, -1 = dropped
    };
    const Row rows[] = {
        {"blanks in the start line", with("INVITE sip", "INVITE   sip"), 400, 0},
        {"blank after the version", with("SIP/2.0\r\nVia", "SIP/2.0 \r\nVia"), 400, 0},
        {"brackets around the Request-URI", with("sip:+4930123456@example.com;user=phone", "<sip:a@b>"), 400, 0},
        {"headers in the Request-URI", with(";user=phone", "?Route=%3Csip:x%3E"), 400, 0},
        {"blank in the Request-URI", with(";user", "; user"), 400, 400},
        {"port 0 in the Request-URI", with("example.com;user", "example.com:0;user"), 400, 400},
        {"foreign scheme", with("sip:+4930123456@example.com;user=phone", "nobodyKnowsThisScheme:totallyopaque"), 416,
         416},
        {"tel URI is ours", with("sip:+4930123456@example.com;user=phone", "tel:+4930123456"), 0, 0},
        {"SIP/7.0", with("SIP/2.0\r\nVia", "SIP/7.0\r\nVia"), 505, 505},
        {"no SIP version", with(" SIP/2.0\r\nVia", "\r\nVia"), -1, -1},
        {"quote that never closes", with("\"Ann, B.\"", "\"Ann, B."), 400, 400},
        {"unquoted comma in the display name", with("\"Ann, B.\"", "Ann, B."), 400, 0},
        {"blanks inside the brackets", with("<sip:ann@example.org>", "< sip:ann@example.org >"), 400, 0},
        {"CSeq of another method", with("4711 INVITE", "4711 BYE"), 400, 400},
        {"CSeq of 2^31", with("4711 INVITE", "2147483648 INVITE"), 400, 400},
        {"CSeq below 2^31", with("4711 INVITE", "2147483647 INVITE"), 0, 0},
        {"CSeq with overflowing number", with("4711 INVITE", "36893488147419103232 INVITE"), 400, 400},
        {"Max-Forwards 256", with("Max-Forwards: 69", "Max-Forwards: 256"), 400, 400},
        {"Max-Forwards negative", with("Max-Forwards: 69", "Max-Forwards: -1"), 400, 400},
        {"Content-Length beyond the end", with("l: 5", "l: 500"), 400, 400},
        {"Content-Length negative", with("l: 5", "l: -5"), 400, 400},
        {"two Content-Lengths", with("l: 5\r\n", "l: 5\r\nContent-Length: 5\r\n"), 400, 400},
        {"two Subjects in a request", with("l: 5\r\n", "s: a\r\nSubject: b\r\nl: 5\r\n"), 400, 400},
        {"missing From", with("f: \"Ann, B.\" <sip:ann@example.org>;tag=a1\r\n", ""), 400, 400},
        {"missing Call-ID", with("i: call-1@host\r\n", ""), 400, 400},
        {"missing CSeq", with("CSeq: 4711 INVITE\r\n", ""), 400, 400},
        {"missing Max-Forwards is RFC 2543", with("Max-Forwards: 69\r\n", ""), 0, 0},
        {"Via with empty parameters", with(";rport;branch=z9hG4bKabc", ";;,;,,"), 400, 400},
        {"Via of another version", with("SIP/2.0/UDP 192", "SIP/3.0/UDP 192"), 400, 400},
        {"Via port 0", with("192.0.2.1:5062;rport", "192.0.2.1:0;rport"), 400, 400},
        {"line without colon", with("X-Odd : kept", "nonsense"), 400, 400},
        {"empty header name", with("X-Odd : kept", ": kept"), 400, 400},
        {"CR within a line", with("X-Odd : kept", "X-Odd : kept\rP-Asserted-Identity: <sip:1@x>"), 400, 400},
        {"two CRs at the end of a line", with("X-Odd : kept", "X-Odd : kept\r"), 400, 400},
        {"CR in the start line", with("INVITE sip", "INVITE \r sip"), 400, 400},
        {"CR in the body", with("v=0\r\n", "v=\r\r\n"), 0, 0},
        {"LF alone ends a line", with("X-Odd : kept\r\n", "X-Odd : kept\n"), 0, 0},
        {"bare cookie as branch", with("z9hG4bKabc", "z9hG4bK"), 400, 0},
        {"Contact with unbracketed headers", with("m: <sip:ann@192.0.2.1:5062>", "m: sip:a@b?Route=x"), 400, 0},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Verdict s = strict(row.text), l = lenient(row.text);
        auto code = [](const Verdict& v) {
            return v.action == Verdict::Action::kAccept ? 0 : v.action == Verdict::Action::kDrop ? -1 : v.status;
        };
        CHECK(code(s) == row.strict_status);
        CHECK(code(l) == row.lenient_status);
        if (code(s) != 0) {
            CHECK_FALSE(s.rule.empty());
            CHECK_FALSE(s.reason.empty());
        }
    }
}

TEST_CASE("message: nobody answers a broken response or ACK", "[sip][message]") {
    CHECK(lenient("SIP/2.0 4294967301 better not\r\nVia: SIP/2.0/UDP h\r\n\r\n").action == Verdict::Action::kDrop);
    CHECK(lenient("SIP/2.0 99 x\r\nVia: SIP/2.0/UDP h\r\n\r\n").action == Verdict::Action::kDrop);
    CHECK(lenient("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nCSeq: 36893488147419103232 INVITE\r\n\r\n").action ==
          Verdict::Action::kDrop);
    CHECK(lenient("ACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n").action == Verdict::Action::kDrop);
    CHECK(lenient("SIP/2.0 200 OK\rX: y\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n").action ==
          Verdict::Action::kDrop);
    CHECK(lenient("OPTIONS sip:a@b SIP/2.0\r\n\r\n").action == Verdict::Action::kDrop);
    CHECK(lenient("\r\n\r\n").action == Verdict::Action::kDrop);
    CHECK(lenient("").action == Verdict::Action::kDrop);
    CHECK(lenient(std::string_view("\0\0\0\0", 4)).action == Verdict::Action::kDrop);
}

TEST_CASE("message: duplicated single fields of a response are taken and marked for repair", "[sip][message]") {
    Message m;
    const std::string text =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\n"
        "CSeq: 1 INVITE\r\nServer: a\r\nServer: b\r\n\r\n";
    CHECK(scan(text, Strictness::kLenient, m).ok());
    CHECK(m.has_duplicates());
    CHECK(m.needs_repair());
    CHECK(m.next(*m.first(HeaderId::kServer)) != nullptr);
}

TEST_CASE("message: limits of headers and Vias hold", "[sip][message]") {
    std::string many;
    for (int i = 0; i < 300; ++i) many += "X-H: v\r\n";
    CHECK(lenient(with("X-Odd : kept\r\n", many)).status == 513);
    std::string vias;
    for (int i = 0; i < 71; ++i) vias += "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n";
    CHECK(lenient(with("Via: SIP/2.0/UDP 192.0.2.1", vias + "Via: SIP/2.0/UDP 192.0.2.1")).status == 482);

    // What came with seventy went on with ours on top, and the response has them all.
    const auto verdict = [](std::string_view start, std::size_t count) {
        std::string text = cat(start, "\r\n");
        for (std::size_t i = 0; i < count; ++i) append(text, "Via: SIP/2.0/UDP h;branch=z9hG4bK", i, "\r\n");
        return lenient(cat(text, "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n"));
    };
    CHECK(verdict("INVITE sip:a@b SIP/2.0", kMaxVias).ok());
    CHECK(verdict("INVITE sip:a@b SIP/2.0", kMaxVias + 1).status == 482);
    CHECK(verdict("SIP/2.0 200 OK", kMaxVias + 1).ok());
    CHECK(verdict("SIP/2.0 200 OK", kMaxVias + 2).action == Verdict::Action::kDrop);
}

TEST_CASE("message: every truncation is judged without reading past the end", "[sip][message]") {
    Message m;
    std::size_t accepted = 0;
    test::for_each_truncation(kInvite, [&](const test::ExactBuffer& b) {
        accepted += scan(b.text(), Strictness::kStrict, m).ok() ? 1U : 0U;
        scan(b.text(), Strictness::kLenient, m);
    });
    // Strict takes it only once the body is whole; what is cut then is trailing.
    CHECK(accepted == std::string("TRAILING").size());
}

TEST_CASE("message: header names of each length and both forms", "[sip][header]") {
    for (std::size_t i = 1; i < kHeaderIdCount; ++i) {
        const auto id = static_cast<HeaderId>(i);
        INFO(to_string(id));
        CHECK(header_id_from(to_string(id)) == id);
    }
    CHECK(header_id_from("via") == HeaderId::kVia);
    CHECK(header_id_from("V") == HeaderId::kVia);
    CHECK(header_id_from("L") == HeaderId::kContentLength);
    CHECK(header_id_from("") == HeaderId::kOther);
    CHECK(header_id_from("Vib") == HeaderId::kOther);
    CHECK(header_id_from("Call\rID") == HeaderId::kOther);  // names are compared a word at a time, where CR looks like '-'
    CHECK(header_id_from("P-Asserted-Identities-And-More") == HeaderId::kOther);
    CHECK_FALSE(single_instance(HeaderId::kVia));
    CHECK(single_instance(HeaderId::kSubject));
}

TEST_CASE("scan: line ends and bare CRs are found at every place of a block", "[sip][scan]") {
    const std::string_view tail = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n";
    Message m;
    for (std::size_t n = 0; n < 400; ++n) {
        const std::string filler(n, 'x');
        const std::string head = cat("OPTIONS sip:b@h SIP/2.0\r\nX-Long: ", filler, "\r\n\t", filler, "\r\nY:\r\nZ: \n", tail);
        // In the body a CR alone is nobody's business.
        const std::string text = cat(head, "Content-Length: 3\r\n\r\na\rb");
        INFO(n);
        REQUIRE(scan(text, Strictness::kLenient, m).ok());
        REQUIRE(m.headers().size() == 9);
        CHECK(m.value(m.headers()[0]) == cat(filler, n == 0 ? "" : "\r\n\t", filler));
        CHECK(m.body() == "a\rb");
        CHECK(m.call_id() == "c");
        if (n == 0) continue;
        std::string bare = text;
        bare.insert(text.find(filler) + n / 2, "\r");
        const Verdict verdict = scan(bare, Strictness::kLenient, m);
        CHECK(verdict.action == Verdict::Action::kReject);
        CHECK(verdict.reason == "CR without LF");
        CHECK(bare[verdict.offset] == '\r');
    }
}
