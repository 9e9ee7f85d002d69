// Knows: the lines of /etc/hosts.
// Must not know: files.
// Next: hosts.h.
#include "dns/hosts.h"

#include <algorithm>

#include "base/text.h"
#include "dns/answer.h"

namespace tandem::dns {

namespace {

constexpr std::size_t kMaxHostName = 255;
constexpr std::string_view kBlanks = " \t\r\v\f";

// The next word of a line, taken off its front; empty at its end.
std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    line.remove_prefix(word.size());
    return word;
}

}  // namespace

Hosts Hosts::parse(std::string_view text) {
    Hosts out;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line = line.substr(0, line.find('#'));
        const auto ip = net::IpAddress::parse(next_word(line));
        if (!ip) continue;
        for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
            if (word.back() == '.') word.remove_suffix(1);
            if (word.empty() || word.size() > kMaxHostName) continue;
            auto& known = out.names_[lower(word)];
            if (known.size() < kMaxKept && std::find(known.begin(), known.end(), *ip) == known.end()) known.push_back(*ip);
        }
    }
    return out;
}

std::vector<net::IpAddress> Hosts::find(std::string_view name, bool v4) const {
    std::vector<net::IpAddress> out;
    const auto found = names_.find(std::string(name));
    if (found == names_.end()) return out;
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(out), [v4](const net::IpAddress& ip) { return ip.is_v4() == v4; });
    return out;
}

}  // namespace tandem::dns
