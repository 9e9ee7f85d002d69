#!/usr/bin/python3
# Knows: peers that speak TLS by themselves: Kamailio as a carrier, both directions, and baresip as a telephone; who refuses whom by which certificate.
# Must not know: versions, ciphers, renewal of certificates (tls_test.py).
# Next: tests/peers/kamailio.py for what the carrier asks of a certificate.
import subprocess
import unittest

from interop import SECONDS, Scene, lab, speech, tandem
from baresip import Baresip
from certificates import Authority


class PeerScene(Scene):
    tls, proxy_name = {}, "DNS:proxy.example"

    def setUp(self):
        self.company_options = {"edit": self.secure}
        super().setUp()

    def realm_tls(self, **more):
        certificate, key = self.authority.leaf("proxy", self.proxy_name)
        return {"certificate_file": str(certificate), "key_file": str(key), "ca_file": str(self.authority.file), **self.tls, **more}

    def in_clear(self, *hosts):
        """The SIP messages that passed in clear between two addresses."""
        path = self.capture.stop()
        shown = " && ".join(["sip", *(f"ip.addr=={self.lab.ip(host)}" for host in hosts)])
        return subprocess.run(["tshark", "-r", path, "-Y", shown], capture_output=True, text=True, check=True).stdout

    def ended(self, wanted, *keys):
        """That many calls were answered and have ended; these keys of their records, call by call."""
        ends = lab.wait_for("every end is recorded", lambda: (lambda r: r if len(r) == len(wanted) else None)(
            [r["call"] for r in self.proxy.records("call") if r["call"].get("phase") == "end"]))
        self.assertEqual([r["outcome"] for r in ends], ["answered"] * len(wanted))
        self.assertEqual([tuple(r.get(key) for key in keys) for r in ends], wanted)


