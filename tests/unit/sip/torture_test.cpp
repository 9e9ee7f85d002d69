// Knows: messages that try a parser as those of RFC 4475 do, and the verdict that a proxy's scanner owes each of them; the RFC's own
// messages where they are there as files ([.corpora]: a test of its own, so that it can be skipped).
// Must not know: routing (so 420, 483 and loop answers, which are the proxy's, count as accepted here).
// Next: message_test.cpp, field by field.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/text.h"
#include "sip/message.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

std::filesystem::path corpora() {
    // ctest names the optional data folder beside the source tree (tests/CMakeLists.txt).
    if (const char* dir = std::getenv("TANDEM_CORPORA")) return dir;
    return "../shared/corpora";
}

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// ctest takes the word for a skipped test.
void skip() { std::puts("SKIP: no corpora beside the source tree (TANDEM_CORPORA)"); }

// What the scanner alone must say for a cell of the table: 0 accepted, -1 dropped, else the status.
int expected(std::string_view cell) {
    cell = cell.substr(0, cell.find(';'));
    if (istarts_with(cell, "drop")) return -1;
    if (const auto status = to_number<std::uint16_t>(cell.substr(0, 3))) {
        return *status == 420 || *status == 483 ? 0 : *status;
    }
    return 0;
}

int got(const Verdict& v) {
    return v.action == Verdict::Action::kAccept ? 0 : v.action == Verdict::Action::kDrop ? -1 : v.status;
}

}  // namespace

