// Knows: the table of encodings.
// Must not know: anything of one description.
// Next: summary.cpp, which looks payload types up in it.
#include "sdp/codecs.h"

#include "base/text.h"

namespace tandem::sdp {
namespace {

struct Entry {
    std::uint8_t payload_type;  // 255: dynamic
    std::string_view name;
    std::uint32_t clock_hz;
    std::uint8_t channels;
};

constexpr std::uint8_t kDynamic = 255;

// RFC 3551 §6 Tables 4 and 5; G722's clock stays 8000 by §4.5.2. Then the dynamic ones that telephony uses.
constexpr Entry kTable[] = {
    {0, "PCMU", 8000, 1},
    {3, "GSM", 8000, 1},
    {4, "G723", 8000, 1},
    {5, "DVI4", 8000, 1},
    {6, "DVI4", 16000, 1},
    {7, "LPC", 8000, 1},
    {8, "PCMA", 8000, 1},
    {9, "G722", 8000, 1},
    {10, "L16", 44100, 2},
    {11, "L16", 44100, 1},
    {12, "QCELP", 8000, 1},
    {13, "CN", 8000, 1},
    {14, "MPA", 90000, 1},
    {15, "G728", 8000, 1},
    {16, "DVI4", 11025, 1},
    {17, "DVI4", 22050, 1},
    {18, "G729", 8000, 1},
    {25, "CelB", 90000, 1},
    {26, "JPEG", 90000, 1},
    {28, "nv", 90000, 1},
    {31, "H261", 90000, 1},
    {32, "MPV", 90000, 1},
    {33, "MP2T", 90000, 1},
    {34, "H263", 90000, 1},
    {kDynamic, "opus", 48000, 2},
    {kDynamic, "CLEARMODE", 8000, 1},
    {kDynamic, "iLBC", 8000, 1},
    {kDynamic, "AMR", 8000, 1},
    {kDynamic, "AMR-WB", 16000, 1},
    {kDynamic, "speex", 8000, 1},
    {kDynamic, "telephone-event", 8000, 1},
};

Codec make(const Entry& e) {
    return {e.payload_type == kDynamic ? kFirstDynamicPt : e.payload_type,
            std::string(e.name),
            e.clock_hz,
            e.channels,
            {}};
}

}  // namespace

std::optional<Codec> codec_by_name(std::string_view name) {
    for (const auto& e : kTable)
        if (iequals(e.name, name)) return make(e);
    return std::nullopt;
}

std::optional<Codec> static_codec(std::uint8_t payload_type) {
    if (payload_type >= kFirstDynamicPt) return std::nullopt;
    for (const auto& e : kTable)
        if (e.payload_type == payload_type) return make(e);
    return std::nullopt;
}

std::vector<Codec> codecs_of(const MediaProfile& profile) {
    std::vector<Codec> out;
    for (const auto& name : profile.codecs)
        if (auto c = codec_by_name(name); c && !c->is(kTelephoneEvent) && !c->is(kComfortNoise))
            out.push_back(std::move(*c));
    return out;
}

bool is_g711(const Codec& codec) {
    return (codec.is("PCMU") || codec.is("PCMA")) && codec.clock_hz == 8000 && codec.channels == 1;
}

}  // namespace tandem::sdp
