# Knows: the candidates and their configurations, how CPU time and memory are read, the load between two SIPp.
# Must not know: what is measured, the goals.
# Next: company.json (numbers and routes); proxy, which measures; sipp/caller.xml and sipp/callee.xml (the load); tests/peers/lab.py (addresses and processes).
"""sip-trunk-proxy and Kamailio as candidates of bench/proxy, and the load that goes through them."""
import csv
import json
import os
import pathlib
import re
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/peers"))
from certificates import Authority  # noqa: E402
from lab import tcp_bound, udp_bound, wait_for  # noqa: E402
from stunnel import Stunnel  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build/release/bin"))
KAMAILIO = """\
#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
disable_tcp={no_tcp}
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
listen={transport}:{ip}:{port}
{tls}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules:/usr/lib/aarch64-linux-gnu/kamailio/modules:/usr/lib64/kamailio/modules"
{tls_modules}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
{modules}
modparam("rr", "enable_full_lr", 0)
modparam("rr", "append_fromtag", 0)
request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
    if (has_totag()) {{
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK") && t_check_trans()) t_relay();
        exit;
    }}
    if (is_method("INVITE")) {{
{invite}
    }}
    record_route();
    $du = "sip:{callee}:{port};transport={transport}";
    t_relay();
}}
"""


class Candidate:
    """A proxy that can be started; `pids` are all its processes."""

    def start(self, lab, transport):
        raise NotImplementedError

    def stop(self):
        self.process.stop()

    def pids(self):
        found, left = [], [self.process.pid]
        while left:
            pid = left.pop()
            found.append(pid)
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                left += [int(child) for child in task.read_text().split()]
        return found

    def cpu_s(self):
        """CPU seconds (user and system) so far."""
        total = 0
        for pid in self.pids():
            for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(stat.read_text().split()[0])
        return total / 1e9

    def memory_kb(self):
        total = 0
        for pid in self.pids():
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])
        return total


class Kamailio(Candidate):
    """children=1; the allocator is named: fm is the tuned one, qm is Debian's default."""

    def __init__(self, name, allocator="fm", dialog=False):
        self.name, self.allocator, self.dialog = name, allocator, dialog

    def start(self, lab, transport):
        ip = lab.ip(1)
        folder = lab.dir / f"{self.name}-{len(lab.processes)}"
        (folder / "run").mkdir(parents=True)
        modules, invite = "", "        $var(unused) = 0;"
        if self.dialog:
            modules, invite = 'loadmodule "dialog.so"\nmodparam("dialog", "db_mode", 0)', "        dlg_manage();"
        config = folder / "kamailio.cfg"
        tls, tls_modules = "", ""
        if transport == "tls":
            certificate, key, issuer = certificates(lab)
            tls = "enable_tls=yes"
            tls_modules = "\n".join(['loadmodule "tls.so"'] + [f'modparam("tls", "{name}", {value})' for name, value in (
                ("tls_method", '"TLSv1.2+"'), ("certificate", f'"{certificate}"'), ("private_key", f'"{key}"'), ("ca_list", f'"{issuer}"'),
                ("verify_certificate", 1), ("require_certificate", 1))])
        config.write_text(KAMAILIO.format(ip=ip, transport=transport, port=port_of(transport), callee=lab.ip(20), modules=modules, invite=invite,
                                          tls=tls, tls_modules=tls_modules, no_tcp="yes" if transport == "udp" else "no"))
        command = ["kamailio", "-DD", "-E", "-f", config, "-m", "2048", "-M", "32", "-Y", folder / "run", "-P", folder / "run/pid", "-w", folder]
        if self.allocator:
            command += ["-x", self.allocator, "-X", self.allocator]
        self.process = lab.start(self.name, command)
        wait_for(f"{self.name} listens", lambda: bound(transport, f"{ip}:{port_of(transport)}"))
        time.sleep(0.5)


