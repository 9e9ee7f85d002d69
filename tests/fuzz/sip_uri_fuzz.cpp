// Knows: that the URI and value parsers take any text, and that a URI put together from its parts parses to the same parts.
// Must not know: messages.
// Next: tests/unit/sip/uri_test.cpp, values_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "base/text.h"
#include "sip/uri.h"
#include "sip/values.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

void must(bool condition) {
    if (!condition) std::abort();
}

std::string printed(const Uri& u) {
    std::string out = cat(u.scheme_text, ":");
    if (!u.is_sip()) return cat(out, u.user, u.params);
    if (u.has_user) append(out, u.user, u.password.empty() ? "" : ":", u.password, '@');
    const bool v6 = u.host.find(':') != std::string_view::npos;
    append(out, v6 ? "[" : "", u.host, v6 ? "]" : "");
    if (u.port != 0) append(out, ':', u.port);
    append(out, u.params, u.headers.empty() ? "" : "?", u.headers);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text({data, size});
    if (const auto uri = parse_uri(text)) {
        must(uri->text == text);
        const std::string again = printed(*uri);
        const auto second = parse_uri(again);
        must(second.has_value());
        must(second->user == uri->user && second->host == uri->host && second->port == uri->port && second->params == uri->params &&
             second->headers == uri->headers && second->password == uri->password);
        if (uri->params.empty()) must(equivalent(*uri, *uri));
    }
    if (const auto address = parse_name_addr(text)) static_cast<void>(address->uri().has_value() && address->tag().empty());
    if (const auto via = parse_via(text)) must(!via->host.empty() && !via->transport.empty());
    if (const auto cseq = parse_cseq(text)) must(cseq->number < 0x8000'0000U);
    static_cast<void>(parse_rack(text).has_value());
    static_cast<void>(parse_reason(text).has_value());
    if (const auto replaces = parse_replaces(text)) must(!replaces->call_id.empty() && !replaces->to_tag.empty() && !replaces->from_tag.empty());
    static_cast<void>(q850_cause(text).has_value());
    if (const auto id = parse_session_id(text)) must(id->local.size() == 32);
    std::string_view rest = text;
    std::size_t elements = 0;
    while (next_in_list(rest)) must(++elements <= size);
    ParamCursor cursor(text);
    elements = 0;
    while (cursor.next()) must(++elements <= size);
    must(unescape(escape_user(text)) == text);
    return 0;
}
