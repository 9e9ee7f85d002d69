// Knows: that every value and key of an accepted configuration text stands where its offset says.
// Must not know: which keys are right.
// Next: tests/unit/json/document_test.cpp.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "base/text.h"
#include "json/document.h"

namespace {

using namespace tandem;
using Type = json::Value::Type;

void must(bool truth) {
    if (!truth) std::abort();
}

void check(const std::string& text, const json::Value& value) {
    must(value.offset() < text.size());
    char c = text[value.offset()];
    switch (value.type()) {
        case Type::kNull: must(c == 'n'); break;
        case Type::kBool: must(c == (value.boolean() ? 't' : 'f')); break;
        case Type::kInteger:
        case Type::kReal: must(c == '-' || is_digit(c)); break;
        case Type::kString: must(c == '"'); break;
        case Type::kArray:
            must(c == '[');
            for (const json::Value& item : value.items()) check(text, item);
            break;
        case Type::kObject:
            must(c == '{');
            for (const json::ValueMember& m : value.members()) {
                must(text[m.key_offset] == '"' && m.key_offset < m.value.offset());
                must(value.find(m.key) == &m.value);
                check(text, m.value);
            }
            break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(as_text({data, size}));
    auto document = json::parse_document(text, "x");
    if (document) {
        check(text, document->root);
        static_cast<void>(document->where(document->root));
    } else {
        must(document.error().offset <= text.size() && document.error().what.starts_with("x:"));
    }
    return 0;
}
