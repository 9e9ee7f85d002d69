// Knows: how a received message is changed: splices over the original bytes; every byte that no splice touches stays as it was.
// Must not know: why a message is changed.
// Next: build.h for messages made anew, repair() for what lenient scanning let pass.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/address.h"
#include "sip/message.h"

namespace tandem::sip {

/// A list of changes to one scanned message. Reusable: reset() keeps the memory. The message must outlive it.
/// Changes that overlap, or more of them than fit, make render() fail rather than send a broken message.
class Edits {
public:
    Edits() = default;
    explicit Edits(const Message& message) { reset(message); }
    void reset(const Message& message);

    // Bytes.
    void insert(std::uint32_t at, std::string_view text) { splice(at, at, text); }
    void remove(std::uint32_t begin, std::uint32_t end) { splice(begin, end, {}); }
    void splice(std::uint32_t begin, std::uint32_t end, std::string_view text);

    // Start line.
    void set_request_uri(std::string_view uri);

    // Any header field.
    void add(std::string_view name, std::string_view value);      ///< as the last field
    void add_first(std::string_view name, std::string_view value); ///< right after the start line
    void set_value(const Header& header, std::string_view value);
    void remove(const Header& header);
    void remove_all(HeaderId id);  ///< fields that stand together cost one change
    void remove_all(std::string_view name);
    /// Takes a field away, also what was added under its name or changed in it before. The long name.
    void drop(HeaderId id, std::string_view name);
    /// One field with that value in place of all there are (where the first stood, else as the last).
    void set(HeaderId id, std::string_view value);

    // What a proxy does (RFC 3261 §16.6, §16.7).
    /// Right behind the start line; called before any other field is put there.
    void push_via(std::string_view value);
    /// Puts the topmost Via element into another form (received, rport).
    void set_top_via(std::string_view value);
    void pop_via();
    void push_record_route(std::string_view value);
    /// Takes the first n Route elements away.
    void pop_routes(std::size_t n);
    /// A Route element in front of those that stay.
    void push_route(std::string_view value);
    void set_max_forwards(std::uint32_t n);
    void set_cseq(std::uint32_t number);

    [[nodiscard]] const Message& message() const { return *message_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    /// Something of that field is changed already.
    [[nodiscard]] bool touches(const Header& header) const { return touches(header.begin, header.end); }
    [[nodiscard]] bool start_line_set() const { return start_line_set_; }
    /// Some of these bytes are replaced or removed already.
    [[nodiscard]] bool touches(std::uint32_t begin, std::uint32_t end) const;

    /// Appends the changed message, without what trailed the body; false when the changes contradict each other.
    [[nodiscard]] bool render(std::string& out) const;

private:
    struct Splice {
        std::uint32_t begin, end, text_begin, text_size;
    };
    static constexpr std::size_t kMaxSplices = 96;

    // Parts of a text are written one behind the other where it is kept.
    template <class... Parts>
    void splice_of(std::uint32_t begin, std::uint32_t end, const Parts&... parts);
    void insert_field(std::uint32_t at, std::string_view name, std::string_view value) { splice_of(at, at, name, ": ", value, "\r\n"); }

    const Message* message_ = nullptr;
    std::array<Splice, kMaxSplices> splices_;
    std::size_t count_ = 0;
    bool overflow_ = false;
    bool start_line_set_ = false;
    std::string texts_;
};

/// Puts right what lenient scanning let pass and RFC 4475 forbids to pass on: the start line, unquoted display names,
/// second lines of fields that may stand once, the missing empty line; a missing Content-Length is added. Call it last: what is replaced by then is left alone.
void repair(Edits& edits);

/// The topmost Via as the receiver must note it: `received` when the source address differs from sent-by or rport is asked
/// for, and the value of rport (RFC 3261 §18.2.1, RFC 3581 §4). What the sender wrote there himself goes: responses follow it.
/// Equal to the text when nothing is to be noted or taken away.
std::string stamp_via(std::string_view via_text, const Via& via, const net::Endpoint& source);

/// Where a response goes by its topmost Via: received (else the sent-by address) and rport (else the sent-by port, else
/// 5060); nothing when it names no address (RFC 3261 §18.2.2, RFC 3581 §4).
/// DEVIATION: maddr is not followed. It is for multicast, and from a stranger it would send our responses to anybody.
std::optional<net::Endpoint> response_target(const Via& via);

}  // namespace tandem::sip
