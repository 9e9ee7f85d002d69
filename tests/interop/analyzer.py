"""Runs pcap-analyze, tshark and voipgen and reads what they print, for the tests of the analyser.

Knows: the programs' output formats. Must not know: what is compared. Next: capture_truth_test.py, tshark_counts_test.py.
"""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

BIN = Path(os.environ.get("TANDEM_BIN", "build/dev/bin"))
BUILD = Path(os.environ.get("TANDEM_BUILD", "build/dev"))
ROOT = Path(__file__).resolve().parents[2]
# Captures for extended tests; the tests say so when they are absent.
SHARED = ROOT.parent / "shared" / "captures"

# Shapes of the generated captures: every file format, link and address family, clean and spoilt media.
SHAPES = {
    "plain": ["-n", "60", "-d", "12", "-s", "1"],
    "pcapng": ["-n", "40", "-d", "14", "-s", "2", "--ng"],
    "nanoseconds-vlan": ["-n", "30", "-s", "3", "--ns", "--vlan"],
    "pcapng-ns-v6": ["-n", "30", "-s", "4", "--ng", "--ns", "--v6"],
    "clean": ["-n", "20", "-s", "5", "--clean"],
    "signalling": ["-n", "1000", "-r", "100", "-s", "6", "--no-rtp"],
    "failures": ["-n", "200", "-r", "50", "-s", "7", "--fail"],
}


class Check:
    """Counts what was compared and what was wrong; the last lines say both."""

    def __init__(self):
        self.done = 0
        self.wrong = 0

    def that(self, good, text):
        self.done += 1
        if not good:
            self.wrong += 1
            if self.wrong <= 20:
                print("WRONG", text)

    def end(self):
        print(f"{self.done} comparisons, {self.wrong} wrong")
        sys.exit(1 if self.wrong or not self.done else 0)


def analyze(capture, *options, codes=(0,)):
    """The records of a capture, by type, and the summary. 3 among the codes allows a capture that is read in part."""
    done = subprocess.run([BIN / "pcap-analyze", *options, capture], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode not in codes:
        sys.exit(f"pcap-analyze {capture}: exit code {done.returncode}, not of {codes}: {done.stderr}")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    calls = {r["call"]["call_id"]: r["call"] for r in records if r["type"] == "call"}
    streams = [r["stream"] for r in records if r["type"] == "stream"]
    assert records[-1]["type"] == "summary", "the last line is no summary"
    return calls, streams, records[-1]["summary"]


def generate(folder, name):
    """Makes the capture of that shape; gives its path and its truth."""
    capture, truth = Path(folder) / f"{name}.cap", Path(folder) / f"{name}.jsonl"
    subprocess.run([BUILD / "tests" / "voipgen", capture, truth, *SHAPES[name]], check=True, timeout=120)
    print(f"{name}: voipgen {' '.join(SHAPES[name])}")
    return capture, [json.loads(line) for line in truth.read_text().splitlines()]


def need(program):
    """Ends the test as skipped when a program is absent."""
    if shutil.which(program) is None:
        print(f"SKIP: {program} is not installed")
        sys.exit(77)


ROW = re.compile(r"\s*[\d.]+\s+[\d.]+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+0x([0-9A-Fa-f]{8})\s+.*?\s(\d+)\s+-?\d+ \(")


# | 0.000 <> 22.081 |   407 | 221337 |
FRAMES = re.compile(r"^\|[^|]*<>[^|]*\|\s*(\d+)\s*\|", re.MULTILINE)


def tshark_counts(capture, heuristic=False):
    """RTP packets by stream as `tshark -z rtp,streams` counts them, and the number of SIP messages over UDP."""
    command = ["tshark", "-r", str(capture), "-q", "-z", "rtp,streams", "-z", "io,stat,0,sip && udp && !tcp"]
    if heuristic:
        command += ["--enable-heuristic", "rtp_udp"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    streams = {}
    for line in text.splitlines():
        row = ROW.match(line)
        if row:
            key = (row[1], int(row[2]), row[3], int(row[4]), "0x" + row[5].lower())
            streams[key] = streams.get(key, 0) + int(row[6])
    sip = FRAMES.search(text)
    if sip:
        return streams, int(sip[1])
    # A capture whose packets all have one time gives no interval to count in.
    command = ["tshark", "-r", str(capture), "-Y", "sip && udp && !tcp", "-T", "fields", "-e", "frame.number"]
    return streams, subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout.count("\n")


def stream_key(stream):
    """(source, port, destination, port, SSRC), as tshark_streams() has it."""
    def parts(endpoint):
        host, port = endpoint.rsplit(":", 1)
        return host.strip("[]"), int(port)
    return (*parts(stream["src"]), *parts(stream["dst"]), stream["ssrc"])
