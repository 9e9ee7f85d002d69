// Knows: where in the Route of an INVITE the proxy's sealed token stands.
// Must not know: what is in it (sip/token.h).
// Next: service.cpp, which opens it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tandem::bridge {

struct TokenRoute {
    std::string sealed;
    std::vector<std::string> rest;  ///< from the proxy's URI on: the Route of leg B
};

/// The first Route value whose URI has a parameter sip::kTokenParam; what stands before it is ours and is taken away.
/// Nothing when there is none, or when it is empty or longer than a token may be.
std::optional<TokenRoute> find_token(const std::vector<std::string>& routes);

}  // namespace tandem::bridge
