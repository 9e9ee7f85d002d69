// Knows: what the system tells of a file without opening it.
// Must not know: its content.
// Next: file_watch.h.
#include "sipnet/file_watch.h"

#include <sys/stat.h>

namespace tandem::sipnet {

FileStamp stamp_of(const std::string& path) {
    struct stat s {};
    if (::stat(path.c_str(), &s) != 0) return {};
    return {s.st_dev, s.st_ino, static_cast<std::uint64_t>(s.st_size), std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec};
}

}  // namespace tandem::sipnet
