// Knows: that messages are cut out of a stream exactly, in whatever pieces it comes, and that what is ambiguous ends it.
// Must not know: sockets.
#include "sipnet/stream_framer.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sipnet;
using Frame = StreamFramer::Frame;

namespace {

std::string message(std::string_view length_line, std::string_view body = {}, std::string_view call_id = "c1") {
    return cat("INFO sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nCall-ID: ", call_id, "\r\n", length_line,
               "CSeq: 1 INFO\r\n\r\n", body);
}

// What a framer makes of the pieces: "message SIZE", "crlf", "ping", "fault TEXT".
struct Seen {
    std::vector<std::string> log;
    std::vector<std::string> messages;
    std::string head;  // of the fault
};

void feed(StreamFramer& framer, std::string_view piece, Seen& seen) {
    const test::ExactBuffer exact(piece);
    framer.feed(exact.text(), [&](const Frame& f) {
        switch (f.kind) {
            case Frame::Kind::kMessage:
                seen.log.push_back(cat("message ", f.bytes.size()));
                seen.messages.emplace_back(f.bytes);
                break;
            case Frame::Kind::kCrlf: seen.log.emplace_back("crlf"); break;
            case Frame::Kind::kPing: seen.log.emplace_back("ping"); break;
            case Frame::Kind::kFault:
                seen.log.push_back(cat("fault ", to_string(f.fault)));
                seen.head = f.bytes;
                break;
        }
        return true;
    });
}

Seen whole(std::string_view stream) {
    StreamFramer framer;
    Seen seen;
    feed(framer, stream, seen);
    return seen;
}

Seen in_pieces(std::string_view stream, std::size_t size) {
    StreamFramer framer;
    Seen seen;
    for (; !stream.empty(); stream.remove_prefix(std::min(size, stream.size()))) feed(framer, stream.substr(0, size), seen);
    return seen;
}

}  // namespace

TEST_CASE("framer: messages one behind the other come out as they went in, whatever the segments", "[sipnet][framer]") {
    const std::vector<std::string> sent = {message("Content-Length: 5\r\n", "hello"), message("l: 0\r\n"),
                                           message("CONTENT-LENGTH \t:\r\n  12\r\n", "\r\n\r\nSIP/2.0 "),
                                           message("Content-Length:0\r\n", {}, "c2")};
    std::string stream;
    for (const std::string& m : sent) stream += m;
    CHECK(whole(stream).messages == sent);
    for (std::size_t size = 1; size < 200; ++size) {
        INFO(size);
        CHECK(in_pieces(stream, size).messages == sent);
    }
}

TEST_CASE("framer: a message cut short gives nothing, and its rest completes it", "[sipnet][framer]") {
    const std::string sent = message("Content-Length: 5\r\n", "hello");
    test::for_each_truncation(sent, [&](const test::ExactBuffer& cut) {
        StreamFramer framer;
        Seen seen;
        feed(framer, cut.text(), seen);
        CHECK(seen.log.empty());
        CHECK(framer.within_message() == !cut.text().empty());
        feed(framer, std::string_view(sent).substr(cut.text().size()), seen);
        CHECK(seen.messages == std::vector<std::string>{sent});
        CHECK_FALSE(framer.within_message());
    });
}

TEST_CASE("framer: line ends before a message are skipped; two CRLF are a ping, one may be a pong", "[sipnet][framer]") {
    const std::string one = message("Content-Length: 0\r\n");
    const std::string size = cat("message ", one.size());
    struct Row {
        std::string stream;
        std::vector<std::string> log;
    };
    const Row rows[] = {
        {"\r\n\r\n", {"crlf", "ping"}},
        {cat("\r\n", one), {"crlf", size}},
        {cat("\r\n\r\n", one, "\r\n", one), {"crlf", "ping", size, "crlf", size}},
        {cat("\n\n\r\r\n", one), {"crlf", size}},
        {cat("\r\n\r\n\r\n\r\n"), {"crlf", "ping", "crlf", "ping"}},
        {"\r", {}},
    };
    for (const Row& row : rows) {
        CHECK(whole(row.stream).log == row.log);
        CHECK(in_pieces(row.stream, 1).log == row.log);
    }
}

