// Knows: how Content-Length is found in a head that nobody has scanned yet.
// Must not know: any other header field.
// Next: sip/scan.cpp, which must find the same end of the header fields.
#include "sipnet/stream_framer.h"

#include <cstring>
#include <optional>

#include "base/text.h"
#include "sip/chars.h"
#include "sip/header_id.h"

namespace tandem::sipnet {

namespace {

// What a method or "SIP/2.0" may begin with. Everything else (a TLS record, a NUL) is another protocol, and told at once.
bool begins_message(char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
}

struct Length {
    FramingFault fault = FramingFault::kNone;
    std::size_t value = 0;
};

// Of a head with its empty line; fields are told apart as sip::scan does it: by '\n', with folds.
Length content_length(std::string_view head) {
    std::optional<std::string_view> found;
    std::size_t at = head.find('\n') + 1;  // behind the start line
    while (at < head.size()) {
        std::size_t end = head.find('\n', at) + 1;
        if (end == 0) end = head.size();
        while (end < head.size() && is_space(head[end])) {
            end = head.find('\n', end) + 1;
            if (end == 0) end = head.size();
        }
        const std::string_view field = head.substr(at, end - at);
        at = end;
        // Both names of the field begin with one of these.
        if (field[0] != 'C' && field[0] != 'c' && field[0] != 'L' && field[0] != 'l') continue;
        const auto colon = field.find(':');
        if (colon == std::string_view::npos) continue;
        std::string_view name = field.substr(0, colon);
        while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
        if (sip::header_id_from(name) != sip::HeaderId::kContentLength) continue;
        if (found) return {FramingFault::kBadLength, 0};
        found = sip::trim_lws(field.substr(colon + 1));
    }
    if (!found) return {FramingFault::kNoLength, 0};
    const auto value = to_number<std::uint32_t>(*found);
    if (!value) {
        // More digits than fit is a length too large, not one that cannot be read.
        const bool digits = !found->empty() && found->find_first_not_of("0123456789") == std::string_view::npos;
        return {digits ? FramingFault::kBodyTooLarge : FramingFault::kBadLength, 0};
    }
    return {FramingFault::kNone, *value};
}

}  // namespace

int response_to(FramingFault fault) {
    switch (fault) {
        case FramingFault::kNone:
        case FramingFault::kNotSip: return 0;
        case FramingFault::kNoLength:
        case FramingFault::kBadLength: return 400;
        case FramingFault::kHeadersTooLarge:
        case FramingFault::kBodyTooLarge: return 513;
    }
    return 0;
}

std::string_view to_string(FramingFault fault) {
    switch (fault) {
        case FramingFault::kNone: return "";
        case FramingFault::kNotSip: return "Not SIP";
        case FramingFault::kNoLength: return "Missing Content-Length";
        case FramingFault::kBadLength: return "Bad Content-Length";
        case FramingFault::kHeadersTooLarge:
        case FramingFault::kBodyTooLarge: return "Message Too Large";
    }
    return "";
}

// Looks for an empty line from where the last look ended. Lines end as sip::scan ends them: with '\n', a '\r' before it or not.
bool StreamFramer::find_head_end(std::string_view rest) {
    while (scanned_ < rest.size()) {
        const void* nl = std::memchr(rest.data() + scanned_, '\n', rest.size() - scanned_);
        if (nl == nullptr) {
            scanned_ = rest.size();
            return false;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char*>(nl) - rest.data());
        scanned_ = at + 1;
        const std::size_t size = at - line_begin_;
        const bool empty = size == 0 || (size == 1 && rest[line_begin_] == '\r');
        line_begin_ = at + 1;
        if (empty) {
            head_end_ = at + 1;
            return true;
        }
    }
    return false;
}

bool StreamFramer::next(std::string_view& rest, Frame& out) {
    const auto fault = [&](FramingFault why, std::string_view head) {
        out = Frame{Frame::Kind::kFault, head, why};
        return true;
    };
    if (scanned_ == 0) {
        // Between messages.
        while (!rest.empty() && (rest.front() == '\r' || rest.front() == '\n')) {
            const bool expected = rest.front() == (crlf_ % 2 == 0 ? '\r' : '\n');
            const bool cr = rest.front() == '\r';
            rest.remove_prefix(1);
            crlf_ = static_cast<std::uint8_t>(expected ? crlf_ + 1 : cr ? 1 : 0);
            if (crlf_ == 2 && expected) {
                out = Frame{Frame::Kind::kCrlf, {}, FramingFault::kNone};
                return true;
            }
            if (crlf_ == 4) {
                crlf_ = 0;
                out = Frame{Frame::Kind::kPing, {}, FramingFault::kNone};
                return true;
            }
        }
        if (rest.empty()) return false;
        crlf_ = 0;
        if (!begins_message(rest.front())) return fault(FramingFault::kNotSip, {});
        line_begin_ = head_end_ = total_ = 0;
    }
    if (head_end_ == 0) {
        const bool whole = find_head_end(rest);
        if (scanned_ > limits_.header_bytes) return fault(FramingFault::kHeadersTooLarge, rest.substr(0, whole ? head_end_ : line_begin_));
        if (!whole) return false;
        const std::string_view head = rest.substr(0, head_end_);
        const Length length = content_length(head);
        if (length.fault != FramingFault::kNone) return fault(length.fault, head);
        if (length.value > limits_.message_bytes - head_end_) return fault(FramingFault::kBodyTooLarge, head);
        total_ = head_end_ + length.value;
    }
    if (rest.size() < total_) return false;
    out = Frame{Frame::Kind::kMessage, rest.substr(0, total_), FramingFault::kNone};
    rest.remove_prefix(total_);
    scanned_ = line_begin_ = head_end_ = total_ = 0;
    return true;
}

void StreamFramer::keep(std::string_view rest, bool own) {
    if (rest.empty()) {
        kept_.clear();
        // A large message is rare; what it needed is not kept for ever.
        if (kept_.capacity() > 16'384) kept_.shrink_to_fit();
        return;
    }
    if (!own) {
        kept_.assign(rest);  // no room ahead for what Content-Length promises: it may never come
    } else if (rest.size() < kept_.size()) {
        kept_.erase(0, kept_.size() - rest.size());
    }
}

}  // namespace tandem::sipnet
