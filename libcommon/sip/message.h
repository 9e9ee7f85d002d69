// Knows: the frame of a SIP message as spans over the received bytes, and whether a proxy may go on with it (verdict).
// Must not know: sockets, transactions, what a message is for.
// Next: values.h for what stands in a header field, edit.h for forwarding with changes, build.h for new messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sip/header_id.h"
#include "sip/method.h"
#include "sip/values.h"

namespace tandem::sip {

/// Lenient is the live default: it takes what RFC 4475 lets a forwarder repair; strict refuses it.
enum class Strictness : std::uint8_t { kLenient, kStrict };

/// Most header fields and Via elements that are looked at (reference limits of the edge); of a response one Via more.
inline constexpr std::size_t kMaxHeaders = 256;
inline constexpr std::size_t kMaxVias = 70;
inline constexpr std::size_t kMaxMessageBytes = 65'536;         ///< by UDP
inline constexpr std::size_t kMaxStreamMessageBytes = 131'072;  ///< by TCP and TLS; more is not looked at

/// What the receiver should do with the bytes.
struct Verdict {
    enum class Action : std::uint8_t { kAccept, kReject, kDrop };
    Action action = Action::kAccept;
    int status = 0;           ///< the response due when rejected; 0 otherwise
    std::string_view reason;  ///< reason phrase for the response, or why it was dropped; static text
    std::string_view rule;    ///< "RFC 3261 §20.16"; static text
    std::uint32_t offset = 0; ///< byte at which the rule was broken

    [[nodiscard]] bool ok() const { return action == Action::kAccept; }
};

/// Where one header field stands in the bytes. Offsets count from the first byte of the message. Without initial values: a
/// message has room for many, and only those that were scanned are ever read.
struct Header {
    std::uint32_t begin;        ///< first byte of the name
    std::uint32_t value_begin;  ///< first byte of the value, blanks cut
    std::uint32_t value_end;    ///< one past the value, blanks cut; folds inside stay as they are
    std::uint32_t end;          ///< one past the line end (of the last folded line)
    std::uint16_t name_size;
    std::uint16_t next_same;    ///< 1 + index of the next field with the same id; 0 = none
    HeaderId id;
};

namespace detail {

/// What every scan begins anew with; the message's own, in one piece so that it is wiped in one piece.
struct MessageParts {
    std::string_view bytes_, method_text_, request_uri_, reason_phrase_, body_, from_tag_, to_tag_, top_via_text_;
    CSeq cseq_;
    NameAddr from_, to_;
    Via top_via_;
    std::optional<std::uint32_t> max_forwards_, content_length_;
    std::size_t trailing_bytes_ = 0;
    std::uint32_t begin_ = 0, headers_begin_ = 0, headers_end_ = 0;
    int status_ = 0;
    std::uint16_t count_ = 0;
    Method method_ = Method::kUnknown;
    bool start_line_repaired_ = false, duplicates_ = false, blank_line_missing_ = false, names_unquoted_ = false;
    std::array<std::uint16_t, kHeaderIdCount> first_{};  // index + 1
};

}  // namespace detail

/// One scanned message. Reusable: scan() overwrites it and allocates nothing. The bytes must outlive every view.
/// After a rejected scan the fields that were read so far are valid (enough to answer when Via, From, To, Call-ID, CSeq stood).
class Message : detail::MessageParts {
public:
    [[nodiscard]] std::string_view bytes() const { return bytes_; }

    [[nodiscard]] bool is_request() const { return status_ == 0; }
    [[nodiscard]] Method method() const { return method_; }
    [[nodiscard]] std::string_view method_text() const { return method_text_; }
    /// The Request-URI as written (without brackets that lenient took away).
    [[nodiscard]] std::string_view request_uri() const { return request_uri_; }
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::string_view reason_phrase() const { return reason_phrase_; }
    /// First byte of the start line (line ends may stand before it, RFC 3261 §7.5).
    [[nodiscard]] std::uint32_t begin() const { return begin_; }
    /// One past the line end of the start line.
    [[nodiscard]] std::uint32_t headers_begin() const { return headers_begin_; }
    /// First byte of the empty line that ends the header fields.
    [[nodiscard]] std::uint32_t headers_end() const { return headers_end_; }
    /// The start line was repaired by lenient (extra blanks, brackets, headers in the Request-URI): it must be rewritten
    /// when the message is forwarded.
    [[nodiscard]] bool start_line_repaired() const { return start_line_repaired_; }
    /// Lenient let other things pass that must not be forwarded as they stand; repair() in edit.h puts them right.
    [[nodiscard]] bool needs_repair() const {
        return start_line_repaired_ || duplicates_ || blank_line_missing_ || names_unquoted_;
    }
    [[nodiscard]] bool has_duplicates() const { return duplicates_; }
    [[nodiscard]] bool blank_line_missing() const { return blank_line_missing_; }

