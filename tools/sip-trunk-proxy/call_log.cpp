// Knows: packing a call's texts.
// Must not know: records.
// Next: accounting.cpp.
#include "sip-trunk-proxy/call_log.h"

#include "base/text.h"
#include "sip/keyring.h"

namespace tandem::proxy {

namespace {
// Keeps one entry small whatever a peer sends; a Call-ID that long is no key for anybody.
constexpr std::size_t kMaxText = 128;
}  // namespace

CallTexts::CallTexts(const Values& values) {
    std::size_t size = 0;
    for (std::string_view v : values) size += std::min(v.size(), kMaxText);
    block_.reserve(size);
    for (std::size_t i = 0; i < kCount; ++i) {
        std::size_t kept = std::min(values[i].size(), kMaxText);
        if (kept < values[i].size()) {
            cut_ |= 1U << i;
            // Not in the middle of a character of UTF-8.
            for (int back = 0; back < 3 && (static_cast<unsigned char>(values[i][kept]) & 0xc0U) == 0x80U; ++back) --kept;
        }
        block_.append(values[i].substr(0, kept));
        ends_[i] = static_cast<std::uint16_t>(block_.size());
    }
}

std::string_view CallTexts::get(Field field) const {
    const std::size_t begin = field == 0 ? 0 : ends_[static_cast<std::size_t>(field) - 1];
    return std::string_view(block_).substr(begin, ends_[field] - begin);
}

std::optional<std::string> CallTexts::maybe(Field field) const {
    const std::string_view text = get(field);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::size_t CallLog::bytes() const {
    std::size_t sum = sizeof *this + texts.capacity() + attempts.capacity() * sizeof(AttemptLog) + held.capacity() * sizeof(Held);
    for (const AttemptLog& a : attempts) sum += a.target.capacity() > 15 ? a.target.capacity() : 0;
    for (const Held& h : held) sum += h.trunk.capacity() > 15 ? h.trunk.capacity() : 0;
    return sum;
}

std::uint64_t call_key(std::string_view call_id, std::string_view caller_tag, std::string_view callee_tag) {
    return sip::fingerprint(cat(call_id.size(), ' ', call_id, caller_tag.size(), ' ', caller_tag, callee_tag));
}

}  // namespace tandem::proxy
