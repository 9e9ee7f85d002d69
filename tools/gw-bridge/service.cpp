// Knows: events to calls.
// Must not know: what a call makes of them.
// Next: call.cpp.
#include "gw-bridge/service.h"

#include "base/text.h"
#include "crypto/crypto.h"
#include "gw-bridge/call_record.h"
#include "gw-bridge/token_route.h"

namespace tandem::bridge {
namespace {

/// Longest time from INVITE to its final answer.
constexpr milliseconds kLongestSetup{600'000};

}  // namespace

Service::Service(sipua::Loop& loop, const Clock& clock, const Log& log, cli::RecordWriter& records)
    : loop_(loop),
      clock_(clock),
      log_(log),
      records_(records),
      engine_(clock),
      node_(crypto::random_hex(6)) {}

Status Service::open(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<sip::Keyring> keys,
                     std::string product) {
    sipua::Options options;
    options.listen = snapshot->listen();
    options.product = std::move(product);
    options.headers = told_headers();
    options.allowed_sources = snapshot->proxies();
    auto ua = sipua::UserAgent::create(loop_, std::move(options), *this);
    if (!ua) return fail(ua.error());
    ua_ = std::move(*ua);
    snapshot_ = std::move(snapshot);
    keys_ = std::move(keys);
    if (auto ok = engine_.start(); !ok) return ok;
    loop_.watch(engine_.event_fd(), [this] { take_events(); });
    return {};
}

Status Service::adopt(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<sip::Keyring> keys) {
    if (snapshot->listen() != snapshot_->listen() || snapshot->proxies() != snapshot_->proxies())
        return fail(Errc::kConflict, "the bridge's address or its proxy's changed: that needs a restart");
    snapshot_ = std::move(snapshot);
    keys_ = std::move(keys);
    return {};
}

void Service::refuse(const sipua::Invite& invite, unsigned status, std::string_view why) {
    log_.warning("INVITE refused", "status", status, "reason", why, "source", invite.source.str());
    sipua::Headers headers;
    if (status == 503) headers.push_back({"Retry-After", "10"});
    ua_->reject(invite.leg, status, {}, headers);
}

void Service::incoming(const sipua::Invite& invite) {
    ++counters_.invites;
    auto route = find_token(invite.routes);
    if (!route) {
        ++counters_.bad_token;
        refuse(invite, 403, "no token");
        return;
    }
    const auto now_s = std::chrono::duration_cast<seconds>(clock_.wall().time_since_epoch()).count();
    auto token =
        sip::open_token(*keys_, route->sealed, snapshot_->realm(), static_cast<std::uint32_t>(now_s));
    if (!token) {
        ++counters_.bad_token;
        refuse(invite, 403, token.error().what);
        return;
    }
    // The token is sealed by the proxy, which lets emergency calls through while it drains itself.
    if (draining_ && !token->emergency) {
        ++counters_.draining;
        refuse(invite, 503, "draining");
        return;
    }
    auto setup = snapshot_->setup(std::move(*token));
    if (!setup) {
        ++counters_.bad_token;
        refuse(invite, 500, setup.error().what);
        return;
    }
    const media::CallId id = next_call_++;
    auto owned = std::make_unique<Call>(Core{loop_, *ua_, engine_, clock_, log_}, id, invite,
                                        std::move(*setup), std::move(route->rest));
    Call& call = *owned;
    calls_.emplace(id, std::move(owned));
    legs_[call.leg_a()] = &call;
    // The proxy's Timer C ends calls that ring for ever; this holds even when the proxy is gone.
    setup_timers_[id] = loop_.after(kLongestSetup, [this, id] {
        setup_timers_.erase(id);
        const auto found = calls_.find(id);
        if (found == calls_.end() || found->second->answered()) return;
        found->second->hang_up("no_answer", 408, "no final answer");
        reap(*found->second);
    });
    call.start();
    if (call.leg_b() != 0) legs_[call.leg_b()] = &call;
    reap(call);
}

template <class F>
void Service::with_call(sipua::LegId leg, F f) {
    const auto it = legs_.find(leg);
    if (it == legs_.end()) return;
    Call& call = *it->second;
    f(call);
    reap(call);
}

void Service::reap(Call& call) {
    if (!call.done()) return;
    std::string lines;
    const nanoseconds offset = clock_.wall().time_since_epoch() - clock_.mono().time_since_epoch();
    append_records(lines, call.log(), cat(node_, '-', call.id()), offset);
    if (!records_.write(lines)) log_.warning("record dropped: nobody reads them fast enough");
    std::erase_if(legs_, [&](const auto& entry) { return entry.second == &call; });
    if (const auto timer = setup_timers_.find(call.id()); timer != setup_timers_.end()) {
        loop_.cancel(timer->second);
        setup_timers_.erase(timer);
    }
    calls_.erase(call.id());
    if (on_gone_) on_gone_();
}

void Service::take_events() {
    while (auto event = engine_.next_event()) {
        const auto it = calls_.find(event->call);
        if (it == calls_.end()) continue;
        Call& call = *it->second;
        call.on_media(std::move(*event));
        reap(call);
    }
}

void Service::hang_up_all(std::string_view why, std::string_view text) {
    std::vector<Call*> open;
    for (const auto& [id, call] : calls_) open.push_back(call.get());
    for (Call* call : open) {
        call->hang_up(why, 503, text);
        reap(*call);
    }
}

void Service::shutdown(milliseconds limit) {
    if (!ua_) return;
    ua_->shutdown(limit);
    refused_sources_ = ua_->refused_sources();
    ua_.reset();
}

void Service::progress(sipua::LegId leg, const sipua::Response& response) {
    with_call(leg, [&](Call& call) { call.on_progress(response); });
}

void Service::answered(sipua::LegId leg, const sipua::Response& response) {
    with_call(leg, [&](Call& call) {
        call.on_answered(response);
        if (call.answered()) ++counters_.answered;
    });
}

void Service::failed(sipua::LegId leg, const sipua::Response& response) {
    with_call(leg, [&](Call& call) { call.on_failed(response); });
}

void Service::acked(sipua::LegId leg, const sipua::Request& ack) {
    with_call(leg, [&](Call& call) { call.on_acked(leg, ack); });
}

void Service::requested(sipua::LegId leg, sipua::Pending what, const sipua::Request& request) {
    with_call(leg, [&](Call& call) { call.on_requested(leg, what, request); });
}

void Service::withdrawn(sipua::LegId leg) {
    with_call(leg, [&](Call& call) { call.on_withdrawn(leg); });
}

void Service::responded(sipua::LegId leg, sipua::Pending what, const sipua::Response& response) {
    with_call(leg, [&](Call& call) { call.on_responded(leg, what, response); });
}

void Service::ended(sipua::LegId leg, sipua::EndedBy by, const sipua::Request& request) {
    with_call(leg, [&](Call& call) { call.on_ended(leg, by, request); });
}

}  // namespace tandem::bridge
