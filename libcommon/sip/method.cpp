#include "sip/method.h"

#include <array>
#include <utility>

namespace tandem::sip {

namespace {
constexpr std::array<std::pair<std::string_view, Method>, 14> kMethods{{
    {"INVITE", Method::kInvite},
    {"ACK", Method::kAck},
    {"BYE", Method::kBye},
    {"CANCEL", Method::kCancel},
    {"OPTIONS", Method::kOptions},
    {"REGISTER", Method::kRegister},
    {"PRACK", Method::kPrack},
    {"UPDATE", Method::kUpdate},
    {"INFO", Method::kInfo},
    {"REFER", Method::kRefer},
    {"SUBSCRIBE", Method::kSubscribe},
    {"NOTIFY", Method::kNotify},
    {"MESSAGE", Method::kMessage},
    {"PUBLISH", Method::kPublish},
}};
}  // namespace

Method method_from(std::string_view text) {
    for (const auto& [name, method] : kMethods) {
        if (name == text) return method;
    }
    return Method::kUnknown;
}

std::string_view to_string(Method method) {
    for (const auto& [name, m] : kMethods) {
        if (m == method) return name;
    }
    return "UNKNOWN";
}

}  // namespace tandem::sip
