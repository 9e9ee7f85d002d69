// Knows: a small topology that tests of several modules start from.
// Must not know: what is tested.
// Next: tests/unit/config/, tests/unit/policy/.
#pragma once

#include <string_view>

namespace tandem::test {

/// Two sites, an ITSP outside, a PBX with bypass inside, four users. Loads without error and warning.
inline constexpr std::string_view kSmallTopology = R"({
  "version": 1,
  "domain": "company.example",
  "realms": [
    {"name": "inside", "side": "inside", "listen": ["udp:10.0.0.10:5060"], "media_address": "10.0.0.20", "media_ports": "30000-30099"},
    {"name": "outside", "side": "outside", "listen": ["udp:203.0.113.10:5060"], "media_address": "203.0.113.20", "media_ports": "30000-30999"},
    {"name": "bridges", "side": "inside", "listen": ["udp:10.0.0.10:5062"]}],
  "regions": [{"name": "west"}],
  "sites": [{"name": "headquarters", "region": "west"},
    {"name": "branch", "region": "west", "bandwidth": {}}],
  "subnets": [{"prefix": "10.0.0.0/24", "site": "headquarters"}, {"prefix": "10.0.1.0/24", "site": "headquarters"},
    {"prefix": "10.0.2.0/24", "site": "branch"}],
  "bypass": {"enabled": true},
  "secrets": {"key_file": "seal.key"},
  "gw_bridge": [{"name": "bridge-1", "sip": "udp:10.0.0.20:5080", "realm": "bridges"}],
  "sip_profiles": [{"name": "default"}, {"name": "itsp", "identity": "pai"},
    {"name": "pbx", "forward_503": true,
     "cause_overrides": [{"sip": 486, "cause": 34, "answer": 503}]}],
  "media_profiles": [
    {"name": "client", "codecs": ["PCMU"]},
    {"name": "itsp", "codecs": ["PCMA"]},
    {"name": "pbx", "codecs": ["PCMU"]}
  ],
  "trunks": [
    {"name": "itsp", "kind": "sip", "realm": "outside", "targets": ["udp:198.51.100.5:5060", "udp:198.51.100.6:5060"],
     "domain": "itsp.example",
     "auth": {"realm": "itsp.example", "username": "company", "password_file": "itsp.password"},
     "limits": {"calls": 10, "cps": 5},
     "sip_profile": "itsp", "media_profile": "itsp"},
    {"name": "pbx", "kind": "pbx", "realm": "inside", "targets": ["udp:10.0.0.40:5060"],
     "bypass": {"enabled": true, "qualified": "yes"}, "usages": [],
     "called": [{"name": "strip", "pattern": "^\\+1425555(\\d{4})$", "translation": "$1"}],
     "calling": [{"name": "short", "pattern": "^\\+1425555(\\d{4})$", "translation": "$1"}],
     "sip_profile": "pbx", "media_profile": "pbx"}
  ],
  "users": [
    {"name": "alice", "number": "+14255550111", "extension": "111", "contacts": [{"target": "udp:10.0.1.11:5060", "realm": "inside"}]},
    {"name": "bob", "number": "+14255550112", "extension": "114", "contacts": [
      {"target": "udp:10.0.1.12:5060", "realm": "inside"}, {"target": "udp:10.0.1.13:5060", "realm": "inside"}]},
    {"name": "carol", "number": "+14255550121", "extension": "121", "contacts": [{"target": "udp:10.0.2.21:5060", "realm": "inside"}]},
    {"name": "dave", "number": "+14255550131", "contacts": [{"target": "udp:192.0.2.77:5060", "realm": "outside"}]}
  ],
  "did_ranges": [
    {"name": "main", "from": "+14255550100", "to": "+14255550149", "extension_digits": 3, "unassigned_user": "alice"},
    {"name": "spare", "from": "+14255550150", "to": "+14255550199", "unassigned_status": 604}
  ],
  "dial_plans": [
    {"name": "plan", "scope": "global", "access_prefix": "9", "country": "US", "rules": [
      {"name": "extension", "pattern": "^(1(?:0\\d|1[13-7]|[2-4]\\d))$", "translation": "+14255550$1", "internal": true},
      {"name": "local", "pattern": "^([2-9]\\d{6})$", "translation": "+1425$1"}]}
  ],
  "usages": ["national", "emergency"],
  "routes": [
    {"name": "to-pbx", "pattern": "^\\+142555502", "usages": ["national"], "trunks": ["pbx"]},
    {"name": "national", "pattern": "^\\+1", "usages": ["national"], "trunks": ["itsp"]},
    {"name": "help", "pattern": "^911$", "usages": ["emergency"], "trunks": ["itsp"]}
  ],
  "policies": [{"name": "standard", "scope": "global", "usages": ["national"]}],
  "emergency": {"usage": "emergency", "numbers": [{"dial": "911", "masks": ["112", "999"]}]}
}
)";

}  // namespace tandem::test
