// Knows: finding line ends many bytes at a time.
// Must not know: what stands in the lines.
// Next: scan.cpp, which goes from line to line.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tandem::sip {

/// Where the lines of a text end, one after the other, and the first CR that ends none. Found 256 bytes at a time: a search from
/// each line's begin would mispredict at each of their lengths.
/// Cost: no allocation; each byte is looked at once, up to 255 of them before they are asked for.
class LineFeeds {
public:
    void begin(std::string_view text, std::size_t at) {
        text_ = text;
        searched_ = at;
        taken_ = found_ = 0;
        bare_return_ = std::string_view::npos;
        behind_return_ = 0;
    }
    /// The first CR that no LF follows, of what was gone over so far: of all lines taken, and maybe of some bytes behind them.
    [[nodiscard]] std::size_t bare_return() const { return bare_return_; }
    /// One past the next line feed; npos behind the last.
    std::size_t next() {
        if (taken_ == found_ && !search()) return std::string_view::npos;
        return ends_.data()[taken_++];
    }

private:
    static constexpr std::size_t kBlock = 64, kBlocks = 4;

    struct Ends {
        std::uint64_t feeds = 0, returns = 0;  // a bit a byte
    };
    static Ends ends_in(const char* at) {
        Ends out;
#if defined(__SSE2__)
        for (unsigned i = 0; i < kBlock; i += 16) {
            const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
            const auto where = [chunk](char c) {
                return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(chunk, _mm_set1_epi8(c))));
            };
            out.feeds |= std::uint64_t{where('\n')} << i;
            out.returns |= std::uint64_t{where('\r')} << i;
        }
#else
        for (unsigned i = 0; i < kBlock; ++i) {
            out.feeds |= std::uint64_t{at[i] == '\n'} << i;
            out.returns |= std::uint64_t{at[i] == '\r'} << i;
        }
#endif
        return out;
    }

    // Goes on until a line end is found; false when there is none.
    bool search() {
        const std::size_t size = text_.size();
        std::uint32_t* const ends = ends_.data();
        std::size_t at = searched_, found = 0;
        std::uint64_t behind_return = behind_return_;
        while (found == 0 && at < size) {
            for (std::size_t block = 0; block < kBlocks && at < size; ++block, at += kBlock) {
                Ends here;
                if (size - at >= kBlock) {
                    here = ends_in(text_.data() + at);
                } else {
                    std::array<char, kBlock> last{};
                    std::memcpy(last.data(), text_.data() + at, size - at);
                    here = ends_in(last.data());
                }
                const std::uint64_t bare = (here.returns << 1 | behind_return) & ~here.feeds;
                behind_return = here.returns >> (kBlock - 1);
                if (bare != 0 && bare_return_ == std::string_view::npos)
                    bare_return_ = at + static_cast<std::size_t>(std::countr_zero(bare)) - 1;
                std::uint64_t mask = here.feeds;
                // Seldom more than two in a block: these are written whether they are there or not (the bit set on top gives an empty
                // mask a place too).
                const std::uint32_t behind = static_cast<std::uint32_t>(at) + 1;
                const auto feed = [&] {
                    ends[found] = behind + static_cast<std::uint32_t>(std::countr_zero(mask | std::uint64_t{1} << (kBlock - 1)));
                    found += mask != 0 ? 1U : 0U;
                    mask &= mask - 1;
                };
                feed();
                feed();
                while (mask != 0) feed();
            }
        }
        searched_ = at;
        behind_return_ = behind_return;
        taken_ = 0;
        found_ = found;
        return found != 0;
    }

    std::string_view text_;
    std::size_t searched_ = 0, taken_ = 0, found_ = 0, bare_return_ = std::string_view::npos;
    std::uint64_t behind_return_ = 0;  // 1: the next byte stands behind a CR
    std::array<std::uint32_t, kBlock * kBlocks + 2> ends_;
};

}  // namespace tandem::sip
