#include "sipnet/resolver.h"

#include <ares.h>
#include <netdb.h>
#include <sys/socket.h>

#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "base/text.h"

namespace tandem::sipnet {

namespace {

constexpr std::uint32_t kHostsTtl = 60;  // s; /etc/hosts has no times to live, and its changes shall be seen

// One question on its way.
struct Query {
    Resolver* owner;
    dns::Question question;
};

}  // namespace

struct Resolver::Channel {
    explicit Channel(Resolver& resolver) : owner(resolver) {
        ares_options options{};
        // Names are whole: no search list, no aliases of this host. EDNS0 (RFC 6891), so that few answers need TCP.
        options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
        options.ednspsz = 1232;
        options.timeout = static_cast<int>(owner.options_.timeout.count());
        options.tries = owner.options_.tries;
        options.sock_state_cb = [](void* data, ares_socket_t fd, int readable, int writable) {
            static_cast<Channel*>(data)->socket_state(fd, readable != 0, writable != 0);
        };
        options.sock_state_cb_data = this;
        const int mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
        if (const int status = ares_init_options(&channel, &options, mask); status != ARES_SUCCESS) {
            throw std::runtime_error(cat("c-ares: ", ares_strerror(status)));
        }
        if (owner.options_.servers.empty()) return;
        std::string list;
        for (const net::Endpoint& server : owner.options_.servers) append(list, list.empty() ? "" : ",", server.str());
        if (const int status = ares_set_servers_ports_csv(channel, list.c_str()); status != ARES_SUCCESS) {
            ares_destroy(channel);
            throw std::runtime_error(cat("c-ares: ", ares_strerror(status)));
        }
    }
    ~Channel() { ares_destroy(channel); }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    void socket_state(ares_socket_t fd, bool readable, bool writable) {
        if (!readable && !writable) {
            if (watched.erase(fd) != 0) owner.loop_.unwatch(fd);
            return;
        }
        if (watched.insert(fd).second) {
            owner.loop_.watch(fd, [this, fd] { process(fd, ARES_SOCKET_BAD); }, [this, fd] { process(ARES_SOCKET_BAD, fd); });
        }
        owner.loop_.want_write(fd, writable);
    }

    void process(ares_socket_t readable, ares_socket_t writable) {
        ares_process_fd(channel, readable, writable);
        owner.deliver();
    }

    /// From /etc/hosts, as the system's own resolver does by default.
    [[nodiscard]] std::optional<dns::Answer> from_hosts(const dns::Question& question) const {
        const bool v4 = question.type == dns::Type::kA;
        if (!owner.options_.servers.empty() || (!v4 && question.type != dns::Type::kAaaa)) return std::nullopt;
        hostent* raw = nullptr;
        if (ares_gethostbyname_file(channel, question.name.c_str(), v4 ? AF_INET : AF_INET6, &raw) != ARES_SUCCESS) return std::nullopt;
        const std::unique_ptr<hostent, void (*)(hostent*)> host(raw, ares_free_hostent);
        dns::Answer out;
        out.ttl_s = kHostsTtl;
        for (char** at = host->h_addr_list; *at != nullptr && out.addresses.size() < dns::kMaxKept; ++at) {
            out.addresses.push_back(net::IpAddress::from_bytes(as_bytes({*at, static_cast<std::size_t>(host->h_length)})));
        }
        return out;
    }

    static void answered(void* data, int status, int, unsigned char* bytes, int size) {
        const std::unique_ptr<Query> query(static_cast<Query*>(data));
        // A "no" is an answer too, and comes with its packet.
        if (bytes != nullptr && size > 0) {
            return query->owner->finish(query->question, dns::parse_answer({bytes, static_cast<std::size_t>(size)}, query->question));
        }
        query->owner->finish(query->question, fail(status == ARES_ETIMEOUT ? Errc::kTimeout : Errc::kIo, ares_strerror(status)));
    }

    Resolver& owner;
    ares_channel channel = nullptr;
    std::unordered_set<ares_socket_t> watched;
};

Resolver::Resolver(Loop& loop, const Clock& clock, ResolverOptions options, Done done)
    : loop_(loop), clock_(clock), options_(std::move(options)), done_(std::move(done)), channel_(std::make_unique<Channel>(*this)) {}

Resolver::~Resolver() = default;

void Resolver::ask(const dns::Question& question) {
    if (open_ >= options_.most) {
        ++counters_.refused;
        finished_.push_back({question, fail(Errc::kRange, "too many open questions to name servers")});
        return;
    }
    ++counters_.asked;
    ++open_;
    if (auto known = channel_->from_hosts(question)) return finish(question, std::move(*known));
    auto query = std::make_unique<Query>(Query{this, question});
    constexpr int kInternet = 1;
    ares_query(channel_->channel, question.name.c_str(), kInternet, static_cast<int>(question.type), &Channel::answered, query.release());
}

void Resolver::finish(const dns::Question& question, Result<dns::Answer> answer) {
    --open_;
    if (!answer) ++counters_.failed;
    finished_.push_back({question, std::move(answer)});
}

void Resolver::deliver() {
    // What is told may ask again.
    std::vector<Finished> now;
    now.swap(finished_);
    for (Finished& one : now) done_(one.question, std::move(one.answer));
}

void Resolver::restart() {
    if (!options_.servers.empty()) return;
    auto fresh = std::make_unique<Channel>(*this);
    channel_ = std::move(fresh);
}

MonoTime Resolver::next_deadline() const {
    if (!finished_.empty()) return clock_.mono();
    if (open_ == 0) return MonoTime::max();
    timeval wait{};
    if (ares_timeout(channel_->channel, nullptr, &wait) == nullptr) return MonoTime::max();
    return clock_.mono() + seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec);
}

void Resolver::on_time() {
    if (open_ != 0) ares_process_fd(channel_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    if (!finished_.empty()) deliver();
}

}  // namespace tandem::sipnet
