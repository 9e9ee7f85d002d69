// Knows: what is made from an option table for people and shells: help, the man page's sections, completions.
// Must not know: any tool.
// Next: scripts/generate, which writes what is made here into man/ and completions/.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.h"

namespace tandem::cli {

/// What --help prints: one screen, with examples and exit codes. Of the chosen subcommand when there is one.
std::string help_text(const Options& options);

/// OPTIONS, COMMANDS, EXIT STATUS and ENVIRONMENT of the man page, in scdoc's language.
std::string man_sections(const Options& options);

/// Completion files of the shells. Source: bash(1) "Programmable Completion", zshcompsys(1), fish complete(1).
std::string bash_completion(const Options& options);
std::string zsh_completion(const Options& options);
std::string fish_completion(const Options& options);

/// "FILE", "SIZE", ...: what stands for the value in help texts; empty for a flag.
std::string metavar_of(const Option& option);

/// The meaning of an exit code, for all programs or as this tool notes it.
std::string exit_text(const Options& options, int code, const Options* command = nullptr);

}  // namespace tandem::cli
