#include "e164-normalize/route.h"

#include "e164-normalize/numbers.h"

namespace tandem::e164 {

void Route::declare(cli::Options& options) const {
    ask::declare_route(options);
    options.example("echo 5550100 | e164-normalize route --topology company.json --user alice", "where a dialled number goes");
    options.example("echo 5550100 | e164-normalize route --topology company.json --policy everywhere", "where it goes for anybody with that policy");
}

std::vector<Unmeant> Route::unmeant() const {
    constexpr std::string_view kWhy = "the caller's dial plan counts";
    return {{"region", kWhy}, {"numbering", kWhy}};
}

Status Route::setup(const cli::Options& options) {
    auto settings = ask::route_settings(options, "e164-normalize");
    if (!settings) return fail(std::move(settings.error()));
    settings_ = std::move(*settings);
    return {};
}

cli::ExitCode Route::run(cli::Context& context, const Numbers& numbers) { return ask::route(settings_, *numbers.topology(), context); }

}  // namespace tandem::e164
