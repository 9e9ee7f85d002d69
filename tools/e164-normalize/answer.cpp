#include "e164-normalize/answer.h"

#include "base/text.h"

namespace tandem::e164 {

namespace {

std::optional<std::string> if_known(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

record::Number to_record(std::string_view written, const number::Number& number) {
    record::Number out;
    out.input = written;
    out.e164 = if_known(number.e164);
    out.calling_code = if_known(number.calling_code);
    out.region = if_known(number.region);
    out.possible = number.possible;
    out.extension = if_known(number.extension);
    if (!number.e164.empty()) out.rfc3966 = cat("tel:", number.e164, number.extension.empty() ? "" : ";ext=", number.extension);
    out.rule = if_known(number.rule);
    out.dial_plan = if_known(number.dial_plan);
    out.flags.assign(number.flags.begin(), number.flags.end());
    out.reasons.assign(number.reasons.begin(), number.reasons.end());
    return out;
}

cli::Answer judge(const number::Number& number) {
    if (number.emergency || number.internal) return cli::Answer::kOk;
    return number.possible ? cli::Answer::kOk : cli::Answer::kBad;
}

cli::Answer Answerer::answer(std::string_view written, const number::DialContext& dial, json::Writer& value) const {
    number::Number number = number::normalize(written, dial);
    record::write(value, to_record(written, number));
    cli::Answer verdict = judge(number);
    if (verdict == cli::Answer::kBad) log_.debug("not dialable", "input", Pii{written}, "reason", number.reasons.front());
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
    here.country = number::find_country(**region);
    return answer(field, here, value);
}

}  // namespace tandem::e164
