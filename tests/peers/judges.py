# Knows: what tshark, Kamailio and sofia-sip make of SIP messages, each in the words of sip_verdict.
# Must not know: which of them is right.
# Next: tests/interop/differential_test.py.
"""Each judge takes messages and gives for each {"answer": 0 taken, -1 nothing seen, else a refusal, "message": {...}}; None: no opinion."""

import socket
import struct
import subprocess
import time

from lab import LabError, wait_for
from verdicts import BUILD


def sofia(messages):
    import json
    text = b"".join(struct.pack("!I", len(message)) + message for message in messages)
    done = subprocess.run([BUILD / "tests/sofia_verdict"], input=text, capture_output=True, timeout=60)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(messages):
        raise LabError(f"sofia_verdict: exit code {done.returncode}, {len(lines)} of {len(messages)} answers\n{done.stderr[-1000:]}")
    return [{"answer": record["lenient"]["answer"], "message": record.get("message")} for record in map(json.loads, lines)]


def write_capture(path, messages):
    """Frames of raw IPv4 (link type 101) with a UDP datagram each; checksums are left out."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for number, message in enumerate(messages):
            datagram = struct.pack("!HHHH", 5060, 5060, 8 + len(message), 0) + message
            packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), number & 0xFFFF, 0, 64, 17, 0, b"\xc0\x00\x02\x01", b"\xc0\x00\x02\x02") + datagram
            out.write(struct.pack("<IIII", 1_700_000_000 + number, 0, len(packet), len(packet)) + packet)


FIELDS = ("frame.number", "sip.Method", "sip.r-uri", "sip.Status-Code", "sip.Call-ID", "sip.CSeq.seq", "sip.CSeq.method", "sip.from.tag", "sip.to.tag", "sip.Via", "sip.msg_body")


def tshark(lab, messages):
    """tshark takes nearly everything: it says what stands there, not whether it may."""
    path = lab.dir / "messages.pcap"
    write_capture(path, messages)
    # A separator that no field has; several values of one field are joined by another.
    command = ["tshark", "-r", str(path), "-d", "udp.port==5060,sip", "-o", "sip.strict_sip_version:FALSE", "-T", "fields", "-E", "separator=\x1e", "-E", "aggregator=\x1f"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise LabError(f"tshark: {done.stderr[-500:]!r}")
    out = []
    for row in done.stdout.decode("utf-8", "replace").split("\n")[:-1]:
        cells = dict(zip(FIELDS, row.split("\x1e")))
        first = {name: text.split("\x1f")[0] for name, text in cells.items()}
        seen = first.get("sip.Method") or first.get("sip.Status-Code")
        record = {"answer": 0 if seen else -1}
        if seen:
            record["message"] = {"call_id": first["sip.Call-ID"], "cseq": int(first["sip.CSeq.seq"] or 0), "cseq_method": first["sip.CSeq.method"],
                                 "from_tag": first["sip.from.tag"], "to_tag": first["sip.to.tag"], "via_lines": len(cells["sip.Via"].split("\x1f")) if cells["sip.Via"] else 0}
            if first["sip.Method"]:
                record["message"].update(method=first["sip.Method"], uri=first["sip.r-uri"])
            else:
                record["message"]["status"] = int(first["sip.Status-Code"])
        out.append(record)
    if len(out) != len(messages):
        raise LabError(f"tshark: {len(out)} frames of {len(messages)}")
    return out


CONFIG = """
listen = udp:{ip}:5060
children = 1
disable_tcp = yes
log_stderror = yes
debug = 1
auto_aliases = no
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "xlog.so"
loadmodule "sanity.so"
loadmodule "textops.so"
loadmodule "siputils.so"
request_route {{
    force_rport();
    if ($hdr(X-Ping) == "yes") {{ sl_send_reply("200", "Pong"); exit; }}
    xlog("L_ERR", "SEEN\\t$rm\\t$ru\\t$ci\\t$cs\\t$ft\\t$tt\\tEND\\n");
    if (!sanity_check("17895", "7")) {{ xlog("L_ERR", "INSANE\\tEND\\n"); exit; }}
    sl_send_reply("200", "OK");
}}
reply_route {{
    xlog("L_ERR", "REPLY\\t$rs\\t$ci\\t$cs\\t$ft\\t$tt\\tEND\\n");
    drop;
}}
"""


class Kamailio:
    """Kamailio with its sanity module: each message is sent to it, an OPTIONS behind it tells when it is through."""

    def __init__(self, lab, ip, own):
        self.lab, self.target = lab, (ip, 5060)
        config = lab.dir / "judge.cfg"
        (lab.dir / "judge").mkdir()
        config.write_text(CONFIG.format(ip=ip))
        self.process = lab.start("judge", ["kamailio", "-DD", "-E", "-f", config, "-m", "32", "-M", "8", "-Y", lab.dir / "judge", "-P", lab.dir / "judge/pid", "-w", lab.dir / "judge"])
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        lab.sockets.append(self.socket)
        self.socket.bind((own, 5060))
        self.socket.settimeout(0.2)
        self.pings = 0
        wait_for("kamailio answers", lambda: self.ping() is not None)

    def ping(self):
        """What came before the answer to this OPTIONS; None: nothing in time."""
        self.pings += 1
        name = f"ping{self.pings}.judge"
        own = "%s:%d" % self.socket.getsockname()
        try:
            self.socket.sendto((f"OPTIONS sip:{self.target[0]} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{name}\r\nFrom: <sip:p@{own}>;tag=p\r\nTo: <sip:{self.target[0]}>\r\n"
                                f"Call-ID: {name}\r\nCSeq: 1 OPTIONS\r\nX-Ping: yes\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode(), self.target)
            before = []
            end = time.monotonic() + 2
            while time.monotonic() < end:
                data = self.socket.recv(65536)
                if name.encode() in data:
                    return before
                before.append(data)
        except OSError:
            pass
        if not self.process.alive():
            raise LabError(f"kamailio ended\n{self.process.tail(5)}")
        return None

    def ask(self, messages):
        out = []
        for message in messages:
            at = self.process.log.stat().st_size
            self.socket.sendto(message, self.target)
            answers = self.ping()
            if answers is None:
                out.append(None)
                continue
            with open(self.process.log, "rb") as log:
                log.seek(at)
                said = log.read().decode("utf-8", "replace")
            record = {"answer": -1}
            status = next((int(answer[8:11]) for answer in answers if answer.startswith(b"SIP/2.0 ") and answer[8:11].isdigit()), None)
            for kind in ("SEEN", "REPLY"):
                if f"{kind}\t" in said:
                    cells = [None if cell == "<null>" else cell for cell in said.partition(f"{kind}\t")[2].partition("\tEND")[0].split("\t")]
                    names = ("method", "uri", "call_id", "cseq", "from_tag", "to_tag") if kind == "SEEN" else ("status", "call_id", "cseq", "from_tag", "to_tag")
                    record["message"] = {name: cell or "" for name, cell in zip(names, cells)}
                    for number in ("cseq", "status"):
                        if record["message"].get(number, "").isdigit():
                            record["message"][number] = int(record["message"][number])
                    record["answer"] = 0
            if status is not None and status != 200:
                record["answer"] = status
            elif "INSANE" in said:
                record["answer"] = 400
            out.append(record)
        return out
