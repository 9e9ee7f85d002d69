// Knows: reading a file that holds a secret, and who else may read it.
// Must not know: what the secret is for.
// Next: stream.h for other files; the snapshot.cpp and serve.cpp of the tools that serve, which read passwords and keys.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace tandem {

/// A secret file's bytes.
struct SecretFile {
    std::string text;
    std::string warning;  ///< "PATH: …" when the process's own group may read it, too; empty otherwise
};

/// All bytes of a file that only we may read. A pipe or device (a descriptor that a supervisor hands over) has no mode to look at.
/// Errors: io with the system's reason, policy when all or a foreign group may read or write it, range when it is longer than limit.
Result<SecretFile> read_secret_file(const std::string& path, std::size_t limit);

}  // namespace tandem