class Carrier(PeerScene):
    """Kamailio with its tls module behind the trunk, the PSTN's subscriber behind it; each end demands a certificate of the other."""

    tls = {"client_certificates": "required"}

    def secure(self, data):
        self.authority = Authority(self.lab)
        data["realms"][1]["listen"] += [f"tls:{self.lab.ip(2)}:5061"]
        data["realms"][1]["tls"] = self.realm_tls()
        self.outside = f"{self.lab.ip(2)}:5061"
        itsp = next(trunk for trunk in data["trunks"] if trunk["name"] == "itsp")
        itsp["targets"] = [f"tls:{self.lab.ip(20)}:5061"]

    def carrier(self, name="DNS:itsp.example", authority=None, trusts=None):
        tls = {"certificate": (authority or self.authority).leaf("carrier", name), "issuers": (trusts or self.authority).file, "peer_name": "proxy.example"}
        self.company.outside = self.outside
        return self.provider(tls=tls)

    def out(self):
        """Alice dials the subscriber, whose end of the call ends it."""
        alice, subscriber = self.alice("PCMA"), self.subscriber("PCMU")
        alice.dial("sip:02079460123@company.example")
        return alice, subscriber

    def talked(self, alice, subscriber):
        for one in (alice, subscriber):
            one.event("CALL_ESTABLISHED")
        for one in (alice, subscriber):
            one.event("CALL_CLOSED", SECONDS + 5)
            one.quit()
        self.both_heard(alice, subscriber)

    def test_a_call_to_the_pstn(self):
        carrier = self.carrier()
        self.talked(*self.out())
        self.assertIn("by TLS from proxy.example", carrier.log())
        self.assertIn(f"admitted trunk to {tandem.PSTN}", carrier.log())
        end = self.ended_call(self.proxy, outcome="answered", status=200, direction="outbound", source="alice", target="itsp", path="mediated", called=tandem.PSTN)
        self.assertGreater(end["call"]["duration_ms"], 4000)
        self.ended_call(self.bridge, outcome="answered", session_id=end["call"]["session_id"])
        self.assertEqual(self.in_clear(2, 20), "")

    def test_a_call_from_the_pstn(self):
        carrier = self.carrier()
        alice, subscriber = self.alice("PCMA"), self.subscriber("PCMU")
        subscriber.dial(f"sip:{tandem.ALICE}@itsp.example")
        self.talked(alice, subscriber)
        self.assertIn("reply by TLS from proxy.example", carrier.log())
        self.ended_call(self.proxy, outcome="answered", status=200, direction="inbound", source="itsp", target="alice", path="mediated")
        self.assertEqual(self.in_clear(2, 20), "")

    def test_each_end_hangs_up_and_calls_again(self):
        """Both connections stand, the one that we opened and the one that the carrier opened; BYE goes by each in each direction."""
        self.carrier()
        alice, subscriber = self.alice("PCMA"), self.subscriber("PCMU")
        for caller, number in ((alice, "02079460123@company.example"), (subscriber, f"{tandem.ALICE}@itsp.example")):
            for ends in (alice, subscriber):
                caller.dial(f"sip:{number}")
                for one in (alice, subscriber):
                    one.event("CALL_ESTABLISHED")
                ends.hangup()
                for one in (alice, subscriber):
                    one.event("CALL_CLOSED")
        self.ended([("outbound", "caller"), ("outbound", "callee"), ("inbound", "callee"), ("inbound", "caller")], "direction", "ended_by")

    def test_a_carrier_of_another_name_gets_no_call(self):
        self.carrier("DNS:impostor.example")
        alice, _ = self.out()
        alice.event("CALL_CLOSED")
        self.ended_call(self.proxy, outcome="failed")
        self.assertIn("wrong name: the certificate is for DNS:impostor.example, not for itsp.example", self.proxy.log())

    def test_a_carrier_of_another_issuer_neither_gets_nor_makes_a_call(self):
        self.carrier(authority=Authority(self.lab, "strange"))
        alice, subscriber = self.out()
        alice.event("CALL_CLOSED")
        self.ended_call(self.proxy, outcome="failed")
        subscriber.dial(f"sip:{tandem.ALICE}@itsp.example")
        subscriber.event("CALL_CLOSED")
        self.assertEqual({r["call"]["direction"] for r in self.proxy.records("call")}, {"outbound"})
        self.assertGreaterEqual(self.proxy.log().count("unknown issuer"), 2)

    def test_a_carrier_that_trusts_others_neither_takes_nor_makes_a_call(self):
        self.carrier(trusts=Authority(self.lab, "strange"))
        alice, subscriber = self.out()
        alice.event("CALL_CLOSED")
        self.ended_call(self.proxy, outcome="failed")
        subscriber.dial(f"sip:{tandem.ALICE}@itsp.example")
        subscriber.event("CALL_CLOSED")
        self.assertEqual({r["call"]["direction"] for r in self.proxy.records("call")}, {"outbound"})


class CarrierThatChecks(Carrier):
    """The same carrier, and our certificate has not the name that it wants."""

    proxy_name = "DNS:other.example"

    def test_a_call_to_the_pstn(self):
        carrier = self.carrier()
        alice, _ = self.out()
        alice.event("CALL_CLOSED")
        self.ended_call(self.proxy, outcome="rejected", status=403)
        self.assertIn("refused other.example", carrier.log())

    def test_a_call_from_the_pstn(self):
        carrier = self.carrier()
        subscriber = self.subscriber("PCMU")
        subscriber.dial(f"sip:{tandem.ALICE}@itsp.example")
        subscriber.event("CALL_CLOSED")
        self.assertIn("reply of other.example dropped", carrier.log())
        self.assertNotIn("reply by TLS", carrier.log())

    test_each_end_hangs_up_and_calls_again = None
    test_a_carrier_of_another_name_gets_no_call = None
    test_a_carrier_of_another_issuer_neither_gets_nor_makes_a_call = None
    test_a_carrier_that_trusts_others_neither_takes_nor_makes_a_call = None


