// Knows: how scripts ask sofia-sip's parser: messages in, one line of JSON each out, in the form of sip_verdict.
// Must not know: which answers are right.
// Next: tests/interop/differential_test.py.
#include <cstdio>
#include <cstring>
#include <string>

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/su.h>
#include <sofia-sip/url.h>

#include "json/writer.h"
#include "peers/framed_messages.h"

using namespace tandem;

namespace {

std::string_view text(const char* s) { return s == nullptr ? std::string_view{} : std::string_view(s); }

void write_message(json::Writer& w, const sip_t& sip) {
    std::size_t vias = 0;
    for (const sip_via_t* via = sip.sip_via; via != nullptr; via = via->v_next) ++vias;
    w.key("message").begin_object();
    if (sip.sip_request != nullptr) {
        char uri[65536];
        url_e(uri, sizeof uri, sip.sip_request->rq_url);
        w.member("method", text(sip.sip_request->rq_method_name)).member("uri", text(uri));
    } else if (sip.sip_status != nullptr) {
        w.member("status", sip.sip_status->st_status);
    }
    w.member("call_id", text(sip.sip_call_id != nullptr ? sip.sip_call_id->i_id : nullptr));
    w.member("cseq", sip.sip_cseq != nullptr ? sip.sip_cseq->cs_seq : 0U);
    w.member("cseq_method", text(sip.sip_cseq != nullptr ? sip.sip_cseq->cs_method_name : nullptr));
    w.member("from_tag", text(sip.sip_from != nullptr ? sip.sip_from->a_tag : nullptr));
    w.member("to_tag", text(sip.sip_to != nullptr ? sip.sip_to->a_tag : nullptr));
    w.member("branch", text(sip.sip_via != nullptr ? sip.sip_via->v_branch : nullptr));
    w.member("vias", vias);
    w.member("body_bytes", sip.sip_payload != nullptr ? std::size_t{sip.sip_payload->pl_len} : std::size_t{0});
    w.end_object();
}

// -1: no message can be seen in it; 400: an error in what a proxy needs, or it is not complete; 0: taken.
void judge(const std::string& bytes, std::string& line) {
    msg_t* msg = msg_make(sip_default_mclass(), 0, bytes.data(), static_cast<ssize_t>(bytes.size()));
    const sip_t* sip = msg == nullptr ? nullptr : sip_object(msg);
    json::Writer w(line);
    w.begin_object().key("lenient").begin_object();
    const bool seen = sip != nullptr && (sip->sip_request != nullptr || sip->sip_status != nullptr);
    const bool broken = seen && (sip->sip_error != nullptr || msg_is_complete(msg) <= 0 || sip_sanity_check(sip) < 0);
    w.member("answer", !seen ? -1 : broken ? 400 : 0);
    w.end_object();
    if (seen) write_message(w, *sip);
    w.end_object();
    line.push_back('\n');
    if (msg != nullptr) msg_destroy(msg);
}

}  // namespace

int main() {
    su_init();
    std::string bytes, line;
    while (peers::read_message(bytes)) {
        line.clear();
        judge(bytes, line);
        std::fwrite(line.data(), 1, line.size(), stdout);
    }
    return std::ferror(stdin) != 0 ? 1 : 0;
}
