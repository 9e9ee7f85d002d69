// Knows: which header fields cross the bridge from one leg to the other, and Session-ID on both.
// Must not know: why a call is made.
// Next: call.cpp, which asks for each message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sipua/message.h"

namespace tandem::bridge {

/// Names that the user agent is asked to tell: those that cross, and those that the bridge reads itself.
std::vector<std::string> told_headers();

/// What of a request goes to the other leg: identity, privacy, diversion, call information, location, Reason.
/// Max-Forwards is lowered by one (RFC 7332 §3); the caller has checked that it is not 0.
sipua::Headers request_headers(const sipua::Headers& from);
/// What of a response goes back: Reason, Retry-After, Warning, Contact of a redirect, P-Asserted-Identity,
/// P-Early-Media, ...
sipua::Headers response_headers(const sipua::Headers& from, unsigned status);

/// Max-Forwards of a request; 70 when it has none or nonsense.
unsigned max_forwards(const sipua::Headers& headers);

/// Q.850 cause of the first Reason that has one (RFC 6432).
std::optional<int> q850_cause(const sipua::Headers& headers);

/// The two UUIDs of a call (RFC 7989): each side's own, empty while not known.
struct SessionIds {
    std::string a;
    std::string b;

    /// Takes the sender's UUID from a message; nonsense is ignored.
    void learn_a(const sipua::Headers& headers) { learn(a, headers); }
    void learn_b(const sipua::Headers& headers) { learn(b, headers); }
    /// Value for a message to that side; empty while nothing is known of either.
    [[nodiscard]] std::string towards_a() const { return value(b, a); }
    [[nodiscard]] std::string towards_b() const { return value(a, b); }

private:
    static void learn(std::string& uuid, const sipua::Headers& headers);
    static std::string value(const std::string& local, const std::string& remote);
};

}  // namespace tandem::bridge
