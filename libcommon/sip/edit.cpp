#include "sip/edit.h"

#include "base/text.h"
#include "sip/chars.h"

namespace tandem::sip {

namespace {

// Of fields that have no id: RFC 3841 §9 and §10, RFC 4474 §14.
std::string_view long_name(std::string_view name) {
    if (name.size() != 1) return name;
    switch (to_lower(name.front())) {
        case 'a': return "Accept-Contact";
        case 'd': return "Request-Disposition";
        case 'j': return "Reject-Contact";
        case 'n': return "Identity-Info";
        default: return name;
    }
}

}  // namespace

void Edits::reset(const Message& message) {
    message_ = &message;
    count_ = 0;
    overflow_ = false;
    start_line_set_ = false;
    texts_.clear();
}

template <class... Parts>
void Edits::splice_of(std::uint32_t begin, std::uint32_t end, const Parts&... parts) {
    if (count_ == kMaxSplices) {
        overflow_ = true;
        return;
    }
    const std::size_t text_begin = texts_.size();
    append(texts_, parts...);
    splices_[count_++] = Splice{begin, end, static_cast<std::uint32_t>(text_begin), static_cast<std::uint32_t>(texts_.size() - text_begin)};
}

void Edits::splice(std::uint32_t begin, std::uint32_t end, std::string_view text) { splice_of(begin, end, text); }

bool Edits::touches(std::uint32_t begin, std::uint32_t end) const {
    for (std::size_t i = 0; i < count_; ++i) {
        if (splices_[i].begin < end && splices_[i].end > begin) return true;
    }
    return false;
}

void Edits::set_request_uri(std::string_view uri) {
    // The whole line is written anew: a repaired one has blanks that must not go on.
    splice_of(message_->begin(), message_->headers_begin(), message_->method_text(), ' ', uri, " SIP/2.0\r\n");
    start_line_set_ = true;
}

void Edits::add(std::string_view name, std::string_view value) {
    insert_field(message_->headers_end(), name, value);
}

void Edits::add_first(std::string_view name, std::string_view value) {
    insert_field(message_->headers_begin(), name, value);
}

void Edits::set_value(const Header& header, std::string_view value) {
    splice(header.value_begin, header.value_end, value);
}

void Edits::remove(const Header& header) { remove(header.begin, header.end); }

void Edits::remove_all(HeaderId id) {
    const Header* h = message_->first(id);
    while (h != nullptr) {
        const std::uint32_t begin = h->begin;
        std::uint32_t end = h->end;
        while ((h = message_->next(*h)) != nullptr && h->begin == end) end = h->end;
        remove(begin, end);
    }
}

void Edits::remove_all(std::string_view name) {
    for (const Header& h : message_->headers()) {
        if (iequals(message_->name(h), name)) remove(h);
    }
}

void Edits::drop(HeaderId id, std::string_view name) {
    const auto ours = [&](const Header& h) { return id == HeaderId::kOther ? iequals(long_name(message_->name(h)), long_name(name)) : h.id == id; };
    const auto adds_it = [&](const Splice& s) {
        const auto text = std::string_view(texts_).substr(s.text_begin, s.text_size);
        return s.begin == s.end && text.size() > name.size() && text[name.size()] == ':' && iequals(text.substr(0, name.size()), name);
    };
    const auto within_it = [&](const Splice& s) {
        for (const Header& h : message_->headers()) {
            if (s.begin < h.end && s.end > h.begin && ours(h)) return true;
        }
        return false;
    };
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        if (!adds_it(splices_[i]) && !within_it(splices_[i])) splices_[kept++] = splices_[i];
    }
    count_ = kept;
    for (const Header& h : message_->headers()) {
        if (ours(h)) remove(h);
    }
}

void Edits::set(HeaderId id, std::string_view value) {
    const Header* first = message_->first(id);
    if (first == nullptr) {
        add(to_string(id), value);
        return;
    }
    set_value(*first, value);
    for (const Header* h = message_->next(*first); h != nullptr; h = message_->next(*h)) remove(*h);
}

void Edits::push_via(std::string_view value) {
    // Not in front of theirs, which may stand anywhere: what the network gives back of a message that it did not deliver is only its
    // beginning, and our branch must be in it.
    insert_field(message_->headers_begin(), "Via", value);
}

void Edits::set_top_via(std::string_view value) {
    const std::string_view top = message_->top_via_text();
    if (top == value) return;
    const auto begin = static_cast<std::uint32_t>(top.data() - message_->bytes().data());
    splice(begin, begin + static_cast<std::uint32_t>(top.size()), value);
}

void Edits::pop_via() {
    const Header* first = message_->first(HeaderId::kVia);
    if (first == nullptr) return;
    const std::string_view top = message_->top_via_text();
    const auto top_end = static_cast<std::uint32_t>(top.data() + top.size() - message_->bytes().data());
    std::string_view rest = message_->bytes().substr(top_end, first->value_end - top_end);
    const auto another = next_in_list(rest);
    if (!another) {
        remove(*first);
        return;
    }
    // More elements on the line: what stands from the first up to the second goes.
    remove(first->value_begin, static_cast<std::uint32_t>(another->data() - message_->bytes().data()));
}

void Edits::push_record_route(std::string_view value) {
    const Header* first = message_->first(HeaderId::kRecordRoute);
    insert_field(first == nullptr ? message_->headers_begin() : first->begin, "Record-Route", value);
}

