#!/usr/bin/python3
# Knows: calls through a trunk with hide_topology between independent programs: a telephone behind a PBX's proxy on one side, a
#        gateway on the other, which must not learn an address of the first.
# Must not know: each header field (tests/unit/tools/sip-trunk-proxy/hiding_test.cpp).
# Next: outbound_test.py for calls by a bridge without it.
import re
import threading
import urllib.parse

from interop import SECONDS, Scene, main, speech
from agent import Agent
from kamailio import Relay
from sipp import Sipp

OUT, IN = "+442079460200", "+442079460300"


def edge(data, ip):
    """The gateway in a realm of its own, hidden from; the PBX's proxy as a trunk that may call it, and be called."""
    data["realms"].append({"name": "edge", "side": "inside", "listen": [f"udp:{ip(5)}:5060"]})
    data["sip_profiles"] = [{"name": "usual"}, {"name": "hidden", "hide_topology": True}]
    for user in data["users"]:
        for contact in user["contacts"]:
            contact["realm"] = "office"
    data["usages"].append("pbx")
    gateway = next(trunk for trunk in data["trunks"] if trunk["name"] == "gateway")
    gateway.update(realm="edge", sip_profile="hidden", usages=["pbx"], domain="gateway.example")
    data["trunks"].append({"name": "pbx", "kind": "pbx", "realm": "office", "targets": [f"udp:{ip(10)}:5060"], "media": "direct",
                           "media_profile": "desk", "site": "headquarters", "usages": ["gateway"]})
    data["routes"].insert(0, {"name": "to-pbx", "pattern": r"^\+4420794603", "usages": ["pbx"], "trunks": ["pbx"]})
    next(trunk for trunk in data["trunks"] if trunk["name"] == "itsp")["sip_profile"] = "hidden"


def received(text):
    """What SIPp's log says that came in."""
    parts = re.split(r"(?m)^-{20,} .*$", text)
    got = [part for part in parts if re.search(r"(?m)^UDP message received", part)]
    return [part.split("\n\n", 1)[1] if "\n\n" in part else part for part in got]


class HidingScene(Scene):
    def setUp(self):
        self.company_options = {"edit": lambda data: edge(data, self.lab.ip)}
        super().setUp()
        self.relay = Relay(self.lab, self.lab.ip(10), (self.lab.ip(11), 5060), f"{self.lab.ip(1)}:5060")

    def caller(self, scenario, outbound, **keys):
        ip, target, number = (11, 10, OUT) if outbound else (30, 5, IN)
        return Sipp(self.lab, "caller", scenario, self.lab.ip(ip), target=(self.lab.ip(target), 5060), service=number,
                    user="+441632960000", **{"talk_ms": 300, **keys})

    def callee(self, scenario, outbound, **keys):
        return Sipp(self.lab, "callee", scenario, self.lab.ip(30 if outbound else 11), **{"ring_ms": 200, "talk_ms": 300, **keys})

    def gateway_saw_nothing(self, peer, at_least, body_too=False):
        """No address but its own and that of ours which faces it, in any message, Call-ID apart and, when media goes direct, SDP."""
        messages = received(peer.messages())
        self.assertGreaterEqual(len(messages), at_least, peer.messages())
        network = self.lab.ip(0).rsplit(".", 1)[0]
        known = {self.lab.ip(5), self.lab.ip(30), self.lab.ip(2), self.lab.ip(4), self.lab.ip(20)}
        for message in messages:
            text = message if body_too else re.split(r"\r?\n\r?\n", message.strip(), maxsplit=1)[0]
            text = re.sub(r"(?mi)^(call-id|i):.*$", "", text)
            self.assertEqual(set(re.findall(rf"{re.escape(network)}\.\d+", text)) - known, set(), message)


class Hiding(HidingScene):
    bridge_needed = False

    def call(self, outbound, caller, callee, at_least):
        ring = self.callee(callee, outbound)
        dial = self.caller(caller, outbound)
        dial.result()
        ring.result()
        self.gateway_saw_nothing(ring if outbound else dial, at_least)
        # The PBX's proxy was in the route of every request.
        self.assertNotIn("No Route", self.relay.log())

    def test_a_call_out_that_the_caller_ends(self):
        self.call(True, "uac_signalling.xml", "uas_signalling.xml", 3)  # INVITE, ACK, BYE
        self.ended_call(self.proxy, outcome="answered", ended_by="caller")

    def test_a_call_in_that_the_caller_ends(self):
        self.call(False, "uac_signalling.xml", "uas_signalling.xml", 3)  # 100, 180, 200, 200
        self.ended_call(self.proxy, outcome="answered", ended_by="caller")

    def test_a_call_out_with_a_reinvite_that_the_callee_ends(self):
        self.call(True, "uac_reinvite.xml", "uas_reinvited.xml", 5)
        self.ended_call(self.proxy, outcome="answered", ended_by="callee")

    def test_a_call_in_with_a_reinvite_that_the_callee_ends(self):
        self.call(False, "uac_reinvite.xml", "uas_reinvited.xml", 5)
        self.ended_call(self.proxy, outcome="answered", ended_by="callee")

    def test_a_call_out_that_the_caller_gives_up(self):
        self.call(True, "uac_cancel.xml", "uas_cancelled.xml", 3)
        self.ended_call(self.proxy, outcome="cancelled")

    def test_a_call_in_that_the_caller_gives_up(self):
        self.call(False, "uac_cancel.xml", "uas_cancelled.xml", 3)
        self.ended_call(self.proxy, outcome="cancelled")


