// Knows: that the scanner takes any bytes, that what strict takes lenient takes too, and that spans lie within the bytes.
// Must not know: what a message is for.
// Next: sip_edit_fuzz.cpp; tests/unit/sip/message_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/bytes.h"
#include "sip/message.h"

using namespace tandem::sip;

namespace {

void must(bool condition) {
    if (!condition) std::abort();
}

void inside(std::string_view whole, std::string_view part) {
    if (part.empty()) return;
    must(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void look(const Message& m) {
    std::uint32_t at = 0;
    for (const Header& h : m.headers()) {
        must(h.begin >= at && h.begin < h.end && h.value_begin <= h.value_end && h.value_end <= h.end);
        must(h.end <= m.bytes().size());
        at = h.end;
        inside(m.bytes(), m.name(h));
        inside(m.bytes(), m.value(h));
    }
    for (std::string_view part : {m.request_uri(), m.call_id(), m.from_tag(), m.to_tag(), m.top_via_text(), m.body(), m.reason_phrase()}) {
        inside(m.bytes(), part);
    }
    for (std::size_t id = 1; id < kHeaderIdCount; ++id) {
        std::size_t seen = 0;
        for (const Header* h = m.first(static_cast<HeaderId>(id)); h != nullptr; h = m.next(*h)) must(++seen <= kMaxHeaders);
        ValueCursor cursor(m, static_cast<HeaderId>(id));
        while (const auto value = cursor.next()) inside(m.bytes(), *value);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto message = std::make_unique<Message>();
    const std::string_view text = tandem::as_text({data, size});
    const Verdict strict = scan(text, Strictness::kStrict, *message);
    if (strict.action != Verdict::Action::kDrop) look(*message);
    const Verdict lenient = scan(text, Strictness::kLenient, *message);
    if (lenient.action != Verdict::Action::kDrop) look(*message);
    must(!strict.ok() || lenient.ok());
    must(lenient.ok() || !lenient.reason.empty());
    return 0;
}
