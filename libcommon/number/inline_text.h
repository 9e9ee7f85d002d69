// Knows: a short text that lies where it is used.
// Must not know: what is in it.
// Next: parse.h, whose answers are made of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tandem::number {

/// A text of at most N bytes without heap; what does not fit is cut. Copies cost N bytes.
template <std::size_t N>
class InlineText {
public:
    static_assert(N < 256);

    static constexpr std::size_t kCapacity = N;

    InlineText() {}  // NOLINT: bytes beyond the size are not initialised
    InlineText(std::string_view text) { assign(text); }  // NOLINT: a text may stand for it
    InlineText& operator=(std::string_view text) {
        assign(text);
        return *this;
    }

    void assign(std::string_view text) {
        size_ = static_cast<std::uint8_t>(text.size() < N ? text.size() : N);
        std::memmove(bytes_.data(), text.data(), size_);
    }
    /// The first `size` bytes of an array that fits: a copy of fixed size.
    template <std::size_t M>
    void assign_within(const std::array<char, M>& bytes, std::size_t size) {
        static_assert(M <= N);
        std::memcpy(bytes_.data(), bytes.data(), M);
        size_ = static_cast<std::uint8_t>(size);
    }
    /// What fill(char*) writes to the kCapacity bytes that it is given; it gives back how many.
    template <class Fill>
    void assign_by(Fill fill) {
        size_ = static_cast<std::uint8_t>(fill(bytes_.data()));
    }
    void push_back(char c) {
        if (size_ < N) bytes_[size_++] = c;
    }
    void clear() { size_ = 0; }

    /// kCapacity bytes may be read here, of which size() are text: a copy of fixed size is quicker than one of the text's.
    [[nodiscard]] const char* data() const { return bytes_.data(); }
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
    [[nodiscard]] std::string str() const { return std::string(view()); }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    operator std::string_view() const { return view(); }  // NOLINT: it is a text
    friend bool operator==(const InlineText& a, std::string_view b) { return a.view() == b; }

private:
    std::uint8_t size_ = 0;
    std::array<char, N> bytes_;
};

}  // namespace tandem::number
