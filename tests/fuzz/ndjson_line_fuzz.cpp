// Knows: that the line reader never loses or invents a line, and that whatever the line parser accepts can be split,
// searched and decoded; the configuration parser accepts and refuses the same, but for what only one of them knows.
// Must not know: record types.
// Next: tests/unit/json/line_test.cpp.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "base/text.h"
#include "json/document.h"
#include "json/line.h"

namespace {

using namespace tandem;

void must(bool truth) {
    if (!truth) std::abort();
}

void check_object(std::string_view line, const json::Object& object) {
    for (const json::RawMember& m : object.members()) {
        must(m.value.data() >= object.text().data() && m.value.data() + m.value.size() <= object.text().data() + object.text().size());
        must(!m.value.empty());
        if (m.value.front() == '"') must(json::decode_string(m.value) && is_utf8(*json::decode_string(m.value)));
        static_cast<void>(object.raw(m.key));
        static_cast<void>(object.text("a.b"));
    }
    // Another parser must agree, but for duplicate keys, numbers beyond its range, and its own limit of depth.
    auto document = json::parse_document(std::string(line), "x");
    if (!document) {
        const std::string& what = document.error().what;
        must(what.find("twice") != std::string::npos || what.find("out of range") != std::string::npos ||
             what.find("nested") != std::string::npos || what.find("out_of_range") != std::string::npos ||
             what.find("number overflow") != std::string::npos);
        return;
    }
    must(document->root.is_object() && document->root.members().size() == object.members().size());
}

/// What the configuration parser takes, the line parser takes, but for what only the former has: comments, a byte order mark, depth.
void check_refused(std::string_view line, const Error& error) {
    if (error.code == Errc::kRange || line.find('/') != std::string_view::npos || line.starts_with("\xEF\xBB\xBF")) return;
    must(error.offset <= line.size());
    auto document = json::parse_document(std::string(line), "x");
    must(!document || !document->root.is_object());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    std::size_t max_line = data[0] + 1U;
    std::size_t chunk = data[1] % 32U + 1U;
    std::string text(as_text({data + 2, size - 2}));

    StringInput in(text, chunk);
    json::LineReader reader(in, max_line);
    json::LineParser parser;
    std::uint64_t lines = 0;
    for (;;) {
        auto line = reader.next();
        must(line.has_value());
        if (!*line) break;
        must((*line)->number == ++lines);
        must((*line)->text.size() <= max_line);
        if ((*line)->fault != json::LineFault::kNone) continue;
        if (auto object = parser.parse((*line)->text)) {
            check_object((*line)->text, **object);
        } else {
            check_refused((*line)->text, object.error());
        }
    }
    // A byte order mark at the beginning is no part of the first line; alone it is no line.
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    auto newlines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    must(lines == newlines + (text.empty() || text.back() == '\n' ? 0 : 1));
    return 0;
}
