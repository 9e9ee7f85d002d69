// Knows: how the decks of rates that trunks name are read, each file once for all its trunks.
// Must not know: what a row looks like, what is decided by rates.
// Next: checks_numbers.cpp, which says when rates have no effect; policy/cost.h.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "config/build.h"
#include "number/rate_deck.h"

namespace tandem::config {

void build_rates(Build& build, const FileOpener& open) {
    std::map<std::string, std::vector<const WantedRates*>> files;
    for (const WantedRates& wanted : build.rates) files[wanted.file].push_back(&wanted);
    for (const auto& [file, trunks] : files) {
        std::vector<std::string> columns;
        for (const WantedRates* wanted : trunks) {
            if (std::find(columns.begin(), columns.end(), wanted->column) == columns.end()) columns.push_back(wanted->column);
        }
        auto in = open(file);
        if (!in) {
            build.problems().error(trunks.front()->offset, in.error().what);
            continue;
        }
        auto loaded = number::read_rate_deck(**in, columns);
        if (!loaded) {
            build.problems().error(trunks.front()->offset, loaded.error().what);
            continue;
        }
        for (const number::DeckFault& fault : loaded->faults)
            build.problems().in_other_file(cat(shown(file), ':', fault.line, ':', fault.column, ": ", fault.what));
        for (const WantedRates* wanted : trunks) {
            const auto place = std::find(columns.begin(), columns.end(), wanted->column) - columns.begin();
            build.topology.trunks[wanted->trunk].rates = {loaded->deck, static_cast<std::size_t>(place)};
        }
    }
}

}  // namespace tandem::config
