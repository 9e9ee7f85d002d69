// Knows: what a running proxy counts beside calls.
// Must not know: who reads it.
// Next: serve.cpp, which writes the counts as event records at the end.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace tandem::proxy {

struct Counters {
    std::uint64_t invites = 0, answered = 0;
    std::uint64_t unknown_source = 0;     ///< INVITEs refused because nobody knows the sender; no call record
    std::uint64_t strangers_refused = 0;  ///< the same for other requests outside of a dialog
    std::uint64_t malformed_rejected = 0, malformed_dropped = 0;
    std::uint64_t streams_broken = 0;     ///< closed for a message that cannot be framed
    std::uint64_t stray_responses = 0;    ///< RFC 6026 §7.3
    std::uint64_t responses_undelivered = 0;  ///< the connection of their request was gone, and no other could be opened
    std::uint64_t responses_too_large = 0;    ///< for a datagram; instead of a final one the request got a short answer of ours
    std::uint64_t stray_requests = 0;     ///< in-dialog requests and ACKs without a cookie of ours
    std::uint64_t registers_refused = 0;
    std::uint64_t methods_refused = 0;
    std::uint64_t challenges_answered = 0;
    std::uint64_t challenges_passed = 0;  ///< of strangers, untouched
    std::uint64_t orphans_ended = 0;      ///< answers that came after the call had failed, hung up
    std::uint64_t calls_forgotten = 0;    ///< live calls that got their end record early: too many of them
    std::uint64_t edits_failed = 0;
    std::uint64_t hiding_failed = 0;      ///< messages not passed on because what they would show does not fit into what hides it
    std::uint64_t calls_waited = 0;       ///< for a name server
    std::uint64_t targets_silent = 0;     ///< tries without any response: the target is put off
    std::uint64_t probes_sent = 0, probes_failed = 0;
    std::uint64_t keepalives_sent = 0;    ///< STUN over UDP (RFC 5626 §4.4.2)

    /// Those that are told at the end, with their names.
    [[nodiscard]] auto named() const {
        return std::array{
            std::pair{std::string_view{"unknown_source"}, unknown_source},
            std::pair{std::string_view{"strangers_refused"}, strangers_refused},
            std::pair{std::string_view{"malformed_rejected"}, malformed_rejected},
            std::pair{std::string_view{"malformed_dropped"}, malformed_dropped},
            std::pair{std::string_view{"streams_broken"}, streams_broken},
            std::pair{std::string_view{"stray_responses"}, stray_responses},
            std::pair{std::string_view{"responses_undelivered"}, responses_undelivered},
            std::pair{std::string_view{"responses_too_large"}, responses_too_large},
            std::pair{std::string_view{"stray_requests"}, stray_requests},
            std::pair{std::string_view{"registers_refused"}, registers_refused},
            std::pair{std::string_view{"methods_refused"}, methods_refused},
            std::pair{std::string_view{"challenges_answered"}, challenges_answered},
            std::pair{std::string_view{"challenges_passed"}, challenges_passed},
            std::pair{std::string_view{"orphans_ended"}, orphans_ended},
            std::pair{std::string_view{"calls_forgotten"}, calls_forgotten},
            std::pair{std::string_view{"edits_failed"}, edits_failed},
            std::pair{std::string_view{"hiding_failed"}, hiding_failed},
            std::pair{std::string_view{"calls_waited_for_names"}, calls_waited},
            std::pair{std::string_view{"targets_silent"}, targets_silent},
            std::pair{std::string_view{"probes_sent"}, probes_sent},
            std::pair{std::string_view{"probes_failed"}, probes_failed},
            std::pair{std::string_view{"keepalives_sent"}, keepalives_sent},
        };
    }
};

}  // namespace tandem::proxy
