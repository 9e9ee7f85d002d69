#!/usr/bin/python3
# Knows: that every message of RFC 4475 and RFC 5118 gets from the serving proxy what it is due: by UDP, by TCP, by TCP one byte at a time.
# Must not know: the messages (torture_messages.py), nor how they are read (tests/unit/sip).
# Next: mutation_test.py.
import os
import pathlib
import re
import select
import socket
import time
import unittest

from interop import Scene, lab, tandem
import torture_messages
import verdicts

CORPORA = pathlib.Path(os.environ.get("TANDEM_CORPORA", lab.ROOT / "../shared/corpora"))
# What a proxy changes in a forwarded request (RFC 3261 §16.6), ours in particular: who calls, and the session's name.
OWN_FIELDS = {"via", "max-forwards", "route", "record-route", "from", "p-asserted-identity", "p-preferred-identity", "session-id", "max-breadth"}
LONG_NAMES = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type", "s": "subject"}


def listen_by_tcp(data):
    office = data["realms"][0]
    office["listen"] += [office["listen"][0].replace("udp:", "tcp:")]


def head_and_body(message):
    head, _, body = message.lstrip(b"\r\n").partition(b"\r\n\r\n")
    return head + b"\r\n", body


def fields(head):
    """(name in lower case and at full length, the field as it stands, folds included)"""
    for text in re.findall(rb"[^\r\n][^\n]*\n(?:[ \t][^\n]*\n)*", head)[1:]:
        name = text.partition(b":")[0].strip().lower().decode("latin-1")
        yield LONG_NAMES.get(name, name), text


def value(message, name):
    return next((text.partition(b":")[2].strip() for found, text in fields(head_and_body(message)[0]) if found == name), b"")


def copied(message, *names):
    return b"".join(text for wanted in names for name, text in fields(head_and_body(message)[0]) if name == wanted)


class Gateway:
    """The trunk behind the proxy, and the bridge's address for media that the trunk cannot take: keeps what comes and answers each
    INVITE with 486."""

    def __init__(self, place):
        self.sockets, self.seen = [], []
        for host in (30, 3):
            self.sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            place.sockets.append(self.sockets[-1])
            self.sockets[-1].bind((place.ip(host), 5060))

    def serve(self, one):
        data, source = one.recvfrom(65536)
        if data.startswith(b"INVITE "):
            self.seen.append(data)
            to = copied(data, "to").rstrip()
            one.sendto(b"SIP/2.0 486 Busy Here\r\n" + copied(data, "via", "from") + to + b";tag=gw\r\n" + copied(data, "call-id", "cseq") +
                               b"Content-Length: 0\r\n\r\n", source)