    [[nodiscard]] std::span<const Header> headers() const { return {headers_.data(), count_}; }
    [[nodiscard]] std::string_view name(const Header& h) const { return bytes_.substr(h.begin, h.name_size); }
    [[nodiscard]] std::string_view value(const Header& h) const {
        return bytes_.substr(h.value_begin, h.value_end - h.value_begin);
    }
    /// The first field with that id, or null. (For kOther walk headers().)
    [[nodiscard]] const Header* first(HeaderId id) const {
        const std::uint16_t at = first_[static_cast<std::size_t>(id)];
        return at == 0 ? nullptr : &headers_[at - 1U];
    }
    /// The next field with the same id, or null.
    [[nodiscard]] const Header* next(const Header& h) const {
        return h.next_same == 0 ? nullptr : &headers_[h.next_same - 1U];
    }
    /// The first field with that name, for names that have no id. Any case.
    [[nodiscard]] const Header* find(std::string_view name) const;
    /// Value of the first field with that id; empty when absent.
    [[nodiscard]] std::string_view value(HeaderId id) const {
        const Header* h = first(id);
        return h == nullptr ? std::string_view{} : value(*h);
    }
    [[nodiscard]] bool has(HeaderId id) const { return first(id) != nullptr; }

    [[nodiscard]] std::string_view call_id() const { return value(HeaderId::kCallId); }
    [[nodiscard]] const CSeq& cseq() const { return cseq_; }
    [[nodiscard]] const NameAddr& from() const { return from_; }
    [[nodiscard]] const NameAddr& to() const { return to_; }
    [[nodiscard]] std::string_view from_tag() const { return from_tag_; }
    [[nodiscard]] std::string_view to_tag() const { return to_tag_; }
    /// The topmost Via element, read.
    [[nodiscard]] const Via& top_via() const { return top_via_; }
    /// The topmost Via element as it stands in the bytes.
    [[nodiscard]] std::string_view top_via_text() const { return top_via_text_; }
    [[nodiscard]] std::optional<std::uint32_t> max_forwards() const { return max_forwards_; }
    /// Content-Length as written; nothing when absent.
    [[nodiscard]] std::optional<std::uint32_t> content_length() const { return content_length_; }
    /// The body: Content-Length bytes, or all up to the end of the datagram when the field is absent (RFC 3261 §18.3).
    [[nodiscard]] std::string_view body() const { return body_; }
    /// Bytes after the body that do not belong to the message (UDP: thrown away).
    [[nodiscard]] std::size_t trailing_bytes() const { return trailing_bytes_; }

private:
    friend class Scanner;
    friend Verdict scan(std::string_view bytes, Strictness strictness, Message& out);

    std::array<Header, kMaxHeaders> headers_;
};

/// Scans one datagram (or one framed stream message) into `out`. No allocation.
/// Source: RFC 3261 §7, §16.3, §25; RFC 4475 for what is refused and what is repaired.
/// Cost: one pass; header values other than those a proxy needs are not looked into.
Verdict scan(std::string_view bytes, Strictness strictness, Message& out);

/// Walks every value of every field with one id in order: `Route: <a>, <b>` and two Route lines alike.
class ValueCursor {
public:
    ValueCursor(const Message& message, HeaderId id) : message_(&message), header_(message.first(id)) {
        if (header_ != nullptr) rest_ = message.value(*header_);
    }
    /// The next element (blanks cut), or nothing at the end.
    std::optional<std::string_view> next();
    /// The field in which the element that next() gave last stands.
    [[nodiscard]] const Header* header() const { return at_; }

private:
    const Message* message_;
    const Header* header_;
    const Header* at_ = nullptr;
    std::string_view rest_;
};

/// True when the list-valued field (Supported, Require, Allow …) holds the token. Any case.
bool has_token(const Message& message, HeaderId id, std::string_view token);

}  // namespace tandem::sip
