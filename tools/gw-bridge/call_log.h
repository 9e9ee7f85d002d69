// Knows: what is remembered of a call for its record.
// Must not know: how the record is written (call_record.h), SIP, media in flow.
// Next: call.h, which fills it; call_record.h, which writes it.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "media/leg_report.h"
#include "net/address.h"
#include "sip/token.h"

namespace tandem::bridge {

struct LegLog {
    std::string call_id;
    std::string peer;
    std::string realm;
    std::optional<net::Endpoint> src;  ///< who sent the INVITE
    std::optional<net::Endpoint> dst;
    std::optional<int> status;
    std::optional<std::string> codec;
    bool rtcp_expected = true;  ///< by the peer's profile
    std::optional<media::LegReport> media;
};

struct CallLog {
    WallTime invite_wall{};
    MonoTime invite{};
    std::optional<MonoTime> progress;  ///< first provisional but 100
    std::optional<MonoTime> ringing;   ///< first 180
    std::optional<MonoTime> answer;
    std::optional<MonoTime> end;
    int status = 0;  ///< final answer to the caller
    bool rang = false;
    std::optional<int> q850;
    std::string ended_by;  ///< "caller", "callee", "media_timeout", "max_duration", "drain", ...
    std::string reason;    ///< why the bridge itself refused or failed; empty when it did not
    std::string from;      ///< URI
    std::string to;        ///< URI
    std::string dialled;
    std::string session_id;  ///< the caller's UUID
    sip::Token token;
    LegLog a;
    LegLog b;
};

}  // namespace tandem::bridge
