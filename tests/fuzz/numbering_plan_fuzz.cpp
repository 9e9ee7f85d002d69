// Knows: that a numbering plan from anywhere is refused or safe to use: no walk, program or format leaves its tables.
// Must not know: particular plans.
// Next: tests/unit/number/plan_file_test.cpp; corpus/numbering_plan (plans of invented countries).
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "number/format.h"
#include "number/parse.h"
#include "number/plan_file.h"
#include "number/short_number.h"
#include "support/plan_seal.h"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(as_text({data, size}));
    static_cast<void>(number::load_plan(bytes));
    // A mutated file rarely has a right length and checksum; with them put right the mutation reaches the tables.
    test::seal_plan(bytes);
    auto loaded = number::load_plan(bytes);
    if (!loaded) return 0;
    const number::Plan& plan = loaded->plan;
    for (const char* region : {"AA", "BB", "ZZ"}) {
        const std::uint16_t row = plan.region(region);
        for (const char* written : {"+72345678", "8 234 56 78", "00766123456", "0111566123456", "+80012345678", "112", "7666", "+79"}) {
            number::Phone phone;
            number::parse_phone(written, plan, row, phone);
            static_cast<void>(number::format(phone, plan, number::Style::kNational));
            static_cast<void>(number::format(phone, plan, number::Style::kInternational));
            static_cast<void>(number::short_bits(plan, row, written));
            number::DialContext context;
            context.plan = &plan;
            context.region = row;
            const number::Number n = number::normalize(written, context);
            if (n.e164.size() > 16) std::abort();
        }
        if (number::short_numbers_with(plan, row, number::kShortEmergency).size() > 10'000) std::abort();
    }
    return 0;
}
