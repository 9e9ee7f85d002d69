// Knows: the one pass over a message's bytes: start line, header fields, the few values a proxy needs, the verdict.
// Must not know: what a message is for, how it is edited.
// Next: message.h for what comes out; edit.cpp for what lenient takes in and mends.
#include <algorithm>

#include "base/text.h"
#include "sip/chars.h"
#include "sip/known_names.h"
#include "sip/line_feeds.h"
#include "sip/message.h"

namespace tandem::sip {

namespace {

constexpr std::string_view kSyntaxRule = "RFC 3261 §25.1";

}  // namespace

/// The scan of one message; keeps the first thing that is wrong and goes on, so that a response can still be built.
class Scanner {
public:
    Scanner(std::string_view bytes, bool strict, Message& out) : bytes_(bytes), strict_(strict), m_(out) {}

    Verdict run() {
        reset();
        while (at_ < bytes_.size() && (bytes_[at_] == '\r' || bytes_[at_] == '\n')) ++at_;
        if (at_ == bytes_.size()) return drop("empty or keep-alive", "RFC 3261 §7.5");
        m_.begin_ = static_cast<std::uint32_t>(at_);
        feeds_.begin(bytes_, at_);
        if (!start_line()) return verdict_;
        header_fields();
        bare_returns();
        check_required();
        find_body();
        settle();
        return verdict_;
    }

private:
    void reset() {
        static constexpr detail::MessageParts kNothing{};
        static_cast<detail::MessageParts&>(m_) = kNothing;
        m_.bytes_ = bytes_;
    }

    Verdict drop(std::string_view why, std::string_view rule) {
        return Verdict{Verdict::Action::kDrop, 0, why, rule, static_cast<std::uint32_t>(at_)};
    }

    // Keeps the first error only.
    void reject(int status, std::string_view reason, std::string_view rule, std::size_t offset) {
        if (verdict_.action == Verdict::Action::kAccept) {
            verdict_ = Verdict{Verdict::Action::kReject, status, reason, rule, static_cast<std::uint32_t>(offset)};
        }
    }
    void bad(std::string_view reason, std::string_view rule, std::size_t offset) { reject(400, reason, rule, offset); }

    // Neither a blank nor a control character.
    static bool is_dark(char c) { return static_cast<unsigned char>(c) > ' '; }

    bool start_line() {
        const std::size_t end = feeds_.next();
        if (end == std::string_view::npos) {
            verdict_ = drop("no line end", kSyntaxRule);
            return false;
        }
        std::size_t stop = end - 1;
        if (stop > at_ && bytes_[stop - 1] == '\r') --stop;
        const std::string_view line = bytes_.substr(at_, stop - at_);
        m_.headers_begin_ = static_cast<std::uint32_t>(end);
        if (begins_with_word(line, "sip/") && line.find(' ') != std::string_view::npos) {
            if (!status_line(line)) return false;
        } else if (!request_line(line)) {
            return false;
        }
        at_ = end;
        return true;
    }

    bool status_line(std::string_view line) {
        constexpr std::string_view kRule = "RFC 3261 §7.2";
        if (!begins_with_word(line, "sip/2.0 ")) {
            verdict_ = drop("response of another SIP version", kRule);
            return false;
        }
        std::string_view rest = line.substr(8);
        const std::string_view code = rest.substr(0, rest.find(' '));
        const auto status = to_number<std::uint16_t>(code);
        if (code.size() != 3 || !status || *status < 100 || *status > 699) {
            verdict_ = drop("status code is not 100 to 699", kRule);
            return false;
        }
        rest.remove_prefix(3);
        m_.status_ = *status;
        m_.reason_phrase_ = rest.empty() ? rest : rest.substr(1);
        return true;
    }

