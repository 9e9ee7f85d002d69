// Knows: patterns as dial plans write them (.NET style) and their replacement texts, with a bound on time.
// Must not know: dial plans, numbers.
// Next: rules.h, which tries patterns in order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::number {

inline constexpr std::size_t kMaxSubject = 128;   ///< bytes of a dialled string that are looked at
inline constexpr std::size_t kMaxPattern = 1024;  ///< bytes of a pattern
inline constexpr std::uint32_t kMatchLimit = 10'000;

/// How matching ended.
enum class MatchEnd {
    kNoMatch,
    kMatch,
    kLimit,  ///< the bound was hit; counts as no match
};

/// A compiled pattern. Subjects are ASCII; \d is [0-9]; groups are numbered as .NET does it (unnamed ones first).
/// Thread: a const Regex may be used by several threads.
class Regex {
public:
    /// Errors: syntax with the byte of the pattern, unsupported for what .NET has and PCRE2 has not (balancing groups,
    /// RightToLeft, class subtraction), range for a pattern that is too long.
    static Result<Regex> compile(std::string_view pattern);
    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

    /// Looks for the pattern anywhere in subject. Bounded to about 0.2 ms by match limit and subject length.
    [[nodiscard]] MatchEnd match(std::string_view subject) const;
    /// The subject with every match replaced (Regex.Replace of .NET), nothing when there is none. Replacement: $n ${n}
    /// ${name} $$ $& $` $' $+ $_; a $n without such a group is literal text.
    [[nodiscard]] std::optional<std::string> replace(std::string_view subject, std::string_view replacement,
                                                     MatchEnd* end = nullptr) const;
    /// True when the pattern begins with ^ and ends with $ outside any alternative: it can match only as a whole.
    [[nodiscard]] bool anchored() const { return anchored_; }
    [[nodiscard]] const std::string& pattern() const { return pattern_; }

private:
    struct Code;
    Regex();

    std::string pattern_;
    std::unique_ptr<Code> code_;
    bool anchored_ = false;
};

}  // namespace tandem::number
