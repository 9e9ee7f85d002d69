#include "cli/same_file.h"

#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/text.h"

namespace tandem::cli {
namespace {

using FileId = std::pair<dev_t, ino_t>;

std::optional<FileId> regular(const struct stat& about) {
    if (!S_ISREG(about.st_mode)) return std::nullopt;
    return FileId(about.st_dev, about.st_ino);
}

std::optional<FileId> regular(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? regular(about) : std::nullopt;
}

std::optional<FileId> regular(int fd) {
    struct stat about {};
    return ::fstat(fd, &about) == 0 ? regular(about) : std::nullopt;
}

std::optional<std::string> option_with(const Options& options, const FileId& wanted) {
    for (const Options::Entry& entry : options.entries()) {
        if (entry.option.kind != Kind::kFile || entry.option.name == "output") continue;
        for (const std::string& path : entry.values)
            if (regular(path) == wanted) return cat("of --", entry.option.name, ' ', path);
    }
    return std::nullopt;
}

}  // namespace

std::optional<SameFile> output_is_input(const Options& options, bool standard_streams) {
    const std::string& path = options.text("output");
    const bool to_stdout = path == "-";
    if (to_stdout && !standard_streams) return std::nullopt;
    const auto output = to_stdout ? regular(STDOUT_FILENO) : regular(path);
    if (!output) return std::nullopt;
    const std::string name = to_stdout ? "stdout" : cat("--output ", path);
    if (auto input = option_with(options, *output)) return SameFile{std::move(*input), name};
    for (const auto& command : options.commands()) {
        if (command->tool() != options.command_name()) continue;
        if (auto input = option_with(*command, *output)) return SameFile{std::move(*input), name};
    }
    for (const std::string& input : options.positionals())
        if (regular(input) == output) return SameFile{input, name};
    if (standard_streams && regular(STDIN_FILENO) == output) return SameFile{"stdin", name};
    return std::nullopt;
}

}  // namespace tandem::cli