    bool request_line(std::string_view line) {
        constexpr std::string_view kRule = "RFC 3261 §7.1";
        const auto base = at_;
        const std::string_view all = line;
        while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
        std::size_t first_blank = run_of(line, detail::kToken), last_blank = line.size();
        if (line.size() > 8 && begins_with_word(line.substr(line.size() - 8), " sip/2.0")) {
            last_blank -= 8;
        } else {
            while (last_blank > 0 && !is_space(line[last_blank - 1])) --last_blank;
            last_blank = last_blank == 0 ? std::string_view::npos : last_blank - 1;
        }
        const std::string_view version = last_blank == std::string_view::npos ? line : line.substr(last_blank + 1);
        // The method is a token, and a blank follows it.
        if (first_blank == 0 || first_blank == line.size() || !is_space(line[first_blank]) || !begins_with_word(version, "sip/")) {
            verdict_ = drop("not SIP", kRule);
            return false;
        }
        m_.method_text_ = line.substr(0, first_blank);
        m_.method_ = method_from(m_.method_text_);
        if (!is_word(version, "sip/2.0")) reject(505, "Version Not Supported", kRule, base + last_blank + 1);
        std::string_view uri = line.substr(first_blank, last_blank - first_blank + 1);
        const bool alone = uri.size() > 2 && is_dark(uri[1]) && is_dark(uri[uri.size() - 2]);
        std::string_view bare = alone ? uri.substr(1, uri.size() - 2) : trim(uri);
        if (bare.empty()) {
            bad("No Request-URI", kRule, base + first_blank);
            return true;
        }
        bool repaired = all.size() != line.size() || bare.size() + 2 != uri.size();
        if (bare.size() > 2 && bare.front() == '<' && bare.back() == '>') {
            bare = bare.substr(1, bare.size() - 2);
            repaired = true;
        }
        const auto parsed = parse_uri(bare);
        m_.request_uri_ = bare;
        if (!parsed) {
            bad("Bad Request-URI", kRule, base + first_blank + 1 + parsed.error().offset);
            return true;
        }
        if (parsed->scheme == Scheme::kOther) {
            reject(416, "Unsupported URI Scheme", "RFC 3261 §16.3", base + first_blank + 1);
        }
        if (!parsed->headers.empty()) {
            // RFC 4475 §3.1.2.11: headers must not stand in a Request-URI, nor become header fields.
            m_.request_uri_ = bare.substr(0, bare.size() - parsed->headers.size() - 1);
            repaired = true;
        }
        m_.start_line_repaired_ = repaired;
        if (repaired && strict_) bad("Malformed Request-Line", kRule, base);
        return true;
    }

    // A CR that ends no line stands in no rule of the grammar. Some receivers take it for a line end, and would find in it a header
    // field that nobody on the way has seen.
    void bare_returns() {
        if (feeds_.bare_return() < m_.headers_end_) bad("CR without LF", kSyntaxRule, feeds_.bare_return());
    }

    void header_fields() {
        std::uint16_t last_of[kHeaderIdCount];  // index + 1; read only where first_ is set
        const char* const text = bytes_.data();
        const std::size_t size = bytes_.size();
        std::size_t at = at_;
        for (;;) {
            if (at >= size) {
                m_.headers_end_ = static_cast<std::uint32_t>(size);
                m_.blank_line_missing_ = true;
                if (strict_) bad("No empty line after the headers", "RFC 3261 §7", at);
                break;
            }
            if (!is_dark(text[at]) && (text[at] == '\n' || (text[at] == '\r' && at + 1 < size && text[at + 1] == '\n'))) {
                m_.headers_end_ = static_cast<std::uint32_t>(at);
                at += text[at] == '\n' ? 1U : 2U;
                break;
            }
            std::size_t end = feeds_.next();
            while (end < size && !is_dark(text[end]) && is_space(text[end])) end = feeds_.next();  // folds
            if (end == std::string_view::npos) {
                // Cut off in the middle of a line: what follows is lost, so nothing can be said about the message.
                bad("Header line without end", "RFC 3261 §7.3", at);
                m_.headers_end_ = static_cast<std::uint32_t>(size);
                m_.blank_line_missing_ = true;
                at = size;
                break;
            }
            if (!one_field(at, end, last_of)) {
                at = size;
                break;
            }
            at = end;
        }
        at_ = at;
    }

