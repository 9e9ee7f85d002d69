// Knows: two engines that talk over memory: who is let in, what is told, which certificate is shown.
// Must not know: sockets.
#include "tls/engine.h"

#include <catch2/catch.hpp>

#include "certificates.h"

using namespace tandem;
using namespace tandem::tls;
using Usage = Engine::ClientUsage;

namespace {

std::shared_ptr<const Context> load(const ContextFiles& files) {
    std::vector<std::string> warnings;
    auto made = Context::load(files, warnings);
    if (!made) UNSCOPED_INFO(made.error().what);
    REQUIRE(made.has_value());
    return *made;
}

ContextFiles files(const test::Certificates& c, std::string_view name, ClientCertificates clients = ClientCertificates::kNone, std::string_view issuers = "ca") {
    return {{{c.path(cat(name, ".pem")), c.path(cat(name, ".key"))}}, c.path(cat(issuers, ".pem")), clients};
}

// Drives both to the end, a byte at a time when asked; gives what each said at the end ("" = good).
struct Talk {
    Engine client, server;
    std::string client_said, server_said;

    Talk(std::shared_ptr<const Context> c, const Expected& expected, std::shared_ptr<const Context> s, Usage usage = Usage::kDemanded, std::size_t piece = 1 << 20)
        : client(std::move(c), expected), server(std::move(s), usage) {
        bool client_done = false, server_done = false;
        for (int round = 0; round < 20; ++round) {
            step(client, client_said, client_done, piece);
            step(server, server_said, server_done, piece);
        }
        if (client_said.empty() && !client_done) client_said = "not done";
        if (server_said.empty() && !server_done) server_said = "not done";
        // By TLS 1.3 a client is done before its certificate is looked at; the alert comes as data.
        if (client_said.empty()) {
            bool closed = false;
            const Status read = client.read(to_client_, [](std::string_view) {}, closed);
            if (!read) client_said = read.error().what;
        }
    }

private:
    std::string to_client_, to_server_;
    void step(Engine& e, std::string& said, bool& done, std::size_t piece) {
        std::string& in = &e == &client ? to_client_ : to_server_;
        std::string& out = &e == &client ? to_server_ : to_client_;
        if (done || !said.empty()) return;
        do {
            const auto progress = e.handshake(std::string_view(in).substr(0, piece));
            in.erase(0, std::min(piece, in.size()));
            e.take_pending(out);
            if (!progress) said = progress.error().what;
            done = progress && *progress == Engine::Progress::kDone;
        } while (!in.empty() && !done && said.empty());
    }
};

}  // namespace

TEST_CASE("tls: a good certificate of the right name makes a connection, whatever the pieces", "[tls]") {
    if (!test::have_openssl()) return;
    test::Certificates c;
    c.leaf("server", "DNS:sip.example.net");
    c.leaf("client", "DNS:client.example.net");
    const auto server = load(files(c, "server")), client = load(files(c, "client"));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
        Talk t(client, {"sip.example.net", NameProfile::kRfc5922}, server, Usage::kDemanded, piece);
        CHECK(t.client_said == "");
        CHECK(t.server_said == "");
        REQUIRE(t.client.peer());
        CHECK(t.client.peer()->str() == "DNS:sip.example.net");
        CHECK_FALSE(t.server.peer());  // it was not asked
        CHECK(t.client.description().starts_with("TLSv1.3 "));

        std::string wire, heard;
        const std::string said(100'000, 'x');
        REQUIRE(t.client.write(said));
        t.client.take_pending(wire);
        bool closed = false;
        for (std::string_view rest = wire; !rest.empty(); rest.remove_prefix(std::min<std::size_t>(rest.size(), 999))) {
            REQUIRE(t.server.read(rest.substr(0, 999), [&](std::string_view plain) { heard += plain; }, closed));
        }
        CHECK(heard == said);
        Talk broken(client, {"sip.example.net", NameProfile::kRfc5922}, server);
        CHECK_FALSE(broken.server.read("garbage that is no record", [](std::string_view) {}, closed));
        t.client.close();
        wire.clear();
        t.client.take_pending(wire);
        REQUIRE(t.server.read(wire, [](std::string_view) {}, closed));
        CHECK(closed);
    }
}

