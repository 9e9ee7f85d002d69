// Knows: what holds for every text that is read as a number: E.164 is well-formed and reads back to itself, emergency strings
// are never rewritten, what is not possible says why.
// Must not know: particular countries.
// Next: tests/unit/number/parse_test.cpp.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "base/text.h"
#include "number/parse.h"
#include "number/tel_parameters.h"

namespace {

using namespace tandem;

void must(bool truth) {
    if (!truth) std::abort();
}

const number::RuleSet& plan() {
    static const number::RuleSet set = *number::RuleSet::compile("plan", {{"ext", R"(^(1\d\d)$)", "+14255550$1", true},
                                                                          {"desk", R"(^(2\d\d)$)", "$1", true},
                                                                          {"local", R"(^([2-9]\d{6})$)", "+1425$1", false},
                                                                          {"odd", R"(^7(.*)$)", "$1", false}});
    return set;
}

/// What stands behind a number is written as it is read, without a fault.
void check_parameters(std::string_view text) {
    const std::string once = number::read_tel_parameters(text).behind_global();
    if (once.empty()) return;
    const number::TelParameters again = number::read_tel_parameters(std::string_view(once).substr(1));
    must(again.behind_global() == once && again.faults.empty());
}

void check(const number::Number& n) {
    check_parameters(n.parameters);
    if (n.emergency) {
        must(n.e164.empty() && !n.possible);
        return;
    }
    if (!n.possible && !n.internal) must(n.reason != number::Reason::kNone);
    if (n.possible) must(!n.e164.empty() && (n.reason == number::Reason::kNone || n.internal));
    if (n.e164.empty()) return;
    must(n.e164.size() >= 3 && n.e164.size() <= 16 && n.e164.view()[0] == '+' && n.e164.view()[1] != '0');
    for (char c : n.e164.view().substr(1)) must(is_digit(c));
    must(n.e164.view().substr(1).starts_with(std::to_string(n.calling_code)));
    for (char c : n.extension.view()) must(is_digit(c));
    // A prefix that a plan does not have may be taken off at the second reading, so only assigned numbers stand for themselves.
    if (!n.valid) return;
    number::Number again = number::normalize(n.e164, {});
    must(again.e164 == n.e164.view() && again.calling_code == n.calling_code && again.region == n.region && again.possible == n.possible);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    number::DialContext context;
    if (data[0] & 0x80) context.dial_plan = &plan();
    if (data[0] & 0x40) context.access_prefix = "9";
    // Two bytes choose the region: any of the plan, or none.
    if (size > 1 && data[1] < context.plan->regions.size()) context.region = static_cast<std::uint16_t>(data[1]);
    check(number::normalize(size > 1 ? as_text({data + 2, size - 2}) : std::string_view{}, context));
    return 0;
}
