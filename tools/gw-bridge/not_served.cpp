// Knows: the settings and the sentences.
// Must not know: calls.
// Next: snapshot.cpp.
#include "gw-bridge/not_served.h"

namespace tandem::bridge {

std::vector<std::string_view> not_served(const sdp::MediaProfile& p) {
    std::vector<std::string_view> out;
    if (p.srtp == sdp::SrtpMode::kRequired)
        out.emplace_back("SRTP is not supported by gw-bridge yet; its calls get 488");
    if (p.srtp == sdp::SrtpMode::kOptional)
        out.emplace_back("SRTP is not supported by gw-bridge yet; its media are not encrypted");
    if (p.dtmf == sdp::DtmfForm::kInfo || p.dtmf == sdp::DtmfForm::kInband)
        out.emplace_back("digits are passed on as they come; DTMF forms are not converted yet");
    if (!p.accepted_ptimes_ms.empty())
        out.emplace_back(
            "packets are passed on in the length in which they come; accepted_ptimes_ms is not kept yet");
    if (p.fax == sdp::FaxForm::kT38)
        out.emplace_back(
            "T.38 is not supported by gw-bridge yet; an m=image line is refused, fax goes in the audio");
    if (p.fax == sdp::FaxForm::kNone)
        out.emplace_back("fax \"none\" is not enforced by gw-bridge yet; fax goes in the audio");
    if (p.early_media == sdp::EarlyMedia::kFirstWithRtp)
        out.emplace_back(
            "early_media \"first-with-rtp\" is not supported by gw-bridge yet and acts as \"latest\"");
    return out;
}

}  // namespace tandem::bridge
