// Knows: how scripts ask the scanner: messages in, one line of JSON each out, with both verdicts and what was understood.
// Must not know: which answers are right.
// Next: tests/interop/torture_test.py, differential_test.py.
#include <cstdio>
#include <memory>
#include <string>

#include "json/writer.h"
#include "peers/framed_messages.h"
#include "sip/message.h"

using namespace tandem;

namespace {

void write_verdict(json::Writer& w, std::string_view key, const sip::Verdict& v) {
    using Action = sip::Verdict::Action;
    w.key(key).begin_object();
    w.member("answer", v.action == Action::kAccept ? 0 : v.action == Action::kDrop ? -1 : v.status);
    w.member("reason", v.reason).member("rule", v.rule).member("offset", v.offset);
    w.end_object();
}

void write_message(json::Writer& w, const sip::Message& m) {
    std::size_t vias = 0;
    for (sip::ValueCursor cursor(m, sip::HeaderId::kVia); cursor.next();) ++vias;
    w.key("message").begin_object();
    if (m.is_request()) {
        w.member("method", m.method_text()).member("uri", m.request_uri());
    } else {
        w.member("status", m.status());
    }
    w.member("call_id", m.call_id()).member("cseq", m.cseq().number).member("cseq_method", m.cseq().method_text);
    w.member("from_tag", m.from_tag()).member("to_tag", m.to_tag()).member("branch", m.top_via().branch());
    w.member("vias", vias).member("body_bytes", m.body().size());
    w.end_object();
}

}  // namespace

int main() {
    const auto message = std::make_unique<sip::Message>();
    std::string bytes, line;
    while (peers::read_message(bytes)) {
        line.clear();
        json::Writer w(line);
        w.begin_object();
        write_verdict(w, "strict", sip::scan(bytes, sip::Strictness::kStrict, *message));
        const sip::Verdict lenient = sip::scan(bytes, sip::Strictness::kLenient, *message);
        write_verdict(w, "lenient", lenient);
        if (lenient.ok()) write_message(w, *message);
        w.end_object();
        line.push_back('\n');
        std::fwrite(line.data(), 1, line.size(), stdout);
    }
    return std::ferror(stdin) != 0 ? 1 : 0;
}