TEST_CASE("torture: messages as hard as those of RFC 4475 get the verdict that a proxy owes them", "[sip][torture]") {
    struct Row {
        std::string_view clause, start, fields, body;
        int strict, lenient;
    };
    // Start line and what stands beside (or, by its name, instead of) the fields of a plain request.
    const Row row = GENERATE(values<Row>({
        {"3.1.1.1 blanks and folds", "INVITE sip:+4930123456@example.net;unknown SIP/2.0",
         "TO :\r\n sip:+4930123456@example.net ;   tag    = 1918181833n\r\nfrom   : \"A \\\\\\\"\"       <sip:ann@example.com>\r\n  ;\r\n"
         "  tag = 98\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: odd.1\r\nCSeq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n"
         "    192.0.2.2;branch=390sk\r\nv:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n"
         " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\nNewFangled:   one\r\n two\r\n", "", 0, 0},
        {"3.1.1.2 every character that a token may have", "!odd-Method*`_'~+%.0 sip:x!$&'()*+,;=?/~_@example.com SIP/2.0",
         "CSeq: 7 !odd-Method*`_'~+%.0\r\nX-!.%*_+`'~: bytes \x01\xC3\xA4\xE2\x82\xAC\r\n", "", 0, 0},
        {"3.1.1.3 escapes", "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
         "From: <sip:I%20have%20blanks@example.net>;tag=938\r\nContact: <sip:cal%6Cer@192.0.2.5;%6C%72;n%61me=v%61lue%25%34%31>\r\n", "", 0, 0},
        {"3.1.1.4 an escaped NUL is a byte of the user part", "REGISTER sip:example.com SIP/2.0",
         "CSeq: 1 REGISTER\r\nTo: <sip:null-%00-null@example.com>\r\nContact: <sip:%00@192.0.2.3>\r\n", "", 0, 0},
        {"3.1.1.6 no blank between display name and address", "OPTIONS sip:user@example.com SIP/2.0",
         "CSeq: 6 OPTIONS\r\nFrom: caller<sip:caller@example.com>;tag=323\r\n", "", 0, 0},
        {"3.1.1.8 a second message behind the first", "REGISTER sip:example.com SIP/2.0", "CSeq: 8 REGISTER\r\nContent-Length: 0\r\n",
         "INVITE sip:joe@example.com SIP/2.0\r\nVia: broken\r\n\r\n", 0, 0},
        {"3.1.1.9 parameters in the user part", "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", "CSeq: 8 OPTIONS\r\n", "", 0, 0},
        {"3.1.1.10 transports that nobody has", "OPTIONS sip:user@example.com SIP/2.0",
         "CSeq: 60 OPTIONS\r\nVia: SIP/2.0/UDP t1.example.com;branch=z9hG4bKa\r\nVia: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKb\r\n"
         "Via: SIP/2.0/UNKNOWN t3.example.com;branch=z9hG4bKc\r\n", "", 0, 0},
        {"3.1.2.1 separators without a value", "INVITE sip:joe@example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n", "", 400, 400},
        {"3.1.2.2 more is said than came", "INVITE sip:joe@example.com SIP/2.0", "Content-Length: 9999\r\n", "v=0\r\n", 400, 400},
        {"3.1.2.3 less than nothing", "INVITE sip:joe@example.com SIP/2.0", "Content-Length: -999\r\n", "v=0\r\n", 400, 400},
        {"3.1.2.4 a sequence number past 32 bits", "REGISTER sip:example.com SIP/2.0", "CSeq: 36893488147419103232 REGISTER\r\n", "", 400, 400},
        {"3.1.2.6 a quote that never ends", "INVITE sip:joe@example.com SIP/2.0", "To: \"Mr. J. Joe <sip:joe@example.com>\r\n", "", 400, 400},
        {"3.1.2.7 brackets around the Request-URI", "INVITE <sip:joe@example.com> SIP/2.0", "", "", 400, 0},
        {"3.1.2.8 blanks in the Request-URI", "INVITE sip:joe@example.com; lr SIP/2.0", "", "", 400, 400},
        {"3.1.2.9 several blanks in the start line", "INVITE  sip:joe@example.com  SIP/2.0", "", "", 400, 0},
        {"3.1.2.10 a blank behind the start line", "OPTIONS sip:joe@example.com SIP/2.0  ", "CSeq: 1 OPTIONS\r\n", "", 400, 0},
        {"3.1.2.11 headers in the Request-URI", "INVITE sip:joe@example.com?Route=%3Csip:example.com%3E SIP/2.0", "", "", 400, 0},
        {"3.1.2.13 parameters without brackets", "REGISTER sip:example.com SIP/2.0",
         "CSeq: 1 REGISTER\r\nContact: sip:joe@example.com?Route=%3Csip:sip.example.com%3E\r\n", "", 400, 0},
        {"3.1.2.14 blanks inside the brackets", "OPTIONS sip:joe@example.org SIP/2.0", "CSeq: 1 OPTIONS\r\nTo: \"Joe\" < sip:joe@example.org >\r\n", "", 400, 0},
        {"3.1.2.15 a display name that needs quotes", "OPTIONS sip:joe@example.org SIP/2.0",
         "CSeq: 1 OPTIONS\r\nFrom: Bell, Alexander <sip:bell@example.com>;tag=43\r\n", "", 400, 0},
        {"3.1.2.16 a version to come", "OPTIONS sip:joe@example.org SIP/7.0", "CSeq: 1 OPTIONS\r\nVia: SIP/7.0/UDP c.example.com;branch=z9hG4bKk\r\n", "", 505, 505},
        {"3.1.2.17 methods that differ", "OPTIONS sip:joe@example.com SIP/2.0", "CSeq: 8 INVITE\r\n", "", 400, 400},
        {"3.1.2.18 an unknown method, and another one", "NEWMETHOD sip:joe@example.com SIP/2.0", "CSeq: 8 INVITE\r\n", "", 501, 501},
        {"3.1.2.19 a status past all", "SIP/2.0 4294967301 better not break the receiver", "", "", -1, -1},
        {"3.2.1 a branch of nothing but the cookie", "OPTIONS sip:joe@example.com SIP/2.0",
         "CSeq: 8 OPTIONS\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK\r\n", "", 400, 0},
        {"3.3.1 what a request must have is not there", "INVITE sip:joe@example.com SIP/2.0", "Call-ID!\r\n", "", 400, 400},
        {"3.3.2 a scheme that nobody knows", "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "CSeq: 3 OPTIONS\r\n", "", 416, 416},
        {"3.3.8 single fields that stand twice", "INVITE sip:joe@example.com SIP/2.0",
         "Call-ID: one\r\nCall-ID: two\r\nMax-Forwards: 70\r\nMax-Forwards: 70\r\n", "", 400, 400},
        {"3.3.9 two lengths", "OPTIONS sip:joe@example.com SIP/2.0", "CSeq: 59 OPTIONS\r\nContent-Length: 13\r\nContent-Length: 5\r\n", "a body, a body", 400, 400},
        {"3.4.1 an INVITE of RFC 2543", "INVITE sip:joe@example.com SIP/2.0", "Max-Forwards!\r\nVia: SIP/2.0/UDP c.example.com\r\nFrom: <sip:c@example.net>\r\n",
         "v=0\r\n", 0, 0},
    }));
    std::string text = cat(row.start, "\r\n");
    for (const std::string_view field :
         {"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtorture", "From: <sip:caller@example.net>;tag=t1", "To: <sip:joe@example.com>",
          "Call-ID: torture.1@192.0.2.1", "CSeq: 1 INVITE", "Max-Forwards: 70"}) {
        const std::string_view name = cut(field, ':').first;
        bool there = false;  // "Name!": it is left out
        for (const std::string_view line : split(row.fields, '\n')) {
            const std::string_view other = trim(cut(cut(line, ':').first, '!').first);
            there = there || iequals(other, name) || (other == "v" && name == "Via");
        }
        if (!there) append(text, field, "\r\n");
    }
    for (const std::string_view line : split(row.fields, '\n')) {
        if (!line.empty() && line.find("!\r") == std::string_view::npos) append(text, line, '\n');
    }
    append(text, "\r\n", row.body);
    INFO(row.clause << '\n' << text);
    const test::ExactBuffer exact(text);
    Message m;
    CHECK(got(scan(exact.text(), Strictness::kStrict, m)) == row.strict);
    INFO("lenient");
    CHECK(got(scan(exact.text(), Strictness::kLenient, m)) == row.lenient);
}

TEST_CASE("torture: the files of RFC 4475 get the verdict of the table", "[.corpora]") {
    const auto table = corpora() / "rfc4475-expected.tsv";
    if (!std::filesystem::exists(table)) {
        return skip();
    }
    Message m;
    int files = 0;
    const std::string text = read(table);
    for (std::string_view line : split(text, '\n')) {
        const auto cells = split(line, '\t');
        if (cells.size() < 5 || cells[0] == "file") continue;
        const std::string bytes = read(corpora() / "rfc4475" / cat(cells[0], ".dat"));
        if (bytes.empty()) continue;
        ++files;
        INFO(cells[0] << " §" << cells[1]);
        test::ExactBuffer exact(bytes);
        // Three answers need more than the message: a broadcast address in a Via below, a 100 and a stray response.
        const bool not_ours = cells[0] == "bcast" || cells[0] == "noreason" || cells[0] == "unreason";
        const Verdict strict = scan(exact.text(), Strictness::kStrict, m);
        if (!not_ours) CHECK(got(strict) == expected(cells[3]));
        INFO("lenient");
        const Verdict lenient = scan(exact.text(), Strictness::kLenient, m);
        if (!not_ours) CHECK(got(lenient) == expected(cells[4]));
        if (not_ours) CHECK(lenient.ok());
    }
    CHECK(files == 49);
}

TEST_CASE("torture: IPv6 messages of RFC 5118 pass, but for the Request-URI without brackets", "[.corpora]") {
    const auto dir = corpora() / "rfc5118";
    if (!std::filesystem::exists(dir)) {
        return skip();
    }
    Message m;
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir)) {
        const std::string bytes = read(entry.path());
        const Verdict v = scan(bytes, Strictness::kLenient, m);
        INFO(entry.path().filename() << ": " << v.reason << " at " << v.offset);
        CHECK(v.ok() == (entry.path().stem() != "ipv6-bad"));
        ++files;
    }
    CHECK(files == 12);
}
