// Knows: the program as it serves: signals, what HUP reads and what goes on meanwhile.
// Must not know: calls (bridge_test.cpp).
// Next: tests/unit/cli/reloader_test.cpp for the thread that reads.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "cli/app.h"
#include "gw-bridge/tool.h"
#include "scene.h"

using namespace tandem;
using namespace tandem::bridge;
using namespace tandem::bridge::test;

namespace {

namespace fs = std::filesystem;

/// The bridge on a thread of its own, with its files in a folder of their own.
struct Program {
    Place place;
    fs::path folder = make_folder();
    fs::path topology = folder / "topology.json";
    SystemClock clock;
    cli::StopFlag stop;
    std::unique_ptr<cli::Tool> tool = make_tool();
    std::future<cli::TestOutput> output;
    media::UdpSocket client = std::move(*media::UdpSocket::bind(place.at(Place::kProxy)));

    Program() {
        std::ofstream(folder / "key") << std::string(64, 'a') << '\n';
        fs::permissions(folder / "key", fs::perms::owner_read | fs::perms::owner_write);
        std::ofstream(topology) << text();
        output = std::async(std::launch::async, [this] {
            return cli::run_for_test(*tool, {{"serve", "--topology", topology.string()}, {}, {}}, &clock,
                                     &stop);
        });
    }
    ~Program() {
        if (output.valid()) (void)end();
        fs::remove_all(folder);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    static fs::path make_folder() {
        std::string name = (fs::temp_directory_path() / "bridge-serve-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        return name;
    }
    [[nodiscard]] std::string text(std::string_view trunk_media = {}) const {
        std::string out = topology_text(place, {}, trunk_media);
        const std::string_view key = "\"key_file\": \"key\"";
        return out.replace(out.find(key), key.size(),
                           cat("\"key_file\": \"", (folder / "key").string(), '"'));
    }
    /// Asks for a reload; the end of a pipe that its text goes in at. It is given when the bridge has begun to read.
    int hup() {
        fs::remove(topology);  // a new pipe each time: the last one may still be read
        REQUIRE(::mkfifo(topology.c_str(), 0600) == 0);
        stop.hup();
        const int writer = ::open(topology.c_str(), O_WRONLY | O_CLOEXEC);
        REQUIRE(writer >= 0);
        return writer;
    }
    /// Status of the answer to OPTIONS; 0 when none came in time.
    unsigned options(milliseconds limit) {
        static int n = 0;
        ++n;
        const std::string me = place.text(Place::kProxy);
        const std::string request =
            cat("OPTIONS sip:", place.text(Place::kBridge), " SIP/2.0\r\nVia: SIP/2.0/UDP ", me,
                ";branch=z9hG4bKo", n, "\r\nFrom: <sip:p@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: o", n,
                "\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
        const MonoTime end = clock.mono() + limit;
        while (clock.mono() < end) {
            (void)client.send(as_bytes(request), place.at(Place::kBridge));  // again, as on any network
            pollfd p{client.fd(), POLLIN, 0};
            if (::poll(&p, 1, 100) != 1) continue;
            std::array<std::uint8_t, 4096> buffer{};
            net::Endpoint from;
            const long size = client.receive(buffer, from);
            const std::string answer(buffer.begin(), buffer.begin() + std::max(size, 0L));
            if (answer.find(cat("Call-ID: o", n, "\r\n")) == std::string::npos) continue;
            return to_number<unsigned>(std::string_view(answer).substr(8, 3)).value_or(0);
        }
        return 0;
    }
    cli::TestOutput end() {
        stop.request(15);
        return output.get();
    }
};

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t i = text.find(what); i != std::string::npos; i = text.find(what, i + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE(
    "serve: SIP is answered while HUP's file is being read; a good one is taken, a bad one changes nothing",
    "[bridge][serve]") {
    Program t;
    REQUIRE(t.options(seconds{10}) == 200);
    const std::string good = t.text();
    for (const std::string_view text : {std::string_view(good), std::string_view("{")}) {
        const int writer = t.hup();
        CHECK(t.options(seconds{2}) == 200);
        REQUIRE(::write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        ::close(writer);
    }
    const int writer = t.hup();  // it begins when the one before has been taken
    CHECK(t.options(seconds{2}) == 200);
    const auto told = t.end();
    ::close(writer);
    CAPTURE(told.out, told.err);
    CHECK(told.code == 0);
    CHECK(count(told.out, R"("name":"reloaded")") == 1);
    CHECK(count(told.out, R"("name":"reload_failed")") == 1);
    CHECK(told.err.find("topology.json:1:") != std::string::npos);
}

TEST_CASE("serve: TERM waits for no file that is being read", "[bridge][serve]") {
    Program t;
    REQUIRE(t.options(seconds{10}) == 200);
    const int writer = t.hup();
    t.stop.request(15);
    CHECK(t.output.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    ::close(writer);
    CHECK(t.output.get().code == 0);
}
