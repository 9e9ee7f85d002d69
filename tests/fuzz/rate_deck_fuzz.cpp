// Knows: what holds for every text that is read as a deck of rates: a deck or faults with places, and answers that are prefixes.
// Must not know: particular decks.
// Next: tests/unit/number/rate_deck_test.cpp.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "number/rate_deck.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    static const std::array<std::string, 2> columns{"rate", "b"};
    const std::string_view text = as_text({data, size});
    const std::span<const std::string> wanted = std::span(columns).first(size % 2 + 1);
    StringInput in{std::string(text)};
    const auto read = number::read_rate_deck(in, wanted);
    if (!read) std::abort();
    const number::LoadedDeck& loaded = *read;
    if ((loaded.deck != nullptr) != loaded.faults.empty()) std::abort();
    for (const number::DeckFault& fault : loaded.faults)
        if (fault.line == 0 || fault.column == 0 || fault.what.empty()) std::abort();
    if (!loaded.deck) return 0;
    for (const std::string_view number : {"+14255550100", "1", "", "+442079460018", "999999999999999", "+1a"}) {
        const auto found = loaded.deck->rate(number, 0, std::chrono::sys_days{std::chrono::days{20000}});
        if (!found) continue;
        const std::string digits(number.substr(number.starts_with('+') ? 1 : 0));
        if (!digits.starts_with(number::prefix_text(found->prefix)) || found->rate == number::kNoRate) std::abort();
    }
    return 0;
}
