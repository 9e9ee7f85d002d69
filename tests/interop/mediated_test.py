#!/usr/bin/python3
# Knows: what happens in the middle of a mediated call: hold and resume, digits, a telephone that dies, a bridge that drains.
# Must not know: set-up and routing (outbound_test.py, inbound_test.py).
# Next: tests/unit/tools/gw-bridge/, the same and more without telephones.
import signal
import subprocess
import time

from interop import SECONDS, Scene, main, rtp_capture, speech, tandem
from lab import LabError, wait_for
from sipp import Sipp


def short_media_timeout(company):
    for profile in company["media_profiles"]:
        profile["media_timeout_s"] = 2


class Mediated(Scene):
    def call(self):
        """Alice talks to the subscriber; the bridge converts A-law to µ-law."""
        self.provider()
        subscriber, alice = self.subscriber("PCMU"), self.alice("PCMA")
        alice.dial("sip:02079460123@company.example")
        alice.event("CALL_ESTABLISHED")
        subscriber.event("CALL_ESTABLISHED")
        return alice, subscriber

    def towards_subscriber(self, path):
        """What the bridge sent to the provider's side, its longest stream: (time, sequence, timestamp, payload)."""
        sent = [s for s in rtp_capture.streams(path) if s.src.split(":")[0] == self.lab.ip(4)]
        self.assertTrue(sent)
        self.assertEqual(len({s.ssrc for s in sent}), 1, "one SSRC for the whole leg")
        return sorted((packet for s in sent for packet in s.packets), key=lambda packet: packet[0])

    def test_hold_and_resume_reach_the_other_end_in_its_own_form(self):
        alice, subscriber = self.call()
        time.sleep(1.5)
        alice.command("hold")
        time.sleep(1.5)
        alice.command("resume")
        time.sleep(1.2)
        alice.hangup()
        subscriber.event("CALL_CLOSED")
        self.ended_call(self.bridge, outcome="answered", ended_by="caller")
        path = self.capture.stop()

        # The offers that the bridge made on leg B: sendrecv, then the profile's form of hold, then sendrecv again.
        done = subprocess.run(["tshark", "-r", path, "-d", "udp.port==5060,sip", "-Y",
                               f'sip.Method == "INVITE" && ip.src == {self.lab.ip(3)} && sdp', "-T", "fields", "-e", "sdp.media_attr"],
                              capture_output=True, text=True, check=True)
        offers = [line for line in done.stdout.splitlines() if line]
        forms = [next(form for form in ("inactive", "sendonly", "sendrecv") if form in line) for line in offers]
        self.assertEqual(forms, ["sendrecv", "inactive", "sendrecv"])

        packets = self.towards_subscriber(path)
        gaps = [(b[0] - a[0], a, b) for a, b in zip(packets, packets[1:])]
        length, before, after = max(gaps, key=lambda gap: gap[0])
        self.assertGreater(length, 1.0, "media stop on hold")
        self.assertLess(sorted(gap[0] for gap in gaps)[-2], 0.5)
        # Numbers go on across the hold, and the timestamp moves by the time that passed.
        for (_, a, b) in gaps:
            self.assertEqual((b[1] - a[1]) % 65536, 1)
        self.assertAlmostEqual(((after[2] - before[2]) % 2**32) / 8000, length, delta=0.1)

    def test_each_digit_arrives_once(self):
        alice, subscriber = self.call()
        time.sleep(1)
        for digit in "159#":
            alice.command("sndcode", digit)
            time.sleep(0.25)
            alice.command("sndcode", "\x04")  # key released
            time.sleep(0.25)
        time.sleep(0.5)
        alice.hangup()
        subscriber.event("CALL_CLOSED")
        path = self.capture.stop()
        sent, forwarded = [], []  # (event, end bit, volume and duration) of each telephone-event packet
        for _, source, destination, payload in rtp_capture.udp_packets(path):
            if len(payload) != 16 or payload[0] >> 6 != 2 or payload[1] & 0x7F != 101:
                continue
            if destination.split(":")[0] == self.lab.ip(3):
                sent.append(payload[12:16])
            elif source.split(":")[0] == self.lab.ip(4):
                forwarded.append(payload[12:16])
        # baresip moves the timestamp within an event, so digits are told apart by their code here.
        digits = [packet[0] for i, packet in enumerate(forwarded) if i == 0 or packet[0] != forwarded[i - 1][0]]
        self.assertEqual(digits, [1, 5, 9, 11])
        self.assertEqual(forwarded, sent)

    def test_a_draining_bridge_hangs_up_at_its_deadline(self):
        self.bridge.process.signal(signal.SIGTERM)
        self.assertEqual(self.bridge.process.wait(10), 0)
        self.bridge = tandem.Bridge(self.company, name="bridge-again", options=("--drain-timeout", "1s"))
        alice, subscriber = self.call()
        time.sleep(1)
        self.bridge.process.signal(signal.SIGTERM)
        alice.event("CALL_CLOSED", 5)
        subscriber.event("CALL_CLOSED", 5)
        self.assertEqual(self.bridge.process.wait(10), 0)
        self.ended_call(self.bridge, outcome="answered", ended_by="drain")
        self.valid(self.bridge, "gw-bridge")


def emergency_route(company):
    company["routes"].append({"name": "help", "pattern": "^999$", "usages": ["local"], "trunks": ["itsp"]})


class Draining(Scene):
    company_options = {"edit": emergency_route}

    def dial(self, user, host, number, talk_ms):
        return Sipp(self.lab, f"{user}-{number}", "uac_call.xml", self.lab.ip(host), target=(self.lab.ip(1), 5060), service=number,
                    user=user, codec="PCMA", wav=speech.wav("alice", SECONDS), loops=-1, talk_ms=talk_ms)

    def test_an_emergency_call_passes_a_proxy_and_a_bridge_that_drain(self):
        Sipp(self.lab, "itsp", "uas_answer.xml", self.lab.ip(20), codec="PCMU", wav=speech.wav("bob", SECONDS), loops=-1, calls=2)
        alice = self.dial("alice", 11, "02079460123", 7000)
        wait_for("alice's call is up", lambda: any(r["call"].get("phase") == "start" for r in self.proxy.records("call")))
        for server in (self.proxy, self.bridge):
            server.process.signal(signal.SIGTERM)
            server.wait_record(lambda line: line["type"] == "event" and line["event"]["name"] == "draining")
        with self.assertRaisesRegex(LabError, "503"):
            self.dial("bob", 12, "02079460124", 500).result()
        self.dial("bob", 12, "999", 1500).result()
        alice.result()
        for server in (self.bridge, self.proxy):
            self.assertEqual(server.process.wait(15), 0)
            calls = {r["call"]["dialled"]: r["call"] for r in server.records("call") if r["call"].get("phase") == "end"}
            self.assertEqual(calls["999"]["outcome"], "answered")
            self.assertTrue(calls["999"]["emergency"])


class DeadTelephone(Mediated):
    company_options = {"edit": short_media_timeout}
    test_hold_and_resume_reach_the_other_end_in_its_own_form = None
    test_each_digit_arrives_once = None
    test_a_draining_bridge_hangs_up_at_its_deadline = None

    def test_a_telephone_that_dies_does_not_keep_the_call(self):
        alice, subscriber = self.call()
        time.sleep(1)
        alice.process.signal(signal.SIGKILL)  # no BYE
        subscriber.event("CALL_CLOSED", 6)
        self.ended_call(self.bridge, outcome="answered", ended_by="media_timeout", q850=102)
        self.ended_call(self.proxy, outcome="answered")


if __name__ == "__main__":
    main()
