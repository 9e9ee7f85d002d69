// Knows: which files a program is told to read, and whether one of them is the file that it is to write.
// Must not know: any tool, what is in the files.
// Next: app.cpp, which asks before it empties a file.
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"

namespace tandem::cli {

/// Two names, or a name and a descriptor, of one file that is both read and written.
struct SameFile {
    std::string input;
    std::string output;
};

/// The input that the output of --output (or, with standard_streams, of stdout) would destroy or feed upon: a positional, the file of
/// an option, stdin. Only regular files count; names are compared by device and inode, so links do not hide anything.
std::optional<SameFile> output_is_input(const Options& options, bool standard_streams);

}  // namespace tandem::cli
