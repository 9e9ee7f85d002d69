# Knows: how to capture the loopback so that the last packets are in the file.
# Must not know: what is in a packet.
# Next: rtp_capture.py.
"""tcpdump as a peer of the laboratory. Needs the right to capture; a test that has not is skipped."""

import os
import re
import time

from lab import LabError, need, skip, wait_for

SETTLE_S = 1.0  # what was sent last reaches the file within a second


class Capture:
    def __init__(self, lab, expression=None, name="capture", bulk=False):
        """Captures what comes from or goes to the laboratory's addresses, or what the expression says; in bulk it takes less time for it."""
        need("tcpdump")
        if os.geteuid() != 0:
            skip("a capture needs root")
        self.path = lab.dir / f"{name}.pcap"
        how = ["-B", "65536"] if bulk else ["--immediate-mode", "-U", "-B", "8192"]
        seen = expression or f"net 127.22.{lab.net}.0/24 and (udp or icmp)"
        self.process = lab.start(name, ["tcpdump", "-i", "lo", "-n", *how, "-s", "0", "-Z", "root", "-w", self.path, seen])
        wait_for("tcpdump listens", self._listening)

    def _listening(self):
        if not self.process.alive():
            raise LabError(f"tcpdump ended\n{self.process.tail()}")
        return "listening on" in self.process.log.read_text()

    def stop(self):
        """Ends the capture a second after the last packet that matters and gives the file's path."""
        time.sleep(SETTLE_S)
        self.process.stop()
        log = self.process.log.read_text()
        if not re.search(r"^0 packets dropped by kernel", log, re.MULTILINE):
            raise LabError(f"tcpdump lost packets: {log}")
        return self.path
