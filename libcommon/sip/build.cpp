#include "sip/build.h"

#include "base/text.h"
#include "sip/reason_phrase.h"

namespace tandem::sip {

namespace {

void copy_first(std::string& out, const Message& m, HeaderId id) {
    if (const Header* h = m.first(id)) out.append(m.bytes().substr(h->begin, h->end - h->begin));
}

}  // namespace

void append_fields(std::string& out, const Message& m, HeaderId id) {
    for (const Header* h = m.first(id); h != nullptr; h = m.next(*h)) {
        out.append(m.bytes().substr(h->begin, h->end - h->begin));
    }
}

void append_vias(std::string& out, const Message& m, std::string_view top) {
    const Header* first = m.first(HeaderId::kVia);
    if (first == nullptr) return;
    const std::string_view old = m.top_via_text();
    if (top.empty() || old.empty() || top == old) {
        append_fields(out, m, HeaderId::kVia);
        return;
    }
    const auto old_begin = static_cast<std::uint32_t>(old.data() - m.bytes().data());
    out.append(m.bytes().substr(first->begin, old_begin - first->begin));
    out.append(top);
    const auto old_end = old_begin + static_cast<std::uint32_t>(old.size());
    out.append(m.bytes().substr(old_end, first->end - old_end));
    for (const Header* h = m.next(*first); h != nullptr; h = m.next(*h)) {
        out.append(m.bytes().substr(h->begin, h->end - h->begin));
    }
}

void build_response(std::string& out, const Message& request, int status, const ResponseOptions& options) {
    append(out, "SIP/2.0 ", status, ' ', options.reason.empty() ? reason_phrase(status) : options.reason, "\r\n");
    append_vias(out, request, options.top_via);
    copy_first(out, request, HeaderId::kFrom);
    if (const Header* to = request.first(HeaderId::kTo)) {
        out.append(request.bytes().substr(to->begin, to->value_end - to->begin));
        if (status != 100 && request.to_tag().empty() && !options.to_tag.empty()) append(out, ";tag=", options.to_tag);
        out.append("\r\n");
    }
    copy_first(out, request, HeaderId::kCallId);
    copy_first(out, request, HeaderId::kCSeq);
    if (status == 100) copy_first(out, request, HeaderId::kTimestamp);
    out.append(options.extra_headers);
    out.append("Content-Length: 0\r\n\r\n");
}

void build_cancel(std::string& out, const Message& sent_invite, std::string_view reason) {
    append(out, "CANCEL ", sent_invite.request_uri(), " SIP/2.0\r\nVia: ", sent_invite.top_via_text(), "\r\n");
    append_fields(out, sent_invite, HeaderId::kRoute);
    copy_first(out, sent_invite, HeaderId::kFrom);
    copy_first(out, sent_invite, HeaderId::kTo);
    copy_first(out, sent_invite, HeaderId::kCallId);
    append(out, "CSeq: ", sent_invite.cseq().number, " CANCEL\r\nMax-Forwards: 70\r\n");
    if (!reason.empty()) append(out, "Reason: ", reason, "\r\n");
    out.append("Content-Length: 0\r\n\r\n");
}

void build_ack(std::string& out, const Message& sent_invite, const Message& response) {
    append(out, "ACK ", sent_invite.request_uri(), " SIP/2.0\r\nVia: ", sent_invite.top_via_text(), "\r\n");
    append_fields(out, sent_invite, HeaderId::kRoute);
    copy_first(out, sent_invite, HeaderId::kFrom);
    copy_first(out, response, HeaderId::kTo);
    copy_first(out, sent_invite, HeaderId::kCallId);
    append(out, "CSeq: ", sent_invite.cseq().number, " ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace tandem::sip
