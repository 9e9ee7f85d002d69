#include "sipnet/resolver.h"

#include <ares.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "base/stream.h"
#include "base/text.h"

namespace tandem::sipnet {

namespace {

constexpr std::uint32_t kHostsTtl = 60;  // s; /etc/hosts has no times to live, and its changes shall be seen
constexpr std::size_t kMaxHostsFile = std::size_t{8} << 20;
constexpr milliseconds kHold{500};
constexpr std::size_t kFormer = 8;       // channels; beyond them the questions of the oldest fail

// c-ares opens and reads it as it is: what may wait for ever is not shown to it.
std::string plain_or_none(const std::string& path) {
    struct stat s {};
    return ::stat(path.c_str(), &s) != 0 || S_ISREG(s.st_mode) ? path : std::string("/dev/null");
}

// As much of the file as we take; nothing of what is no plain file, for opening or reading that may wait for ever.
std::string read_hosts(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return {};
    FdInput in(fd, true);
    std::string out;
    struct stat s {};
    if (::fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) return out;
    std::array<char, 16'384> buffer;
    while (out.size() < kMaxHostsFile) {
        const auto got = in.read(buffer);
        if (!got || *got == 0) return out;
        out.append(buffer.data(), *got);
    }
    out.resize(out.rfind('\n') + 1);  // no half line
    return out;
}

}  // namespace

struct Resolver::Channel {
    // One question on its way.
    struct Query {
        Channel* by;
        dns::Question question;
    };

    /// Touches nothing of the resolver: it may be made on another thread.
    explicit Channel(const ResolverOptions& own) {
        ares_options options{};
        // Names are whole: no search list, no aliases of this host. EDNS0 (RFC 6891), so that few answers need TCP.
        options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
        options.ednspsz = 1232;
        options.timeout = static_cast<int>(own.timeout.count());
        options.tries = own.tries;
        std::string path = plain_or_none(own.resolv_conf);
        options.resolvconf_path = path.data();
        options.sock_state_cb = [](void* data, ares_socket_t fd, int readable, int writable) {
            static_cast<Channel*>(data)->socket_state(fd, readable != 0, writable != 0);
        };
        options.sock_state_cb_data = this;
        const int mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_RESOLVCONF;
        if (const int status = ares_init_options(&channel, &options, mask); status != ARES_SUCCESS) {
            throw std::runtime_error(cat("c-ares: ", ares_strerror(status)));
        }
        if (own.servers.empty()) return;
        std::string list;
        for (const net::Endpoint& server : own.servers) append(list, list.empty() ? "" : ",", server.str());
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
            if (watched.erase(fd) != 0) owner->loop_.unwatch(fd);
            return;
        }
        if (watched.insert(fd).second) {
            owner->loop_.watch(fd, [this, fd] { process(fd, ARES_SOCKET_BAD); }, [this, fd] { process(ARES_SOCKET_BAD, fd); });
        }
        owner->loop_.want_write(fd, writable);
    }

    void process(ares_socket_t readable, ares_socket_t writable) {
        ares_process_fd(channel, readable, writable);
        owner->deliver();
    }

    static void answered(void* data, int status, int, unsigned char* bytes, int size) {
        const std::unique_ptr<Query> query(static_cast<Query*>(data));
        --query->by->open;
        Resolver& owner = *query->by->owner;
        // A "no" is an answer too, and comes with its packet.
        if (bytes != nullptr && size > 0) {
            return owner.finish(query->question, dns::parse_answer({bytes, static_cast<std::size_t>(size)}, query->question));
        }
        owner.finish(query->question, fail(status == ARES_ETIMEOUT ? Errc::kTimeout : Errc::kIo, ares_strerror(status)));
    }

    Resolver* owner = nullptr;  // set before the first question
    ares_channel channel = nullptr;
    std::size_t open = 0;
    std::unordered_set<ares_socket_t> watched;
};

Resolver::System Resolver::load(const ResolverOptions& options) {
    std::shared_ptr<const dns::Hosts> hosts;
    if (options.servers.empty()) hosts = std::make_shared<const dns::Hosts>(dns::Hosts::parse(read_hosts(options.hosts_file)));
    return {std::move(hosts), std::make_unique<Channel>(options)};
}

Resolver::Resolver(Loop& loop, const Clock& clock, ResolverOptions options, Done done)
    : loop_(loop), clock_(clock), options_(std::move(options)), done_(std::move(done)) {
    // First the watch, which notes how the files are: a change while they are read is seen.
    if (options_.servers.empty()) {
        files_ = std::make_unique<FileWatch<System>>(std::vector{options_.hosts_file, options_.resolv_conf}, [own = options_] { return load(own); },
                                                     [&loop] { loop.wake(); }, options_.look_every);
    }
    adopt(load(options_));
}

Resolver::~Resolver() = default;

void Resolver::adopt(System system) {
    hosts_ = std::move(system.hosts);
    system.channel->owner = this;
    if (channel_ && channel_->open != 0) former_.push_back(std::move(channel_));
    if (former_.size() > kFormer) former_.erase(former_.begin());
    channel_ = std::move(system.channel);
}

void Resolver::ask(const dns::Question& question) {
    if (open_ >= options_.most) {
        ++counters_.refused;
        finished_.push_back({question, fail(Errc::kRange, "too many open questions to name servers")});
        return;
    }
    ++counters_.asked;
    ++open_;
    if (held_until_ != MonoTime::max()) return held_.push_back(question);
    send(question);
}

void Resolver::send(const dns::Question& question) {
    if (hosts_ && (question.type == dns::Type::kA || question.type == dns::Type::kAaaa)) {
        // As the system's own resolver does by default.
        dns::Answer known;
        known.addresses = hosts_->find(question.name, question.type == dns::Type::kA);
        known.ttl_s = kHostsTtl;
        if (!known.addresses.empty()) return finish(question, std::move(known));
    }
    auto query = std::make_unique<Channel::Query>(Channel::Query{channel_.get(), question});
    ++channel_->open;
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
    if (!files_) return;
    files_->ask();
    held_until_ = clock_.mono() + kHold;
}

MonoTime Resolver::next_deadline() const {
    if (!finished_.empty()) return clock_.mono();
    MonoTime next = held_until_;
    const auto look = [&](const Channel& channel) {
        timeval wait{};
        if (channel.open == 0 || ares_timeout(channel.channel, nullptr, &wait) == nullptr) return;
        next = std::min(next, clock_.mono() + seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec));
    };
    look(*channel_);
    for (const auto& channel : former_) look(*channel);
    return next;
}

void Resolver::on_time() {
    std::optional<System> made = files_ ? files_->take() : std::nullopt;
    const bool fresh = made.has_value();
    if (made) adopt(std::move(*made));
    if (held_until_ != MonoTime::max() && (fresh || clock_.mono() >= held_until_)) {
        held_until_ = MonoTime::max();
        for (const dns::Question& question : std::exchange(held_, {})) send(question);
    }
    if (channel_->open != 0) ares_process_fd(channel_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (const auto& channel : former_) ares_process_fd(channel->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    std::erase_if(former_, [](const auto& channel) { return channel->open == 0; });
    if (!finished_.empty()) deliver();
}

}  // namespace tandem::sipnet