    // The name of the line [begin, end), without the blanks in front of its colon.
    struct Name {
        std::size_t size, colon;  // from the line's begin; colon is npos when there is none
        HeaderId id;
    };
    [[gnu::always_inline]] Name name_of(std::size_t begin, std::size_t end) const {
        const std::string_view field(bytes_.data() + begin, end - begin);
        std::size_t colon = ByteSet<':'>::near(field, bytes_.size() - begin);
        if (colon == field.size()) colon = std::string_view::npos;
        std::size_t size = std::min(colon, field.size());
        if (size > 0 && !is_dark(field.data()[size - 1])) {
            while (size > 0 && is_space(field.data()[size - 1])) --size;
        }
        // Known names are made of token characters; only others are looked at one by one.
        if (size - 1 < detail::kLongestName && bytes_.size() - begin >= detail::kNameRoom) {
            return {size, colon, detail::known_name(field.data(), size)};
        }
        return {size, colon, header_id_from(field.substr(0, size))};
    }

    [[gnu::always_inline]] bool one_field(std::size_t begin, std::size_t end, std::uint16_t* last_of) {
        const char* const text = bytes_.data();
        const Name name = name_of(begin, end);
        if (name.colon == std::string_view::npos || (name.id == HeaderId::kOther && !is_token({text + begin, name.size}))) {
            bad("Malformed header field", "RFC 3261 §7.3.1", begin);
            return true;
        }
        const std::size_t index = m_.count_;
        if (index == kMaxHeaders) {
            reject(513, "Message Too Large", "RFC 3261 §21.5.7", begin);
            m_.headers_end_ = static_cast<std::uint32_t>(begin);
            return false;
        }
        const std::size_t behind_colon = begin + name.colon + 1;
        std::size_t value_begin = behind_colon + 1;
        std::size_t value_end = end - 2;
        // Nearly always a blank and no more in front, CR LF and no more behind.
        if (!(text[behind_colon] == ' ' && is_dark(text[value_begin]) && text[value_end] == '\r' && is_dark(text[value_end - 1]))) {
            value_begin = behind_colon;
            value_end = end;
            while (value_begin < value_end && is_lws(text[value_begin])) ++value_begin;
            while (value_end > value_begin && is_lws(text[value_end - 1])) --value_end;
            // An empty value stands behind the colon, where a new one can be written, not behind the line.
            if (value_begin == value_end) value_begin = value_end = behind_colon;
        }
        Header& h = m_.headers_.data()[index];
        h.begin = static_cast<std::uint32_t>(begin);
        h.value_begin = static_cast<std::uint32_t>(value_begin);
        h.value_end = static_cast<std::uint32_t>(value_end);
        h.end = static_cast<std::uint32_t>(end);
        h.name_size = static_cast<std::uint16_t>(std::min<std::size_t>(name.size, 0xffff));
        h.next_same = 0;
        h.id = name.id;
        const auto number = static_cast<std::uint16_t>(index + 1);
        m_.count_ = number;
        if (name.id == HeaderId::kOther) return true;
        const auto slot = static_cast<std::size_t>(name.id);
        std::uint16_t& first = m_.first_.data()[slot];
        if (first == 0) {
            first = number;
        } else {
            m_.headers_[last_of[slot] - 1U].next_same = number;
            if (single_instance(name.id)) duplicate(h);
        }
        last_of[slot] = number;
        return true;
    }