class Link:
    """One way to the proxy: what is sent, and the final responses that come back until a later OPTIONS is answered."""

    def __init__(self, scene, transport, segment=0):
        self.scene, self.transport, self.segment = scene, transport, segment
        self.target = (scene.lab.ip(1), 5060)
        self.socket, self.rest, self.pings = None, b"", 0
        if transport == "UDP":
            self.open()

    def open(self, port=0):
        self.close()
        kind = socket.SOCK_DGRAM if self.transport == "UDP" else socket.SOCK_STREAM
        self.socket, self.rest = socket.socket(socket.AF_INET, kind), b""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((self.scene.lab.ip(11), port))
        if self.transport == "TCP":
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(self.target)
        self.me = "%s:%d" % self.socket.getsockname()

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def send(self, message):
        if not self.segment:
            return self.socket.sendall(message)
        for at in range(0, len(message), self.segment):
            self.socket.sendall(message[at:at + self.segment])

    def read(self, timeout_s):
        """The messages that have come: [] when none came in time, None at the end of the stream. The gateway is served meanwhile."""
        gateway, end = self.scene.gateway, time.monotonic() + timeout_s
        ready = []
        while self.socket not in ready:
            left = end - time.monotonic()
            if left < 0:
                return []
            ready = select.select([self.socket, *gateway.sockets], [], [], left)[0]
            for one in gateway.sockets:
                if one in ready:
                    gateway.serve(one)
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return None
        if self.transport == "UDP":
            return [data]
        if not data:
            return None
        self.rest += data
        out = []
        while match := re.match(rb"\r*\n*(SIP/2\.0 .*?\r\n\r\n)", self.rest, re.S):
            out.append(match[1])
            self.rest = self.rest[match.end():]
        return out

    def ping(self):
        self.pings += 1
        name = f"ping{self.pings}.{self.transport}"
        return name.encode() + b".torture", torture_messages.other(name, "OPTIONS").replace(b"@ME@", self.me.encode()).replace(b"@T@", self.transport.encode())

    def ask(self, message, expected):
        """Sends it; gives ([responses], forwarded requests, whether the proxy closed)."""
        if self.transport == "TCP" or not self.socket:
            self.open()
        before = len(self.scene.gateway.seen)
        self.send(message)
        answers, closed = [], False
        name, options = self.ping()
        if expected != "wait" and not expected.endswith("close"):
            self.socket.sendall(options)
        ponged, awaited = False, expected == "forward"  # a forwarded INVITE has its 486 yet to come
        while True:
            got = self.read(0.3 if expected == "wait" else 0.05 if ponged and not awaited else 3)
            if got is None:
                closed = True
                break
            if not got:
                break
            for answer in got:
                if value(answer, "call-id") == name:
                    ponged = True
                elif not answer.startswith(b"SIP/2.0 1") and value(answer, "call-id") in message:
                    answers.append(answer)
                    awaited = False
                    if message.startswith(b"INVITE ") and self.scene.acknowledges:
                        self.socket.sendall(b"ACK " + message.split()[1] + b" SIP/2.0\r\n" + copied(message, "via").split(b"\r\nVia")[0].rstrip() + b"\r\n" +
                                            copied(answer, "from", "to", "call-id") + b"CSeq: " + value(answer, "cseq").split()[0] +
                                            b" ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
            if ponged and not awaited and answers:
                break
        return answers, [one for one in self.scene.gateway.seen[before:] if value(one, "call-id") in message], closed


class TortureScene(Scene):
    bridge_needed = False
    company_options = {"edit": listen_by_tcp}
    acknowledges = True

    def setUp(self):
        super().setUp()
        self.gateway = Gateway(self.lab)

    def tearDown(self):
        self.proxy.end_at_once()
        super().tearDown()

    def outcome(self, answers, forwarded, closed):
        if forwarded:
            return "forward"
        if not answers:
            return "drop"
        return answers[0].split(None, 2)[1].decode() + (" close" if closed else "")


class Torture(TortureScene):
    def test_the_scanner_says_of_each_what_the_table_says(self):
        cases = torture_messages.RFC4475 + torture_messages.RFC5118
        for case, verdict in zip(cases, verdicts.ask(case.bytes("192.0.2.1:5060", "UDP") for case in cases)):
            with self.subTest(section=case.section, name=case.name):
                self.assertEqual((verdict["strict"]["answer"], verdict["lenient"]["answer"]), (case.strict, case.lenient), verdict)
        self.assertEqual(len({case.name for case in torture_messages.RFC4475}), 49)
        self.assertEqual(len(torture_messages.RFC5118), 13)

    # A proxy of its own for each: the same branch by another way would be the same transaction (RFC 3261 §17.2.3).
    def test_each_message_gets_what_it_is_due_by_udp(self):
        self.all(Link(self, "UDP"))

    def test_each_message_gets_what_it_is_due_by_tcp(self):
        self.all(Link(self, "TCP"))

    def test_each_message_gets_what_it_is_due_by_tcp_one_byte_at_a_time(self):
        self.all(Link(self, "TCP", segment=1))

    def all(self, link):
        for case in torture_messages.RFC4475 + torture_messages.RFC5118:
            with self.subTest(section=case.section, name=case.name):
                self.one(link, case)
        link.close()

    def one(self, link, case):
        expected = (case.tcp if link.transport == "TCP" and case.tcp else case.udp)
        if link.transport == "TCP" or not link.socket:
            link.open()
        message = case.bytes(link.me, link.transport)
        link.open = lambda: None  # the message names the port
        try:
            answers, forwarded, closed = link.ask(message, expected)
        finally:
            del link.open
        got = self.outcome(answers, forwarded, closed)
        if case.trailing:
            self.assertEqual(got if link.transport == "UDP" else answers[0].split(None, 2)[1].decode(), expected if link.transport == "UDP" else case.udp)
            self.assertEqual(len(forwarded), 0 if link.transport == "UDP" else 1)
            return
        self.assertEqual(got, {"wait": "drop"}.get(expected, expected), (answers, case.clause))
        shown = forwarded[0] if forwarded else answers[0] if answers else b""
        for wanted in case.wants if expected == case.udp else ():
            self.assertRegex(shown, wanted, case.clause)
        for unwanted in case.lacks if expected == case.udp else ():
            self.assertNotRegex(shown, unwanted, case.clause)
        if forwarded:
            self.assertEqual(len(forwarded), 1)
            self.unchanged(message, forwarded[0], set(case.changed))
            self.assertTrue(answers and answers[0].startswith(b"SIP/2.0 486"), answers)

    def unchanged(self, message, forwarded, changed):
        """The body and every field that a proxy leaves alone are the same bytes."""
        (head, body), (new_head, new_body) = head_and_body(message), head_and_body(forwarded)
        self.assertEqual(new_body, body)
        kept = [text for name, text in fields(head) if name not in OWN_FIELDS | changed]
        rest = [text for name, text in fields(new_head) if name not in OWN_FIELDS | changed]
        self.assertEqual(rest, kept)


class Files(TortureScene):
    """The messages as the RFCs have them, where they are there as files. Their addresses are none of ours: what can be routed nowhere
    is refused by route or dialog, which shows that it was read."""
    acknowledges = False
    READ = {"OPTIONS": {"200"}, "REGISTER": {"501"}, "INVITE": {"404", "484"}}

    def expected(self, cell, message, transport):
        for part in cell.split(";"):
            part = part.strip()
            if part.startswith("tcp:"):
                if transport == "TCP":
                    cell = part[4:].strip()
                    break
        else:
            cell = cell.split(";")[0].strip()
        if cell.startswith("no answer"):
            return {"wait"}
        if re.match(r"400(,| and)? ?.*close", cell):
            return {"400 close"}
        if re.match(r"\d\d\d", cell):
            return {cell[:3]}
        if cell.startswith(("drop", "parse ok")):
            return {"drop"}
        if b";tag=" in re.sub(rb"\s", b"", copied(message, "to").lower()):
            return {"481"}
        return self.READ.get(message.split()[0].decode(), {"405"})

    def table(self):
        for line in (CORPORA / "rfc4475-expected.tsv").read_text().splitlines()[1:]:
            cells = line.split("\t")
            cell = {"zeromf": "200", "bext01": "420", "dblreq": "501"}.get(cells[0], cells[4])
            message = (CORPORA / "rfc4475" / f"{cells[0]}.dat").read_bytes()
            # Several share a branch and a sender: to a proxy that has seen them all they would be one transaction.
            message = message.replace(b"branch=z9hG4bKkdjuw", b"branch=z9hG4bKkdjuw-" + cells[0].encode())
            yield cells[0], cell, message if b"\r\n\r\n" in message else message + b"\r\n"
        for path in sorted((CORPORA / "rfc5118").iterdir()):
            yield path.name, "400" if path.name == "ipv6-bad" else "forward", path.read_bytes()

    def test_each_file_gets_what_it_is_due_by_udp(self):
        self.all(Link(self, "UDP"))

    def test_each_file_gets_what_it_is_due_by_tcp(self):
        self.all(Link(self, "TCP"))

    def test_each_file_gets_what_it_is_due_by_tcp_one_byte_at_a_time(self):
        self.all(Link(self, "TCP", segment=1))

    def all(self, link):
        if not (CORPORA / "rfc4475-expected.tsv").exists():
            self.skipTest("no corpora beside the source tree (TANDEM_CORPORA)")
        count = 0
        for name, cell, message in self.table():
            count += 1
            expected = self.expected(cell, message, link.transport)
            via = re.search(rb"(?i)\nv(?:ia)?\s*:\s*SIP/2.0/UDP\s+(?:\[[^]]*\]|[\w.-]+):(\d+)", message)
            # By UDP the answer goes to the port that the topmost Via names.
            Link.open(link, 0 if link.transport == "TCP" else int(via[1]) if via else 5060)
            link.open = lambda: None
            with self.subTest(name=name):
                answers, forwarded, closed = link.ask(message, next(iter(expected)))
                got = self.outcome(answers, forwarded, closed)
                if not any(one.endswith("close") for one in expected):  # some files have more behind the body than their length says
                    got = got.removesuffix(" close")
                self.assertIn(got, {"drop" if one == "wait" else one for one in expected}, (answers, cell))
            del link.open
        link.close()
        self.assertEqual(count, 49 + 12)


class Limits(TortureScene):
    """Sizes, numbers and lengths, each just within its limit and just beyond."""

    def vias(self, count):
        return [f"Via: SIP/2.0/UDP 192.0.2.9:{5000 + n};branch=z9hG4bKv{n}" for n in range(count - 1)]

    def case(self, name, *fields, **options):
        own = ["Via: SIP/2.0/@T@ @ME@;branch=z9hG4bKlimit" + name]
        return torture_messages.invite(name, *own, *fields, **options)

    def rows(self):
        number = torture_messages.NUMBER
        fields = lambda count: [f"X-Field-{n}: x" for n in range(count - 9)]  # beside the nine of a plain request
        yield "70 Vias", self.case("v70", *self.vias(70)), "forward", None
        yield "71 Vias", self.case("v71", *self.vias(71)), "482", None
        yield "70 Vias on one line", self.case("v70l", "v: " + ", ".join(field[5:] for field in self.vias(70))), "forward", None
        yield "256 fields", self.case("f256", *fields(256)), "forward", None
        yield "257 fields", self.case("f257", *fields(257)), "513", None
        yield "a field of 60,000 bytes", self.case("f60000", "X-Large: " + "x" * 60000), "forward", None
        yield "a datagram that has no room for what is added", self.case("f64700", "X-Large: " + "x" * 64700), "513", None
        yield "a field of 65,536 bytes", self.case("f65536", "X-Large: " + "x" * 65536), None, "513 close"
        yield "a body beyond 131,072 bytes", self.case("b131072", body=b"x" * 131072), None, "513 close"
        yield "NUL in a value", self.case("nul", "Subject: a\0b"), "forward", None
        yield "NUL in a name", self.case("nulname", "X-\0: b"), "400", None
        yield "NUL in a user part", self.case("nuluser", uri=f"sip:{number[:5]}\0{number[5:]}@company.example"), "400", None
        yield "NULs before the message", b"\0\0\0\0" + self.case("nullead"), "drop", "drop close"
        yield "NULs for a body", self.case("nulbody", "Content-Type: application/octet-stream", body=b"\0" * 1000), "forward", None
        yield "a length that is too large", self.case("long", "Content-Length: 1000"), "400", "wait"
        yield "a length that is too small, and rubbish behind", self.case("short", "Content-Length: 4", body=b"v=0\r\n" + b"\xff" * 40), "forward", "forward close"
        yield "a length past 32 bits", self.case("past", "Content-Length: 4294967296"), "400", "513 close"
        yield "a length past 64 bits", self.case("past64", "Content-Length: 18446744073709551617"), "400", "513 close"
        yield "a negative length", self.case("minus", "Content-Length: -1"), "400", "400 close"
        yield "two lengths that agree", self.case("agree", f"Content-Length: {len(torture_messages.SDP)}", f"l: {len(torture_messages.SDP)}"), "400", "400 close"
        yield "a length with a plus", self.case("plus", "Content-Length: +143"), "400", "400 close"
        yield "no length", self.case("none", "Content-Length!"), "forward", "400 close"
        yield "rubbish", b"\x16\x03\x01\x02\x00\x01\x00" * 20, "drop", "drop close"
        yield "HTTP", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "drop", "drop"

    def test_limits_hold_to_the_byte(self):
        for link in (Link(self, "UDP"), Link(self, "TCP")):
            for name, message, udp, tcp in self.rows():
                expected = udp if link.transport == "UDP" else tcp or udp
                if expected is None:
                    continue
                with self.subTest(link=link.transport, name=name):
                    if link.transport == "TCP" or not link.socket:
                        link.open()
                    message = message.replace(b"@ME@", link.me.encode()).replace(b"@T@", link.transport.encode())
                    link.open = lambda: None
                    answers, forwarded, closed = link.ask(message, expected)
                    del link.open
                    got = self.outcome(answers, forwarded, closed)
                    self.assertEqual(got + (" close" if closed and not got.endswith("close") else ""), {"wait": "drop"}.get(expected, expected), answers)
                    if forwarded:
                        self.assertTrue(answers or expected.endswith("close"), "the gateway's answer did not come back")
                        body = head_and_body(message)[1]
                        self.assertEqual(head_and_body(forwarded[0])[1], body[:4] if "too small" in name else body)
            link.close()

    def test_a_byte_now_and_then_holds_nobody_up(self):
        """Sixty senders of a byte at a time, and others between them who send at once."""
        slow = []
        text = torture_messages.other("slow", "OPTIONS").replace(b"@ME@", b"192.0.2.1:5060").replace(b"@T@", b"TCP")
        for _ in range(60):
            peer = socket.socket()
            self.addCleanup(peer.close)
            peer.bind((self.lab.ip(12), 0))
            peer.connect((self.lab.ip(1), 5060))
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            slow.append(peer)
        link = Link(self, "TCP")
        for at in range(60):
            for peer in slow:
                peer.sendall(text[at:at + 1])
            link.open()
            name, options = link.ping()
            link.socket.sendall(options)
            answers = link.read(1)
            self.assertTrue(answers and value(answers[0], "call-id") == name, answers)
        link.close()
        for peer in slow:  # and those who do come to an end after all are answered
            peer.sendall(text[60:])
            peer.settimeout(2)
            self.assertTrue(peer.recv(4096).startswith(b"SIP/2.0 200 "))


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy")
    unittest.main()