class Telephones(PeerScene):
    """baresip by TLS as a PBX: it calls bob (baresip by UDP) through us, and bob calls it. baresip connects from 127.0.0.1, whatever it listens at."""

    bridge_needed = False
    tls = {"client_certificates": "required", "verify": "ip-san"}

    def secure(self, data):
        self.authority = Authority(self.lab)
        self.proxy_name = f"DNS:proxy.example,IP:{self.lab.ip(1)}"
        data["realms"][0]["listen"] += [f"tls:{self.lab.ip(1)}:5061"]
        data["realms"][0]["tls"] = self.realm_tls()
        gateway = next(trunk for trunk in data["trunks"] if trunk["name"] == "gateway")
        gateway.update(kind="pbx", targets=[f"tls:{self.lab.ip(30)}:5061"], sources=["127.0.0.1/32"])

    def pbx(self, names=None, authority=None):
        certificate = (authority or self.authority).leaf("pbx", names or f"IP:{self.lab.ip(30)}")
        return Baresip(self.lab, "pbx", self.lab.ip(30), speech.wav("alice", SECONDS), user="+442079460200", domain="company.example",
                       tls=(*certificate, self.authority.file),
                       account=f';regint=0;audio_codecs=PCMA;answermode=auto;outbound="sip:{self.lab.ip(1)}:5061;transport=tls"')

    def bob(self):
        return self.user_agent("bob", 12, "bob", "PCMA", self.company.inside, "bob")

    def talk(self, caller, callee, number, source, target):
        caller.dial(f"sip:{number}@company.example")
        for one in (caller, callee):
            one.event("CALL_ESTABLISHED")
        for one in (caller, callee):
            one.event("CALL_CLOSED", SECONDS + 5)
            one.quit()
        self.both_heard(caller, callee)
        self.ended_call(self.proxy, outcome="answered", status=200, source=source, target=target, path="direct")
        self.assertEqual(self.in_clear(1, 30), "")

    def test_it_calls(self):
        self.talk(self.pbx(), self.bob(), tandem.BOB, "gateway", "bob")

    def test_it_is_called(self):
        pbx = self.pbx()
        self.talk(self.bob(), pbx, "02079460200", "bob", "gateway")

    def test_each_end_hangs_up(self):
        pbx, bob = self.pbx(), self.bob()
        for caller, number in ((pbx, tandem.BOB), (bob, "02079460200")):
            for ends in (pbx, bob):
                caller.dial(f"sip:{number}@company.example")
                for one in (pbx, bob):
                    one.event("CALL_ESTABLISHED")
                ends.hangup()
                for one in (pbx, bob):
                    one.event("CALL_CLOSED")
        self.ended([(source, target, by) for source, target in (("gateway", "bob"), ("bob", "gateway"))
                    for by in (("caller", "callee") if source == "gateway" else ("callee", "caller"))], "source", "target", "ended_by")

    def test_one_whose_certificate_has_another_address_is_not_called(self):
        self.pbx(names=f"IP:{self.lab.ip(13)}")
        bob = self.bob()
        bob.dial("sip:02079460200@company.example")
        bob.event("CALL_CLOSED")
        self.ended_call(self.proxy, outcome="failed")
        self.assertIn("wrong name: ", self.proxy.log())

    def test_one_of_another_issuer_is_not_let_in(self):
        pbx = self.pbx(authority=Authority(self.lab, "strange"))
        pbx.dial(f"sip:{tandem.BOB}@company.example")
        pbx.event("CALL_CLOSED", 40)
        self.assertIn("unknown issuer", self.proxy.log())
        self.assertEqual(self.proxy.records("call"), [])


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy", "gw-bridge")
    lab.need("baresip", "kamailio", "openssl", "tcpdump", "tshark", "espeak-ng", "sox")
    unittest.main()
