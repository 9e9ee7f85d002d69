// Knows: when the days left of certificates are told, on a clock of the test's own.
// Must not know: sockets.
#include "sip-trunk-proxy/certificates.h"

#include <catch2/catch.hpp>

#include "unit/tls/certificates.h"

using namespace tandem;
using namespace tandem::proxy;

namespace {

std::shared_ptr<const tls::Context> context_of(const test::Certificates& c, std::initializer_list<std::string_view> names,
                                               std::vector<std::string>& warnings) {
    tls::ContextFiles files;
    for (const std::string_view name : names) files.certificates.push_back({c.path(cat(name, ".pem")), c.path(cat(name, ".key"))});
    files.issuers = c.path("ca.pem");
    auto made = tls::Context::load(files, warnings);
    REQUIRE(made.has_value());
    return *made;
}

}  // namespace

TEST_CASE("certificates: their days are told at load, and day by day once there are fewer than 30", "[proxy][tls]") {
    if (!test::have_openssl()) return;
    test::Certificates c;
    c.leaf("long", "DNS:long.example", {}, "ca", 100);
    c.leaf("short", "DNS:short.example", {}, "ca", 10);
    std::vector<std::string> warnings;
    auto topology = std::make_shared<topology::Topology>();
    topology->realms.resize(2);
    topology->realms[0].name = "inside";
    topology->realms[1].name = "outside";
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->topology = topology;
    snapshot->tls = {nullptr, context_of(c, {"long", "short"}, warnings)};
    // As any other warning of what a topology names.
    REQUIRE(warnings.size() == 1);
    INFO(warnings[0]);
    const std::string said = cat(c.path("short.pem"), ": the certificate expires in ");
    CHECK((warnings[0] == cat(said, "10 days") || warnings[0] == cat(said, "9 days")));  // it may be a second old by now

    FakeClock clock(WallTime{std::chrono::system_clock::now() + seconds(60)});
    Log log;
    std::vector<std::string> told;
    CertificateWatch watch(clock, log, [&](std::string_view name, const std::string& detail, std::uint64_t days) {
        told.push_back(cat(name, ' ', detail, ' ', days));
    });
    CHECK(watch.next_deadline() == MonoTime::max());
    watch.adopt(snapshot);
    const std::string of_long = cat("certificate_days_left realm outside: ", c.path("long.pem"), ' ');
    const std::string of_short = cat("certificate_days_left realm outside: ", c.path("short.pem"), ' ');
    CHECK(told == std::vector<std::string>{cat(of_long, 99), cat(of_short, 9)});
    told.clear();
    clock.advance(std::chrono::hours(23));
    watch.on_time();
    CHECK(told.empty());
    for (int day = 1; day <= 12; ++day) {
        clock.advance(watch.next_deadline() - clock.mono());
        watch.on_time();
    }
    REQUIRE(told.size() == 12);  // the long one has time yet
    CHECK(told.front() == cat(of_short, 8));
    CHECK(told.back() == cat(of_short, 0));  // expired
    told.clear();
    for (int day = 13; day <= 72; ++day) {
        clock.advance(watch.next_deadline() - clock.mono());
        watch.on_time();
    }
    CHECK(std::count(told.begin(), told.end(), cat(of_long, 29)) == 1);
    CHECK(std::count(told.begin(), told.end(), cat(of_long, 30)) == 0);
}

TEST_CASE("certificates: without TLS nothing is watched", "[proxy][tls]") {
    auto topology = std::make_shared<topology::Topology>();
    topology->realms.resize(1);
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->topology = topology;
    snapshot->tls = {nullptr};
    FakeClock clock;
    Log log;
    bool told = false;
    CertificateWatch watch(clock, log, [&](std::string_view, const std::string&, std::uint64_t) { told = true; });
    watch.adopt(snapshot);
    CHECK_FALSE(told);
    CHECK(watch.next_deadline() == MonoTime::max());
}
