// Knows: keeping names up to date.
// Must not know: sockets, calls.
// Next: dns/locate.cpp.
#include "sip-trunk-proxy/names.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tandem::proxy {

namespace {

bool in_list(const std::vector<dns::Question>& list, const dns::Question& question) {
    return std::find(list.begin(), list.end(), question) != list.end();
}

std::string server_list(const std::vector<dns::Server>& servers) {
    std::string out;
    for (const dns::Server& s : servers) append(out, out.empty() ? "" : " ", s.at.str());
    return out;
}

}  // namespace

bool NamedHost::leads_to(const net::IpAddress& ip) const {
    return std::any_of(located.servers.begin(), located.servers.end(), [&ip](const dns::Server& s) { return s.at.ip == ip; });
}

Names::Names(const Clock& clock, const Log& log, Ask ask, const dns::CacheLimits& limits)
    : clock_(clock), log_(log), ask_(std::move(ask)), cache_(limits) {}

void Names::ask(const dns::Question& question) {
    const MonoTime now = clock_.mono();
    if (!ask_ || !cache_.wants_asking(question, now)) return;
    cache_.begin(question, now);
    ask_(question);
}

bool Names::locate(NamedHost& host) {
    const MonoTime now = clock_.mono();
    ++version_;
    const bool was_known = host.located.complete() && !host.located.read.empty();
    const dns::Located old = std::exchange(host.located, {});
    host.located = dns::locate(host.wanted, [this, now](const dns::Question& q) { return cache_.find(q, now); });
    host.used_up = std::any_of(host.located.read.begin(), host.located.read.end(), [this](const dns::Question& q) { return cache_.used_up(q); });
    for (const dns::Question& question : host.located.missing) ask(question);
    const bool other = host.located.read != old.read || host.located.missing != old.missing;
    if (!host.located.complete() || (was_known && host.located.servers == old.servers)) return other;
    if (host.located.servers.empty()) {
        ++counters_.nowhere;
        log_.warning("the name leads nowhere: no record of DNS gives it an address that we can reach", "name", host.wanted.host);
    } else {
        log_.info("name", "name", host.wanted.host, "servers", server_list(host.located.servers));
    }
    return other;
}

std::shared_ptr<const NamedHost> Names::watch(const dns::Wanted& wanted) {
    std::erase_if(hosts_, [](const auto& host) { return host.expired(); });
    for (const auto& known : hosts_) {
        if (auto host = known.lock(); host && host->wanted == wanted) return host;
    }
    auto host = std::make_shared<NamedHost>();
    host->wanted = wanted;
    hosts_.push_back(host);
    locate(*host);
    return host;
}

std::vector<dns::Server> Names::look_up(const dns::Wanted& wanted, const net::IpAddress& written_by) {
    const MonoTime now = clock_.mono();
    dns::Located located = dns::locate(wanted, [this, now](const dns::Question& q) { return cache_.find(q, now); });
    for (const auto* list : {&located.missing, &located.read}) {
        for (const dns::Question& question : *list) {
            if (!ask_ || !cache_.wants_asking(question, now)) continue;
            if (budget_.take(written_by, question, now)) {
                ask(question);
            } else {
                ++counters_.limited;
            }
        }
    }
    return std::move(located.servers);
}

bool Names::renew(const NamedHost& host) {
    for (const dns::Question& question : host.located.missing) ask(question);
    for (const dns::Question& question : host.located.read) {
        if (cache_.used_up(question)) ask(question);
    }
    return pending(host);
}

bool Names::pending(const NamedHost& host) const {
    const auto asking = [this](const dns::Question& q) { return cache_.asking(q); };
    return std::any_of(host.located.missing.begin(), host.located.missing.end(), asking) ||
           (host.used_up && std::any_of(host.located.read.begin(), host.located.read.end(), asking));
}

void Names::on_answer(const dns::Question& question, Result<dns::Answer> answer) {
    const MonoTime now = clock_.mono();
    const std::size_t failing = cache_.failing();
    budget_.done(question);
    if (answer) {
        cache_.store(question, std::move(*answer), now);
        if (failing != 0 && cache_.failing() == 0) log_.warning("name servers answer again");
    } else {
        const dns::Answer* kept = cache_.find(question, now);
        if (kept != nullptr && !kept->failed) ++counters_.last_good;
        cache_.fail(question, now);
        if (failing == 0) {
            log_.warning("name servers do not answer; what they last said goes on", "name", question.name, "type",
                         dns::to_string(question.type), "reason", std::string_view(answer.error().what));
        }
    }
    bool other = false;
    for (const auto& known : hosts_) {
        const auto host = known.lock();
        if (host && (in_list(host->located.read, question) || in_list(host->located.missing, question))) other = locate(*host) || other;
    }
    if (other) settle();
    next_ = cache_.next_due();
    if (changed_) changed_();
}

void Names::settle() {
    std::vector<dns::Question> wanted;
    for (const auto& known : hosts_) {
        const auto host = known.lock();
        if (!host) continue;
        wanted.insert(wanted.end(), host->located.read.begin(), host->located.read.end());
        wanted.insert(wanted.end(), host->located.missing.begin(), host->located.missing.end());
    }
    cache_.watch(wanted);
    next_ = cache_.next_due();
}

void Names::on_time() {
    if (clock_.mono() < next_) return;
    for (const dns::Question& question : cache_.due(clock_.mono())) ask(question);
    next_ = cache_.next_due();
}

}  // namespace tandem::proxy