    void duplicate(const Header& h) {
        // A response is not refused for a second Server or Date line; forwarding drops the line (edit.h).
        const bool core = h.id == HeaderId::kFrom || h.id == HeaderId::kTo || h.id == HeaderId::kCallId ||
                          h.id == HeaderId::kCSeq || h.id == HeaderId::kContentLength ||
                          h.id == HeaderId::kContentType || h.id == HeaderId::kMaxForwards;
        m_.duplicates_ = true;
        if (core || m_.is_request()) bad("Header field stands twice", "RFC 3261 §7.3.1", h.begin);
    }

    void check_required() {
        vias();
        addresses();
        call_id();
        cseq();
        max_forwards();
        if (strict_ && m_.is_request()) contacts();
    }

    void vias() {
        const Header* h = m_.first(HeaderId::kVia);
        if (h == nullptr) {
            verdict_ = drop("no Via", "RFC 3261 §8.1.1");
            return;
        }
        std::string_view rest = m_.value(*h);
        const auto top = next_in_list(rest);
        m_.top_via_text_ = top.value_or(std::string_view{});
        auto via = parse_via(m_.top_via_text_);
        if (via) {
            m_.top_via_ = *via;
        } else {
            bad("Bad Via", "RFC 3261 §20.42", h->value_begin);
        }
        // Elements are counted, not read: a comma in a quoted parameter only makes the count larger.
        std::size_t count = 0;
        for (; h != nullptr; h = m_.next(*h)) {
            ++count;
            const std::string_view value = m_.value(*h);
            for (auto comma = value.find(','); comma != std::string_view::npos; comma = value.find(',', comma + 1)) ++count;
        }
        // The response to a request that we forwarded has one more: ours.
        if (count > kMaxVias + (m_.is_request() ? 0U : 1U)) reject(482, "Loop Detected", "RFC 3261 §16.3", m_.headers_begin_);
        if (!rest.empty() && trim_lws(rest).find_first_not_of(", \t\r\n;") == std::string_view::npos) {
            bad("Bad Via", "RFC 3261 §20.42", m_.first(HeaderId::kVia)->value_begin);
        }
        if (strict_ && via && m_.is_request() && via->branch() == "z9hG4bK") {
            bad("Empty branch", "RFC 3261 §8.1.1.7", m_.first(HeaderId::kVia)->value_begin);
        }
    }

    void addresses() {
        one_address(HeaderId::kFrom, m_.from_, m_.from_tag_);
        one_address(HeaderId::kTo, m_.to_, m_.to_tag_);
    }

    void one_address(HeaderId id, NameAddr& out, std::string_view& tag) {
        const Header* h = m_.first(id);
        if (h == nullptr) {
            bad(id == HeaderId::kFrom ? "Missing From" : "Missing To", "RFC 3261 §8.1.1", m_.headers_begin_);
            return;
        }
        auto parsed = parse_name_addr(m_.value(*h));
        if (!parsed) {
            bad(id == HeaderId::kFrom ? "Bad From" : "Bad To", kSyntaxRule, h->value_begin + parsed.error().offset);
            return;
        }
        out = *parsed;
        tag = out.tag();
        m_.names_unquoted_ = m_.names_unquoted_ || !out.display_ok;
        if (strict_ && (!out.display_ok || out.uri_padded)) {
            bad(id == HeaderId::kFrom ? "Bad From" : "Bad To", kSyntaxRule, h->value_begin);
        }
    }

    void call_id() {
        const Header* h = m_.first(HeaderId::kCallId);
        if (h == nullptr) {
            bad("Missing Call-ID", "RFC 3261 §8.1.1", m_.headers_begin_);
            return;
        }
        const std::string_view value = m_.value(*h);
        if (value.empty()) bad("Empty Call-ID", "RFC 3261 §20.8", h->begin);
        if (run_of(value, detail::kWordChar) != value.size()) bad("Bad Call-ID", "RFC 3261 §20.8", h->value_begin);
    }

