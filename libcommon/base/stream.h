// Knows: bytes in and bytes out: a file descriptor or a string behind one small interface, so a tool runs in a test as it does in a shell.
// Must not know: lines, records, which descriptor is stdin.
// Next: json/line.h, which cuts an input into lines; cli/context.h, which hands a tool its streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem {

/// Where bytes come from.
class InputStream {
public:
    virtual ~InputStream() = default;
    /// How many bytes were put at the front of buffer; 0 at the end. May give fewer than there is room for.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

/// Where bytes go. What is written may wait in a buffer until flush().
class OutputStream {
public:
    virtual ~OutputStream() = default;
    [[nodiscard]] virtual Status write(std::string_view bytes) = 0;
    [[nodiscard]] virtual Status flush() { return {}; }
    /// True once the reader has gone (a closed pipe); whoever writes then ends quietly.
    [[nodiscard]] virtual bool reader_gone() const { return false; }
    /// Lines that failed writes and flushes have cost so far. A stream that never fails has none.
    [[nodiscard]] virtual std::uint64_t lines_lost() const { return 0; }
};

/// Reads a file descriptor.
class FdInput final : public InputStream {
public:
    /// wake_fd: when it becomes readable, read() gives 0 as at the end (a signal asks the program to stop); -1 for none.
    /// name: of the file, for errors; "input" when empty.
    explicit FdInput(int fd, bool owned = false, int wake_fd = -1, std::string name = {})
        : fd_(fd), wake_fd_(wake_fd), owned_(owned), name_(std::move(name)) {}
    ~FdInput() override;
    FdInput(const FdInput&) = delete;
    FdInput& operator=(const FdInput&) = delete;

    /// Errors: io with the system's reason.
    static Result<std::unique_ptr<FdInput>> open(const std::string& path, int wake_fd = -1);

    [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override;

private:
    int fd_;
    int wake_fd_;
    bool owned_;
    std::string name_;
};

/// Writes a file descriptor through a buffer of 64 KiB. A pipe that was closed sets reader_gone().
/// A line that a full disk cut in two does not stay half: a file of our own is cut back to its last whole line, anywhere else the
/// next write begins with a line end.
class FdOutput final : public OutputStream {
public:
    explicit FdOutput(int fd, bool owned = false) : fd_(fd), owned_(owned) {}
    ~FdOutput() override;
    FdOutput(const FdOutput&) = delete;
    FdOutput& operator=(const FdOutput&) = delete;

    /// Makes the file or empties it. Errors: io with the system's reason.
    static Result<std::unique_ptr<FdOutput>> create(const std::string& path);

    [[nodiscard]] Status write(std::string_view bytes) override;
    [[nodiscard]] Status flush() override;
    [[nodiscard]] bool reader_gone() const override { return gone_; }
    [[nodiscard]] std::uint64_t lines_lost() const override { return lines_lost_; }

private:
    Status put(std::string_view bytes);
    Status put_all(std::string_view& bytes);
    void mend(std::string_view written);

    int fd_;
    bool owned_;
    bool gone_ = false;
    bool torn_ = false;  ///< what was written last is the beginning of a line that was given up
    std::uint64_t lines_lost_ = 0;
    std::string buffer_;
};

/// Reads a text that is held in memory, at most chunk bytes a time (tests vary it).
class StringInput final : public InputStream {
public:
    explicit StringInput(std::string text, std::size_t chunk = 65536) : text_(std::move(text)), chunk_(chunk) {}
    [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override;

private:
    std::string text_;
    std::size_t chunk_;
    std::size_t at_ = 0;
};

/// Collects what is written.
class StringOutput final : public OutputStream {
public:
    [[nodiscard]] Status write(std::string_view bytes) override {
        text_ += bytes;
        return {};
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// All bytes up to the end of a stream, up to limit. Errors: the stream's, range when there are more.
Result<std::string> read_all(InputStream& in, std::size_t limit = std::size_t{64} << 20);
/// All bytes of a file, up to limit. Errors: io with the system's reason, range when it is longer.
Result<std::string> read_file(const std::string& path, std::size_t limit = std::size_t{64} << 20);

}  // namespace tandem
