#!/usr/bin/python3
# Knows: mediated calls whose messages are broken between the peers and the proxy: the bridge behind the proxy lives, answers and forgets.
# Must not know: how messages are broken (mutations.py), what a clean call is like (mediated_test.py).
# Next: mutation_test.py for the proxy alone.
"""TANDEM_MUTATED_CALLS says how many calls (500; TANDEM_LONG=1: 12,000), TANDEM_MUTATED_RATE how many a second; TANDEM_MUTATION_SEED draws
other faults. The bridge's memory levels off once transactions are forgotten (32 s) as fast as they come; calls that ring for ever, since a
broken answer was dropped, are kept for ten minutes."""
import multiprocessing
import os
import random
import select
import socket
import time
import unittest

from interop import Scene, lab, tandem
import mutations
from liveness import Liveness, rss_kb
from sipp import Sipp

LONG = os.environ.get("TANDEM_LONG") == "1"
CALLS = int(os.environ.get("TANDEM_MUTATED_CALLS", "12000" if LONG else "500"))
RATE = int(os.environ.get("TANDEM_MUTATED_RATE", "50" if LONG else "100"))
SEED = int(os.environ.get("TANDEM_MUTATION_SEED", "20261123"))
NUMBER = "02079460123"
STEPS = 6  # the memory of the bridge is looked at so often


def room(data):
    for realm in data["realms"]:
        first = 20000 if realm["name"] == "office" else 40000
        realm["media_ports"] = f"{first}-{first + 15999}"
    for profile in data["media_profiles"]:
        profile["media_timeout_s"] = 2


def relay(ready, seed, faults, pairs, counts):
    """pairs: ((our end towards the peer, the peer), (our end towards the proxy, the proxy)); what goes to the proxy is broken, by chance."""
    chance = random.Random(seed)
    ways = {}
    for (near, peer), (far, proxy) in pairs:
        ends = []
        for address in (near, far):
            end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            end.bind(address)
            ends.append(end)
        ways[ends[0]], ways[ends[1]] = (ends[1], proxy, True), (ends[0], peer, False)
    ready.set()
    while True:
        for end in select.select(list(ways), [], [])[0]:
            data = end.recv(65536)
            out, target, to_proxy = ways[end]
            if to_proxy:
                counts[0] += 1
                # What opens a call or answers it is broken mostly, what ends it sometimes: else no call would live long enough.
                first = data.startswith((b"INVITE", b"SIP/2.0 18", b"SIP/2.0 200")) and b" BYE\r\n" not in data
                if chance.random() < faults * (1 if first else 0.2):
                    data = mutations.broken(data, chance)
                    counts[1] += 1
            try:
                out.sendto(data, target)
            except OSError:  # a peer that is gone
                pass


