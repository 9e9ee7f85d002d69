#!/usr/bin/python3
# Knows: calls that do not come about, strangers, and the end of a program: each with its status and its record.
# Must not know: calls that go well.
# Next: outbound_test.py, inbound_test.py.
import re
import signal
import time

from interop import SECONDS, Scene, main, speech, tandem
from sipp import Sipp


class Failures(Scene):
    def call(self, scenario, number="02079460123", **keys):
        return Sipp(self.lab, f"alice{len(self.lab.processes)}", scenario, self.lab.ip(11), target=(self.lab.ip(1), 5060),
                    service=number, user="alice", codec="PCMA", **keys)

    def callee(self, scenario, **keys):
        return Sipp(self.lab, f"itsp{len(self.lab.processes)}", scenario, self.lab.ip(20), codec="PCMU", **keys)

    def test_busy(self):
        itsp = self.callee("uas_reject.xml", status_line="486 Busy Here")
        self.call("uac_refused.xml", status=486).result()
        itsp.result()
        self.ended_call(self.proxy, outcome="busy", status=486)

    def test_the_caller_gives_up_while_it_rings(self):
        itsp = self.callee("uas_cancelled.xml")
        self.call("uac_cancel.xml").result()
        itsp.result()
        self.ended_call(self.proxy, outcome="cancelled", status=487)

    def test_nobody_answers(self):
        itsp = self.callee("uas_reject.xml", status_line="480 Temporarily Unavailable")
        self.call("uac_refused.xml", status=480).result()
        itsp.result()
        self.ended_call(self.proxy, status=480)

    def test_a_number_that_is_none_is_refused_at_once(self):
        self.call("uac_refused.xml", number="12345", status=484).result()

    def test_an_unknown_source_is_refused_and_leaves_no_call_record(self):
        Sipp(self.lab, "stranger", "uac_refused.xml", self.lab.ip(40), target=(self.lab.ip(2), 5060), service=tandem.ALICE,
             status=403).result()
        Sipp(self.lab, "stranger2", "uac_refused.xml", self.lab.ip(41), target=(self.lab.ip(1), 5060), service="02079460123",
             status=403).result()
        time.sleep(0.5)
        self.assertEqual(self.proxy.records("call"), [])

    def test_a_challenge_of_another_realm_gets_no_credentials(self):
        itsp = Sipp(self.lab, "itsp", "uas_digest.xml", self.lab.ip(20), wav=speech.wav("bob", SECONDS), codec="PCMU",
                    realm="phishing.example", auth_user="trunk", auth_password=tandem.PASSWORD)
        self.call("uac_refused.xml", status=401).result()
        seen = itsp.messages()
        self.assertRegex(seen, r"\nINVITE sip:\+442079460123@")
        self.assertRegex(seen, r"\nSIP/2\.0 401 ")
        self.assertRegex(seen, r"\nACK sip:")  # the call ended there
        self.assertNotRegex(seen, r"(?i)authorization:")
        self.assertEqual(len(re.findall(r"\nINVITE ", seen)), 1, seen)
        self.ended_call(self.proxy, outcome="rejected", status=401)

    def test_term_drains(self):
        """A call that is up goes on to its end; a new one gets 503 with Retry-After; then the programs end with 0."""
        itsp = self.callee("uas_answer.xml", wav=speech.wav("bob", SECONDS))
        up = self.call("uac_call.xml", wav=speech.wav("alice", SECONDS), talk_ms=4000)
        self.proxy.wait_record(lambda line: line["type"] == "call" and line["call"].get("phase") == "start")
        time.sleep(0.5)
        self.proxy.process.signal(signal.SIGTERM)
        time.sleep(0.2)
        late = Sipp(self.lab, "bob", "uac_refused.xml", self.lab.ip(12), target=(self.lab.ip(1), 5060), service="02079460123",
                    user="bob", codec="PCMA", status=503)
        late.result()
        self.assertRegex(late.messages(), r"(?i)retry-after: *[0-9]+")
        up.result()
        itsp.result()
        self.assertEqual(self.proxy.process.wait(10), 0)
        ends = [record["call"] for record in self.proxy.records("call") if record["call"].get("phase") == "end"]
        self.assertEqual(sorted((end["outcome"], end["status"]) for end in ends), [("answered", 200), ("failed", 503)])
        self.bridge.process.signal(signal.SIGTERM)
        self.assertEqual(self.bridge.process.wait(10), 0)

    def drained_with_a_call_up(self, drain_timeout):
        """A call that is up, no transaction of it left in the proxy (64*T1 is over), and then TERM."""
        self.proxy.process.signal(signal.SIGTERM)
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.proxy = tandem.Proxy(self.company, "quick", ["--t1", "10ms", "--drain-timeout", drain_timeout])
        gateway = Sipp(self.lab, "gateway", "uas_answer.xml", self.lab.ip(30), wav=speech.wav("bob", SECONDS), codec="PCMA")
        up = self.call("uac_call.xml", number="02079460200", wav=speech.wav("alice", SECONDS), talk_ms=5000)
        self.proxy.wait_record(lambda line: line["type"] == "call" and line["call"].get("phase") == "start")
        time.sleep(1.5)  # 64*T1 are 640 ms
        begun = time.monotonic()
        self.proxy.process.signal(signal.SIGTERM)
        return gateway, up, begun

    def test_term_waits_for_a_call_older_than_its_transactions(self):
        gateway, up, begun = self.drained_with_a_call_up("20s")
        up.result()
        gateway.result()
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.assertGreater(time.monotonic() - begun, 2)
        self.ended_call(self.proxy, outcome="answered", ended_by="caller")

    def test_term_waits_no_longer_than_the_drain_timeout(self):
        gateway, up, begun = self.drained_with_a_call_up("1s")
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.assertGreater(time.monotonic() - begun, 0.9)
        self.assertLess(time.monotonic() - begun, 3)
        self.ended_call(self.proxy, outcome="answered", ended_by="node_stopped")
        del gateway, up

    def test_options_is_answered(self):
        Sipp(self.lab, "ping", "uac_options.xml", self.lab.ip(20), target=(self.lab.ip(2), 5060), status=200).result()


if __name__ == "__main__":
    main()