class Ours(Candidate):
    name = "ours"

    def start(self, lab, transport):
        folder = lab.dir / f"{self.name}-{len(lab.processes)}"
        folder.mkdir()
        (folder / "key").write_text(os.urandom(32).hex() + "\n")
        (folder / "key").chmod(0o600)
        topology = folder / "bench.json"
        topology.write_text(json.dumps(self.topology(lab, transport), indent=1))
        self.records = folder / "records"
        self.process = lab.start(self.name, [BUILD / "sip-trunk-proxy", "serve", "--topology", topology, "--quiet"], stdout=self.records)
        wait_for("ours listens", lambda: bound(transport, f"{lab.ip(1)}:{port_of(transport)}"))
        time.sleep(0.3)

    @staticmethod
    def topology(lab, transport):
        ip, port = lab.ip, port_of(transport)
        realm_tls = {}
        # The carrier sees nothing behind us and not what the PBX runs on.
        carrier = {"name": "carrier", "hide_topology": True, "headers": [{"header": "User-Agent", "action": "remove"}]}
        if transport == "tls":
            certificate, key, issuer = map(str, certificates(lab))
            realm_tls = {"tls": {"certificate_file": certificate, "key_file": key, "ca_file": issuer}}
            carrier["tls_verify"] = "ip-san"
        return {
            **json.loads((ROOT / "bench/company.json").read_text()),
            "realms": [
                # One address for both sides, as the other candidates have it.
                {"name": "all", "side": "inside", "listen": [f"{transport}:{ip(1)}:{port}"], "media_address": ip(1), "media_ports": "30000-30099", **realm_tls}],
            "sip_profiles": [{"name": "plain"}, carrier],
            "subnets": [{"prefix": f"{ip(0)}/24", "site": "here"}],
            "trunks": [
                {"name": "pbx", "kind": "pbx", "realm": "all", "targets": [f"{transport}:{ip(11)}:{port}"], "sources": [f"{ip(11)}/32"],
                 "media_profile": "g711", "media": "direct", "site": "here", "usages": ["national", "world"], "limits": {"calls": 100_000, "cps": 20_000}},
                {"name": "carrier", "kind": "sip", "realm": "all", "sip_profile": "carrier", "targets": [f"{transport}:{ip(20)}:{port}"], "sources": [f"{ip(20)}/32"],
                 "media_profile": "g711", "media": "direct", "site": "here",
                 "limits": {"calls": 100_000, "cps": 20_000}}],
            "secrets": {"key_file": "key"},
        }


def port_of(transport):
    return 5061 if transport == "tls" else 5060


def bound(transport, endpoint):
    return udp_bound(endpoint) if transport == "udp" else tcp_bound(endpoint)


def certificates(lab):
    """(certificate, key, issuers) that everybody in the laboratory shows and trusts; all addresses stand in it."""
    if not hasattr(lab, "bench_certificates"):
        authority = Authority(lab)
        names = ",".join(f"IP:{lab.ip(host)}" for host in (1, 11, 20))
        lab.bench_certificates = (*authority.leaf("everybody", names, "serverAuth,clientAuth"), authority.file)
    return lab.bench_certificates


class Load:
    """One SIPp at each end, a stunnel around each for TLS (its CPU time counts for nobody). -m calls at -r a second, each held for hold_ms."""

    def __init__(self, lab, transport, hold_ms=50):
        self.lab, self.transport = lab, transport
        head, comment, body = (ROOT / "bench/sipp/caller.xml").read_text().partition("-->")
        (lab.dir / "caller.xml").write_text(head + comment + body.replace("@hold_ms@", str(hold_ms)))
        contact = "[local_ip]:5061;transport=tls" if transport == "tls" else "[local_ip]:[local_port];transport=[transport]"
        head, comment, body = (ROOT / "bench/sipp/callee.xml").read_text().partition("-->")
        (lab.dir / "callee.xml").write_text(head + comment + body.replace("@contact@", contact))
        self.mode = "u1" if transport == "udp" else "t1"
        self.target = (lab.ip(1), 5060)
        self.number = 0

    def callee(self):
        own = "udp" if self.transport == "udp" else "tcp"
        ip = self.lab.ip(20)
        process = self.lab.start("callee", ["sipp", "-sf", "callee.xml", "-i", ip, "-p", "5060", "-t", self.mode, "-buff_size", "4000000", "-nostdin",
                                            "-l", "1000000"], cwd=self.lab.dir)
        wait_for("the callee listens", lambda: bound(own, f"{ip}:5060"))
        if self.transport == "tls":
            certificate, key, issuers = certificates(self.lab)
            Stunnel(self.lab, "callee-tls", (ip, 5061), (ip, 5060), (certificate, key), issuers, False)
        return process

    def ready(self):
        """Once the proxy listens: the caller's way to it."""
        if self.transport == "tls" and self.target[1] != 5070:
            certificate, key, issuers = certificates(self.lab)
            ip = self.lab.ip(11)
            Stunnel(self.lab, "caller-tls", (ip, 5070), (self.lab.ip(1), 5061), (certificate, key), issuers, True, local=ip)
            self.target = (ip, 5070)

    def begin(self, rate, count, timeout_s=120):
        self.number += 1
        self.ready()
        stats = self.lab.dir / f"caller{self.number}.csv"
        process = self.lab.start("caller", ["sipp", "-sf", "caller.xml", "-i", self.lab.ip(11), "-p", "5060", "-t", self.mode, "-buff_size", "4000000",
                                            "-r", str(rate), "-m", str(count), "-l", "1000000", "-nostdin", "-s", "3012", "-trace_stat", "-stf", stats,
                                            "-fd", "1", "-timeout", f"{timeout_s}s", "{}:{}".format(*self.target)], cwd=self.lab.dir)
        return process, stats

    def calls(self, rate, count, timeout_s=120):
        """Runs the calls; the statistics of the caller's last line."""
        process, stats = self.begin(rate, count, timeout_s)
        process.wait(timeout_s + 20)
        with open(stats) as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        return {"ok": int(last["SuccessfulCall(C)"]), "failed": int(last["FailedCall(C)"]), "again": int(last["Retransmissions(C)"])}
