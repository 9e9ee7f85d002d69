// Knows: what the exit codes of all programs mean.
// Must not know: how a program comes to one.
// Next: app.h, which returns them from main.
#pragma once

namespace tandem::cli {

enum class ExitCode : int {
    kOk = 0,           ///< done, nothing adverse
    kFinding = 1,      ///< done, adverse finding (check failed, invalid number under --strict, threshold passed)
    kUsage = 2,        ///< usage or configuration
    kInput = 3,        ///< input unreadable, or read to its end with something bad in it
    kEnvironment = 4,  ///< bind, connect, permission, disk, remote timed out
    kInternal = 70,    ///< a bug
};

/// 128 + n, for a program that a signal ended.
constexpr ExitCode from_signal(int signal) { return static_cast<ExitCode>(128 + signal); }

}  // namespace tandem::cli
