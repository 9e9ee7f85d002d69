// Knows: the stack (sofia-sip nua, media disabled) and its traps.
// Must not know: media, the other leg. Never sdp_parse or soa: they loop on foreign SDP.
// Next: sofia_text.cpp.
#include "sipua/user_agent.h"

struct nua_hmagic_s;
struct nua_magic_s;
#define NUA_HMAGIC_T struct nua_hmagic_s
#define NUA_MAGIC_T struct nua_magic_s

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_uniqueid.h>
#include <sofia-sip/su_tag_io.h>
#include <sofia-sip/tport_tag.h>

#include <algorithm>
#include <cstdarg>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "sipua/sofia_text.h"
#include "sipua/try_bind.h"

namespace tandem::sipua {
namespace {

class Agent;

struct Leg {
    LegId id = 0;
    nua_handle_t* handle = nullptr;
    bool outgoing = false;
    bool established = false;  // the first INVITE has been answered 2xx
    bool over = false;         // its end was told, or we ended it ourselves
    bool cancelled = false;
    bool broken = false;     // a request in the dialog was answered 408 or 481
    bool reinvited = false;  // a re-INVITE of the peer waits for respond()
    nua_saved_event_t update[1] = {nullptr};
    nua_saved_event_t info[1] = {nullptr};
};

/// Bound to a handle after its leg is gone: the stack may have events on the way.
Leg* const kGone = reinterpret_cast<Leg*>(1);

Leg* leg_of(nua_hmagic_t* magic) { return reinterpret_cast<Leg*>(magic); }
nua_hmagic_t* magic_of(Leg* leg) { return reinterpret_cast<nua_hmagic_t*>(leg); }

void no_log(void*, char const*, va_list) {}

constexpr unsigned kKernelBuffer = 4U << 20;  // the default of about 200 kB is full after 170 messages

std::string uri_of(const net::Endpoint& e) { return cat("sip:", e.ip.uri_str(), ':', e.port); }

class Agent final : public UserAgent {
public:
    Agent(Loop& loop, Options options, Listener& listener)
        : loop_(loop), options_(std::move(options)), listener_(listener) {}
    ~Agent() override { shutdown(milliseconds{0}); }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    Status start();

    void progress(LegId leg, unsigned status, const Headers& headers, const Body& body) override {
        if (Leg* l = find(leg)) respond_to(*l, status, {}, headers, body, nullptr);
    }
    void answer(LegId leg, const Headers& headers, const Body& body) override {
        if (Leg* l = find(leg)) {
            l->established = true;
            respond_to(*l, 200, {}, headers, body, nullptr);
        }
    }
    void reject(LegId leg, unsigned status, const std::string& phrase, const Headers& headers) override {
        if (Leg* l = find(leg)) {
            l->over = true;
            respond_to(*l, status, phrase, headers, {}, nullptr);
        }
    }
    LegId invite(const Call& call) override;
    void ack(LegId leg, const Headers& headers, const Body& body) override {
        if (Leg* l = find(leg)) send_ack(*l, headers, body);
    }
    void cancel(LegId leg, const Headers& headers) override;
    void reinvite(LegId leg, const Headers& headers, const Body& body) override;
    void withdraw(LegId leg) override {
        if (Leg* l = find(leg); l != nullptr && l->established) nua_cancel(l->handle, TAG_END());
    }
    void update(LegId leg, const Headers& headers, const Body& body) override;
    void info(LegId leg, const Headers& headers, const Body& body) override;
    void respond(LegId leg, Pending what, unsigned status, const std::string& phrase, const Headers& headers,
                 const Body& body) override;
    void bye(LegId leg, const Headers& headers) override;
    void shutdown(milliseconds limit) override;
    [[nodiscard]] std::size_t legs() const override { return legs_.size(); }
    [[nodiscard]] std::uint64_t refused_sources() const override { return refused_sources_; }

private:
    /// The stack may outlive the agent when peers do not answer; it then talks to a closed door.
    struct Door {
        Agent* agent;
    };
    static void callback(nua_event_t event, int status, char const* phrase, nua_t*, nua_magic_t* magic,
                         nua_handle_t* nh, nua_hmagic_t* hmagic, sip_t const* sip, tagi_t tags[]) {
        if (Agent* agent = reinterpret_cast<Door*>(magic)->agent)
            agent->on_event(event, status, phrase, nh, leg_of(hmagic), sip, tags);
    }
    void on_event(nua_event_t event, int status, char const* phrase, nua_handle_t* nh, Leg* leg,
                  sip_t const* sip, tagi_t tags[]);
    void on_new(nua_event_t event, nua_handle_t* nh, sip_t const* sip);
    void on_incoming(nua_handle_t* nh, sip_t const* sip);
    void on_invite_response(Leg& leg, int status, char const* phrase, sip_t const* sip);
    void on_state(Leg& leg, tagi_t tags[]);
    void on_request(Leg& leg, Pending what, nua_saved_event_t* saved, sip_t const* sip);
    void on_response(Leg& leg, Pending what, int status, char const* phrase, sip_t const* sip);
    void on_cancel(Leg& leg, sip_t const* sip);
    void finish(Leg& leg, EndedBy by, sip_t const* sip);
    void release(Leg& leg);

