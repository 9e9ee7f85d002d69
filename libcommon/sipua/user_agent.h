// Knows: calls as legs: commands in, events out. The stack behind it may be replaced without a change here.
// Must not know: media, SDP's meaning, the other leg of a call.
// Next: message.h for what is told; tools/gw-bridge/call.h, which joins two legs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/address.h"
#include "sipua/loop.h"
#include "sipua/message.h"

namespace tandem::sipua {

/// Which request of the peer is answered by respond().
enum class Pending : std::uint8_t { kReinvite, kUpdate, kInfo };

/// Why a leg is over.
enum class EndedBy : std::uint8_t {
    kBye,      ///< the peer hung up
    kCancel,   ///< the caller gave up before the answer
    kTimeout,  ///< the session timer ran out, or no ACK came
    kError,    ///< the dialog broke (481, 408 in it)
};

/// Takes what happens. Nothing is told after the event that ends a leg (failed, ended), and nothing within a
/// command.
class Listener {
public:
    virtual ~Listener() = default;

    /// A call begins. Answer with progress(), answer() or reject().
    virtual void incoming(const Invite& invite) = 0;
    /// OPTIONS outside of a dialog: the status to answer it with.
    virtual unsigned options() = 0;

    // Of a leg that invite() made.
    virtual void progress(LegId leg, const Response& response) = 0;  ///< 101-199
    virtual void answered(LegId leg, const Response& response) = 0;  ///< 2xx: ack() it
    virtual void failed(LegId leg, const Response& response) = 0;    ///< 3xx-6xx: the leg is over

    // Of a leg that answer() answered.
    virtual void acked(LegId leg, const Request& ack) = 0;

    // In a dialog.
    virtual void requested(LegId leg, Pending what, const Request& request) = 0;  ///< answer with respond()
    /// The peer cancelled its re-INVITE before the answer; the stack has answered 487. Nothing is left to respond to, and
    /// the session is to be as if it had not been asked (RFC 3261 §14.1).
    virtual void withdrawn(LegId leg) = 0;
    virtual void responded(LegId leg, Pending what,
                           const Response& response) = 0;  ///< final; to reinvite(), update(), info()
    virtual void ended(LegId leg, EndedBy by, const Request& request) = 0;  ///< the leg is over
};

struct Options {
    net::Endpoint listen;              ///< UDP
    std::string product;               ///< User-Agent and Server
    std::vector<std::string> headers;  ///< names of the headers that are told, where they come
    /// A call from elsewhere is answered 403 before anything is told. Empty: everybody may.
    std::vector<net::Endpoint> allowed_sources;
};

/// A SIP user agent for many legs, on UDP. PRACK, session timers and the answer to CANCEL are its own
/// business; a method that no event stands for is answered 405.
/// DEVIATION from RFC 3261 §18.1.1: long requests go by UDP, too; the only peer is the proxy next door.
/// Unknown legs in commands are ignored: the peer may have been faster.
/// Thread: that of its loop.
class UserAgent {
public:
    /// Binds. Errors: kIo with the address.
    static Result<std::unique_ptr<UserAgent>> create(Loop& loop, Options options, Listener& listener);
    virtual ~UserAgent() = default;

    // A call that came.
    virtual void progress(LegId leg, unsigned status, const Headers& headers,
                          const Body& body) = 0;                                   ///< 101-199
    virtual void answer(LegId leg, const Headers& headers, const Body& body) = 0;  ///< 200
    virtual void reject(LegId leg, unsigned status, const std::string& phrase, const Headers& headers) = 0;

    // A call that we make.
    virtual LegId invite(const Call& call) = 0;
    virtual void ack(LegId leg, const Headers& headers, const Body& body) = 0;
    /// CANCEL, or BYE when the answer was faster. The leg is over for the listener.
    virtual void cancel(LegId leg, const Headers& headers) = 0;

    // In a dialog.
    virtual void reinvite(LegId leg, const Headers& headers, const Body& body) = 0;  ///< ack() its 2xx, too
    /// CANCEL of the re-INVITE that is under way; its final response is told as ever: 487, or what was faster.
    virtual void withdraw(LegId leg) = 0;
    virtual void update(LegId leg, const Headers& headers, const Body& body) = 0;
    virtual void info(LegId leg, const Headers& headers, const Body& body) = 0;
    virtual void respond(LegId leg, Pending what, unsigned status, const std::string& phrase,
                         const Headers& headers, const Body& body) = 0;
    /// The leg is over for the listener.
    virtual void bye(LegId leg, const Headers& headers) = 0;

    /// Ends what is left, at the latest after `limit` although peers may not answer; runs the loop meanwhile.
    virtual void shutdown(milliseconds limit) = 0;

    /// Legs that are not over, for drains and tests.
    [[nodiscard]] virtual std::size_t legs() const = 0;
    /// INVITEs refused by allowed_sources.
    [[nodiscard]] virtual std::uint64_t refused_sources() const = 0;
};

}  // namespace tandem::sipua
