#!/usr/bin/python3
# Knows: that the quickstart's call passes, that its check fails when the media is spoiled, and that an interrupt leaves nothing behind.
# Must not know: the call.
# Next: examples/quickstart, examples/one_call.py.
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
import interop  # noqa: E402
import lab  # noqa: E402
import tandem  # noqa: E402

CALL = lab.ROOT / "examples/one_call.py"


def start(*options, **changes):
    return subprocess.Popen([CALL, "--bin", tandem.BIN, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            start_new_session=True, env={**os.environ, **changes})


def run(*options, **changes):
    with start(*options, **changes) as process:
        out, _ = process.communicate(timeout=90)
    return process.returncode, out


class Quickstart(unittest.TestCase):
    def test_the_call_is_made_shown_and_heard(self):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            rc, out = run("--keep", TMPDIR=folder)
            for tool in ("sip-trunk-proxy", "gw-bridge"):
                written = [line for path in pathlib.Path(folder).glob(f"*/{tool}.jsonl") for line in path.read_text().splitlines()]
                self.assertTrue(interop.valid(map(json.loads, written), tool), (tool, out))
        self.assertEqual(rc, 0, out)
        for shown in ("+12065550123", "long-distance", '"outcome": "answered"', "407 Proxy Auth", "INVITE", "BYE", "MOS", "PCMU", "PCMA",
                      "itsp", "Each end heard the other"):
            self.assertIn(shown, out)
        self.assertEqual(len(re.findall(r"heard .* yes", out)), 2, out)
        self.assertLess(time.monotonic() - begun, 30)

    def test_muted_media_fails_the_check(self):
        rc, out = run("--negative", "muted")
        self.assertEqual(rc, 1, out)
        self.assertRegex(out, r"alice +heard subscriber +NO: silence")
        self.assertRegex(out, r"subscriber +heard alice +yes")

    def test_crossed_media_fails_the_check(self):
        rc, out = run("--negative", "crossed")
        self.assertEqual(rc, 1, out)
        self.assertRegex(out, r"alice +heard subscriber +NO: correlation")

    def test_an_interrupt_leaves_nothing_behind(self):
        # Before the peers are there, while they come up, while they speak.
        for number, moment in ((signal.SIGINT, ""), (signal.SIGTERM, "alice"), (signal.SIGINT, "answered"), (signal.SIGTERM, "answered")):
            with self.subTest(signal=number.name, moment=moment), tempfile.TemporaryDirectory() as folder:
                self.interrupt(number, moment, folder)

    @staticmethod
    def wait_for_traps(pid):
        """Until the script's own traps stand, however busy the machine is: that of TERM is the last, and bash catches INT without any."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with open(f"/proc/{pid}/status") as status:
                caught = int(next(line for line in status if line.startswith("SigCgt")).split()[1], 16)
            if caught >> (signal.SIGTERM - 1) & 1:
                return
            time.sleep(0.05)

    def interrupt(self, number, moment, folder):
        process = start(TMPDIR=folder)
        if moment:
            for line in process.stdout:
                if line.startswith(moment):
                    break
        else:
            self.wait_for_traps(process.pid)
            time.sleep(0.5)
        # Every peer is a session of its own whose first process is this one's child.
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split()
        children = [int(pid) for pid, parent in zip(listed[::2], listed[1::2]) if int(parent) == process.pid]
        self.assertGreaterEqual(len(children), 6 if moment == "answered" else 0)
        process.send_signal(number)
        process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(20), 128 + number)
        self.assertEqual([pid for pid in children if os.path.exists(f"/proc/{pid}")], [])
        self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy", "gw-bridge", "pcap-analyze", "e164-normalize", "bypass-check")
    lab.need("baresip", "kamailio", "tcpdump", "espeak-ng", "sox")
    unittest.main()
