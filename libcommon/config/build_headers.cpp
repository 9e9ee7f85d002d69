// Knows: how header rules of a SIP profile are filled from the file, and which header fields no rule may touch.
// Must not know: when a rule is applied.
// Next: keys_profiles.cpp for the keys; tools/sip-trunk-proxy/header_rules.h for what is done with them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/build.h"

namespace tandem::config {
namespace {

using topology::HeaderRule;

// What holds transactions, dialogs, routes and bodies together, and what the proxy itself seals, counts or answers.
struct Untouchable {
    std::string_view name, compact, why;
};
constexpr std::array kUntouchable{
    Untouchable{"Via", "v", "responses find their way by it"},
    Untouchable{"Route", "", "requests find their way by it"},
    Untouchable{"Record-Route", "", "requests within the call find their way by it"},
    Untouchable{"Path", "", "requests find their way by it"},
    Untouchable{"Service-Route", "", "requests find their way by it"},
    Untouchable{"Contact", "m", "requests within the call find their way by it"},
    Untouchable{"From", "f", "its tag names the dialog; \"identity\" says what it shows"},
    Untouchable{"To", "t", "its tag names the dialog"},
    Untouchable{"Call-ID", "i", "it names the dialog"},
    Untouchable{"CSeq", "", "it orders the requests of the dialog"},
    Untouchable{"RSeq", "", "it orders reliable provisional responses"},
    Untouchable{"RAck", "", "it orders reliable provisional responses"},
    Untouchable{"Max-Forwards", "", "it ends loops"},
    Untouchable{"Max-Breadth", "", "it bounds forking"},
    Untouchable{"Content-Length", "l", "it frames the message"},
    Untouchable{"Content-Type", "c", "it tells how the body is read"},
    Untouchable{"Content-Encoding", "e", "it tells how the body is read"},
    Untouchable{"Session-ID", "", "it joins the records of a call's legs"},
    Untouchable{"Authorization", "", "credentials are given by \"auth\" of a trunk"},
    Untouchable{"Proxy-Authorization", "", "credentials are given by \"auth\" of a trunk"},
    Untouchable{"WWW-Authenticate", "", "challenges pass as they came"},
    Untouchable{"Proxy-Authenticate", "", "challenges pass as they came"},
};

// RFC 3261 §25.1 token.
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
    });
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

void check_header(const Build& build, const Fields& f, const std::string& header) {
    if (!f.has("header")) return;
    if (!is_token(header)) {
        build.problems().error(f.offset("header"), cat('"', shortened(header), "\" is no name of a header field"),
                               "write it without colon, as \"X-Account\"");
        return;
    }
    for (const Untouchable& u : kUntouchable) {
        if (!iequals(header, u.name) && (u.compact.empty() || !iequals(header, u.compact))) continue;
        build.problems().error(f.offset("header"), cat("no rule may change ", u.name, ": ", u.why), "leave it out");
    }
}

}  // namespace

HeaderRule build_header_rule(const Build& build, const json::Value& item) {
    constexpr std::size_t kLongestValue = 512;
    const Fields f(build.loader, item, kHeaderRuleTable);
    HeaderRule rule;
    rule.header = f.text("header");
    rule.action = f.choice_as<HeaderRule::Action>("action");
    rule.value = f.text("value");
    rule.in = f.choice_as<HeaderRule::In>("in");
    rule.methods = f.texts("methods");
    check_header(build, f, rule.header);
    if (rule.action == HeaderRule::Action::kRemove) {
        if (f.given("value")) build.problems().error(f.offset("value"), "\"remove\" takes no \"value\"", "leave it out, or write \"set\"");
    } else if (!f.given("value")) {
        build.problems().error(f.offset(), cat("\"value\" is missing"), "write what the field shall say, or \"remove\"");
    }
    if (has_control(rule.value) || rule.value.size() > kLongestValue || trim(rule.value) != rule.value) {
        build.problems().error(f.offset("value"), cat("\"value\" has a control character or blanks at its ends, or more than ", kLongestValue, " bytes"),
                               "write one line as it stands behind the colon");
    }
    for (std::size_t i = 0; i < rule.methods.size(); ++i) {
        if (is_token(rule.methods[i])) continue;
        build.problems().error(f.element_offset("methods", i), cat('"', shortened(rule.methods[i]), "\" is no method"), "write it as \"INVITE\"");
    }
    return rule;
}

}  // namespace tandem::config
