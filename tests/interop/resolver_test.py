#!/usr/bin/python3
# Knows: trunks whose targets are names, with a real name server and with one that does what only bad ones do.
# Must not know: the bridge, audio.
# Next: tests/peers/nameserver.py for the servers; failover_test.py for targets that are addresses.
import signal
import socket
import time

from interop import Scene, lab, main, tandem
from lab import wait_for
from nameserver import BadServer, Dnsmasq, naptr, srv
from sipp import Sipp

NUMBER = "02079460200"  # the route to the gateway
OTHER = "02079460300"  # the one to another gateway


class Named(Scene):
    """The gateway is reached as gw.example; each test has its own name server."""

    bridge_needed = False
    targets = ["gw.example"]

    def setUp(self):
        self.company_options = {"edit": self.edit}
        super().setUp()
        self.proxy.process.stop()
        self.servers, self.sockets = [], []

    def tearDown(self):
        for closing in self.servers + self.sockets:
            closing.close()
        super().tearDown()

    def edit(self, data):
        for trunk in data["trunks"]:
            if trunk["name"] == "gateway":
                trunk["targets"] = self.targets
                trunk["retry"] = {"progress_timeout_ms": 1000}

    def serve(self, *servers):
        options = [part for server in servers for part in ("--dns-server", server.endpoint)]
        self.proxy = tandem.Proxy(self.company, f"named{len(self.lab.processes)}", options=(*options, "-v"))
        return self.proxy

    def bad(self, **options):
        self.servers.append(BadServer(self.lab.ip(53), self.zone(), **options))
        return self.servers[-1]

    def zone(self):
        return {("gw.example", "NAPTR"): [naptr(10, 1, "SIP+D2U", "_sip._udp.gw.example")],
                ("_sip._udp.gw.example", "SRV"): [srv(0, 0, 5060, "a.gw.example"), srv(1, 0, 5060, "b.gw.example")],
                ("a.gw.example", "A"): [socket.inet_aton(self.lab.ip(30))],
                ("b.gw.example", "A"): [socket.inet_aton(self.lab.ip(31))]}

    def records(self):
        return ["naptr-record=gw.example,10,1,s,SIP+D2U,,_sip._udp.gw.example", "srv-host=_sip._udp.gw.example,a.gw.example,5060,0,0",
                "srv-host=_sip._udp.gw.example,b.gw.example,5060,1,0", f"host-record=a.gw.example,{self.lab.ip(30)}",
                f"host-record=b.gw.example,{self.lab.ip(31)}"]

    def gateway(self, host=30, calls=1):
        return Sipp(self.lab, f"gateway{host}{len(self.lab.processes)}", "uas_signalling.xml", self.lab.ip(host), ring_ms=10, calls=calls)

    def call(self, number=NUMBER, calls=1, rate=10, **options):
        count = len(self.lab.processes)
        return Sipp(self.lab, f"alice{count}", "uac_signalling.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service=number, user="alice",
                    talk_ms=100, calls=calls, options=("-r", str(rate)), **options)

    def answered(self):
        return [record["call"] for record in self.proxy.records("call") if record["call"].get("phase") == "end"]

    def counts(self):
        """The counters that the proxy writes when it ends."""
        self.proxy.process.signal(signal.SIGTERM)
        self.assertEqual(self.proxy.process.wait(20), 0)
        return {record["event"]["name"]: record["event"].get("count") for record in self.proxy.records("event")}


class Dns(Named):
    def test_naptr_then_srv_then_a_then_a_call(self):
        server = Dnsmasq(self.lab, self.lab.ip(53), self.records())
        self.serve(server)
        gateway = self.gateway()
        self.call().result()
        gateway.result()
        # dnsmasq puts the addresses beside its SRV records: they need no question.
        self.assertEqual(server.asked(), ["query[NAPTR] gw.example", "query[SRV] _sip._udp.gw.example"])
        self.assertIn("INVITE sip:+442079460200@gw.example", gateway.messages())  # the URI says what was looked for
        self.ended_call(self.proxy, outcome="answered", target="gateway")

    def none_of_100_is_lost(self):
        second = self.gateway(31, calls=100)
        self.call(calls=100, rate=50).result()
        second.result()
        wait_for("all are recorded", lambda: len(self.answered()) == 100)
        self.assertEqual({call["outcome"] for call in self.answered()}, {"answered"})

    def test_a_dead_first_server_loses_none_of_100_calls(self):
        self.serve(Dnsmasq(self.lab, self.lab.ip(53), self.records()))
        self.none_of_100_is_lost()

    def test_a_silent_first_server_loses_none_of_100_calls(self):
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        silent.bind((self.lab.ip(30), 5060))
        self.sockets.append(silent)
        self.serve(Dnsmasq(self.lab, self.lab.ip(53), self.records()))
        self.none_of_100_is_lost()
        late = [call for call in self.answered() if call["pdd_ms"] > 900]
        self.assertTrue(0 < len(late) < 80, len(late))  # only until it is known

    def test_calls_go_on_when_the_name_server_is_stopped(self):
        server = Dnsmasq(self.lab, self.lab.ip(53), self.records(), ttl=1)
        self.serve(server)
        gateway = self.gateway(calls=11)
        self.call().result()
        server.process.stop()
        wait_for("it is said", lambda: "name servers do not answer" in self.proxy.log(), 15)
        time.sleep(2)  # every answer has had its time
        self.call(calls=10).result()
        gateway.result()
        self.assertEqual(self.proxy.log().count("name servers do not answer"), 1)
        counts = self.counts()
        self.assertGreater(counts["dns_last_good_kept"], 0)
        self.assertNotIn("calls_waited_for_names", counts)

    def test_a_gateway_that_calls_is_known_by_its_name(self):
        self.serve(Dnsmasq(self.lab, self.lab.ip(53), self.records()))
        alice = Sipp(self.lab, "alice", "uas_signalling.xml", self.lab.ip(11), ring_ms=10)
        wait_for("its addresses are known", lambda: "b.gw.example" in self.proxy.log() or f"{self.lab.ip(31)}:5060" in self.proxy.log())
        Sipp(self.lab, "calling", "uac_signalling.xml", self.lab.ip(31), target=(self.lab.ip(1), 5060), service="+442079460001", user="x",
             talk_ms=100).result()
        alice.result()
        Sipp(self.lab, "stranger", "uac_refused.xml", self.lab.ip(32), target=(self.lab.ip(1), 5060), service="+442079460001", user="x",
             status=403).result()


