// Knows: the list of findings.
// Must not know: how it is printed.
// Next: ladder.cpp.
#include "call/diagnosis.h"

#include "base/text.h"
#include "quality/grade.h"

namespace tandem::call {

namespace {

constexpr seconds kLongEnough{2};  // an answered call of this length has media

}  // namespace

std::vector<Finding> diagnose(const Call& call, const std::vector<const Stream*>& streams) {
    std::vector<Finding> out;
    if (call.began_before()) out.push_back({"began_before", "the capture shows no INVITE of this call"});
    if (call.invite_retransmissions() > 0)
        out.push_back({"invite_retransmitted", cat("the INVITE was sent ", call.invite_retransmissions() + 1, " times")});
    if (call.forks() > 1) out.push_back({"forked", cat(call.forks(), " destinations answered or rang")});
    const bool answered = call.status() >= 200 && call.status() < 300;
    if (answered && !call.ended()) out.push_back({"no_bye", "the capture shows no BYE"});
    const WallTime end = call.ended().value_or(call.last());
    if (answered && call.answered() && end - *call.answered() >= kLongEnough) {
        if (streams.empty()) {
            out.push_back({"no_media", "no RTP was seen for this call"});
        } else if (streams.size() == 1) {
            out.push_back({"one_way_media", "RTP was seen in one direction only"});
        }
    }
    for (const Stream* stream : streams) {
        const PayloadType* type = stream->media();
        const auto scores = quality::score(stream->monitor, type == nullptr ? "" : type->name);
        const auto grade = quality::grade(stream->monitor, scores);
        if (grade.classification != quality::Class::kPoor) continue;
        std::string text = cat("poor media from ", stream->key.source.str(), " to ", stream->key.destination.str(), ":");
        for (const std::string_view reason : grade.reasons) append(text, " ", reason);
        out.push_back({"poor_media", std::move(text)});
    }
    return out;
}

}  // namespace tandem::call
