// Knows: Route values.
// Must not know: keys.
// Next: sip/values.h.
#include "gw-bridge/token_route.h"

#include "sip/token.h"
#include "sip/values.h"

namespace tandem::bridge {

std::optional<TokenRoute> find_token(const std::vector<std::string>& routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const auto address = sip::parse_name_addr(routes[i]);
        if (!address) continue;
        const auto uri = address->uri();
        if (!uri) continue;
        const auto sealed = uri->param(sip::kTokenParam);
        if (!sealed) continue;
        if (sealed->empty() || sealed->size() > sip::kMaxTokenText) return std::nullopt;
        return TokenRoute{std::string(*sealed),
                          {routes.begin() + static_cast<std::ptrdiff_t>(i), routes.end()}};
    }
    return std::nullopt;
}

}  // namespace tandem::bridge
