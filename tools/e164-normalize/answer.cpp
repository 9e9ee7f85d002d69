#include "e164-normalize/answer.h"

#include "base/text.h"

namespace tandem::e164 {

cli::Answer judge(const number::Number& number) {
    const bool dialable = number.emergency || number.internal || number.has(number::Flag::kShortCode) || number.has(number::Flag::kFeatureCode);
    if (dialable) return cli::Answer::kOk;
    return number.possible ? cli::Answer::kOk : cli::Answer::kBad;
}

cli::Answer Answerer::answer(std::string_view written, const number::DialContext& dial, json::Writer& value) const {
    const number::Number number = number::normalize(written, dial);
    record::write_number(value, written, number, detail_);
    cli::Answer verdict = judge(number);
    if (verdict == cli::Answer::kBad) log_.debug("not dialable", "input", Pii{written}, "reason", number::to_string(number.reason));
    return verdict;
}

cli::Answer Answerer::plain(std::string_view line, json::Writer& value) { return answer(line, dial_, value); }

cli::Answer Answerer::record(const json::Object& record, std::string_view field, json::Writer& value) {
    if (!with_fields_) return cli::Answer::kSkip;
    if (region_field_.empty()) return answer(field, dial_, value);
    // A region that is given twice or is no text is not known.
    auto region = record.text(region_field_);
    if (!region || !*region) return answer(field, dial_, value);
    number::DialContext here = dial_;
    here.region = here.plan->region(**region);
    return answer(field, here, value);
}

}  // namespace tandem::e164
