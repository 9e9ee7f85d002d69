#!/usr/bin/python3
# Knows: direct calls whose first target fails in each way, a topology loaded anew, a reader of records that takes nothing.
# Must not know: the bridge, audio.
# Next: failures_test.py for calls that fail for good.
import json
import os
import signal
import socket
import subprocess
import time

from interop import SECONDS, Scene, main, speech, tandem
from lab import wait_for
from sipp import Sipp

NUMBER = "02079460200"  # the route to the gateway


def two_targets(data):
    for trunk in data["trunks"]:
        if trunk["name"] == "gateway":
            host = trunk["targets"][0].rsplit(".", 1)[0]
            trunk["targets"].append(f"{host}.31:5060")
            trunk["retry"] = {"progress_timeout_ms": 1000}


def message(method, uri, source, call_id, number=1):
    return (f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {source};rport;branch=z9hG4bK{call_id}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:alice@company.example>;tag=t\r\nTo: <{uri}>\r\nCall-ID: {call_id}\r\nCSeq: {number} {method}\r\n"
            "Content-Length: 0\r\n\r\n").encode()


class Failover(Scene):
    bridge_needed = False
    company_options = {"edit": two_targets}

    def call(self, scenario="uac_call.xml", **keys):
        return Sipp(self.lab, f"alice{len(self.lab.processes)}", scenario, self.lab.ip(11), target=(self.lab.ip(1), 5060),
                    service=NUMBER, user="alice", codec="PCMA", talk_ms=500, wav=speech.wav("alice", SECONDS), **keys)

    def gateway(self, host=31, scenario="uas_answer.xml", **keys):
        return Sipp(self.lab, f"gateway{host}", scenario, self.lab.ip(host), codec="PCMA", wav=speech.wav("bob", SECONDS), **keys)

    def attempts(self):
        return self.ended_call(self.proxy, outcome="answered", target="gateway", path="direct")["call"]["attempts"]

    def test_503_leads_to_the_next_target(self):
        first, second = self.gateway(30, "uas_reject.xml", status_line="503 Service Unavailable"), self.gateway()
        self.call().result()
        first.result()
        second.result()
        self.assertEqual([attempt["status"] for attempt in self.attempts()], [503, 200])
        self.valid(self.proxy, "sip-trunk-proxy")

    def test_silence_leads_to_the_next_target_after_the_progress_time(self):
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        silent.bind((self.lab.ip(30), 5060))
        self.gateway()
        self.call().result()
        silent.close()
        first, second = self.attempts()
        self.assertEqual(first["reason"], "no_progress")
        self.assertTrue(1000 <= second["after_ms"] < 1500, second)

    def test_a_closed_port_leads_to_the_next_target_at_once(self):
        self.gateway()
        self.call().result()
        first, second = self.attempts()
        self.assertEqual(first["reason"], "transport_error")
        self.assertLess(second["after_ms"], 500)

    def test_hup_loads_all_or_nothing(self):
        good = self.company.file.read_text()
        self.company.file.write_text(good.replace('"gateway"', '"gatewy"', 1))
        self.proxy.process.signal(signal.SIGHUP)
        self.proxy.wait_record(lambda r: r["type"] == "event" and r["event"]["name"] == "reload_failed")
        wait_for("the fault is said", lambda: "company.json:" in self.proxy.log())
        self.gateway()
        self.call().result()  # as if nothing had been asked

        data = json.loads(good)
        data["routes"] = [route for route in data["routes"] if route["name"] != "to-gateway"]
        for policy in data["policies"]:
            policy["usages"] = ["gateway"]
        self.company.file.write_text(json.dumps(data))
        self.proxy.process.signal(signal.SIGHUP)
        self.proxy.wait_record(lambda r: r["type"] == "event" and r["event"]["name"] == "reloaded")
        self.call("uac_refused.xml", status=404).result()


class SlowNameServer(Scene):
    """The name server takes every question and answers none; the proxy sees it in a mount namespace of its own."""

    bridge_needed = False

    def setUp(self):
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
            self.skipTest("no mount namespace can be made here")
        super().setUp()
        self.proxy.process.stop()
        resolver = self.lab.dir / "resolv.conf"
        resolver.write_text(f"nameserver {self.lab.ip(53)}\noptions timeout:4 attempts:1\n")
        self.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.silent.bind((self.lab.ip(53), 53))
        hosts = self.lab.dir / "hosts"
        self.make_hosts(hosts)
        self.proxy = tandem.Server(self.lab, "shadowed", ["unshare", "--mount", "sh", "-c", f"mount --bind {resolver} /etc/resolv.conf && "
                                   f"mount --bind {hosts} /etc/hosts && exec {tandem.program('sip-trunk-proxy')} serve --topology {self.company.file}"],
                                   [self.company.inside, self.company.outside])
        self.alice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.alice.bind((self.lab.ip(11), 5060))
        self.alice.settimeout(10)

    def make_hosts(self, path):
        path.write_text("127.0.0.1 localhost\n")

    def tearDown(self):
        for name in ("alice", "silent"):
            if hasattr(self, name):
                getattr(self, name).close()
        super().tearDown()

    def reload_with_a_name(self):
        self.company.trunk("itsp")["targets"].append("udp:sbc.itsp.example:5060")
        self.company.file.write_text(json.dumps(self.company.data))
        self.proxy.process.signal(signal.SIGHUP)
        self.silent.settimeout(5)
        self.silent.recv(512)  # the question is out: from now on the answer is waited for

    def test_requests_are_answered_while_a_name_is_asked_for(self):
        self.reload_with_a_name()
        self.proxy.process.signal(signal.SIGHUP)
        begin = time.monotonic()
        self.alice.sendto(message("OPTIONS", f"sip:{self.lab.ip(1)}:5060", f"{self.lab.ip(11)}:5060", "meanwhile"), (self.lab.ip(1), 5060))
        self.assertIn(b"200 OK", self.alice.recv(65536))
        self.assertLess(time.monotonic() - begin, 0.5)
        wait_for("both reloads are through", lambda: 2 == len(
            [r for r in self.proxy.records("event") if r["event"]["name"] == "reloaded"]), 20)
        wait_for("the silence is said", lambda: "name servers do not answer" in self.proxy.log())

    def test_term_does_not_wait_for_the_name(self):
        self.reload_with_a_name()
        begin = time.monotonic()
        self.proxy.process.signal(signal.SIGTERM)
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.assertLess(time.monotonic() - begin, 2.5)


