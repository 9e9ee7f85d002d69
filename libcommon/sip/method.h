// Knows: the SIP methods by name.
// Must not know: what a method does in a transaction.
// Next: header_id.h, message.h.
#pragma once

#include <cstdint>
#include <string_view>

namespace tandem::sip {

enum class Method : std::uint8_t {
    kUnknown,  ///< a token that we have no name for; forwarded all the same (RFC 3261 §16.3)
    kInvite,
    kAck,
    kBye,
    kCancel,
    kOptions,
    kRegister,
    kPrack,
    kUpdate,
    kInfo,
    kRefer,
    kSubscribe,
    kNotify,
    kMessage,
    kPublish,
};

/// Methods are case-sensitive (RFC 3261 §7.1).
Method method_from(std::string_view text);
/// "INVITE"; "UNKNOWN" for kUnknown.
std::string_view to_string(Method method);

}  // namespace tandem::sip
