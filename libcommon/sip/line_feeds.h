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
        while (taken_ == found_) {
            if (searched_ >= text_.size()) return std::string_view::npos;
            search();
        }
        return ends_[taken_++];
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

    void search() {
        taken_ = found_ = 0;
        for (std::size_t block = 0; block < kBlocks && searched_ < text_.size(); ++block) {
            const std::size_t left = text_.size() - searched_;
            Ends ends;
            if (left >= kBlock) {
                ends = ends_in(text_.data() + searched_);
            } else {
                std::array<char, kBlock> last{};
                std::memcpy(last.data(), text_.data() + searched_, left);
                ends = ends_in(last.data());
            }
            const std::uint64_t bare = (ends.returns << 1 | behind_return_) & ~ends.feeds;
            behind_return_ = ends.returns >> (kBlock - 1);
            if (bare != 0 && bare_return_ == std::string_view::npos)
                bare_return_ = searched_ + static_cast<std::size_t>(std::countr_zero(bare)) - 1;
            std::uint64_t mask = ends.feeds;
            // Seldom more than two in a block: these are written whether they are there or not.
            const auto feed = [&] {
                ends_[found_] = static_cast<std::uint32_t>(searched_) + static_cast<std::uint32_t>(std::countr_zero(mask)) + 1;
                found_ += mask != 0 ? 1U : 0U;
                mask &= mask - 1;
            };
            feed();
            feed();
            while (mask != 0) feed();
            searched_ += kBlock;
        }
    }

    std::string_view text_;
    std::size_t searched_ = 0, taken_ = 0, found_ = 0, bare_return_ = std::string_view::npos;
    std::uint64_t behind_return_ = 0;  // 1: the next byte stands behind a CR
    std::array<std::uint32_t, kBlock * kBlocks + 2> ends_;
};

}  // namespace tandem::sip