TEST_CASE("tls: who is refused, and in which words", "[tls]") {
    if (!test::have_openssl()) return;
    test::Certificates c;
    c.authority("stranger");
    c.leaf("server", "DNS:sip.example.net");
    c.leaf("wildcard", "DNS:*.example.net");
    c.leaf("address", "IP:192.0.2.1");
    c.leaf("expired", "DNS:sip.example.net", {}, "ca", -1);
    c.leaf("strange", "DNS:sip.example.net", {}, "stranger");
    c.leaf("client", "DNS:client.example.net", "clientAuth");
    c.leaf("servers_only", "DNS:client.example.net", "serverAuth");
    c.leaf("old_client", "DNS:client.example.net", {}, "ca", -1);
    c.leaf("strange_client", "DNS:client.example.net", {}, "stranger");
    struct Row {
        std::string_view server, expected;
        NameProfile profile;
        ClientCertificates clients;
        std::string_view client;
        Usage usage;
        std::string_view client_says, server_says;
    };
    using enum NameProfile;
    using enum ClientCertificates;
    const Row row = GENERATE(values<Row>({
        {"server", "sip.example.net", kRfc5922, kNone, "client", Usage::kDemanded, "", ""},
        {"server", "other.example.net", kRfc5922, kNone, "client", Usage::kDemanded,
         "wrong name: the certificate is for DNS:sip.example.net, not for other.example.net", ""},
        {"wildcard", "sip.example.net", kRfc5922, kNone, "client", Usage::kDemanded,
         "wrong name: the certificate is for DNS:*.example.net, not for sip.example.net", ""},
        {"wildcard", "sip.example.net", kRfc2818, kNone, "client", Usage::kDemanded, "", ""},
        {"address", "192.0.2.1", kIpSan, kNone, "client", Usage::kDemanded, "", ""},
        {"address", "192.0.2.2", kIpSan, kNone, "client", Usage::kDemanded, "wrong name: the certificate is for IP:192.0.2.1, not for 192.0.2.2", ""},
        {"expired", "sip.example.net", kRfc5922, kNone, "client", Usage::kDemanded, "the peer's certificate is refused: expired",
         "the peer refuses: certificate expired"},
        {"strange", "sip.example.net", kRfc5922, kNone, "client", Usage::kDemanded, "the peer's certificate is refused: unknown issuer",
         "the peer refuses: unknown CA"},
        {"client", "client.example.net", kRfc5922, kNone, "client", Usage::kDemanded, "the peer's certificate is refused: it has no serverAuth usage",
         "the peer refuses: "},
        {"server", "sip.example.net", kRfc5922, kRequired, "client", Usage::kDemanded, "", ""},
        {"server", "sip.example.net", kRfc5922, kOptional, "client", Usage::kDemanded, "", ""},
        {"server", "sip.example.net", kRfc5922, kRequired, "old_client", Usage::kDemanded, "the peer refuses: certificate expired",
         "the peer's certificate is refused: expired"},
        {"server", "sip.example.net", kRfc5922, kOptional, "strange_client", Usage::kDemanded, "the peer refuses: unknown CA",
         "the peer's certificate is refused: unknown issuer"},
        {"server", "sip.example.net", kRfc5922, kNone, "strange_client", Usage::kDemanded, "", ""},
        {"server", "sip.example.net", kRfc5922, kRequired, "servers_only", Usage::kDemanded, "the peer refuses: ",
         "the peer's certificate is refused: it has no clientAuth usage (extendedKeyUsage): see tls_client_eku"},
        {"server", "sip.example.net", kRfc5922, kRequired, "servers_only", Usage::kAny, "", ""},
    }));
    CAPTURE(row.server, row.expected, static_cast<int>(row.profile), static_cast<int>(row.clients), row.client);
    Talk t(load(files(c, row.client)), {std::string(row.expected), row.profile}, load(files(c, row.server, row.clients)), row.usage);
    CAPTURE(t.client_said, t.server_said);
    CHECK((row.client_says.empty() ? t.client_said == "" : t.client_said.starts_with(row.client_says)));
    CHECK((row.server_says.empty() ? t.server_said == "" || t.server_said == "not done" : t.server_said.starts_with(row.server_says)));
    if (row.clients == kRequired && row.server_says.empty()) CHECK(t.server.peer().has_value());
}

TEST_CASE("tls: the certificate shown is the one of the name that was asked for", "[tls]") {
    if (!test::have_openssl()) return;
    test::Certificates c;
    c.leaf("first", "DNS:one.example.net");
    c.leaf("second", "DNS:two.example.net,DNS:*.wild.example.net");
    ContextFiles both = files(c, "first");
    both.certificates.push_back({c.path("second.pem"), c.path("second.key")});
    const auto server = load(both), client = load(files(c, "first"));
    for (const std::string_view name : {"one.example.net", "two.example.net", "x.wild.example.net"}) {
        Talk t(client, {std::string(name), NameProfile::kRfc2818}, server);
        CHECK(t.client_said == "");
    }
    Talk other(client, {"three.example.net", NameProfile::kRfc2818}, server);
    CHECK(other.client_said.starts_with("wrong name: the certificate is for DNS:one.example.net,"));
}

TEST_CASE("tls: what is wrong with files is told with the file", "[tls]") {
    if (!test::have_openssl()) return;
    test::Certificates c;
    c.leaf("good", "DNS:sip.example.net");
    c.leaf("other", "DNS:sip.example.net");
    c.leaf("expired", "DNS:sip.example.net", {}, "ca", -1);
    std::ofstream(c.path("empty")) << "";
    std::ofstream(c.path("half.pem")) << "-----BEGIN CERTIFICATE-----\nMIIB\n";
    const auto error = [&](std::string chain, std::string key, std::string issuers) {
        std::vector<std::string> warnings;
        const auto made = Context::load({{{c.path(chain), c.path(key)}}, issuers.empty() ? std::string() : c.path(issuers), ClientCertificates::kNone}, warnings);
        return made ? warnings.empty() ? std::string() : cat("warning: ", warnings[0]) : made.error().what;
    };
    CHECK(error("good.pem", "good.key", "ca.pem") == "");
    CHECK(error("good.pem", "good.key", "") == "");  // the system's issuers
    CHECK(error("absent.pem", "good.key", "ca.pem").starts_with(cat(c.path("absent.pem"), ": no certificate chain in PEM")));
    CHECK(error("half.pem", "good.key", "ca.pem").starts_with(c.path("half.pem")));
    CHECK(error("empty", "good.key", "ca.pem").starts_with(c.path("empty")));
    CHECK(error("good.pem", "other.key", "ca.pem") == cat(c.path("other.key"), ": the key is not that of ", c.path("good.pem")));
    CHECK(error("good.pem", "good.pem", "ca.pem").starts_with(cat(c.path("good.pem"), ": no private key in PEM")));
    CHECK(error("good.pem", "good.key", "empty").starts_with(cat(c.path("empty"), ": no certificates of issuers")));
    CHECK(error("expired.pem", "expired.key", "ca.pem") == cat("warning: ", c.path("expired.pem"), ": the certificate has expired; peers will refuse it"));
}