class Transfer(Scene):
    """Alice, who sees nothing behind us, has the gateway and bob in two calls, and joins them (RFC 5589 §7.3)."""

    bridge_needed = False

    def setUp(self):
        self.company_options = {"edit": self.edit}
        super().setUp()
        ip = self.lab.ip
        self.alice, self.bob = (Agent(self.lab, name, ip(host), (ip(1), 5060)) for name, host in (("alice", 11), ("bob", 12)))
        self.gateway = Agent(self.lab, "gateway", ip(30), (ip(5), 5060))

    def tearDown(self):
        for agent in (self.alice, self.bob, self.gateway):
            agent.close()
        super().tearDown()

    def edit(self, data):
        edge(data, self.lab.ip)
        next(user for user in data["users"] if user["name"] == "alice")["sip_profile"] = "hidden"

    def joined(self, caller, uri, callee):
        """A call between two; gives both sides of its dialog."""
        answered = []
        there = threading.Thread(target=lambda: answered.append(callee.answer(callee.receive("INVITE"))))
        there.start()
        here = caller.call(uri)
        there.join(10)
        return here, answered[0]

    def test_an_attended_transfer_of_one_hidden_side_to_another(self):
        alice_gateway, gateway_alice = self.joined(self.alice, f"sip:{OUT}@company.example", self.gateway)
        alice_bob, bob_alice = self.joined(self.alice, "sip:bob@company.example", self.bob)
        self.assertNotIn(self.lab.ip(12), alice_bob.target)

        named = urllib.parse.quote(alice_bob.replaces(), safe="")
        self.alice.request(alice_gateway, "REFER", [("Contact", f"<sip:alice@{self.lab.ip(11)}:5060>"), ("Refer-To", f"<{alice_bob.target}?Replaces={named}>")])
        refer = self.gateway.receive("REFER")
        self.gateway.respond(refer, 202)
        self.alice.receive((202, "REFER"))
        uri, replaces = re.fullmatch(r"<([^?]*)\?Replaces=([^>]*)>", refer["refer-to"]).groups()
        replaces = urllib.parse.unquote(replaces)
        self.assertEqual(uri.split("@")[1], f"{self.lab.ip(5)}:5060")

        # Bob finds the dialog that he has with alice, takes the new call in its place, and ends it.
        def bob():
            invite = self.bob.receive("INVITE")
            call_id, to_tag, from_tag = re.fullmatch(r"([^;]+);to-tag=([^;]+);from-tag=([^;]+)", invite["replaces"]).groups()
            self.assertEqual((call_id, to_tag, from_tag), (bob_alice.call_id, bob_alice.local_tag, bob_alice.remote_tag))
            taken.append(self.bob.answer(invite))
            self.bob.request(bob_alice, "BYE")
            self.bob.receive((200, "BYE"))

        taken = []
        there = threading.Thread(target=bob)
        there.start()
        gateway_bob = self.gateway.call(uri, [("Require", "replaces"), ("Replaces", replaces)])
        self.alice.respond(self.alice.receive("BYE"), 200)
        there.join(10)
        self.assertTrue(taken, "bob did not take the call")
        self.alice.request(alice_gateway, "BYE")
        self.gateway.respond(self.gateway.receive("BYE"), 200)
        self.alice.receive((200, "BYE"))
        # What is left works as any call.
        self.gateway.request(gateway_bob, "BYE")
        self.bob.respond(self.bob.receive("BYE"), 200)
        self.gateway.receive((200, "BYE"))
        wanted = {"phase": "end", "source": "gateway", "target": "bob", "outcome": "answered", "ended_by": "caller", "path": "direct"}
        self.proxy.wait_record(lambda line: line["type"] == "call" and wanted.items() <= line["call"].items(), what="the transferred call's end")
        for agent, known in ((self.alice, {1, 11}), (self.gateway, {5, 30})):
            network = self.lab.ip(0).rsplit(".", 1)[0]
            for message in agent.seen:
                head = re.sub(r"(?mi)^(call-id|replaces|in-reply-to):.*$|Replaces=[^>]*", "", message.text.split("\r\n\r\n")[0])
                self.assertLessEqual(set(re.findall(rf"{re.escape(network)}\.\d+", head)), {self.lab.ip(host) for host in known}, message.text)


class Mediated(HidingScene):
    """With a bridge in between not even SDP tells an address of the inside."""

    def test_a_call_by_a_bridge(self):
        itsp = Sipp(self.lab, "itsp", "uas_answer.xml", self.lab.ip(20), wav=speech.wav("bob", SECONDS), codec="PCMU")
        alice = Sipp(self.lab, "alice", "uac_call.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service="02079460123",
                     user="alice", codec="PCMA", wav=speech.wav("alice", SECONDS), talk_ms=1500)
        alice.result()
        itsp.result()
        self.gateway_saw_nothing(itsp, 3, body_too=True)


if __name__ == "__main__":
    main()
