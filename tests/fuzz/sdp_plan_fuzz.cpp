// Knows: that any two descriptions can be planned for, answered and read as an answer.
// Must not know: calls.
// Next: tests/unit/sdp/.
// Two descriptions (cut at the first zero byte) and a few profile bits: plans are made, offers answered, answers read.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "sdp/offer_answer.h"
#include "sdp/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    if (size < 2) return 0;
    const std::uint8_t bits = data[0];
    sdp::MediaProfile a;
    sdp::MediaProfile b;
    if ((bits & 1) != 0) a.codecs = {"opus", "PCMA"};
    if ((bits & 2) != 0) b.dtmf_payload_type_fixed = true;
    if ((bits & 4) != 0) b.srtp = sdp::SrtpMode::kRequired;
    if ((bits & 8) != 0) a.rtcp_mux = b.rtcp_mux = true;
    if ((bits & 16) != 0) a.comfort_noise = true;
    if ((bits & 32) != 0) a.hold = sdp::HoldForm::kZeroAddress;
    if ((bits & 64) != 0) b.accepted_ptimes_ms = {10};

    const std::string_view text = as_text(Bytes(data + 1, size - 1));
    const std::size_t zero = text.find('\0');
    const auto first = sdp::parse(text.substr(0, zero));
    const auto second =
        sdp::parse(zero == std::string_view::npos ? std::string_view{} : text.substr(zero + 1));
    const sdp::LocalMedia local{{net::IpAddress::v4(0x7f000001), 24000}, 1, 1, sdp::Direction::kSendRecv};

    if (first) {
        const auto summary = sdp::summarise(*first);
        const auto other = second ? sdp::summarise(*second) : sdp::Summary{};
        (void)sdp::plan(a, b, &summary, second ? &other : nullptr);
        (void)sdp::plan(a, a, &summary);
        if (const auto answer = sdp::make_answer(a, *first, local)) {
            // What we answer has as many lines as the offer, is readable, and one line at most is taken.
            if (answer->session.media.size() != first->media.size()) std::abort();
            std::size_t taken = 0;
            for (const auto& m : answer->session.media) taken += m.port != 0;
            if (taken != 1) std::abort();
            const std::string printed = sdp::print(answer->session);
            if (printed.size() <= sdp::kMaxSize && !sdp::parse(printed)) std::abort();
        }
    }
    if (second) (void)sdp::read_answer(a, sdp::make_offer(a, local), *second);
    return 0;
}
