#include "base/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

#include "base/text.h"

namespace tandem {

namespace {

constexpr std::size_t kOutputBuffer = 65536;

tl::unexpected<Error> system_failure(std::string_view doing, int number) {
    return fail(Errc::kIo, cat(doing, ": ", std::generic_category().message(number)));
}

}  // namespace

FdInput::~FdInput() {
    if (owned_) ::close(fd_);
}

Result<std::unique_ptr<FdInput>> FdInput::open(const std::string& path, int wake_fd) {
    // A FIFO that nobody writes yet would hold open() itself, where no wake-up reaches.
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | (wake_fd >= 0 ? O_NONBLOCK : 0));
    if (fd < 0) return system_failure(cat("cannot open ", path), errno);
    return std::make_unique<FdInput>(fd, true, wake_fd, path);
}

Result<std::size_t> FdInput::read(std::span<char> buffer) {
    for (;;) {
        if (wake_fd_ >= 0) {
            // A signal between a look at the stop flag and a blocking read would be lost; a descriptor is not.
            std::array<pollfd, 2> wait{{{fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
            if (::poll(wait.data(), wait.size(), -1) < 0) {
                if (errno == EINTR) continue;
                return system_failure(cat("cannot wait for ", name_.empty() ? "input" : name_), errno);
            }
            if (wait[1].revents != 0) return std::size_t{0};
        }
        ssize_t n = ::read(fd_, buffer.data(), buffer.size());
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno == EINTR || errno == EAGAIN) continue;
        return system_failure(cat("cannot read ", name_.empty() ? "input" : name_), errno);
    }
}

FdOutput::~FdOutput() {
    static_cast<void>(flush());
    if (owned_) ::close(fd_);
}

Result<std::unique_ptr<FdOutput>> FdOutput::create(const std::string& path) {
    int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return system_failure(cat("cannot write ", path), errno);
    return std::make_unique<FdOutput>(fd, true);
}

Status FdOutput::write(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > kOutputBuffer) {
        if (Status flushed = flush(); !flushed) {
            lines_lost_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
            return flushed;
        }
        if (bytes.size() >= kOutputBuffer) return put(bytes);
    }
    buffer_ += bytes;
    return {};
}

Status FdOutput::flush() {
    if (buffer_.empty()) return {};
    std::string full;
    full.swap(buffer_);  // what cannot be written once will not be written twice
    Status done = put(full);
    full.clear();
    buffer_.swap(full);  // keeps the memory
    return done;
}

Status FdOutput::put(std::string_view bytes) {
    if (torn_) {
        std::string_view end = "\n";
        if (Status done = put_all(end); !done) {
            lines_lost_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
            return done;
        }
        torn_ = false;
    }
    std::string_view rest = bytes;
    Status done = put_all(rest);
    if (!done) {
        lines_lost_ += static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
        mend(bytes.substr(0, bytes.size() - rest.size()));
    }
    return done;
}

// `written` went out before a write failed: what of it is no whole line must not become the front of the next one.
void FdOutput::mend(std::string_view written) {
    const std::size_t whole = written.rfind('\n') + 1;  // npos + 1 is 0
    if (whole == written.size()) return;
    torn_ = true;
    if (!owned_) return;  // a file that others may write as well
    const off_t at = ::lseek(fd_, 0, SEEK_CUR);
    if (at < 0) return;
    const off_t end = at - static_cast<off_t>(written.size() - whole);
    torn_ = ::ftruncate(fd_, end) != 0 || ::lseek(fd_, end, SEEK_SET) != end;
}

// Leaves in `bytes` what could not be written.
Status FdOutput::put_all(std::string_view& bytes) {
    while (!bytes.empty()) {
        ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            pollfd wait{fd_, POLLOUT, 0};
            ::poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            gone_ = errno == EPIPE;
            return system_failure("cannot write output", errno);
        }
    }
    return {};
}

Result<std::size_t> StringInput::read(std::span<char> buffer) {
    std::size_t n = std::min({buffer.size(), chunk_, text_.size() - at_});
    std::memcpy(buffer.data(), text_.data() + at_, n);
    at_ += n;
    return n;
}

Result<std::string> read_all(InputStream& in, std::size_t limit) {
    std::string text;
    std::array<char, 65536> buffer;
    for (;;) {
        auto n = in.read(buffer);
        if (!n) return fail(std::move(n.error()));
        if (*n == 0) return text;
        if (text.size() + *n > limit) return fail(Errc::kRange, cat("longer than ", limit, " bytes"));
        text.append(buffer.data(), *n);
    }
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    auto in = FdInput::open(path);
    if (!in) return fail(std::move(in.error()));
    auto text = read_all(**in, limit);
    if (!text && text.error().code == Errc::kRange) text.error().what = cat(path, ": ", text.error().what);
    return text;
}

}  // namespace tandem
