# Knows: Kamailio as an independent provider (ITSP): digest towards the trunk, the PSTN behind it, DIDs towards the trunk; as a
#        plain registrar; and as a PBX's proxy that stays in the route. No database.
# Must not know: our own programs; it is told addresses.
# Next: baresip.py and sipp.py, which play the subscriber behind the provider.
"""The provider challenges every call from the trunk (407) and lets in only the trunk's user with its password."""

import socket

from lab import LabError, wait_for

CONFIG = """\
#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=2
disable_tcp={no_tcp}
auto_aliases=no
listen=udp:{ip}:{port}
{tls_listen}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules:/usr/lib/aarch64-linux-gnu/kamailio/modules:/usr/lib64/kamailio/modules"
{tls_modules}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "xlog.so"
modparam("auth", "nonce_expire", {nonce_expire})
modparam("rr", "enable_full_lr", 1)
modparam("tm", "fr_timer", 5000)
modparam("tm", "fr_inv_timer", 60000)

request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
    if (is_method("OPTIONS") && $rU == $null) {{ sl_send_reply("200", "OK"); exit; }}
    if (has_totag()) {{
        # In a dialog: the route set says where to.
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
        sl_send_reply("404", "No Route"); exit;
    }}
    if (is_method("ACK")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}

    if (is_method("REGISTER")) {{
        if (!pv_www_authenticate("{realm}", "{password}", "0") || $au != "{user}") {{ www_challenge("{realm}", "1"); exit; }}
        save("location");
        exit;
    }}
    if (!is_method("INVITE")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
    if ($si == "{subscriber_ip}") {{
        # From the PSTN: a DID of the customer goes to the customer's trunk.
        record_route();
        $du = "sip:{trunk}{trunk_transport}";
        xlog("L_INFO", "DID $rU to the trunk\\n");
        t_relay();
        exit;
    }}
{tls_check}
    if (!pv_proxy_authenticate("{realm}", "{password}", "0")) {{
        xlog("L_INFO", "challenge for $rU from $si ($hdr(CSeq))\\n");
        proxy_challenge("{realm}", "1");
        exit;
    }}
    if ($au != "{user}") {{ sl_send_reply("403", "Not Your Trunk"); exit; }}
    consume_credentials();
    record_route();
    xlog("L_INFO", "admitted $au to $rU ($hdr(CSeq))\\n");
    $du = "sip:{subscriber_ip}:{subscriber_port}";
    t_relay();
}}
"""

# By TLS: both ends show certificates, and the trunk's must be good and have its name, whoever connected.
TLS_MODULES = """\
enable_tls=yes
loadmodule "tls.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "ca_list", "{issuers}")
modparam("tls", "verify_certificate", 1)
modparam("tls", "require_certificate", 1)
modparam("tls", "certificate", "{certificate}")
modparam("tls", "private_key", "{key}")
"""
TLS_CHECK = """\
    if ($pr != "tls") {{ sl_send_reply("403", "By TLS Only"); exit; }}
    if (!is_peer_verified() || $tls_peer_san_hostname != "{peer_name}") {{
        xlog("L_INFO", "refused $tls_peer_san_hostname\\n");
        sl_send_reply("403", "Not Your Name"); exit;
    }}
    xlog("L_INFO", "by TLS from $tls_peer_san_hostname\\n");
"""
# Whom it has connected to it asks when that one answers.
TLS_REPLIES = """
reply_route {{
    if ($pr == "tls" && $tls_peer_san_hostname != "{peer_name}") {{
        xlog("L_INFO", "reply of $tls_peer_san_hostname dropped\\n");
        drop;
    }}
    if ($pr == "tls") {{ xlog("L_INFO", "reply by TLS from $tls_peer_san_hostname\\n"); }}
}}
"""
NO_TLS = {"no_tcp": "yes", "tls_listen": "", "tls_modules": "", "tls_check": "", "trunk_transport": ""}

# The same modules, and the same treatment of all but what begins a dialog.
RELAY = CONFIG.partition("    if (is_method(\"REGISTER\"))")[0].rstrip() + """
    record_route();
    if ($si == "{inner_ip}") {{ $du = "sip:{outer}"; }} else {{ $du = "sip:{inner_ip}:{inner_port}"; }}
    t_relay();
}}
"""


class Kamailio:
    """One of its configurations, running."""

    def __init__(self, lab, ip, port, name, config):
        self.ip, self.port, self.name = ip, port, name
        folder = lab.dir / name
        (folder / "run").mkdir(parents=True)
        path = folder / "kamailio.cfg"
        path.write_text(config)
        self.process = lab.start(name, ["kamailio", "-DD", "-E", "-f", path, "-m", "32", "-M", "4", "-Y", folder / "run",
                                        "-P", folder / "run/pid", "-w", folder])
        wait_for(f"{name} answers OPTIONS", self._answers)

    def _answers(self):
        if not self.process.alive():
            raise LabError(f"{self.name} ended at once\n{self.process.tail(30)}")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.2)
            probe.bind((self.ip, 0))
            own = f"{self.ip}:{probe.getsockname()[1]}"
            probe.sendto(f"OPTIONS sip:{self.ip}:{self.port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-ready\r\n"
                         f"Max-Forwards: 5\r\nFrom: <sip:ready@{own}>;tag=1\r\nTo: <sip:{self.ip}:{self.port}>\r\n"
                         f"Call-ID: ready@{own}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".encode(),
                         (self.ip, self.port))
            try:
                return probe.recv(2000).startswith(b"SIP/2.0 200")
            except OSError:
                return False

    def log(self):
        return self.process.log.read_text(errors="replace")


class Provider(Kamailio):
    """subscriber: (ip, port) of the PSTN's user agent; trunk: "ip:port" where calls for DIDs are sent.
    tls: {"certificate": (file, key file), "issuers": file, "peer_name": the name that the trunk's certificate must have}: the trunk
    is reached and comes by TLS only, at the port after `port`; the subscriber stays at UDP."""

    def __init__(self, lab, ip, subscriber, trunk, port=5060, realm="itsp.example", user="trunk", password="secret",
                 nonce_expire=30, name="provider", tls=None):
        secure, config = NO_TLS, CONFIG
        if tls:
            keys = {**tls, "certificate": tls["certificate"][0], "key": tls["certificate"][1]}
            secure = {"no_tcp": "no", "tls_listen": f"listen=tls:{ip}:{port + 1}\ntcp_source_ipv4={ip}", "tls_modules": TLS_MODULES.format(**keys),
                      "tls_check": TLS_CHECK.format(**keys), "trunk_transport": ";transport=tls"}
            config += TLS_REPLIES.replace("{peer_name}", tls["peer_name"])
        super().__init__(lab, ip, port, name,
                         config.format(ip=ip, port=port, realm=realm, user=user, password=password, trunk=trunk,
                                       subscriber_ip=subscriber[0], subscriber_port=subscriber[1], nonce_expire=nonce_expire, **secure))


class Relay(Kamailio):
    """inner: (ip, port) of the telephone behind it; outer: "ip:port" where the telephone's calls are sent."""

    def __init__(self, lab, ip, inner, outer, port=5060, name="relay"):
        super().__init__(lab, ip, port, name,
                         RELAY.format(ip=ip, port=port, inner_ip=inner[0], inner_port=inner[1], outer=outer, nonce_expire=30, **NO_TLS))
