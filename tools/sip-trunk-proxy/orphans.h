// Knows: hanging up what was answered too late for anybody: ACK and BYE towards the callee.
// Must not know: how the call went before.
// Next: initial_invite.cpp, which finds such answers.
#pragma once

#include <deque>
#include <string>

#include "sip-trunk-proxy/core.h"

namespace tandem::proxy {

/// RFC 3261 §16.7 step 5 wants every 2xx forwarded, by way of the server transaction (step 9); but once a failure has gone
/// upstream that transaction sends no 2xx any more (§17.2.1), and once it is over the response is discarded (RFC 6026 §8.3). Then
/// the callee would repeat its 2xx for 64*T1, media running and the provider billing.
/// DEVIATION: such a 2xx is acknowledged and its dialog ended by us, as the caller's user agent would (§13.2.2.4, §15).
/// Thread: the SIP worker.
class Orphans {
public:
    explicit Orphans(Core& core) : core_(core) {}

    /// A 2xx to the INVITE of that client transaction which cannot go upstream. The same one again is only acknowledged.
    void hang_up(sipnet::Handle invite, const sip::Message& response);
    /// What that transaction still brings belongs to a dialog that the caller has got.
    void leave_alone(sipnet::Handle invite);
    void on_response(Tag tag, const sip::Message& response, const sipnet::Flow& from);
    void on_failure(Tag tag);

private:
    struct Orphan {
        std::uint64_t id = 0;
        sipnet::Handle invite;
        std::string call_id, to_tag;
        bool left_alone = false;
        unsigned attempt = 0;
        sipnet::Flow to;
        std::string uri, ack;                  ///< the ACK as it was sent
        std::string bye_head, bye_tail;        ///< the BYE around its branch, its CSeq number and credentials
        std::uint32_t cseq = 0;                ///< of the next BYE
        MonoTime until{};
    };
    Orphan* find(sipnet::Handle invite, std::string_view to_tag);
    Orphan& add(sipnet::Handle invite);
    bool prepare(Orphan& o, const sip::Message& invite, const sip::Message& response) const;
    void send_bye(Orphan& o, std::string_view credentials);

    Core& core_;
    std::uint64_t next_id_ = 1;
    std::deque<Orphan> orphans_;
};

}  // namespace tandem::proxy