class BadDns(Named):
    def test_an_answer_that_was_cut_short_comes_by_tcp(self):
        server = self.bad(mode="truncate")
        self.serve(server)
        gateway = self.gateway()
        self.call().result()
        gateway.result()
        self.assertEqual([question[:2] for question in server.questions if question[2] == "tcp"],
                         [("gw.example", 35), ("_sip._udp.gw.example", 33), ("a.gw.example", 1), ("b.gw.example", 1)])

    def test_very_many_naptr_records(self):
        server = self.bad()
        server.zone["gw.example", "NAPTR"] = [naptr(20 + n, 1, "SIP+D2S", "x.example") for n in range(1000)]
        server.zone["gw.example", "NAPTR"].insert(3, naptr(10, 1, "SIP+D2U", "_sip._udp.gw.example"))
        server.mode = "truncate"
        self.serve(server)
        gateway = self.gateway()
        self.call().result()
        gateway.result()

    def test_time_to_live_0_is_asked_for_by_each_call(self):
        server = self.bad(ttl=0)
        self.serve(server)
        gateway = self.gateway(calls=5)
        for _ in range(5):
            self.call().result()
        gateway.result()
        self.assertGreaterEqual(sum(question[0] == "a.gw.example" for question in server.questions), 5)
        self.assertGreaterEqual(self.counts()["calls_waited_for_names"], 5)

    def test_servfail_and_then_good_again(self):
        server = self.bad(mode="servfail")
        self.serve(server)
        wait_for("it is said", lambda: "name servers do not answer" in self.proxy.log())
        self.call_fails()
        server.mode = "good"
        wait_for("that is said too", lambda: "name servers answer again" in self.proxy.log(), 15)
        gateway = self.gateway()
        self.call().result()
        gateway.result()

    def call_fails(self):
        Sipp(self.lab, f"failing{len(self.lab.processes)}", "uac_refused.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service=NUMBER,
             user="alice", status=500).result()


class Hanging(Named):
    """Calls to one gateway wait for a name server that says nothing; those to another, which is an address, do not notice."""

    def edit(self, data):
        super().edit(data)
        gateway = next(trunk for trunk in data["trunks"] if trunk["name"] == "gateway")
        data["trunks"].append({**gateway, "name": "other", "targets": [f"udp:{self.lab.ip(33)}:5060"]})
        data["routes"].insert(0, {"name": "to-other", "pattern": r"^\+4420794603", "usages": ["gateway"], "trunks": ["other"]})

    def test_other_calls_are_not_held_up(self):
        self.serve(self.bad(mode="silent"))
        source, server = (self.lab.ip(12), 5060), (self.lab.ip(1), 5060)
        bob = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        bob.bind(source)
        bob.settimeout(2)
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        other.bind((self.lab.ip(33), 5060))
        other.settimeout(2)
        self.sockets += [bob, other]

        def invite(number, call_id):
            uri = f"sip:{number}@company.example"
            bob.sendto((f"INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {source[0]}:5060;rport;branch=z9hG4bK{call_id}\r\nMax-Forwards: 70\r\n"
                        f"From: <sip:bob@company.example>;tag=t\r\nTo: <{uri}>\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n"
                        f"Contact: <sip:bob@{source[0]}>\r\nContent-Length: 0\r\n\r\n").encode(), server)
        took = []
        for number in range(200):
            invite(NUMBER, f"hangs{number}")  # waits for DNS
            begin = time.monotonic()
            invite(OTHER, f"goes{number}")
            while f"Call-ID: goes{number}\r".encode() not in other.recv(65536):
                pass
            took.append(time.monotonic() - begin)
        took.sort()
        print(f"p50 {1000 * took[100]:.1f} ms, p99 {1000 * took[198]:.1f} ms")
        self.assertLess(took[198], 0.05)


if __name__ == "__main__":
    lab.need("dnsmasq")
    main()