TEST_CASE("framer: a stream whose next message cannot be told for sure is over", "[sipnet][framer]") {
    struct Row {
        std::string stream;
        std::string_view fault;
        int status;
    };
    const std::string ok = message("Content-Length: 0\r\n");
    const Row rows[] = {
        {message(""), "Missing Content-Length", 400},
        {message("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "Bad Content-Length", 400},
        {message("Content-Length: 5\r\nl: 0\r\n", "hello"), "Bad Content-Length", 400},
        {message("Content-Length: -1\r\n"), "Bad Content-Length", 400},
        {message("Content-Length: +5\r\n", "hello"), "Bad Content-Length", 400},
        {message("Content-Length: 5, 5\r\n", "hello"), "Bad Content-Length", 400},
        {message("Content-Length: 0x5\r\n", "hello"), "Bad Content-Length", 400},
        {message("Content-Length:\r\n"), "Bad Content-Length", 400},
        {message("Content-Length: 131073\r\n"), "Message Too Large", 513},
        {message("Content-Length: 4294967295\r\n"), "Message Too Large", 513},
        {message("Content-Length: 99999999999999999999\r\n"), "Message Too Large", 513},
        {cat("INFO sip:a SIP/2.0\r\nX: ", std::string(70'000, 'x'), "\r\n"), "Message Too Large", 513},
        {cat(std::string(70'000, 'x')), "Message Too Large", 513},
        {std::string("\x16\x03\x01", 3), "Not SIP", 0},
        {std::string("\0", 1), "Not SIP", 0},
        {" INFO", "Not SIP", 0},
    };
    for (const Row& row : rows) {
        INFO(row.stream.substr(0, 300));
        for (const Seen& seen : {whole(cat(ok, row.stream, ok)), in_pieces(cat(ok, row.stream, ok), 1)}) {
            REQUIRE(seen.log.size() == 2);
            CHECK(seen.messages == std::vector<std::string>{ok});
            CHECK(seen.log[1] == cat("fault ", row.fault));
            CHECK(cat(row.stream, ok).starts_with(seen.head));
        }
        for (int f = 0; f <= static_cast<int>(FramingFault::kBodyTooLarge); ++f) {
            const auto fault = static_cast<FramingFault>(f);
            if (to_string(fault) == row.fault) CHECK(response_to(fault) == row.status);
        }
    }
    // The head is what an answer can be made of.
    CHECK(whole(message("")).head == message(""));
}

TEST_CASE("framer: a Content-Length that promises more than comes waits, and holds no more than came", "[sipnet][framer]") {
    StreamFramer framer;
    Seen seen;
    const std::string lie = message("Content-Length: 100000\r\n", "short");
    feed(framer, lie, seen);
    CHECK(seen.log.empty());
    CHECK(framer.within_message());
    CHECK(framer.kept_bytes() == lie.size());
}

TEST_CASE("framer: whoever takes the frames may stop", "[sipnet][framer]") {
    StreamFramer framer;
    const std::string one = message("Content-Length: 0\r\n");
    int count = 0;
    framer.feed(cat(one, one), [&](const Frame&) { return ++count < 1; });
    framer.feed(one, [&](const Frame&) { return ++count < 100; });
    CHECK(count == 1);
    CHECK(framer.broken());
}

TEST_CASE("framer: a head at the limit passes, and a byte more does not", "[sipnet][framer]") {
    FramingLimits limits;
    for (const std::size_t more : {std::size_t{0}, std::size_t{1}}) {
        const std::string frame = message("Content-Length: 0\r\nX: \r\n");
        const std::string sent = message(cat("Content-Length: 0\r\nX: ", std::string(limits.header_bytes - frame.size() + more, 'x'), "\r\n"));
        CHECK(sent.size() == limits.header_bytes + more);
        CHECK(whole(sent).messages.size() == 1 - more);
    }
    const std::size_t head = message("Content-Length: 100000\r\n").size();
    const std::string large(limits.message_bytes - head, 'b');
    CHECK(whole(message(cat("Content-Length: ", large.size(), "\r\n"), large)).messages.size() == 1);
    CHECK(whole(message(cat("Content-Length: ", large.size() + 1, "\r\n"), large)).log == std::vector<std::string>{"fault Message Too Large"});
}

TEST_CASE("framer: random cuts of random streams change nothing", "[sipnet][framer]") {
    std::mt19937 random(20261122);
    const auto upto = [&](std::size_t n) { return static_cast<std::size_t>(random()) % (n + 1); };
    for (int round = 0; round < 300; ++round) {
        std::string stream;
        std::vector<std::string> sent;
        for (std::size_t i = upto(6) + 1; i > 0; --i) {
            for (std::size_t k = upto(3); k > 0; --k) stream += "\r\n";
            std::string body(upto(400), 'x');
            for (char& c : body) c = "\r\nSIPl: 0"[upto(8)];
            sent.push_back(message(cat(upto(1) == 0 ? "l: " : "Content-Length:", body.size(), "\r\n"), body, cat("c", upto(1000))));
            stream += sent.back();
        }
        StreamFramer framer;
        Seen seen;
        for (std::string_view rest = stream; !rest.empty();) {
            const std::size_t n = std::min(upto(97) + 1, rest.size());
            feed(framer, rest.substr(0, n), seen);
            rest.remove_prefix(n);
        }
        CHECK(seen.messages == sent);
        CHECK(seen.log == whole(stream).log);
    }
}
