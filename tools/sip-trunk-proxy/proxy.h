// Knows: which part of the proxy an event belongs to.
// Must not know: what the part does with it; sockets.
// Next: initial_invite.h, in_dialog.h, local_answers.h: the parts; serve.h, which feeds it.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "sip-trunk-proxy/core.h"
#include "sip-trunk-proxy/in_dialog.h"
#include "sip-trunk-proxy/initial_invite.h"
#include "sip-trunk-proxy/keepalives.h"
#include "sip-trunk-proxy/orphans.h"
#include "sip-trunk-proxy/probes.h"
#include "sipnet/transactions.h"
#include "tls/engine.h"

namespace tandem::proxy {

/// The transaction user: a stateful proxy (RFC 3261 §16). Thread: the SIP worker.
class Proxy final : public sipnet::TransactionUser {
public:
    struct Options {
        seconds max_call_age{12 * 3600};  ///< answered calls whose BYE never came by
        std::size_t max_transactions = 262'144;
        std::size_t max_calls = 100'000;  ///< answered ones, remembered for their end record
        Names::Ask ask_name;              ///< asks a name server; nothing: names lead nowhere
        Probes::Tell tell = [](std::string_view, const std::string&) {};  ///< events, for records
    };
    Proxy(sipnet::Transport& transport, const siptx::Timers& timers, const Clock& clock, const Log& log,
          Accounting::Sink records, const Options& options);

    /// Takes a loaded topology into use; requests that are under way keep theirs, later ones of a call go by the new one and its cookie.
    void adopt(std::shared_ptr<Snapshot> snapshot);
    /// One datagram, or one message of a stream, now.
    void on_message(const sipnet::Flow& from, std::string_view bytes);
    /// A stream that ended in a message which cannot be framed: its head, the response due (0 = none) and why.
    void on_broken(const sipnet::Flow& from, std::string_view head, int status, std::string_view reason);
    /// What the certificate of somebody who connects by TLS must be good for: as the profile of the trunk says that it is.
    [[nodiscard]] tls::Engine::ClientUsage client_usage(const sipnet::Flow& from) const;
    /// A connection by which requests went is gone.
    void on_lost(const sipnet::Flow& flow);
    /// The beginning of a datagram of ours that could not be delivered.
    void on_undeliverable(std::string_view head);
    /// A STUN datagram that is no request.
    void on_stun_answer(const sipnet::Flow& from, std::string_view datagram);
    /// What a name server answered to Options::ask_name.
    void on_name(const dns::Question& question, Result<dns::Answer> answer);
    /// Does what is due by the clock.
    void on_time();
    [[nodiscard]] MonoTime next_deadline() const { return std::min(transactions_.next_deadline(), names_.next_deadline()); }

    /// No new calls from now on: 503 with Retry-After.
    void drain();
    /// No call is open or live, and no request is waiting for its response.
    [[nodiscard]] bool idle() const {
        return invites_.open() == 0 && accounting_.live_calls() == 0 && dialogs_.open() == 0;
    }
    /// Any transaction of ours may still be asked for again.
    [[nodiscard]] bool remembers() const { return transactions_.live_servers() != 0; }
    /// Requests of ours that a response may still come to.
    [[nodiscard]] std::size_t asked() const { return transactions_.live_clients(); }
    /// Writes the end record of every live call; they themselves go on without us, their cookies carry them.
    void write_off_calls(std::string_view why) { accounting_.end_all(why); }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] const NameCounters& name_counters() const { return names_.counters(); }
    [[nodiscard]] std::size_t live_calls() const { return accounting_.live_calls(); }

    // sipnet::TransactionUser
    void on_request(sipnet::Handle server, const sip::Message& request, const sipnet::Flow& from, std::string_view via) override;
    void on_ack(const sip::Message& ack, const sipnet::Flow& from, std::string_view via) override;
    void on_cancel(sipnet::Handle server, const sip::Message& cancel) override;
    void on_response(sipnet::Handle client, std::uint64_t user, const sip::Message& response, const sipnet::Flow& from) override;
    void on_failure(sipnet::Handle client, std::uint64_t user, Failure failure) override;
    void on_stray_response() override { ++counters_.stray_responses; }
    void on_undelivered_response() override { ++counters_.responses_undelivered; }
    /// TLS is opened only towards a trunk or user whose name we know.
    [[nodiscard]] std::optional<std::uint32_t> peer_for_response(const sipnet::Flow& flow) const override;
    [[nodiscard]] std::uint16_t timers_for(const sipnet::Flow& from) const override;
    /// Another address of the trunk that the request went to: a cluster need not answer with the one that was asked.
    [[nodiscard]] bool may_answer_for(const sipnet::Flow& to, const sipnet::Flow& from) const override;
    /// Some trunk, user or bridge of the topology sends from there.
    [[nodiscard]] bool known(const sipnet::Flow& from) const;
    void on_server_end(sipnet::Handle server) override;
    void on_timer(std::uint64_t user) override;

private:
    void next_housekeeping();

    Options options_;
    Counters counters_;
    LiveCounters live_;
    sipnet::Transactions transactions_;
    Accounting accounting_;
    const Clock& clock_;
    Names names_;
    Core core_;
    Orphans orphans_;
    InitialInvites invites_;
    InDialog dialogs_;
    Probes probes_;
    Keepalives keepalives_;
    sip::Message message_;
};

}  // namespace tandem::proxy
