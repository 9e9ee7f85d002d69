# Knows: a small company's topology on a laboratory's addresses, and how to run the programs under test in it.
# Must not know: what a test wants of them.
# Next: tests/interop/.
"""The programs under test: `Company` writes the topology, `Proxy` and `Bridge` serve it, `run` uses a filter."""

import json
import os
import pathlib
import signal
import subprocess
import time

from lab import ROOT, LabError, skip, udp_bound, wait_for

BIN = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build/dev/bin"))
PASSWORD = "a-secret-of-the-lab"
ALICE, BOB = "+442079460001", "+442079460002"  # numbers for fiction (Ofcom)
PSTN = "+442079460123"


def program(name):
    path = BIN / name
    if not path.exists():
        raise LabError(f"{path} is not built")
    return path


def need(*names):
    """Skips the test while a program that it needs is not part of the build."""
    for name in names:
        if not (ROOT / "tools" / name / "main.cpp").exists():
            skip(f"{name} does not exist yet")
        program(name)


def run(name, *arguments, stdin="", ok=(0,)):
    """Runs a program over its input and gives its records; another exit code than expected raises with what it said."""
    done = subprocess.run([program(name), *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60)
    if done.returncode not in ok:
        raise LabError(f"{name} {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr[-1500:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Company:
    """One inside and one outside realm, a bridge, users alice and bob, an ITSP with digest and a gateway inside.

    Addresses: .1 proxy inside, .2 proxy outside, .3 bridge (SIP and media inside), .4 bridge (media outside), .11 alice, .12 bob,
    .20 ITSP, .21 PSTN subscriber behind it, .30 gateway, .40 a stranger."""

    def __init__(self, lab, itsp_codecs=("PCMU",), user_codecs=("PCMA", "PCMU"), itsp_realm="itsp.example", edit=None):
        self.lab = lab
        ip = lab.ip
        self.inside, self.outside, self.bridge = f"{ip(1)}:5060", f"{ip(2)}:5060", f"{ip(3)}:5060"
        folder = lab.dir / "company"
        folder.mkdir()
        for name, text in (("key", os.urandom(32).hex()), ("password", PASSWORD)):
            (folder / name).write_text(text + "\n")
            (folder / name).chmod(0o600)
        self.data = {
            "version": 1, "domain": "company.example",
            "realms": [
                {"name": "office", "side": "inside", "listen": [f"udp:{self.inside}"], "media_address": ip(3),
                 "media_ports": "40000-40099"},
                {"name": "provider", "side": "outside", "listen": [f"udp:{self.outside}"], "media_address": ip(4),
                 "media_ports": "41000-41099"}],
            "regions": [{"name": "north"}],
            "sites": [{"name": "headquarters", "region": "north"}],
            "subnets": [{"prefix": f"{ip(0)}/28", "site": "headquarters"}, {"prefix": f"{ip(30)}/32", "site": "headquarters"}],
            "gw_bridge": [{"name": "bridge1", "sip": f"udp:{self.bridge}", "realm": "office"}],
            "media_profiles": [{"name": "desk", "codecs": list(user_codecs)}, {"name": "itsp", "codecs": list(itsp_codecs)}],
            "trunks": [
                {"name": "itsp", "kind": "sip", "realm": "provider", "targets": [f"udp:{ip(20)}:5060"], "domain": "itsp.example",
                 "media_profile": "itsp", "sources": [f"{ip(20)}/32"],
                 "auth": {"realm": itsp_realm, "username": "trunk", "password_file": "password"}},
                {"name": "gateway", "kind": "gateway", "realm": "office", "targets": [f"udp:{ip(30)}:5060"],
                 "media_profile": "desk", "site": "headquarters", "media": "direct"}],
            "users": [
                {"name": "alice", "number": ALICE, "extension": "101", "site": "headquarters", "media_profile": "desk",
                 "contacts": [{"target": f"udp:{ip(11)}:5060"}]},
                {"name": "bob", "number": BOB, "extension": "102", "site": "headquarters", "media_profile": "desk",
                 "contacts": [{"target": f"udp:{ip(12)}:5060"}]}],
            "did_ranges": [{"name": "main", "from": "+442079460000", "to": "+442079460099"}],
            "dial_plans": [{"name": "british", "scope": "global", "country": "GB", "rules": [
                {"name": "national", "pattern": "^0([1-9][0-9]{8,9})$", "translation": "+44$1"},
                {"name": "international", "pattern": "^00([1-9][0-9]{6,14})$", "translation": "+$1"}]}],
            "usages": ["local", "gateway"],
            "routes": [
                {"name": "to-gateway", "pattern": r"^\+4420794602", "usages": ["gateway"], "trunks": ["gateway"]},
                {"name": "to-itsp", "pattern": r"^\+", "usages": ["local"], "trunks": ["itsp"]}],
            "policies": [{"name": "everybody", "scope": "global", "usages": ["gateway", "local"]}],
            "emergency": {"numbers": [{"dial": "999", "masks": ["112"]}], "usage": "local"},
            "bypass": {"enabled": True},
            "secrets": {"key_file": "key"},
        }
        if edit:
            edit(self.data)
        self.file = folder / "company.json"
        self.file.write_text(json.dumps(self.data, indent=2))

    def trunk(self, name):
        return next(trunk for trunk in self.data["trunks"] if trunk["name"] == name)


class Server:
    """A serving program; its records go to a file."""

    def __init__(self, lab, name, command, endpoints, tool="sip-trunk-proxy"):
        self.tool = tool
        self.name, self.records_path = name, lab.dir / f"{name}.records"
        self.process = lab.start(name, command, stdout=self.records_path)
        lab.servers.append(self)
        wait_for(f"{name} listens on {', '.join(endpoints)}", lambda: all(map(self._bound, endpoints)))

    def _bound(self, endpoint):
        if not self.process.alive():
            raise LabError(f"{self.name} ended at once\n{self.process.tail(30)}")
        return udp_bound(endpoint)

    def records(self, kind=None):
        lines = self.records_path.read_text().splitlines() if self.records_path.exists() else []
        return [record for record in map(json.loads, lines) if kind in (None, record["type"])]

    def wait_record(self, condition, timeout_s=10, what="a record"):
        return wait_for(f"{self.name} writes {what}", lambda: next(filter(condition, self.records()), None), timeout_s)

    def log(self):
        return self.process.log.read_text(errors="replace")

    def end_at_once(self, keep_every=1):
        """Ends without waiting for calls (a second TERM); of its records, which a test may check later, each n-th is kept."""
        for _ in range(2):
            self.process.signal(signal.SIGTERM)
            time.sleep(0.1)
        self.process.wait(4)
        lines = self.records_path.read_text().splitlines(keepends=True)
        self.records_path.write_text("".join(lines[::keep_every]))


class Proxy(Server):
    def __init__(self, company, name="proxy", options=()):
        super().__init__(company.lab, name, [program("sip-trunk-proxy"), "serve", "--topology", company.file, *options],
                         [company.inside, company.outside])


class Bridge(Server):
    def __init__(self, company, name="bridge1", options=()):
        super().__init__(company.lab, name, [program("gw-bridge"), "serve", "--topology", company.file, *options],
                         [company.bridge], tool="gw-bridge")