class HangingHosts(SlowNameServer):
    """/etc/hosts is what hangs when it is opened, as a file of a server that is gone."""

    def make_hosts(self, path):
        os.mkfifo(path)


class SlowReader(Scene):
    bridge_needed = False

    def test_a_stderr_that_nobody_reads_stalls_no_call(self):
        """-vv into a pipe that is never read: requests are answered as ever, and TERM ends the program."""
        self.proxy.process.stop()
        proxy = subprocess.Popen([tandem.program("sip-trunk-proxy"), "serve", "--topology", self.company.file, "-vv"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        alice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            server, source = (self.lab.ip(1), 5060), f"{self.lab.ip(11)}:5060"
            wait_for("the proxy listens", lambda: tandem.udp_bound(f"{server[0]}:5060"))
            alice.bind((self.lab.ip(11), 5060))
            alice.settimeout(2)
            uri = "sip:12345@company.example"
            for number in range(2000):  # each is logged twice: far more than the pipe holds
                alice.sendto(message("INVITE", uri, source, f"mute{number}"), server)
                while True:
                    answer = alice.recv(65536)
                    if f"mute{number}\r".encode() in answer and not answer.startswith(b"SIP/2.0 100"):
                        break
                alice.sendto(message("ACK", uri, source, f"mute{number}"), server)
            proxy.send_signal(signal.SIGTERM)
            time.sleep(0.1)
            proxy.send_signal(signal.SIGTERM)
            self.assertEqual(proxy.wait(20), 128 + signal.SIGTERM)
        finally:
            if proxy.poll() is None:
                proxy.kill()
            proxy.wait()
            alice.close()
            proxy.stderr.close()

    def test_a_reader_that_takes_nothing_stalls_no_call(self):
        """The pipe of the records is full; requests are answered as ever, what is lost is said, TERM ends the program."""
        self.proxy.process.signal(signal.SIGKILL)
        self.proxy.process.wait(5)
        log = open(self.lab.dir / "slow.log", "wb")
        proxy = subprocess.Popen([tandem.program("sip-trunk-proxy"), "serve", "--topology", self.company.file], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=log)
        try:
            server = (self.lab.ip(1), 5060)
            alice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            alice.bind((self.lab.ip(11), 5060))
            alice.settimeout(2)
            source = f"{self.lab.ip(11)}:5060"

            def ask(method, uri, call_id):
                begin = time.monotonic()
                alice.sendto(message(method, uri, source, call_id), server)
                while True:
                    answer = alice.recv(65536)
                    if call_id.encode() in answer and not answer.startswith(b"SIP/2.0 100"):
                        break
                if method == "INVITE":  # else the failure would be repeated all along
                    alice.sendto(message("ACK", uri, source, call_id), server)
                return answer.split(b" ", 2)[1], time.monotonic() - begin

            def up():
                try:
                    return ask("OPTIONS", f"sip:{server[0]}:5060", f"up{time.monotonic_ns()}")
                except OSError:
                    return None
            wait_for("the proxy answers", up)
            # One record for each refused call: far more than the pipe and the 4 MiB that may wait.
            slowest = 0.0
            for number in range(7000):
                status, took = ask("INVITE", "sip:12345@company.example", f"full{number}-{'x' * 110}")
                self.assertEqual(status[:1], b"4")
                slowest = max(slowest, took)
            self.assertLess(slowest, 0.5)
            status, took = ask("OPTIONS", f"sip:{server[0]}:5060", "after")
            self.assertEqual(status, b"200")
            self.assertLess(took, 0.05)
            wait_for("the loss is said", lambda: b"records dropped" in (self.lab.dir / "slow.log").read_bytes())
            proxy.send_signal(signal.SIGTERM)
            self.assertEqual(proxy.wait(20), 4)
            self.assertIn(b"could not be written", (self.lab.dir / "slow.log").read_bytes())
        finally:
            if proxy.poll() is None:
                proxy.kill()
            proxy.wait()
            alice.close()
            proxy.stdout.close()
            log.close()


if __name__ == "__main__":
    main()
