#include "e164-normalize/route.h"

#include "e164-normalize/numbers.h"

namespace tandem::e164 {

void Route::declare(cli::Options& options) const {
    ask::declare_route(options);
    options.example("echo 5550100 | e164-normalize route --topology company.json --user alice", "where a dialled number goes");
}

Status Route::setup(const cli::Options& options) {
    // The caller's own dial plan counts, as in a call.
    for (const char* option : {"region", "dial-plan", "numbering"})
        if (options.given(option)) return fail(Errc::kConflict, std::string("--") + option + " has no meaning for the command route: the caller's dial plan counts");
    auto settings = ask::route_settings(options, "e164-normalize");
    if (!settings) return fail(std::move(settings.error()));
    settings_ = std::move(*settings);
    return {};
}

cli::ExitCode Route::run(cli::Context& context, const Numbers& numbers) { return ask::route(settings_, *numbers.topology(), context); }

}  // namespace tandem::e164
