#!/usr/bin/python3
# Knows: many mediated calls at the same time: nothing leaks, nothing is dropped, every end is recorded; what a call costs.
# Must not know: what one call is like (mediated_test.py, outbound_test.py).
# Next: TANDEM_LOAD_CALLS and TANDEM_LOAD_SECONDS make it bigger.
import os
import pathlib
import time

from interop import SECONDS, Scene, main, speech
from lab import wait_for
from sipp import Sipp

CALLS = int(os.environ.get("TANDEM_LOAD_CALLS", "80"))
TALK_S = int(os.environ.get("TANDEM_LOAD_SECONDS", "8"))
RATE = 20  # calls a second
LINGER_S = 33  # a transaction that is over is remembered for 64 * T1 = 32 s (RFC 3261 §17)


def many_ports(data):
    for realm in data["realms"]:
        first = int(realm["media_ports"].split("-")[0])
        realm["media_ports"] = f"{first}-{first + 4 * CALLS + 199}"


class Usage:
    """CPU seconds, resident memory and open descriptors of a process, now."""

    def __init__(self, pid):
        proc = pathlib.Path(f"/proc/{pid}")
        fields = (proc / "stat").read_text().rpartition(")")[2].split()
        self.cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        self.rss_kb = int(next(line for line in (proc / "status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])
        self.files = len(list((proc / "fd").iterdir()))


class Load(Scene):
    company_options = {"edit": many_ports}

    def test_many_calls_at_once_leave_nothing_behind(self):
        bridge = self.bridge.process.pid
        callee = Sipp(self.lab, "itsp", "uas_answer.xml", self.lab.ip(20), codec="PCMU", wav=speech.wav("bob", SECONDS), loops=-1,
                      calls=2 * CALLS, limit_s=TALK_S * 2 + LINGER_S + 90)
        before = Usage(bridge)
        first = self.wave(bridge)
        rested = Usage(bridge)
        time.sleep(LINGER_S)
        second = self.wave(bridge)
        callee.result(60)
        after = Usage(bridge)

        # Descriptors are those of the beginning; what the first wave needed is enough for the second.
        self.assertEqual(after.files, before.files)
        self.assertLess(after.rss_kb, rested.rss_kb * 1.1 + 1024, (before.rss_kb, rested.rss_kb, after.rss_kb))
        ends = wait_for("the bridge records every end",
                        lambda: (lambda r: r if len(r) == 2 * CALLS else None)(self.bridge.records("call")))
        self.assertEqual({r["call"]["outcome"] for r in ends}, {"answered"})
        wait_for("the proxy records every end", lambda: sum(
            r["call"].get("phase") == "end" for r in self.proxy.records("call")) == 2 * CALLS)
        packets = 0
        for record in ends:
            a, b = (leg["media"] for leg in record["call"]["legs"])
            for leg, other in ((a, b), (b, a)):
                self.assertGreater(leg["received"], 25 * TALK_S, record)
                # What came in on one leg went out on the other: nothing was dropped in between. ("foreign" is not counted: SIPp
                # sends a packet from another call's socket now and then, and that one is rightly kept out.)
                self.assertEqual(leg["dropped"], 0, record)
                self.assertEqual(leg["received"], other["sent"], record)
                self.assertGreaterEqual(leg["rtcp_sent"], 1 + TALK_S // 7, record)
                packets += leg["received"]
        lost = sum(leg["media"]["lost"] for record in ends for leg in record["call"]["legs"])
        self.assertLess(lost, packets / 1000)
        for name, (busy, usage), memory in (("first", first, rested), ("second", second, after)):
            print(f"{name} wave: {CALLS} calls, {100 * usage / busy / CALLS:.2f} % of a core a call, rss {memory.rss_kb} kB")
        print(f"{packets} packets, {lost} lost, {1e6 * (after.cpu_s - before.cpu_s) / packets:.1f} us of CPU a packet, SIP and records included")
        self.valid(self.bridge, "gw-bridge")

    def wave(self, bridge):
        """As many calls as there are to be at once; gives the time in which all were up and the CPU that the bridge took in it."""
        known = len(self.bridge.records("call"))
        caller = Sipp(self.lab, f"alice{known}", "uac_call.xml", self.lab.ip(11), target=(self.lab.ip(1), 5060), service="02079460123",
                      user="alice", codec="PCMA", wav=speech.wav("alice", SECONDS), loops=-1, calls=CALLS,
                      talk_ms=1000 * (TALK_S + CALLS // RATE), limit_s=TALK_S + 60, options=("-r", str(RATE), "-l", str(CALLS)))
        time.sleep(CALLS / RATE + 1.5)
        start, at_start = time.monotonic(), Usage(bridge)
        time.sleep(TALK_S - 2.5)
        busy, at_end = time.monotonic() - start, Usage(bridge)
        caller.result(60 + TALK_S)
        wait_for("the bridge has ended them", lambda: len(self.bridge.records("call")) == known + CALLS, 15)
        time.sleep(0.5)
        return busy, at_end.cpu_s - at_start.cpu_s


if __name__ == "__main__":
    main()