    Leg* find(LegId id) {
        const auto it = legs_.find(id);
        return it == legs_.end() || it->second->over ? nullptr : it->second.get();
    }
    Leg& adopt(nua_handle_t* nh, bool outgoing);
    void respond_to(Leg& leg, unsigned status, const std::string& phrase, const Headers& headers,
                    const Body& body, nua_saved_event_t* saved);
    void send_ack(Leg& leg, const Headers& headers, const Body& body);
    /// nua_respond keeps only the pointer: the text must outlive the response.
    const char* intern(unsigned status, const std::string& phrase);

    Loop& loop_;
    Options options_;
    Listener& listener_;
    nua_t* nua_ = nullptr;
    std::unordered_map<LegId, std::unique_ptr<Leg>> legs_;
    std::set<std::string> phrases_;
    LegId next_leg_ = 1;
    std::uint64_t refused_sources_ = 0;
    bool shut_down_ = false;
    std::unique_ptr<Door> door_ = std::make_unique<Door>(Door{this});
};

Status Agent::start() {
    if (auto ok = try_bind(options_.listen); !ok) return ok;
    su_log_redirect(nullptr, &no_log, nullptr);
    nua_ = nua_create(
        static_cast<su_root_t*>(loop_.root()), &Agent::callback, reinterpret_cast<nua_magic_t*>(door_.get()),
        NUTAG_URL(cat(uri_of(options_.listen), ";transport=udp").c_str()), NUTAG_MEDIA_ENABLE(0),
        NUTAG_AUTOACK(0), NUTAG_AUTOALERT(0), NUTAG_AUTOANSWER(0), NUTAG_AUTO302(0), NUTAG_AUTO305(0),
        // One try a request: no own way through redirects, challenges or Retry-After.
        NUTAG_RETRY_COUNT(0), NUTAG_MAX_RETRY_AFTER(0), NUTAG_INVITE_TIMER(0), NUTAG_SESSION_TIMER(0),
        NUTAG_UPDATE_REFRESH(1), NUTAG_ENABLEMESSAGE(0),
        // Not NUTAG_ALLOW: it only adds to the defaults.
        SIPTAG_ALLOW_STR("INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, INFO, UPDATE"),
        NUTAG_APPL_METHOD(static_cast<char const*>(nullptr)),  // clears the defaults
        NUTAG_APPL_METHOD("INVITE, INFO, UPDATE, OPTIONS"), SIPTAG_SUPPORTED_STR("timer, 100rel"),
        SIPTAG_USER_AGENT_STR(options_.product.c_str()), NTATAG_BAD_REQ_MASK(~0U), NTATAG_MAXSIZE(65536),
        NTATAG_UDP_MTU(65535), TPTAG_UDP_RMEM(kKernelBuffer), NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0),
        TPTAG_STUN_SERVER(0), TAG_END());
    if (nua_ == nullptr) {  // somebody took the address in between, or there is no memory
        if (auto again = try_bind(options_.listen); !again) return again;
        return fail(Errc::kIo, cat("cannot start SIP on ", options_.listen.str()));
    }
    return {};
}

const char* Agent::intern(unsigned status, const std::string& phrase) {
    const bool fits =
        !phrase.empty() && phrase.size() <= 128 && phrase.find_first_of("\r\n") == std::string::npos;
    if (fits) {
        if (const auto it = phrases_.find(phrase); it != phrases_.end()) return it->c_str();
        if (phrases_.size() < 1000)
            return phrases_.insert(phrase).first->c_str();  // peers must not fill the memory
    }
    const char* standard = sip_status_phrase(static_cast<int>(status));
    return standard != nullptr ? standard : "Unknown";
}

Leg& Agent::adopt(nua_handle_t* nh, bool outgoing) {
    auto leg = std::make_unique<Leg>();
    leg->id = next_leg_++;
    leg->handle = nh;
    leg->outgoing = outgoing;
    nua_handle_bind(nh, magic_of(leg.get()));
    return *(legs_[leg->id] = std::move(leg));
}

void Agent::release(Leg& leg) {
    for (nua_saved_event_t* saved : {leg.update, leg.info})
        if (saved[0] != nullptr) nua_destroy_event(saved);
    nua_handle_bind(leg.handle, magic_of(kGone));
    nua_handle_destroy(leg.handle);
    legs_.erase(leg.id);
}

void Agent::respond_to(Leg& leg, unsigned status, const std::string& phrase, const Headers& headers,
                       const Body& body, nua_saved_event_t* saved) {
    const std::string lines = header_lines(headers);
    nua_respond(leg.handle, static_cast<int>(status), intern(status, phrase),
                TAG_IF(saved != nullptr, NUTAG_WITH_SAVED(saved)),
                TAG_IF(!body.empty(), SIPTAG_CONTENT_TYPE_STR(body.type.c_str())),
                TAG_IF(!body.empty(), SIPTAG_PAYLOAD_STR(body.text.c_str())),
                TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
}

LegId Agent::invite(const Call& call) {
    nua_handle_t* nh = nua_handle(nua_, nullptr, TAG_END());
    Leg& leg = adopt(nh, true);
    const std::string lines = header_lines(call.headers);
    const std::string proxy = cat(uri_of(call.next_hop), ";lr");
    std::string routes;
    for (const auto& r : call.routes) append(routes, routes.empty() ? "" : ", ", r);
    // NUTAG_PROXY on the handle, never on the agent: there it would take over the other legs' requests, too.
    nua_set_hparams(nh, NUTAG_PROXY(proxy.c_str()), TAG_END());
    nua_invite(nh, NUTAG_URL(call.request_uri.c_str()), SIPTAG_FROM_STR(call.from.c_str()),
               SIPTAG_TO_STR(call.to.c_str()),
               TAG_IF(!call.call_id.empty(), SIPTAG_CALL_ID_STR(call.call_id.c_str())),
               TAG_IF(!routes.empty(), SIPTAG_ROUTE_STR(routes.c_str())),
               TAG_IF(!call.body.empty(), SIPTAG_CONTENT_TYPE_STR(call.body.type.c_str())),
               TAG_IF(!call.body.empty(), SIPTAG_PAYLOAD_STR(call.body.text.c_str())),
               TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
    return leg.id;
}

void Agent::send_ack(Leg& leg, const Headers& headers, const Body& body) {
    const std::string lines = header_lines(headers);
    nua_ack(leg.handle, TAG_IF(!body.empty(), SIPTAG_CONTENT_TYPE_STR(body.type.c_str())),
            TAG_IF(!body.empty(), SIPTAG_PAYLOAD_STR(body.text.c_str())),
            TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
}

void Agent::cancel(LegId id, const Headers& headers) {
    Leg* leg = find(id);
    if (leg == nullptr) return;
    if (leg->established) {
        bye(id, headers);
        return;
    }
    leg->over = true;
    leg->cancelled = true;
    const std::string lines = header_lines(headers);
    nua_cancel(leg->handle, TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
}

void Agent::reinvite(LegId id, const Headers& headers, const Body& body) {
    if (Leg* leg = find(id)) {
        const std::string lines = header_lines(headers);
        nua_invite(leg->handle, TAG_IF(!body.empty(), SIPTAG_CONTENT_TYPE_STR(body.type.c_str())),
                   TAG_IF(!body.empty(), SIPTAG_PAYLOAD_STR(body.text.c_str())),
                   TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
    }
}

void Agent::update(LegId id, const Headers& headers, const Body& body) {
    if (Leg* leg = find(id)) {
        const std::string lines = header_lines(headers);
        nua_update(leg->handle, TAG_IF(!body.empty(), SIPTAG_CONTENT_TYPE_STR(body.type.c_str())),
                   TAG_IF(!body.empty(), SIPTAG_PAYLOAD_STR(body.text.c_str())),
                   TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
    }
}

void Agent::info(LegId id, const Headers& headers, const Body& body) {
    if (Leg* leg = find(id)) {
        const std::string lines = header_lines(headers);
        nua_info(leg->handle, TAG_IF(!body.empty(), SIPTAG_CONTENT_TYPE_STR(body.type.c_str())),
                 TAG_IF(!body.empty(), SIPTAG_PAYLOAD_STR(body.text.c_str())),
                 TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
    }
}

void Agent::respond(LegId id, Pending what, unsigned status, const std::string& phrase,
                    const Headers& headers, const Body& body) {
    Leg* leg = find(id);
    if (leg == nullptr) return;
    if (what == Pending::kReinvite) {
        if (!leg->reinvited) return;
        if (status >= 200) leg->reinvited = false;
        respond_to(*leg, status, phrase, headers, body, nullptr);
        return;
    }
    nua_saved_event_t* saved = what == Pending::kUpdate ? leg->update : leg->info;
    if (saved[0] == nullptr) return;
    respond_to(*leg, status, phrase, headers, body, saved);
    nua_destroy_event(saved);
    saved[0] = nullptr;
}

void Agent::bye(LegId id, const Headers& headers) {
    Leg* leg = find(id);
    if (leg == nullptr) return;
    leg->over = true;
    const std::string lines = header_lines(headers);
    nua_bye(leg->handle, TAG_IF(!lines.empty(), SIPTAG_HEADER_STR(lines.c_str())), TAG_END());
}

void Agent::shutdown(milliseconds limit) {
    if (nua_ == nullptr) return;
    const SystemClock clock;
    const MonoTime end = clock.mono() + limit;
    // The stack looks at its calls once a second while it shuts down, so they are ended first.
    std::vector<LegId> open;
    for (const auto& [id, leg] : legs_)
        if (!leg->over) open.push_back(id);
    for (const LegId id : open) {
        const Leg& leg = *legs_[id];
        if (leg.established)
            bye(id, {});
        else if (leg.outgoing)
            cancel(id, {});
        else
            reject(id, 503, {}, {});
    }
    loop_.run_until([this] { return legs_.empty(); }, limit / 2);
    nua_shutdown(nua_);
    const auto left = std::chrono::duration_cast<milliseconds>(end - clock.mono());
    loop_.run_until([this] { return shut_down_; }, std::max(left, milliseconds{50}));
    for (auto& [id, leg] : legs_) {
        nua_handle_bind(leg->handle, magic_of(kGone));
        for (nua_saved_event_t* saved : {leg->update, leg->info})
            if (saved[0] != nullptr) nua_destroy_event(saved);
        if (shut_down_) nua_handle_destroy(leg->handle);
    }
    legs_.clear();
    door_->agent = nullptr;
    // nua_destroy aborts while a shutdown is under way. Peers that do not answer keep it going for 32 s and
    // more: then the stack is left to the end of the process, behind its door.
    if (shut_down_)
        nua_destroy(nua_);
    else
        door_.release();  // NOLINT(bugprone-unused-return-value)
    nua_ = nullptr;
}

void Agent::on_event(nua_event_t event, int status, char const* phrase, nua_handle_t* nh, Leg* leg,
                     sip_t const* sip, tagi_t tags[]) {
    if (event == nua_r_shutdown) {
        if (status >= 200) shut_down_ = true;
        return;
    }
    if (leg == kGone || nh == nullptr) return;
    if (leg == nullptr) {
        on_new(event, nh, sip);
        return;
    }
    switch (event) {
        case nua_i_invite:
            if (leg->over) break;
            leg->reinvited = true;
            on_request(*leg, Pending::kReinvite, nullptr, sip);
            break;
        case nua_i_ack:
            if (!leg->over) listener_.acked(leg->id, take_request(sip, options_.headers));
            break;
        case nua_r_invite: on_invite_response(*leg, status, phrase, sip); break;
        case nua_i_cancel: on_cancel(*leg, sip); break;
        case nua_i_bye: finish(*leg, EndedBy::kBye, sip); break;
        case nua_i_update: on_request(*leg, Pending::kUpdate, leg->update, sip); break;
        case nua_i_info: on_request(*leg, Pending::kInfo, leg->info, sip); break;
        case nua_r_update: on_response(*leg, Pending::kUpdate, status, phrase, sip); break;
        case nua_r_info: on_response(*leg, Pending::kInfo, status, phrase, sip); break;
        case nua_i_state: on_state(*leg, tags); break;
        default: break;
    }
}

void Agent::on_new(nua_event_t event, nua_handle_t* nh, sip_t const* sip) {
    if (event == nua_i_invite && sip != nullptr) {
        on_incoming(nh, sip);
        return;
    }
    if (event == nua_i_options) {
        const unsigned status = listener_.options();
        nua_respond(nh, static_cast<int>(status), intern(status, {}), NUTAG_WITH_THIS(nua_), TAG_END());
    } else if (event == nua_i_info || event == nua_i_update) {  // outside of a dialog
        nua_respond(nh, SIP_481_NO_CALL, NUTAG_WITH_THIS(nua_), TAG_END());
    }
    nua_handle_bind(nh, magic_of(kGone));
    nua_handle_destroy(nh);
}

void Agent::on_incoming(nua_handle_t* nh, sip_t const* sip) {
    const net::Endpoint source = source_of(nua_current_request(nua_));
    const auto& allowed = options_.allowed_sources;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), source) == allowed.end()) {
        ++refused_sources_;
        nua_respond(nh, SIP_403_FORBIDDEN, TAG_END());
        nua_handle_bind(nh, magic_of(kGone));
        nua_handle_destroy(nh);
        return;
    }
    Leg& leg = adopt(nh, false);
    Invite invite;
    invite.leg = leg.id;
    invite.source = source;
    if (sip->sip_request != nullptr) {
        char uri[1024];
        const auto n = url_e(uri, sizeof uri, sip->sip_request->rq_url);
        if (n > 0 && n < static_cast<issize_t>(sizeof uri))
            invite.request_uri.assign(uri, static_cast<std::size_t>(n));
    }
    invite.from = text_of(sip->sip_from);
    invite.to = text_of(sip->sip_to);
    invite.call_id = text_of(sip->sip_call_id);
    invite.routes = take_routes(sip);
    invite.headers = take_headers(sip, options_.headers);
    invite.body = take_body(sip);
    listener_.incoming(invite);
}

void Agent::on_invite_response(Leg& leg, int status, char const* phrase, sip_t const* sip) {
    if (leg.cancelled) {
        if (status >= 200 && status < 300) {  // the answer was faster than CANCEL
            leg.established = true;
            send_ack(leg, {}, {});
            nua_bye(leg.handle, TAG_END());
        }
        return;
    }
    if (leg.over) {
        if (status >= 200 && status < 300) send_ack(leg, {}, {});
        return;
    }
    if (leg.established) {
        on_response(leg, Pending::kReinvite, status, phrase, sip);
        return;
    }
    const Response response = take_response(status, phrase, sip, options_.headers);
    if (status <= 100) return;
    if (status < 200) {
        listener_.progress(leg.id, response);
    } else if (status < 300) {
        leg.established = true;
        listener_.answered(leg.id, response);
    } else {
        leg.over = true;
        listener_.failed(leg.id, response);
    }
}

void Agent::on_state(Leg& leg, tagi_t tags[]) {
    int state = nua_callstate_init;
    tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
    if (state != nua_callstate_terminated) return;
    finish(leg, leg.broken ? EndedBy::kError : EndedBy::kTimeout, nullptr);
    release(leg);
}

void Agent::on_request(Leg& leg, Pending what, nua_saved_event_t* saved, sip_t const* sip) {
    if (leg.over) return;
    if (saved != nullptr) {
        if (saved[0] != nullptr) {  // one at a time: the earlier one is not answered yet
            // Not 491, which is for glare; Retry-After as RFC 3311 §5.2 has it.
            const std::string wait = cat(su_randint(0, 10));
            nua_respond(leg.handle, SIP_500_INTERNAL_SERVER_ERROR, NUTAG_WITH_THIS(nua_),
                        SIPTAG_RETRY_AFTER_STR(wait.c_str()), TAG_END());
            return;
        }
        nua_save_event(nua_, saved);
    }
    listener_.requested(leg.id, what, take_request(sip, options_.headers));
}

void Agent::on_response(Leg& leg, Pending what, int status, char const* phrase, sip_t const* sip) {
    if (leg.over || status < 200) return;
    if (status == 408 || status == 481) leg.broken = true;
    listener_.responded(leg.id, what, take_response(status, phrase, sip, options_.headers));
}

void Agent::on_cancel(Leg& leg, sip_t const* sip) {
    if (!leg.established) {
        finish(leg, EndedBy::kCancel, sip);
    } else if (leg.reinvited && !leg.over) {  // it ends that request, not the dialog (RFC 3261 §9.2)
        leg.reinvited = false;
        listener_.withdrawn(leg.id);
    }
}

void Agent::finish(Leg& leg, EndedBy by, sip_t const* sip) {
    if (leg.over) return;
    leg.over = true;
    listener_.ended(leg.id, by, take_request(sip, options_.headers));
}

}  // namespace

Result<std::unique_ptr<UserAgent>> UserAgent::create(Loop& loop, Options options, Listener& listener) {
    auto agent = std::make_unique<Agent>(loop, std::move(options), listener);
    if (auto ok = agent->start(); !ok) return fail(ok.error());
    return std::unique_ptr<UserAgent>(std::move(agent));
}

}  // namespace tandem::sipua
