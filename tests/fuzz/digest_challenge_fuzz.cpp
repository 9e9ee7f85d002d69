// Knows: that any challenge is read or refused, and that credentials made from one can be read again and hold no line end.
// Must not know: whose challenge it is.
// Next: tests/unit/sip/digest_test.cpp.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "sip/digest.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

void must(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text({data, size});
    static_cast<void>(auth_param(text, "realm"));
    const auto challenge = parse_challenge(text);
    if (!challenge || challenge->algorithm == DigestAlgorithm::kUnknown) return 0;
    const auto credentials = make_credentials(*challenge, {"user", "secret"}, "INVITE", "sip:x@y", "cnonce", 1);
    if (!credentials) return 0;
    must(credentials->find_first_of("\r\n") == std::string::npos);
    must(auth_param(*credentials, "response").has_value() || challenge->realm.find('\\') != std::string_view::npos ||
         challenge->nonce.find('\\') != std::string_view::npos || challenge->opaque.find('\\') != std::string_view::npos ||
         challenge->realm.find('"') != std::string_view::npos || challenge->nonce.find('"') != std::string_view::npos ||
         challenge->opaque.find('"') != std::string_view::npos);
    return 0;
}
