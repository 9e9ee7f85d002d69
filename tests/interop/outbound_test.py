#!/usr/bin/python3
# Knows: a user calls the PSTN: number made E.164, route, digest, conversion by the bridge, audio, records.
# Must not know: inbound calls.
# Next: inbound_test.py, failures_test.py.
from interop import SECONDS, Scene, main, rtp_capture, speech, tandem
from sipp import Sipp


class Outbound(Scene):
    def test_baresip_to_the_provider_with_digest_and_conversion(self):
        provider = self.provider()
        subscriber, alice = self.subscriber("PCMU"), self.alice("PCMA")
        alice.dial("sip:02079460123@company.example")
        alice.event("CALL_ESTABLISHED")
        self.assertIn("admitted trunk to +442079460123", provider.log())
        alice.event("CALL_CLOSED", SECONDS + 5)
        subscriber.event("CALL_CLOSED")
        alice.quit()
        subscriber.quit()
        self.both_heard(alice, subscriber)

        start = self.proxy.wait_record(lambda line: line["type"] == "call" and line["call"].get("phase") == "start")
        end = self.ended_call(self.proxy, outcome="answered", status=200, direction="outbound", source="alice", target="itsp",
                              path="mediated", called=tandem.PSTN)
        self.assertEqual(start["id"], end["id"])
        self.assertGreater(end["call"]["duration_ms"], 4000)
        self.valid(self.proxy, "sip-trunk-proxy")
        self.valid(self.bridge, "gw-bridge")
        at_bridge = self.ended_call(self.bridge, outcome="answered")
        self.assertEqual(at_bridge["call"]["session_id"], end["call"]["session_id"])

        path = self.capture.stop()
        records = self.analysed(path)
        streams = [record["stream"] for record in records if record["type"] == "stream"]
        # Two senders a leg. (A stream may show twice: until the bridge follows baresip's source it sends to the address of its SDP.)
        self.assertEqual(sorted(codec for codec, _ in {(stream["codec"], stream["ssrc"]) for stream in streams}),
                         ["PCMA", "PCMA", "PCMU", "PCMU"])
        for stream in streams:
            self.assertEqual((stream["lost"], stream["match"] in ("sdp", "symmetric")), (0, True), stream)
            self.assertGreater(stream["mos_lq"], 4.0)
        self.assertEqual({stream["session_id"] for stream in streams}, {end["call"]["session_id"]})
        # Nothing went past the bridge.
        for stream in rtp_capture.streams(path):
            ends = {stream.src.split(":")[0], stream.dst.split(":")[0]}
            self.assertTrue(ends & {self.lab.ip(3), self.lab.ip(4)}, stream[:4])

    def test_sipp_to_a_provider_that_challenges_with_401(self):
        itsp = Sipp(self.lab, "itsp", "uas_digest.xml", self.lab.ip(20), wav=speech.wav("bob", SECONDS), codec="PCMU",
                    realm="itsp.example", auth_user="trunk", auth_password=tandem.PASSWORD)
        caller = Sipp(self.lab, "alice", "uac_call.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service="02079460123",
                      wav=speech.wav("alice", SECONDS), codec="PCMA")
        caller.result()
        itsp.result()
        self.ended_call(self.proxy, outcome="answered", target="itsp", called=tandem.PSTN)
        self.analysed()

    def test_a_gateway_that_speaks_the_same_gets_its_media_direct(self):
        gateway = Sipp(self.lab, "gateway", "uas_answer.xml", self.lab.ip(30), wav=speech.wav("bob", SECONDS), codec="PCMA")
        alice = self.alice("PCMA")
        alice.dial("sip:02079460200@company.example")
        alice.event("CALL_ESTABLISHED")
        alice.event("CALL_CLOSED", SECONDS + 5)
        gateway.result()
        alice.quit()
        self.ended_call(self.proxy, outcome="answered", target="gateway", path="direct")
        path = self.capture.stop()
        self.analysed(path)
        streams = rtp_capture.streams(path)
        self.assertEqual(len(streams), 2)
        for stream in streams:
            ends = {stream.src.split(":")[0], stream.dst.split(":")[0]}
            self.assertFalse(ends & {self.lab.ip(number) for number in (1, 2, 3, 4)}, f"media of a direct call passed us: {stream[:4]}")

    def test_the_provider_is_dialled_in_each_written_form(self):
        """Local habits of writing one number give one E.164 number at the provider."""
        provider = self.provider()
        subscriber = self.subscriber("PCMU")
        alice = self.alice("PCMU")
        for dialled in ("02079460123", "00442079460123", "+442079460123"):
            alice.dial(f"sip:{dialled}@company.example")
            alice.event("CALL_ESTABLISHED")
            alice.hangup()
            alice.event("CALL_CLOSED")
            subscriber.event("CALL_CLOSED")
        self.assertEqual(provider.log().count(f"admitted trunk to {tandem.PSTN}"), 3)


def gateway_profile(**changes):
    """The gateway gets a media profile of its own: that of the users, with these changes."""
    def edit(data):
        profile = {**data["media_profiles"][0], "name": "gateway", **changes}
        data["media_profiles"].append(profile)
        data["trunks"][1]["media_profile"] = "gateway"
    return {"edit": edit}


class OneKeyAsItIs(Scene):
    company_options = gateway_profile()
    codec, path = "PCMA", "direct"

    def test_the_path_of_media_follows_the_profile(self):
        gateway = Sipp(self.lab, "gateway", "uas_answer.xml", self.lab.ip(30), wav=speech.wav("bob", SECONDS), codec=self.codec)
        alice = self.alice("PCMA")
        alice.dial("sip:02079460200@company.example")
        alice.event("CALL_ESTABLISHED")
        alice.event("CALL_CLOSED", SECONDS + 5)
        gateway.result()
        alice.quit()
        self.ended_call(self.proxy, outcome="answered", target="gateway", path=self.path)


class OneKeyFlipped(OneKeyAsItIs):
    """The same call with the same profile, but for its codecs: now something has to be converted."""

    company_options = gateway_profile(codecs=["PCMU"])
    codec, path = "PCMU", "mediated"


if __name__ == "__main__":
    main()
