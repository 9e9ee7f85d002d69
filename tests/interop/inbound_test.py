#!/usr/bin/python3
# Knows: the PSTN calls a user's DID: source identified, number to user, conversion by the bridge, audio, records.
# Must not know: outbound calls.
# Next: outbound_test.py, failures_test.py.
from interop import SECONDS, Scene, audio_check, main, rtp_capture, speech, tandem
from sipp import Sipp


class Inbound(Scene):
    def test_baresip_behind_the_provider_reaches_the_user_by_did(self):
        self.provider()
        alice, subscriber = self.alice("PCMA"), self.subscriber("PCMU")
        subscriber.dial(f"sip:{tandem.ALICE}@itsp.example")
        subscriber.event("CALL_ESTABLISHED")
        subscriber.event("CALL_CLOSED", SECONDS + 5)
        alice.event("CALL_CLOSED")
        alice.quit()
        subscriber.quit()
        self.both_heard(alice, subscriber)
        self.ended_call(self.proxy, outcome="answered", direction="inbound", source="itsp", target="alice", path="mediated")
        self.valid(self.proxy, "sip-trunk-proxy")
        self.analysed()

    def test_sipp_as_provider_reaches_sipp_as_user(self):
        user = Sipp(self.lab, "alice", "uas_answer.xml", self.lab.ip(11), wav=speech.wav("alice", SECONDS), codec="PCMA")
        itsp = Sipp(self.lab, "itsp", "uac_call.xml", self.lab.ip(20), target=(self.lab.ip(2), 5060), service=tandem.ALICE,
                    wav=speech.wav("bob", SECONDS), codec="PCMU")
        itsp.result()
        user.result()
        path = self.capture.stop()
        self.analysed(path)
        # What the bridge sends to each end is what the other end played.
        for stream in rtp_capture.streams(path):
            if stream.src.startswith(f"{self.lab.ip(3)}:"):
                played = speech.wav("bob", SECONDS)
            elif stream.src.startswith(f"{self.lab.ip(4)}:"):
                played = speech.wav("alice", SECONDS)
            else:
                continue
            result = audio_check.compare(audio_check.read_wav(played), rtp_capture.samples(stream))
            self.assertTrue(result["ok"], result)

    def test_the_user_hangs_up(self):
        user = Sipp(self.lab, "alice", "uas_hangs_up.xml", self.lab.ip(11), wav=speech.wav("alice", SECONDS), codec="PCMU", talk_ms=1000)
        self.provider()
        subscriber = self.subscriber("PCMU")
        subscriber.dial(f"sip:{tandem.ALICE}@itsp.example")
        subscriber.event("CALL_ESTABLISHED")
        subscriber.event("CALL_CLOSED")
        user.result()
        self.ended_call(self.proxy, outcome="answered", ended_by="callee")
        self.ended_call(self.bridge, outcome="answered")

    def test_the_gateway_reaches_a_user_direct(self):
        """A call into the company whose media needs no bridge: baresip answers, the audio goes from end to end past us."""
        alice = self.alice("PCMA")
        gateway = Sipp(self.lab, "gateway", "uac_call.xml", self.lab.ip(30), target=(self.lab.ip(1), 5060), service=tandem.ALICE,
                       wav=speech.wav("bob", SECONDS), codec="PCMA", talk_ms=5600)
        alice.event("CALL_ESTABLISHED")
        gateway.result()
        alice.event("CALL_CLOSED")
        alice.quit()
        self.ended_call(self.proxy, outcome="answered", status=200, direction="inbound", source="gateway", target="alice",
                        path="direct", ended_by="caller")
        self.assertEqual(self.bridge.records("call"), [])
        heard = audio_check.compare(audio_check.read_wav(speech.wav("bob", SECONDS)), audio_check.read_wav(alice.heard()))
        self.assertTrue(heard["ok"], heard)
        path = self.capture.stop()
        self.analysed(path)
        streams = rtp_capture.streams(path)
        # (On the loopback baresip's own packets may carry another source address.)
        self.assertEqual({stream.dst.split(":")[0] for stream in streams}, {self.lab.ip(30), self.lab.ip(11)})
        for stream in streams:
            self.assertNotIn(stream.src.split(":")[0], [self.lab.ip(number) for number in (1, 2, 3, 4)])

    def test_an_unassigned_number_is_answered_as_configured(self):
        Sipp(self.lab, "itsp", "uac_refused.xml", self.lab.ip(20), target=(self.lab.ip(2), 5060), service="+442079460077", status=404).result()


if __name__ == "__main__":
    main()
