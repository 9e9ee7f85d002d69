#include "capio/capture_input.h"

#include <catch2/catch.hpp>

#include "support/capture_builder.h"

using namespace tandem;
using capture::Step;

namespace {

/// Fails after the text is used up.
class BrokenInput final : public InputStream {
public:
    explicit BrokenInput(std::string text) : text_(std::move(text)) {}
    Result<std::size_t> read(std::span<char> buffer) override { return text_.read(buffer).and_then([](std::size_t n) {
        return n > 0 ? Result<std::size_t>(n) : Result<std::size_t>(fail(Errc::kIo, "the disk is gone"));
    }); }

private:
    StringInput text_;
};

}  // namespace

TEST_CASE("capture input: records come the same however the stream is cut", "[capio]") {
    test::PcapWriter w;
    for (int i = 0; i < 100; ++i) w.add(i * 1000, std::string(static_cast<std::size_t>(i), 'x'));
    for (const std::size_t chunk : {1U, 100U, 100000U}) {
        StringInput in(w.str(), chunk);
        capio::CaptureInput capture(in);
        capture::Record record;
        std::size_t n = 0;
        while (capture.next(record) == Step::kRecord) CHECK(record.data.size() == n++);
        CHECK(n == 100);
        CHECK(capture.next(record) == Step::kEnd);
        CHECK(capture.reader().offset() == w.str().size());
    }
}

TEST_CASE("capture input: a read error ends the capture and is given", "[capio]") {
    test::PcapWriter w;
    w.add(0, "abc");
    BrokenInput in(w.str());
    capio::CaptureInput capture(in);
    capture::Record record;
    CHECK(capture.next(record) == Step::kRecord);
    CHECK(capture.next(record) == Step::kError);
    CHECK(capture.error().code == Errc::kIo);
    CHECK(capture.next(record) == Step::kError);
}
