// Knows: which pair comes next.
// Must not know: calls.
// Next: engine.cpp.
#include "media/port_pool.h"

#include <string>
#include <utility>

namespace tandem::media {

PortPool::PortPool(const net::IpAddress& address, std::uint16_t first, std::uint16_t last, std::uint64_t seed,
                   nanoseconds quarantine)
    : address_(address),
      first_even_(static_cast<std::uint16_t>(first + first % 2)),
      quarantine_(quarantine),
      random_(seed) {
    const unsigned begin = first + first % 2U;
    if (last > begin) state_.resize((last - begin + 1U) / 2U);
}

Result<PortPair> PortPool::allocate(MonoTime now) {
    if (state_.empty()) return fail(Errc::kMissing, "no media ports configured");
    std::string last_error;
    const std::size_t start = random_() % state_.size();
    for (std::size_t i = 0; i < state_.size(); ++i) {
        const std::size_t slot = (start + i) % state_.size();
        State& s = state_[slot];
        if (s.used || s.free_from > now) continue;
        const auto port = static_cast<std::uint16_t>(first_even_ + 2 * slot);
        auto rtp = UdpSocket::bind({address_, port});
        if (!rtp) {
            last_error = rtp.error().what;
            continue;
        }
        auto rtcp = UdpSocket::bind({address_, static_cast<std::uint16_t>(port + 1)});
        if (!rtcp) {
            last_error = rtcp.error().what;
            continue;
        }
        s.used = true;
        ++in_use_;
        return PortPair{std::move(*rtp), std::move(*rtcp)};
    }
    if (!last_error.empty()) return fail(Errc::kIo, std::move(last_error));
    return fail(Errc::kMissing, "all media ports are in use");
}

void PortPool::release(std::uint16_t rtp_port, MonoTime now) {
    if (rtp_port < first_even_) return;
    const std::size_t slot = (rtp_port - first_even_) / 2U;
    if (slot >= state_.size() || !state_[slot].used) return;
    state_[slot].used = false;
    state_[slot].free_from = now + quarantine_;
    --in_use_;
}

}  // namespace tandem::media
