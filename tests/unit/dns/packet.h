// Knows: how a name server writes an answer: a small builder of packets.
// Must not know: what is read from them.
// Next: answer_test.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::dns::test {

struct Packet {
    ByteWriter w;

    explicit Packet(std::string_view question, std::uint16_t type, std::uint16_t answers, std::uint16_t authority = 0,
                    std::uint16_t additional = 0, std::uint16_t flags = 0x8180) {
        w.u16(0x1234);
        w.u16(flags);
        for (const std::uint16_t count : {std::uint16_t{1}, answers, authority, additional}) w.u16(count);
        name(question);
        w.u16(type);
        w.u16(1);
    }
    Packet& name(std::string_view text) {
        if (!text.empty()) {
            for (const std::string_view label : split(text, '.')) {
                w.u8(static_cast<std::uint8_t>(label.size()));
                w.bytes(as_bytes(label));
            }
        }
        w.u8(0);
        return *this;
    }
    template <class F>
    Packet& record(std::string_view owner, std::uint16_t type, std::uint32_t ttl, F data) {
        name(owner);
        w.u16(type);
        w.u16(1);
        w.u32(ttl);
        const std::size_t at = w.size();
        w.u16(0);
        data();
        w.patch_u16(at, static_cast<std::uint16_t>(w.size() - at - 2));
        return *this;
    }
    Packet& a(std::string_view owner, std::uint32_t ttl, std::uint32_t ip) {
        return record(owner, 1, ttl, [&] { w.u32(ip); });
    }
    Packet& aaaa(std::string_view owner, std::uint32_t ttl, std::uint8_t last) {
        return record(owner, 28, ttl, [&] {
            w.u32(0x2001'0db8U);
            w.u32(0);
            w.u32(0);
            w.u32(last);
        });
    }
    Packet& srv(std::string_view owner, std::uint32_t ttl, std::uint16_t priority, std::uint16_t weight, std::uint16_t port, std::string_view target) {
        return record(owner, 33, ttl, [&] {
            for (const std::uint16_t v : {priority, weight, port}) w.u16(v);
            name(target);
        });
    }
    Packet& naptr(std::string_view owner, std::uint32_t ttl, std::uint16_t order, std::uint16_t preference, std::string_view service,
                  std::string_view replacement) {
        return record(owner, 35, ttl, [&] {
            w.u16(order);
            w.u16(preference);
            for (const std::string_view text : {std::string_view("s"), service, std::string_view()}) {
                w.u8(static_cast<std::uint8_t>(text.size()));
                w.bytes(as_bytes(text));
            }
            name(replacement);
        });
    }
    Packet& cname(std::string_view owner, std::uint32_t ttl, std::string_view to) {
        return record(owner, 5, ttl, [&] { name(to); });
    }
    Packet& soa(std::string_view owner, std::uint32_t ttl, std::uint32_t minimum) {
        return record(owner, 6, ttl, [&] {
            name("ns.example");
            name("root.example");
            for (const std::uint32_t v : {1U, 2U, 3U, 4U, minimum}) w.u32(v);
        });
    }
    [[nodiscard]] Bytes bytes() const { return w.view(); }
};

}  // namespace tandem::dns::test
