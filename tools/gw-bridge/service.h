// Knows: the running bridge: who may call, which call an event belongs to, drain, reload, records.
// Must not know: what happens within a call (call.h), options.
// Next: serve.h, which runs one; call.h.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "cli/context.h"
#include "cli/record_writer.h"
#include "gw-bridge/call.h"
#include "gw-bridge/snapshot.h"
#include "media/engine.h"
#include "sip/keyring.h"
#include "sipua/loop.h"
#include "sipua/user_agent.h"

namespace tandem::bridge {

/// What is counted, for the events at the end.
struct Counters {
    std::uint64_t invites = 0;  ///< from the proxy
    std::uint64_t answered = 0;
    std::uint64_t bad_token = 0;  ///< refused: no token, forged, expired, or of an unknown peer
    std::uint64_t draining = 0;   ///< refused: shutting down
};

/// Everything that a bridge is made of, besides its configuration.
class Service final : public sipua::Listener {
public:
    Service(sipua::Loop& loop, const Clock& clock, const Log& log, cli::RecordWriter& records);

    /// Binds and starts. Errors: kIo with the address.
    Status open(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<sip::Keyring> keys,
                std::string product);
    /// Takes another topology for new calls. Errors: kConflict when the bridge would listen elsewhere.
    Status adopt(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<sip::Keyring> keys);

    /// No new calls any more but emergency calls.
    void drain() { draining_ = true; }
    /// BYE on both legs of every call.
    void hang_up_all(std::string_view why, std::string_view text);
    /// Ends the user agent, at the latest after limit.
    void shutdown(milliseconds limit);

    [[nodiscard]] std::size_t live_calls() const { return calls_.size(); }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] std::uint64_t refused_sources() const {
        return ua_ ? ua_->refused_sources() : refused_sources_;
    }
    /// Called each time that a call is gone.
    void on_idle(std::function<void()> f) { on_gone_ = std::move(f); }

    // sipua::Listener
    void incoming(const sipua::Invite& invite) override;
    unsigned options() override { return draining_ ? 503 : 200; }
    void progress(sipua::LegId leg, const sipua::Response& response) override;
    void answered(sipua::LegId leg, const sipua::Response& response) override;
    void failed(sipua::LegId leg, const sipua::Response& response) override;
    void acked(sipua::LegId leg, const sipua::Request& ack) override;
    void requested(sipua::LegId leg, sipua::Pending what, const sipua::Request& request) override;
    void withdrawn(sipua::LegId leg) override;
    void responded(sipua::LegId leg, sipua::Pending what, const sipua::Response& response) override;
    void ended(sipua::LegId leg, sipua::EndedBy by, const sipua::Request& request) override;

private:
    void take_events();
    void refuse(const sipua::Invite& invite, unsigned status, std::string_view why);
    /// Runs f on the call of a leg; writes its record and forgets it when it is done.
    template <class F>
    void with_call(sipua::LegId leg, F f);
    void reap(Call& call);

    sipua::Loop& loop_;
    const Clock& clock_;
    const Log& log_;
    cli::RecordWriter& records_;
    media::Engine engine_;
    std::unique_ptr<sipua::UserAgent> ua_;
    std::shared_ptr<const Snapshot> snapshot_;
    std::shared_ptr<sip::Keyring> keys_;
    std::unordered_map<media::CallId, std::unique_ptr<Call>> calls_;
    std::unordered_map<sipua::LegId, Call*> legs_;
    std::unordered_map<media::CallId, sipua::Loop::TimerId> setup_timers_;
    media::CallId next_call_ = 1;
    std::string node_;  // of this run: makes record ids unique
    Counters counters_;
    std::uint64_t refused_sources_ = 0;
    bool draining_ = false;
    std::function<void()> on_gone_;
};

}  // namespace tandem::bridge
