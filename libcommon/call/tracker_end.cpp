// Knows: when calls and streams end: by their time, because there is no room for them, or with the capture.
// Must not know: capture files, records, how datagrams find their call.
// Next: call.h and stream.h for what is given out then.
#include <algorithm>

#include "call/held_bytes.h"
#include "call/tracker.h"
#include "sip/keyring.h"

namespace tandem::call {

namespace {

// What the tracker's tables hold of a call and of a stream, nearly: their nodes, keys and allocations.
constexpr std::size_t kTablesPerCall = 320;
constexpr std::size_t kTablesPerStream = 640;
constexpr std::size_t kPerEvicted = 48;

}  // namespace

void Tracker::schedule(CallEntry& entry, WallTime at) {
    if (entry.scheduled != WallTime{}) calls_due_.erase({entry.scheduled, entry.call.number()});
    entry.scheduled = at;
    calls_due_.emplace(at, entry.call.number());
}

void Tracker::expire() {
    while (!calls_due_.empty() && calls_due_.begin()->first <= now_) {
        const std::uint64_t number = calls_due_.begin()->second;
        CallEntry& entry = calls_.at(number);
        WallTime due = entry.call.due();
        // Media keeps an answered call alive, and what comes after its end is waited for.
        for (const std::uint64_t s : entry.streams) due = std::max(due, streams_.at(s)->last + seconds{5});
        if (due <= now_) {
            end_call(number);
        } else {
            schedule(entry, due);
        }
    }
    while (!streams_due_.empty() && streams_due_.begin()->first <= now_) {
        const std::uint64_t number = streams_due_.begin()->second;
        Stream& stream = *streams_.at(number);
        // A stream of a call goes with its call.
        const WallTime due = (stream.call == 0 ? stream.last : now_) + options_.stream_idle;
        if (due <= now_) {
            end_stream(number);
        } else {
            streams_due_.erase(streams_due_.begin());
            stream.due = due;
            streams_due_.emplace(due, number);
        }
    }
}

void Tracker::weigh(CallEntry& entry) {
    call_bytes_ -= entry.bytes;
    entry.bytes = entry.call.bytes() + held_bytes(entry.call.call_id()) + kTablesPerCall;
    call_bytes_ += entry.bytes;
}

std::size_t Tracker::bytes() const {
    return call_bytes_ + endpoints_.bytes() + streams_.size() * (sizeof(Stream) + kTablesPerStream) +
           evicted_.size() * kPerEvicted;
}

void Tracker::make_room() {
    while (bytes() > options_.max_bytes)
        if (!give_way()) return;
}

/// Gives out what is missed least: a call that is over, the oldest end first; else what would end next. False when there is
/// nothing to give out.
bool Tracker::give_way() {
    if (!over_.empty()) {
        evict_call(over_.begin()->second);
    } else if (!calls_due_.empty() && (streams_due_.empty() || *calls_due_.begin() <= *streams_due_.begin())) {
        evict_call(calls_due_.begin()->second);
    } else if (!streams_due_.empty()) {
        evict_stream(streams_due_.begin()->second);
    } else {
        return false;
    }
    return true;
}

void Tracker::evict_call(std::uint64_t number) {
    ++counts_.calls_evicted;
    if (evicted_.size() >= kMaxEvicted) evicted_.clear();
    evicted_.insert(sip::fingerprint(calls_.at(number).call.call_id()));
    end_call(number);
}

void Tracker::evict_stream(std::uint64_t number) {
    ++counts_.streams_evicted;
    end_stream(number);
}

void Tracker::end_call(std::uint64_t number) {
    const auto it = calls_.find(number);
    CallEntry entry = std::move(it->second);
    calls_.erase(it);
    calls_due_.erase({entry.scheduled, number});
    if (entry.over) over_.erase({*entry.over, number});
    call_bytes_ -= entry.bytes;
    call_numbers_.erase(entry.call.call_id());
    endpoints_.remove(number);
    std::vector<std::unique_ptr<Stream>> owned;
    std::vector<const Stream*> streams;
    for (const std::uint64_t s : entry.streams) {
        const auto at = streams_.find(s);
        owned.push_back(std::move(at->second));
        streams_.erase(at);
        Stream& stream = *owned.back();
        remove(stream);
        stream.monitor.finish();
        streams.push_back(&stream);
    }
    sink_.call(entry.call, streams, now_);
}

void Tracker::end_stream(std::uint64_t number) {
    const auto it = streams_.find(number);
    const std::unique_ptr<Stream> stream = std::move(it->second);
    streams_.erase(it);
    remove(*stream);
    const Call* call = nullptr;
    if (stream->call == 0) {
        forget(*stream);
    } else {
        CallEntry& entry = calls_.at(stream->call);
        std::erase(entry.streams, number);
        call = &entry.call;
    }
    stream->monitor.finish();
    sink_.stream(*stream, call);
}

void Tracker::remove(const Stream& stream) {
    streams_due_.erase({stream.due, stream.number});
    flows_.erase(stream.key);
    const auto report = reports_.find({stream.key.source.ip, stream.key.destination.ip, stream.key.ssrc});
    if (report != reports_.end() && report->second == stream.number) reports_.erase(report);
    if (latest_ == &stream) latest_ = nullptr;
}

void Tracker::finish(const std::function<bool()>& go_on) {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, entry] : calls_) numbers.push_back(number);
    std::sort(numbers.begin(), numbers.end());
    for (const std::uint64_t number : numbers) {
        end_call(number);
        if (go_on && !go_on()) return;
    }
    numbers.clear();
    for (const auto& [number, stream] : streams_) numbers.push_back(number);
    std::sort(numbers.begin(), numbers.end());
    for (const std::uint64_t number : numbers) {
        end_stream(number);
        if (go_on && !go_on()) return;
    }
}

}  // namespace tandem::call
