// Knows: that a message forwarded with a proxy's edits scans again, and says what the edits meant.
// Must not know: who forwards it.
// Next: tests/unit/sip/edit_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "sip/build.h"
#include "sip/edit.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

void must(bool condition) {
    if (!condition) std::abort();
}

std::size_t count(const Message& m, HeaderId id) {
    std::size_t n = 0;
    ValueCursor cursor(m, id);
    while (cursor.next()) ++n;
    return n;
}

void forward_request(const Message& m) {
    Edits edits(m);
    edits.set_top_via(stamp_via(m.top_via_text(), m.top_via(), *net::Endpoint::parse("192.0.2.1:5060")));
    edits.push_via("SIP/2.0/UDP me.example:5060;rport;branch=z9hG4bKme");
    edits.set_max_forwards(69);
    edits.pop_routes(1);
    edits.push_record_route("<sip:me.example;lr;ck=x>");
    edits.set_request_uri("sip:+4930@target.example;user=phone");
    edits.set_cseq(77);
    edits.set(HeaderId::kSessionId, "0123456789abcdef0123456789abcdef");
    repair(edits);
    std::string out;
    if (!edits.render(out)) return;  // too many repairs: refused, not sent broken
    static const auto again = std::make_unique<Message>();
    const Verdict v = scan(out, Strictness::kLenient, *again);
    // What we add may push a message at the edge over a limit of size or number.
    if (m.headers().size() + 8 >= kMaxHeaders || out.size() > kMaxMessageBytes) return;
    if (v.status == 482) return;
    must(v.ok());
    must(again->top_via().branch() == "z9hG4bKme");
    must(again->max_forwards() == 69U);
    must(again->cseq().number == 77);
    must(again->request_uri() == "sip:+4930@target.example;user=phone");
    must(again->call_id() == m.call_id() && again->from_tag() == m.from_tag() && again->to_tag() == m.to_tag());
    must(again->body() == m.body());
    must(count(*again, HeaderId::kRecordRoute) == count(m, HeaderId::kRecordRoute) + 1);
    const std::size_t routes = count(m, HeaderId::kRoute);
    must(count(*again, HeaderId::kRoute) == (routes == 0 ? 0 : routes - 1));
    must(!again->has_duplicates() || m.has_duplicates());
}

// What topology hiding and header rules do: whole fields go, whatever was changed in them before.
void hide_request(const Message& m) {
    Edits edits(m);
    edits.remove_all(HeaderId::kVia);
    edits.push_via("SIP/2.0/UDP me.example:5060;rport;branch=z9hG4bKme");
    edits.remove_all(HeaderId::kRecordRoute);
    edits.push_record_route("<sip:me.example;lr;ck=x;hr=y>");
    if (const Header* h = m.first(HeaderId::kSubject)) edits.set_value(*h, "changed");
    edits.add("Subject", "added");
    edits.drop(HeaderId::kSubject, "Subject");
    edits.drop(HeaderId::kOther, "X-A");
    edits.add("X-A", "mine");
    repair(edits);
    std::string out;
    if (!edits.render(out)) return;
    static const auto again = std::make_unique<Message>();
    const Verdict v = scan(out, Strictness::kLenient, *again);
    if (m.headers().size() + 8 >= kMaxHeaders || out.size() > kMaxMessageBytes || v.status == 482) return;
    must(v.ok());
    must(count(*again, HeaderId::kVia) == 1 && count(*again, HeaderId::kRecordRoute) == 1);
    must(!again->has(HeaderId::kSubject));
    must(again->find("X-A") != nullptr && again->value(*again->find("X-A")) == "mine");
    must(again->call_id() == m.call_id() && again->from_tag() == m.from_tag() && again->body() == m.body());
}

void forward_response(const Message& m) {
    Edits edits(m);
    edits.pop_via();
    edits.set_cseq(77);
    repair(edits);
    std::string out;
    if (!edits.render(out)) return;
    static const auto again = std::make_unique<Message>();
    const Verdict v = scan(out, Strictness::kLenient, *again);
    if (count(m, HeaderId::kVia) < 2 || !v.ok()) return;  // what stands below may be broken: then nobody gets it
    must(again->status() == m.status());
    must(again->cseq().number == 77);
    must(count(*again, HeaderId::kVia) + 1 == count(m, HeaderId::kVia));
    must(!again->has_duplicates());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto message = std::make_unique<Message>();
    const Verdict v = scan(as_text({data, size}), Strictness::kLenient, *message);
    if (v.action == Verdict::Action::kDrop) return 0;
    if (message->is_request()) {
        std::string out;
        build_response(out, *message, v.ok() ? 404 : v.status, {.reason = {}, .to_tag = "t", .top_via = {}, .extra_headers = {}});
        static const auto response = std::make_unique<Message>();
        if (v.ok()) {
            must(scan(out, Strictness::kLenient, *response).ok());
            out.clear();
            build_cancel(out, *message);
            must(scan(out, Strictness::kLenient, *response).ok() || message->method() == Method::kAck);
            forward_request(*message);
            hide_request(*message);
        }
    } else if (v.ok()) {
        forward_response(*message);
    }
    return 0;
}