void Edits::pop_routes(std::size_t n) {
    for (const Header* h = message_->first(HeaderId::kRoute); h != nullptr && n > 0; h = message_->next(*h)) {
        std::string_view rest = message_->value(*h);
        while (n > 0 && next_in_list(rest)) --n;
        std::string_view peek = rest;
        const auto left = next_in_list(peek);
        if (!left) {
            remove(*h);
        } else {
            remove(h->value_begin, static_cast<std::uint32_t>(left->data() - message_->bytes().data()));
        }
    }
}

void Edits::push_route(std::string_view value) {
    const Header* first = message_->first(HeaderId::kRoute);
    insert_field(first == nullptr ? message_->headers_begin() : first->begin, "Route", value);
}

void Edits::set_max_forwards(std::uint32_t n) {
    const Header* h = message_->first(HeaderId::kMaxForwards);
    if (h == nullptr) {
        add_first("Max-Forwards", cat(n));
    } else {
        splice_of(h->value_begin, h->value_end, n);
    }
}

void Edits::set_cseq(std::uint32_t number) {
    const Header* h = message_->first(HeaderId::kCSeq);
    if (h == nullptr || message_->cseq().number == number) return;
    splice_of(h->value_begin, h->value_end, number, ' ', message_->cseq().method_text);
}

bool Edits::render(std::string& out) const {
    if (overflow_) return false;
    // Insertions stand before a removal at the same place, in the order in which they were asked for. A dozen, mostly in order
    // already: sorted by insertion.
    const auto before = [this](std::uint16_t a, std::uint16_t b) {
        const Splice &x = splices_[a], &y = splices_[b];
        if (x.begin != y.begin) return x.begin < y.begin;
        return (x.begin == x.end) && (y.begin != y.end);
    };
    std::array<std::uint16_t, kMaxSplices> order;
    for (std::size_t i = 0; i < count_; ++i) {
        std::size_t at = i;
        for (; at > 0 && before(static_cast<std::uint16_t>(i), order[at - 1]); --at) order[at] = order[at - 1];
        order[at] = static_cast<std::uint16_t>(i);
    }
    const std::string_view bytes = message_->bytes();
    const auto end = bytes.size() - message_->trailing_bytes();
    out.reserve(out.size() + end + texts_.size());
    std::size_t at = message_->begin();
    for (std::size_t i = 0; i < count_; ++i) {
        const Splice& s = splices_[order[i]];
        if (s.begin < at || s.end > end || s.begin > s.end) return false;
        out.append(bytes.substr(at, s.begin - at));
        out.append(std::string_view(texts_).substr(s.text_begin, s.text_size));
        at = s.end;
    }
    out.append(bytes.substr(at, end - at));
    return true;
}

namespace {

std::string quote(std::string_view display) {
    std::string out = "\"";
    for (char c : display) {
        if (c == '\r' || c == '\n') continue;
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
    return out;
}

}  // namespace

void repair(Edits& edits) {
    const Message& m = edits.message();
    // RFC 3261 §20.14: on a stream nothing else tells where the body ends; so far the datagram did.
    if (!m.has(HeaderId::kContentLength)) edits.add("Content-Length", cat(m.body().size()));
    if (!m.needs_repair()) return;
    if (m.start_line_repaired() && !edits.start_line_set()) edits.set_request_uri(m.request_uri());
    for (const NameAddr* address : {&m.from(), &m.to()}) {
        if (address->display_ok) continue;
        const auto begin = static_cast<std::uint32_t>(address->display.data() - m.bytes().data());
        const auto end = begin + static_cast<std::uint32_t>(address->display.size());
        if (!edits.touches(begin, end)) edits.splice(begin, end, quote(address->display));
    }
    if (m.has_duplicates()) {
        for (std::size_t i = 1; i < kHeaderIdCount; ++i) {
            const auto id = static_cast<HeaderId>(i);
            const Header* h = single_instance(id) ? m.first(id) : nullptr;
            while (h != nullptr && (h = m.next(*h)) != nullptr) {
                if (!edits.touches(*h)) edits.remove(*h);
            }
        }
    }
    if (m.blank_line_missing()) edits.insert(m.headers_end(), "\r\n");
}

std::string stamp_via(std::string_view via_text, const Via& via, const net::Endpoint& source) {
    const auto& rport = via.rport;
    const auto sent_by = net::IpAddress::parse(via.host);
    const bool differs = !sent_by || *sent_by != source.ip;
    // What the sender wrote there himself would lead our responses to an address of his choice; only we know where it came from.
    if (!rport && !differs && !via.received) return std::string(via_text);
    // Everything up to the parameters, then those that we do not write ourselves.
    std::string out(via.params.empty() ? trim_lws(via_text)
                                       : via_text.substr(0, static_cast<std::size_t>(via.params.data() - via_text.data())));
    ParamCursor cursor(via.params);
    while (const auto p = cursor.next()) {
        if (iequals(p->name, "received") || iequals(p->name, "rport")) continue;
        append(out, ';', p->text);
    }
    if (rport || differs) append(out, ";received=", source.ip.str());
    if (rport) append(out, ";rport=", source.port);
    return out;
}

std::optional<net::Endpoint> response_target(const Via& via) {
    net::Endpoint out;
    const auto ip = net::IpAddress::parse(via.received ? *via.received : via.host);
    if (!ip) return std::nullopt;
    out.ip = *ip;
    if (via.rport && !via.rport->empty()) {
        const auto port = to_number<std::uint16_t>(*via.rport);
        if (!port || *port == 0) return std::nullopt;
        out.port = *port;
    } else {
        out.port = via.port == 0 ? std::uint16_t{5060} : via.port;
    }
    return out;
}

}  // namespace tandem::sip
