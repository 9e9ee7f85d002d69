// Knows: JSON Lines input: cutting a stream into lines with a limit, and reading one object line without copying it apart.
// Must not know: record types.
// Next: cli/filter.h, the loop that reads lines and answers them; document.h for configuration files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/stream.h"

namespace tandem::json {

inline constexpr std::size_t kDefaultMaxLine = std::size_t{1} << 20;
inline constexpr std::size_t kMaxDepth = 64;

/// Why a line cannot be read at all.
enum class LineFault { kNone, kTooLong, kNul, kNotUtf8 };

/// One input line without its end ("\n" or "\r\n"). text lives until the next call of next().
struct Line {
    std::string_view text;  ///< empty when the line was too long
    std::uint64_t number = 0;  ///< from 1
    LineFault fault = LineFault::kNone;
    std::size_t offset = 0;  ///< byte of the line at which the fault stands
    bool complete = true;    ///< ended by "\n"; false for a last line without
};

/// Cuts a stream into lines. Memory stays within max_line plus 64 KiB, whatever comes: a longer line is
/// skipped to its end and given once with kTooLong. A byte order mark at the very start is left out.
class LineReader {
public:
    explicit LineReader(InputStream& in, std::size_t max_line = kDefaultMaxLine);

    /// The next line, or nothing at the end. A last line without "\n" counts. Errors: io.
    Result<std::optional<Line>> next();
    /// True when next() must read the stream (and may wait): time to flush what was answered.
    [[nodiscard]] bool idle();

private:
    Line finish(std::string_view text);
    Result<std::size_t> fill();
    bool find_end();
    [[nodiscard]] std::size_t most() const;
    void grow(std::size_t size);

    InputStream& in_;
    std::size_t max_line_;
    std::unique_ptr<char[]> buffer_;
    std::size_t size_ = 0;     ///< of the buffer, without what a search may read behind it
    std::size_t begin_ = 0;    ///< first byte not given out
    std::size_t scanned_ = 0;  ///< bytes before this one hold no line end; with found_, the line end is here
    std::size_t end_ = 0;
    std::uint64_t number_ = 0;
    bool found_ = false;
    bool suspect_ = false;   ///< the line that begins at begin_ has a NUL or bytes that are not ASCII
    bool skipping_ = false;  ///< inside a line that is too long
    bool ended_ = false;
};

/// One member of an object: raw bytes of the key (between its quotes) and of the value.
struct RawMember {
    std::string_view key;
    std::string_view value;
};

/// Keys that are looked for in every object of a stream, in one pass over its members.
class Keys {
public:
    /// Where a key stands: the first member that has it, and the second one, which makes it worthless.
    struct Found {
        const RawMember* member = nullptr;
        const RawMember* again = nullptr;
    };

    explicit Keys(std::vector<std::string> keys);
    [[nodiscard]] const std::string& operator[](std::size_t i) const { return keys_[i]; }

private:
    friend class Object;
    std::vector<std::string> keys_;
    std::vector<std::uint16_t> tags_;  ///< what is compared first
};

/// A well-formed JSON object as views over its bytes, which the LineParser owns until its next parse().
class Object {
public:
    [[nodiscard]] std::string_view text() const { return text_; }
    /// In the order of the input, duplicates included.
    [[nodiscard]] const std::vector<RawMember>& members() const { return members_; }

    /// The member with exactly that key, nullptr when there is none. Errors: conflict when it stands twice.
    [[nodiscard]] Result<const RawMember*> member(std::string_view key) const;
    /// All keys at once; found gets one entry a key.
    void find(const Keys& keys, std::vector<Keys::Found>& found) const;
    /// What member() says of a key that was looked for so.
    [[nodiscard]] Result<const RawMember*> only(std::string_view key, const Keys::Found& found) const;

    /// Raw bytes of the value at a dotted path ("call.to"), nothing when there is none. A top-level key that is
    /// literally the path comes first. Errors: conflict when a key on the path stands twice.
    [[nodiscard]] Result<std::optional<std::string_view>> raw(std::string_view path) const;
    /// The decoded string at the path; nothing when there is none or it is no string.
    [[nodiscard]] Result<std::optional<std::string>> text(std::string_view path) const;
    /// The same as a view: of the object, or of room when there was something to decode.
    [[nodiscard]] Result<std::optional<std::string_view>> text(std::string_view path, std::string& room) const;
    /// The integer at the path; nothing when there is none or it is no integer of 64 bits.
    [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::string_view path) const;
    [[nodiscard]] Result<std::optional<double>> real(std::string_view path) const;
    [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view path) const;
    /// The object at the path.
    [[nodiscard]] Result<std::optional<Object>> object(std::string_view path) const;
    /// Raw bytes of the array's elements at the path.
    [[nodiscard]] Result<std::optional<std::vector<std::string_view>>> items(std::string_view path) const;

    /// Splits an object whose text is known to be well-formed.
    static Object over(std::string_view well_formed);

private:
    friend class LineParser;
    void split(std::string_view well_formed);
    /// The first member from there on that has the key, else the end.
    [[nodiscard]] const RawMember* next_with(std::string_view key, const RawMember* from) const;

    std::string_view text_;
    std::vector<RawMember> members_;
    bool escaped_keys_ = false;  ///< a key has an escape: it must be decoded before it is compared
};

/// The decoded text of a well-formed JSON string token (quotes included); nothing for any other token.
std::optional<std::string> decode_string(std::string_view token);
/// The same as a view: of the token, or of room when there was something to decode.
std::optional<std::string_view> decode_string(std::string_view token, std::string& room);

/// Checks that one line is one well-formed JSON object (RFC 8259) and splits it. Numbers of any size pass: they
/// are never converted. Keeps its buffers, so a warm parser allocates nothing for a usual line.
class LineParser {
public:
    /// The object, valid until the next call. Errors: syntax, truncated, range (deeper than kMaxDepth), with byte offset.
    Result<const Object*> parse(std::string_view whole);

private:
    std::vector<char> padded_;  ///< the line and what the scanner may read behind it
    Object object_;
};

}  // namespace tandem::json
