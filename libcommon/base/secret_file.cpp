// Knows: the mode bits of a file and the groups of the process.
// Must not know: what the secret is for.
// Next: stream.cpp.
#include "base/secret_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "base/stream.h"
#include "base/text.h"

namespace tandem {

namespace {

constexpr mode_t kAll = S_IROTH | S_IWOTH;
constexpr mode_t kGroup = S_IRGRP | S_IWGRP;

bool own_group(gid_t group) {
    if (group == ::getegid()) return true;
    const int count = ::getgroups(0, nullptr);
    if (count <= 0) return false;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    const int filled = ::getgroups(count, groups.data());
    return filled > 0 && std::find(groups.begin(), groups.begin() + filled, group) != groups.begin() + filled;
}

std::string octal(mode_t mode) {
    std::string digits;
    for (const unsigned shift : {6U, 3U, 0U}) digits += static_cast<char>('0' + ((mode >> shift) & 7U));
    return cat('0', digits);
}

}  // namespace

Result<SecretFile> read_secret_file(const std::string& path, std::size_t limit) {
    // The mode is that of the file that is read, whatever its name comes to mean meanwhile.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(Errc::kIo, cat("cannot open ", path, ": ", std::generic_category().message(errno)));
    FdInput in(fd, true, -1, path);
    struct stat status {};
    if (::fstat(fd, &status) != 0)
        return fail(Errc::kIo, cat("cannot look at ", path, ": ", std::generic_category().message(errno)));

    SecretFile out;
    if (S_ISREG(status.st_mode)) {
        const bool all = (status.st_mode & kAll) != 0;
        const bool group = (status.st_mode & kGroup) != 0;
        if (all || (group && !own_group(status.st_gid))) {
            return fail(
                Errc::kPolicy,
                cat(path, " holds a secret, but its mode ", octal(status.st_mode & 0777), " opens it to ",
                    all ? "everybody" : "a foreign group", "; write: chmod 600 ", path));
        }
        if (group)
            out.warning = cat(path, " holds a secret, and its mode ", octal(status.st_mode & 0777),
                              " opens it to the whole group; chmod 600 keeps it closed");
    }
    std::array<char, 4096> buffer;
    for (;;) {
        auto n = in.read(buffer);
        if (!n) return fail(std::move(n.error()));
        if (*n == 0) return out;
        if (out.text.size() + *n > limit)
            return fail(Errc::kRange, cat(path, ": longer than ", limit, " bytes"));
        out.text.append(buffer.data(), *n);
    }
}

}  // namespace tandem
