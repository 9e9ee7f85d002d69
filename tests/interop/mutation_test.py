#!/usr/bin/python3
# Knows: that no broken INVITE hurts the serving proxy, by UDP, TCP or TLS: it lives, answers others at once, and its memory stays small.
# Must not know: how messages are broken (mutations.py), what each one is answered (torture_test.py).
# Next: mediated_mutation_test.py for the bridge behind it.
"""TANDEM_LONG=1 sends every mutation by every transport and TANDEM_MUTATION_PAIRS (default 20,000) random ones after them;
TANDEM_MUTATION_SEED draws others."""
import collections
import multiprocessing
import os
import re
import select
import socket
import ssl
import time
import unittest

from interop import Scene, lab, tandem
import mutations
import torture_messages
from certificates import Authority
from liveness import Liveness
from sipp import Sipp
from torture_test import CORPORA, copied, value

LONG = os.environ.get("TANDEM_LONG") == "1"
PAIRS = int(os.environ.get("TANDEM_MUTATION_PAIRS", "20000" if LONG else "1000"))
SEED = int(os.environ.get("TANDEM_MUTATION_SEED", "20261123"))


def ring(ip, ready):
    """A gateway that rings, and ends what is cancelled."""
    mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    mine.bind((ip, 5060))
    ready.set()
    while True:
        data, source = mine.recvfrom(65536)
        method = data.split(None, 1)[0]
        if method not in (b"INVITE", b"CANCEL"):
            continue
        common = copied(data, "via", "from") + copied(data, "to").rstrip() + b";tag=gw\r\n" + copied(data, "call-id")
        number = (value(data, "cseq").split() or [b"1"])[0]
        if method == b"INVITE":
            mine.sendto(b"SIP/2.0 180 Ringing\r\n" + common + b"CSeq: " + number + b" INVITE\r\nContent-Length: 0\r\n\r\n", source)
        else:
            for status, of in ((b"200 OK", b"CANCEL"), (b"487 Request Terminated", b"INVITE")):
                mine.sendto(b"SIP/2.0 " + status + b"\r\n" + common + b"CSeq: " + number + b" " + of + b"\r\nContent-Length: 0\r\n\r\n", source)


