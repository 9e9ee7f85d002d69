// Knows: how to hand a parser bytes in a heap block of exactly their size, so that a sanitizer sees any read past the end.
// Must not know: what is parsed.
// Next: the truncation tests of each parser in tests/unit/; tests/fuzz/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace tandem::test {

class ExactBuffer {
public:
    explicit ExactBuffer(Bytes bytes) : size_(bytes.size()), data_(new std::uint8_t[bytes.size()]) {
        std::copy(bytes.begin(), bytes.end(), data_.get());
    }
    explicit ExactBuffer(std::string_view text) : ExactBuffer(as_bytes(text)) {}

    [[nodiscard]] Bytes bytes() const { return {data_.get(), size_}; }
    [[nodiscard]] std::string_view text() const { return as_text(bytes()); }

private:
    std::size_t size_;
    std::unique_ptr<std::uint8_t[]> data_;
};

/// Calls f with every proper prefix of text, each in a block of its own size.
template <class F>
void for_each_truncation(std::string_view text, F f) {
    for (std::size_t n = 0; n < text.size(); ++n) {
        ExactBuffer buffer(text.substr(0, n));
        f(buffer);
    }
}

}  // namespace tandem::test