class MediatedMutations(Scene):
    def setUp(self):
        self.company_options = {"edit": self.edit, "itsp_codecs": ("PCMA",)}
        super().setUp()
        ip, ready = self.lab.ip, multiprocessing.Event()
        self.counts = multiprocessing.Array("q", 2, lock=False)
        self.faults = multiprocessing.Process(target=relay, daemon=True, args=(ready, SEED, 0.6, (
            (((ip(14), 5060), (ip(13), 5060)), ((ip(11), 5060), (ip(1), 5060))),
            (((ip(22), 5060), (ip(21), 5060)), ((ip(20), 5060), (ip(2), 5060)))), self.counts))
        self.faults.start()
        self.assertTrue(ready.wait(5))

    def edit(self, data):
        room(data)
        # For the call at the end: a trunk that nobody has sent anything to.
        itsp = next(trunk for trunk in data["trunks"] if trunk["name"] == "itsp")
        data["trunks"].append({**itsp, "name": "other", "targets": [f"udp:{self.lab.ip(23)}:5060"], "sources": [f"{self.lab.ip(23)}/32"]})
        data["routes"].insert(0, {"name": "to-other", "pattern": r"^\+4420794604", "usages": ["local"], "trunks": ["other"]})

    def tearDown(self):
        self.end_faults()
        for server in self.lab.servers:
            server.end_at_once(keep_every=2)
        super().tearDown()

    def end_faults(self):
        self.faults.kill()
        self.faults.join()

    def peers(self, limit_s):
        """Caller and callee. A broken message ends SIPp itself now and then (its own faults): the next one goes on with the calls that are left."""
        callee, started, made, crashed = None, 0, 0, 0
        samples = [(0, rss_kb(self.bridge.process.pid))]
        end = time.monotonic() + limit_s
        while made < CALLS and time.monotonic() < end:
            started += 1
            if not callee or not callee.process.alive():
                callee = Sipp(self.lab, f"itsp{started}", "uas_signalling.xml", self.lab.ip(21), calls=10 * CALLS, ring_ms=20, limit_s=limit_s,
                              options=("-recv_timeout", "3000", "-nd"))
            begun, before = time.monotonic(), made
            caller = Sipp(self.lab, f"alice{started}", "uac_signalling.xml", self.lab.ip(13), target=(self.lab.ip(14), 5060), service=NUMBER, user="alice",
                          calls=CALLS - made, talk_ms=100, limit_s=limit_s, options=("-r", str(RATE), "-l", "2000", "-recv_timeout", "3000", "-nd"))
            # SIPp's exit code says that calls failed: they should. Only its end is waited for.
            while caller.process.alive() and callee.process.alive() and time.monotonic() < min(end, begun + (CALLS - before) / RATE + 8):
                time.sleep(0.05)
                made = min(CALLS, before + int((time.monotonic() - begun) * RATE))
                if made >= CALLS * len(samples) // STEPS:
                    samples.append((made, rss_kb(self.bridge.process.pid)))
            crashed += sum(one.process.popen.poll() is not None and one.process.popen.poll() < 0 for one in (caller, callee))
            caller.process.stop()
        callee.process.stop()
        return samples, crashed

    def test_no_broken_call_hurts_the_bridge(self):
        before = time.monotonic()
        target = tuple((end.split(":")[0], int(end.split(":")[1])) for end in (self.company.bridge, self.company.inside))
        with Liveness(self.proxy.process.pid, self.lab.ip(12), target[1]) as proxy, Liveness(self.bridge.process.pid, self.lab.ip(1), target[0]) as bridge:
            samples, crashed = self.peers(int(2 * CALLS / RATE) + 60)
        calls = self.bridge.records("call")
        outcomes = {}
        for record in calls:
            outcomes[record["call"]["outcome"]] = outcomes.get(record["call"]["outcome"], 0) + 1
        print(f"{CALLS} calls in {time.monotonic() - before:.1f} s, seed {SEED}: {self.counts[1]} of {self.counts[0]} messages broken, at the bridge {outcomes}, "
              f"SIPp crashed {crashed} times, rss of the bridge after calls: " + ", ".join(f"{made}: {kb} kB" for made, kb in samples), flush=True)
        self.assertTrue(self.bridge.process.alive(), self.bridge.process.tail())
        self.assertTrue(self.proxy.process.alive(), self.proxy.process.tail())
        proxy.check(self, "proxy", 100)
        bridge.check(self, "bridge", 100 + min(CALLS, 3000) // 50)
        self.assertGreater(outcomes.get("answered", 0), CALLS / 20)
        self.assertGreater(sum(outcomes.values()) - outcomes.get("answered", 0), CALLS / 50)
        self.end_faults()
        callee = Sipp(self.lab, "other", "uas_signalling.xml", self.lab.ip(23), ring_ms=50)
        Sipp(self.lab, "alice2", "uac_signalling.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service="02079460400", user="alice", talk_ms=300).result()
        callee.result()


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy", "gw-bridge")
    lab.need("sipp")
    unittest.main()
