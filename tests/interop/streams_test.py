#!/usr/bin/python3
# Knows: calls by TCP through the proxy with SIPp at both ends, and what hostile streams get: torn segments, silence, floods.
# Must not know: media, TLS (tls_test.py).
# Next: tests/unit/sipnet/ for the parts.
import pathlib
import re
import socket
import struct
import time
import unittest

from interop import Scene, lab, tandem
from sipp import Sipp

NUMBER = "02079460200"  # the gateway's, reached without the bridge


def realms(data, transport, **profile):
    """Office listens by TCP too; the gateway is reached by that transport, with a SIP profile of its own."""
    office = data["realms"][0]
    office["listen"] += [office["listen"][0].replace("udp:", "tcp:")]
    gateway = next(trunk for trunk in data["trunks"] if trunk["name"] == "gateway")
    gateway["targets"] = [target.replace("udp:", transport + ":") for target in gateway["targets"]]
    if profile:
        data["sip_profiles"] = [{"name": "usual"}, {"name": "gateway", **profile}]
        gateway["sip_profile"] = "gateway"


class StreamScene(Scene):
    bridge_needed = False

    def caller(self, scenario="uac_signalling.xml", name="alice", **options):
        return Sipp(self.lab, name, scenario, self.lab.ip(11), target=(self.lab.ip(1), 5060), service=NUMBER, user="alice",
                    **{"talk_ms": 300, **options})

    def gateway(self, scenario="uas_signalling.xml", **options):
        return Sipp(self.lab, "gateway", scenario, self.lab.ip(30), **{"ring_ms": 100, "talk_ms": 300, **options})

    def connection(self, host=11):
        peer = socket.socket()
        self.addCleanup(peer.close)
        peer.bind((self.lab.ip(host), 0))
        peer.settimeout(5)
        peer.connect((self.lab.ip(1), 5060))
        return peer

    def options(self, number, host=11):
        return (f"OPTIONS sip:{self.lab.ip(1)} SIP/2.0\r\nVia: SIP/2.0/TCP {self.lab.ip(host)};branch=z9hG4bKo{number};rport\r\n"
                f"From: <sip:alice@company.example>;tag=o{number}\r\nTo: <sip:{self.lab.ip(1)}>\r\nCall-ID: options{number}\r\n"
                f"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode()

    def answer(self, peer):
        """The next message on that connection."""
        text = b""
        while b"\r\n\r\n" not in text:
            piece = peer.recv(65536)
            if not piece:
                self.fail(f"closed after {text!r}")
            text += piece
        return text.decode()

    def all_answered(self, count):
        ends = lab.wait_for("every end is recorded", lambda: (lambda r: r if len(r) == count else None)(
            [r for r in self.proxy.records("call") if r["call"].get("phase") == "end"]))
        self.assertEqual({r["call"]["outcome"] for r in ends}, {"answered"})


class Streams(StreamScene):
    company_options = {"edit": lambda data: realms(data, "tcp")}

    def test_calls_share_one_connection_at_each_end(self):
        gateway = self.gateway(transport="t1", calls=30)
        self.caller(transport="t1", calls=30, options=("-r", "30")).result()
        gateway.result()
        self.all_answered(30)
        seen = gateway.messages()
        invite = re.search(r"\n(INVITE .*?\r?\n\r?\n)", seen, re.S)[1]
        self.assertRegex(invite, rf"Via: SIP/2.0/TCP {self.lab.ip(1)}:5060;rport;branch=")
        # One transport on both sides: one Record-Route.
        self.assertEqual(len(re.findall(r"(?m)^Record-Route: ", invite)), 1)
        self.assertIn(f"Record-Route: <sip:{self.lab.ip(1)}:5060;transport=tcp;lr;ck=", invite)

    def test_a_connection_for_each_call(self):
        gateway = self.gateway(transport="t1", calls=30)
        self.caller(transport="tn", calls=30, options=("-r", "30", "-max_socket", "100")).result()
        gateway.result()
        self.all_answered(30)

    def test_udp_on_one_side_and_tcp_on_the_other(self):
        gateway = self.gateway(transport="t1")
        self.caller(transport="u1").result()
        gateway.result()
        self.all_answered(1)
        # RFC 5658: each side has a Record-Route that it can reach, the callee's first.
        routes = re.findall(r"(?m)^Record-Route: *(.*?)\r?$", re.search(r"\n(INVITE .*?\r?\n\r?\n)", gateway.messages(), re.S)[1])
        self.assertEqual(len(routes), 2)
        self.assertIn(";transport=tcp", routes[0])
        self.assertNotIn("transport=", routes[1])

    def test_the_callee_hangs_up_by_the_callers_connection(self):
        gateway = self.gateway("uas_signalling_bye.xml", transport="t1")
        self.caller("uac_signalling_bye.xml", transport="t1").result()
        gateway.result()
        self.all_answered(1)

    def test_a_gateway_that_is_not_there_fails_at_once(self):
        start = time.monotonic()
        self.caller("uac_refused.xml", transport="t1", status=500).result()
        self.assertLess(time.monotonic() - start, 3)

    def test_one_byte_segments_and_pipelined_requests(self):
        peer = self.connection()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in self.options(1):
            peer.sendall(bytes([byte]))
        self.assertTrue(self.answer(peer).startswith("SIP/2.0 200 OK\r\n"))
        peer.sendall(b"\r\n\r\n")
        self.assertEqual(peer.recv(100), b"\r\n")  # the pong
        peer.sendall(self.options(2) + b"\r\n" + self.options(3))
        text = ""
        while text.count("SIP/2.0 200 OK") < 2:
            text += peer.recv(65536).decode()

    def test_ambiguous_lengths_are_answered_and_end_the_connection(self):
        good = self.options(1).decode()
        for bad in (good.replace("Content-Length: 0\r\n", ""), good.replace("Content-Length: 0", "Content-Length: 0\r\nl: 3"),
                    good.replace("Content-Length: 0", "Content-Length: zero")):
            peer = self.connection()
            peer.sendall(bad.encode() + b"OPTIONS sip:smuggled SIP/2.0\r\n\r\n")
            text = b""
            while piece := peer.recv(65536):
                text += piece
            self.assertRegex(text.decode(), r"^SIP/2.0 400 ")
            self.assertEqual(text.count(b"SIP/2.0 "), 1, text)
        peer = self.connection()
        peer.sendall(good.replace("Content-Length: 0", "Content-Length: 200000").encode())
        self.assertRegex(self.answer(peer), r"^SIP/2.0 513 ")

    def test_a_flood_of_half_open_connections_is_bounded_and_hurts_nobody(self):
        lab.raise_file_limit(12_000)
        peer = self.connection()
        peer.sendall(self.options(0))
        self.answer(peer)
        flood = []
        for i in range(5000):
            one = socket.socket()
            one.setblocking(False)
            one.bind((self.lab.ip(12), 0))
            one.connect_ex((self.lab.ip(1), 5060))
            flood.append(one)
            if i % 500 == 499:
                time.sleep(0.1)
                start = time.monotonic()
                peer.sendall(self.options(i))
                self.assertTrue(self.answer(peer).startswith("SIP/2.0 200"))
                self.assertLess(time.monotonic() - start, 0.5)
        files = len(list(pathlib.Path(f"/proc/{self.proxy.process.pid}/fd").iterdir()))
        self.assertLess(files, 2100)
        for one in flood:
            one.close()
        peer.sendall(self.options(9999))
        self.answer(peer)


class LargeRequests(StreamScene):
    """The gateway is a UDP trunk that wants large requests by TCP."""
    company_options = {"edit": lambda data: realms(data, "udp", large_request="tcp")}

    def test_large_by_tcp_small_by_udp(self):
        gateway = self.gateway(transport="t1")
        self.caller(transport="u1", padding="x" * 900).result()
        gateway.result()
        self.all_answered(1)
        self.assertIn("Via: SIP/2.0/TCP ", gateway.messages())

    def test_back_to_udp_when_tcp_is_refused(self):
        gateway = self.gateway(transport="u1")
        self.caller(transport="u1", padding="x" * 900).result()
        gateway.result()
        self.all_answered(1)
        self.assertNotIn("SIP/2.0/TCP", gateway.messages())

    def test_stun_on_the_sip_port_is_answered(self):
        """RFC 5626 §4.4.2 and §8: a Binding request of no attributes."""
        phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(phone.close)
        phone.bind((self.lab.ip(11), 0))
        phone.settimeout(5)
        phone.sendto(struct.pack("!HHI12s", 1, 0, 0x2112A442, b"transaction!"), (self.lab.ip(1), 5060))
        kind, length, magic, transaction = struct.unpack("!HHI12s", (answer := phone.recv(100))[:20])
        self.assertEqual((kind, length, magic, transaction), (0x0101, 12, 0x2112A442, b"transaction!"))
        port = struct.unpack("!H", answer[26:28])[0] ^ 0x2112
        address = socket.inet_ntoa(struct.pack("!I", struct.unpack("!I", answer[28:32])[0] ^ 0x2112A442))
        self.assertEqual((address, port), phone.getsockname())


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy")
    lab.need("sipp")
    unittest.main()
