// Knows: the messages of RFC 4475 as files, and the verdict that a proxy's scanner owes each of them.
// Must not know: routing (so 420, 483 and loop answers, which are the proxy's, count as accepted here).
#include <catch2/catch.hpp>
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
    if (const char* dir = std::getenv("TANDEM_CORPORA")) return dir;
    // The optional data folder beside the source tree.
    return std::filesystem::path(__FILE__).parent_path() / "../../../../shared/corpora";
}

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

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

TEST_CASE("torture: the files of RFC 4475 get the verdict of the table", "[sip][torture]") {
    const auto table = corpora() / "rfc4475-expected.tsv";
    if (!std::filesystem::exists(table)) {
        WARN("SKIP: no corpora beside the source tree (TANDEM_CORPORA)");
        return;
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

TEST_CASE("torture: IPv6 messages of RFC 5118 pass, but for the Request-URI without brackets", "[sip][torture]") {
    const auto dir = corpora() / "rfc5118";
    if (!std::filesystem::exists(dir)) {
        WARN("SKIP: no corpora beside the source tree (TANDEM_CORPORA)");
        return;
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