class MutationScene(Scene):
    bridge_needed = False

    def setUp(self):
        self.company_options = {"edit": self.listen}
        super().setUp()
        ready = multiprocessing.Event()
        self.ringing = multiprocessing.Process(target=ring, args=(self.lab.ip(30), ready), daemon=True)
        self.ringing.start()
        self.assertTrue(ready.wait(5))
        self.answers = collections.Counter()

    def tearDown(self):
        self.ringing.kill()
        self.ringing.join()
        self.proxy.end_at_once(keep_every=10)
        super().tearDown()

    def listen(self, data):
        place = self.lab
        self.authority = Authority(place)
        certificate = self.authority.leaf("proxy", "DNS:proxy.example")
        office = data["realms"][0]
        office["listen"] += [office["listen"][0].replace("udp:", "tcp:"), f"tls:{place.ip(1)}:5061"]
        # For the call at the end: a gateway that nobody has sent anything to.
        data["trunks"].append({**next(trunk for trunk in data["trunks"] if trunk["name"] == "gateway"), "name": "other", "targets": [f"udp:{place.ip(31)}:5060"]})
        data["routes"].insert(0, {"name": "to-other", "pattern": r"^\+4420794603", "usages": ["gateway"], "trunks": ["other"]})
        office["tls"] = {"certificate_file": str(certificate[0]), "key_file": str(certificate[1]), "ca_file": str(self.authority.file)}

    def messages(self, step=1):
        """What is broken, and the bytes of INVITE and CANCEL, but for the place where they are sent from."""
        template = mutations.invites()
        chosen = list(template.cases())
        start = SEED % step if not LONG else 0
        yield from self.files(template)
        yield from chosen[start::1 if LONG else step]
        yield from template.pairs(SEED, PAIRS // (1 if LONG else step))

    def files(self, template):
        """What others have tried their parsers with, where it is there as files; session descriptions in an INVITE."""
        head, _ = template.fill({})
        for folder in ("rfc4475", "rfc5118", "sofia-sip-tests/sip", "pjsip-seeds/fuzz-sip_seed_corpus", "pjsip-seeds/fuzz-sip-dialog_seed_corpus"):
            for path in sorted((CORPORA / folder).rglob("*")):
                if path.is_file():
                    yield path.name, path.read_bytes(), b""
        for folder in ("sofia-sip-tests/sdp", "pjsip-seeds/fuzz-sdp_seed_corpus", "pjsip-seeds/fuzz-sdes_seed_corpus"):
            for path in sorted((CORPORA / folder).rglob("*")):
                if path.is_file():
                    yield path.name, head, path.read_bytes()

    def settings(self, number, me, transport):
        ip, _, port = me.partition(":")
        return {b"T": transport.encode(), b"IP": ip.encode(), b"PORT": port.encode(), b"N": b"m%d" % number, b"PROXY": self.lab.ip(1).encode(),
                b"NUMBER": torture_messages.NUMBER.encode()}

    def cancel_of(self, message):
        """The CANCEL that tears it down: the same fields, the same faults."""
        head = message.replace(b"INVITE", b"CANCEL", 1)
        return re.sub(rb"(?i)(cseq:[^\r\n]*)INVITE", rb"\1CANCEL", head, count=1)

    def ping(self, me, transport, number):
        name = f"ping{number}.{me}"
        return name.encode() + b".torture", torture_messages.other(name, "OPTIONS").replace(b"@ME@", me.encode()).replace(b"@T@", transport.encode())

    def acknowledge(self, send, answer):
        match = re.match(rb"SIP/2\.0 ([2-6]\d\d) ", answer)
        self.answers[match[1].decode() if match else "1xx"] += 1
        cseq = value(answer, "cseq").split()
        if match and match[1] >= b"300" and cseq[-1:] == [b"INVITE"]:
            via = copied(answer, "via").split(b"\r\nVia")[0].rstrip() + b"\r\n"
            send(b"ACK sip:x@company.example SIP/2.0\r\n" + via + copied(answer, "from", "to", "call-id") + b"CSeq: " + cseq[0] + b" ACK\r\n"
                 b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n")

    def survives(self, what, send_all, rss_growth_mb):
        """The proxy answers others all along and is well afterwards."""
        start = time.monotonic()
        with Liveness(self.proxy.process.pid, self.lab.ip(12), (self.lab.ip(1), 5060)) as alive:
            count = send_all()
        print(f"{what}: {count} mutations in {time.monotonic() - start:.1f} s, seed {SEED}, answers {dict(sorted(self.answers.items()))}", flush=True)
        self.assertTrue(self.proxy.process.alive(), self.proxy.process.tail())
        alive.check(self, what, rss_growth_mb)
        self.assertGreater(self.answers["400"], count / 50)
        self.assertGreater(self.answers["487"], count / 50)
        gateway = Sipp(self.lab, "other", "uas_signalling.xml", self.lab.ip(31), ring_ms=50)
        Sipp(self.lab, "alice", "uac_signalling.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service="02079460300", user="alice", talk_ms=100).result()
        gateway.result()


class Datagrams(MutationScene):
    def test_no_broken_datagram_hurts(self):
        mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(mine.close)
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        mine.bind((self.lab.ip(11), 0))
        mine.connect((self.lab.ip(1), 5060))
        me = "%s:%d" % mine.getsockname()

        def drain(until, timeout_s):
            end = time.monotonic() + timeout_s
            while select.select([mine], [], [], max(0, end - time.monotonic()) if until else 0)[0]:
                answer = mine.recv(65536)
                if until and value(answer, "call-id") == until:
                    return True
                self.acknowledge(mine.send, answer)
            return not until

        def send_all():
            for number, (name, head, body) in enumerate(self.messages(2), 1):
                message = mutations.Template.finish(head, body, self.settings(number, me, "UDP"))[:65000]
                mine.send(message)
                mine.send(self.cancel_of(message))
                if number % 8 == 0:
                    until, options = self.ping(me, "UDP", number)
                    mine.send(options)
                    if not drain(until, 2):
                        self.fail(f"no answer after {name}")
            return number

        self.survives("UDP", send_all, 400 if LONG else 120)


class Streams(MutationScene):
    def connect(self, transport):
        mine = socket.socket()
        mine.bind((self.lab.ip(11), 0))
        mine.settimeout(2)
        mine.connect((self.lab.ip(1), 5061 if transport == "TLS" else 5060))
        mine.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        me = "%s:%d" % mine.getsockname()
        return (self.context.wrap_socket(mine, server_hostname="proxy.example") if transport == "TLS" else mine), me

    def send_all(self, transport, step):
        self.context = ssl.create_default_context(cafile=self.authority.file)
        link = None
        for number, (name, head, body) in enumerate(self.messages(step), 1):
            if link is None:
                link, me = self.connect(transport)
                rest = b""
            message = mutations.Template.finish(head, body, self.settings(number, me, transport))
            until, options = self.ping(me, transport, number)
            try:
                link.sendall(message + self.cancel_of(message) + options)
                link.settimeout(0.02 if name.startswith(("content-length", "head.end", "pair")) else 0.3)
                whole = False
                while not whole:
                    piece = link.recv(65536)
                    if not piece:
                        break
                    rest += piece
                    while match := re.match(rb"\r*\n*(SIP/2\.0 .*?\r\n\r\n)", rest, re.S):
                        rest = rest[match.end():]
                        if value(match[1], "call-id") == until:
                            whole = True
                        else:
                            self.acknowledge(link.sendall, match[1])
            except OSError:
                whole = False
            if not whole:  # closed by the proxy, or it waits for the rest of a message
                link.close()
                link = None
        return number

    def test_strangers_that_speak_and_leave_at_once_delay_nobody(self):
        """Almost as many as there may be, twice; each has begun a message."""
        begun = b"INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/TCP x\r\nX: " + b"y" * 4000
        with Liveness(self.proxy.process.pid, self.lab.ip(12), (self.lab.ip(1), 5060)) as alive:
            for _ in range(2):
                links = []
                for number in range(5 * 1990):
                    link = socket.socket()
                    link.bind((f"127.{90 + number // 1990}.7.1", 0))
                    link.connect((self.lab.ip(1), 5060))
                    links.append(link)
                for what in (lambda one: one.send(begun), lambda one: one.close()):
                    for one in links:
                        what(one)
                    time.sleep(0.7)
        alive.check(self, "strangers", 200)

    def test_no_broken_message_by_tcp_hurts(self):
        self.survives("TCP", lambda: self.send_all("TCP", 4), 400 if LONG else 100)

    def test_no_broken_message_by_tls_hurts(self):
        self.survives("TLS", lambda: self.send_all("TLS", 8), 400 if LONG else 100)


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy")
    lab.need("sipp", "openssl")
    unittest.main()