    void cseq() {
        const Header* h = m_.first(HeaderId::kCSeq);
        if (h == nullptr) {
            bad("Missing CSeq", "RFC 3261 §8.1.1", m_.headers_begin_);
            return;
        }
        auto parsed = parse_cseq(m_.value(*h));
        if (!parsed) {
            bad("Bad CSeq", "RFC 3261 §20.16", h->value_begin);
            return;
        }
        m_.cseq_ = *parsed;
        if (m_.is_request() && parsed->method_text != m_.method_text_) {
            // RFC 4475 §3.1.2.18: of an unknown method 501 says more than 400.
            if (m_.method_ == Method::kUnknown) {
                reject(501, "Not Implemented", "RFC 3261 §8.1.1.5", h->value_begin);
            } else {
                bad("CSeq method does not match", "RFC 3261 §8.1.1.5", h->value_begin);
            }
        }
    }

    void max_forwards() {
        const Header* h = m_.first(HeaderId::kMaxForwards);
        if (h == nullptr) return;
        const auto n = to_number<std::uint32_t>(m_.value(*h));
        if (n && *n <= 255) {
            m_.max_forwards_ = *n;
        } else if (m_.is_request()) {
            bad("Bad Max-Forwards", "RFC 3261 §20.22", h->value_begin);
        }
    }

    void contacts() {
        ValueCursor cursor(m_, HeaderId::kContact);
        while (const auto value = cursor.next()) {
            if (*value == "*") continue;
            const auto parsed = parse_name_addr(*value);
            if (!parsed || (!parsed->bracketed && parsed->uri_text.find('?') != std::string_view::npos)) {
                bad("Bad Contact", "RFC 3261 §20", cursor.header()->value_begin);
            }
        }
    }

    void find_body() {
        std::string_view rest = at_ <= bytes_.size() ? bytes_.substr(at_) : std::string_view{};
        const Header* h = m_.first(HeaderId::kContentLength);
        if (h == nullptr) {
            m_.body_ = rest;
            return;
        }
        const auto length = to_number<std::uint32_t>(m_.value(*h));
        if (!length) {
            bad("Bad Content-Length", "RFC 3261 §20.14", h->value_begin);
            m_.body_ = {};
            m_.trailing_bytes_ = rest.size();
            return;
        }
        m_.content_length_ = *length;
        if (*length > rest.size()) {
            bad("Content-Length beyond the end", "RFC 3261 §18.3", h->value_begin);
            m_.body_ = rest;
            return;
        }
        m_.body_ = rest.substr(0, *length);
        m_.trailing_bytes_ = rest.size() - *length;
    }

    // Nobody answers a response or an ACK.
    void settle() {
        if (verdict_.action != Verdict::Action::kReject) return;
        if (!m_.is_request() || m_.method_ == Method::kAck) {
            verdict_.action = Verdict::Action::kDrop;
            verdict_.status = 0;
        }
    }

    std::string_view bytes_;
    bool strict_;
    Message& m_;
    std::size_t at_ = 0;
    LineFeeds feeds_;
    Verdict verdict_;
};

Verdict scan(std::string_view bytes, Strictness strictness, Message& out) {
    if (bytes.size() > kMaxStreamMessageBytes) bytes = bytes.substr(0, kMaxStreamMessageBytes);
    return Scanner(bytes, strictness == Strictness::kStrict, out).run();
}

std::optional<std::string_view> ValueCursor::next() {
    while (header_ != nullptr) {
        at_ = header_;
        if (const auto value = next_in_list(rest_)) return value;
        header_ = message_->next(*header_);
        if (header_ != nullptr) rest_ = message_->value(*header_);
    }
    return std::nullopt;
}

const Header* Message::find(std::string_view name) const {
    for (const Header& h : headers()) {
        if (iequals(this->name(h), name)) return &h;
    }
    return nullptr;
}

bool has_token(const Message& message, HeaderId id, std::string_view token) {
    ValueCursor cursor(message, id);
    while (const auto value = cursor.next()) {
        if (iequals(*value, token)) return true;
    }
    return false;
}

}  // namespace tandem::sip
