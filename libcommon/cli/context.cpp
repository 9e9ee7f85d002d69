#include "cli/context.h"

#include <cstdlib>

#include "base/text.h"
#include "cli/queued_output.h"

namespace tandem::cli {

void Context::complain(std::string_view text) {
    // stderr is the last resort: when it cannot be written there is nobody to tell.
    static_cast<void>(err.write(cat(tool, ": ", shown(text), '\n')));
    static_cast<void>(err.flush());
}

std::optional<ExitCode> Context::print(std::string_view text) {
    const Status written = out.write(text);
    if (written) return std::nullopt;
    if (out.reader_gone()) return ExitCode::kOk;
    complain(written.error().what);
    return ExitCode::kEnvironment;
}

void Context::leave(ExitCode code) {
    if (queue != nullptr) queue->settle(milliseconds(200));
    std::_Exit(static_cast<int>(code));
}

Result<Context::Input> Context::open_input(const std::string& path) {
    if (path.empty() || path == "-") return Input{&in, nullptr};
    auto file = FdInput::open(path, stop.fd());
    if (!file) return fail(std::move(file.error()));
    InputStream* stream = file->get();
    return Input{stream, std::move(*file)};
}

}  // namespace tandem::cli
