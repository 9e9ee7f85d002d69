#!/usr/bin/python3
# Knows: the quickstart's call: a user, the five programs and a provider on the loopback, and how to show what came of it.
# Must not know: how the programs are built (quickstart).
# Next: company.json, the topology; tests/peers/, the peers and the proof of audio.
"""alice dials a number as people write it; the call goes over sip-trunk-proxy and gw-bridge to a provider that wants digest
(Kamailio) and to a subscriber behind it (baresip); both speak, both are recorded, everything is captured and then judged."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/peers"))
import audio_check  # noqa: E402
import lab as laboratory  # noqa: E402
import speech  # noqa: E402
from baresip import Baresip  # noqa: E402
from capture import Capture  # noqa: E402
from kamailio import Provider  # noqa: E402

SECONDS = 6
DIALLED, NUMBER = "92065550123", "+12065550123"  # 9 for an outside line; numbers for fiction
PASSWORD = "quickstart"

# company.json has the addresses and file names of documentation; here they move onto the loopback, subnet by subnet.
SUBNETS = (("10.1.0.", 0, 26), ("10.1.1.", 64, 27), ("10.2.1.", 96, 27), ("203.0.113.", 128, 27), ("198.51.100.", 208, 29),
           ("192.0.2.", 160, 27))


def on_loopback(text, lab, folder):
    for start, first, length in SUBNETS:
        text = re.sub(rf"{re.escape(start)}0/\d+", f"127.22.{lab.net}.{first}/{length}", text)
        text = re.sub(rf"{re.escape(start)}(\d+)", lambda match, first=first, length=length:
                      f"127.22.{lab.net}.{first + int(match[1]) % (1 << (32 - length))}", text)
    return text.replace("/etc/tandem/", f"{folder}/").replace("sbc.company.example", lab.ip(138))


def title(text):
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}")


class Programs:
    def __init__(self, bin_dir, topology):
        self.bin, self.topology = pathlib.Path(bin_dir).resolve(), topology

    def run(self, tool, *arguments, stdin="", ok=(0,)):
        done = subprocess.run([self.bin / tool, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60)
        if done.returncode not in ok:
            raise laboratory.LabError(f"{tool} {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout

    def records(self, *arguments, **options):
        return [json.loads(line) for line in self.run(*arguments, **options).splitlines()]

    def serve(self, lab, tool, endpoint):
        records = lab.dir / f"{tool}.jsonl"
        process = lab.start(tool, [self.bin / tool, "serve", "--topology", self.topology], stdout=records)
        laboratory.wait_for(f"{tool} serves", lambda: laboratory.udp_bound(endpoint) or self._dead(process))
        return records

    @staticmethod
    def _dead(process):
        if not process.alive():
            raise laboratory.LabError(f"{process.name} ended at once\n{process.tail()}")


def silence(lab, seconds):
    import wave
    path = lab.dir / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000 * seconds))
    return path


def make_call(lab, programs, negative):
    """Gives the two user agents, the capture and the two files of records."""
    net = f"127.22.{lab.net}."
    inside, outside, bridge, user, itsp, pstn = (net + host for host in ("10", "138", "20", "75", "213", "214"))
    alice_says, bob_says = speech.wav("alice", SECONDS), speech.wav("bob", SECONDS)
    played = {None: bob_says, "muted": silence(lab, SECONDS), "crossed": alice_says}[negative]

    capture = Capture(lab)
    Provider(lab, itsp, (pstn, 5060), trunk=f"{outside}:5060", realm="itsp.example", user="company", password=PASSWORD)
    bridge_records = programs.serve(lab, "gw-bridge", f"{bridge}:5080")
    proxy_records = programs.serve(lab, "sip-trunk-proxy", f"{inside}:5060")
    far = Baresip(lab, "subscriber", pstn, played, user=NUMBER, domain="itsp.example",
                  account=f';regint=0;audio_codecs=PCMA;answermode=auto;outbound="sip:{itsp}:5060"')
    near = Baresip(lab, "alice", user, alice_says, user="alice", domain="company.example",
                   account=f';regint=0;audio_codecs=PCMU;outbound="sip:{inside}:5060"')
    print(f"alice (baresip, PCMU) dials {DIALLED}; the provider (Kamailio, digest) reaches the subscriber (baresip, PCMA) ...")
    near.dial(f"sip:{DIALLED}@company.example")
    near.event("CALL_ESTABLISHED", 15)
    print(f"answered; {SECONDS} s of speech from both ends, captured ...")
    near.event("CALL_CLOSED", SECONDS + 10)
    far.event("CALL_CLOSED", 10)
    near.quit()
    far.quit()
    far.wav = bob_says  # what should have been heard
    return near, far, capture.stop(), proxy_records, bridge_records


def show(programs, lab, path, proxy_records):
    topology = ["--topology", programs.topology]
    title("The number (e164-normalize)")
    number = programs.records("e164-normalize", *topology, "--no-summary", stdin=DIALLED + "\n")[0]["number"]
    print(f"dialled {DIALLED}, normalised {number['e164']} (rule {number.get('rule')} of dial plan {number.get('dial_plan')})")

    title("The route (sip-trunk-proxy route)")
    route = programs.records("sip-trunk-proxy", "route", *topology, "--user", "alice", "--no-summary", stdin=DIALLED + "\n")[0]["route"]
    print(f"policy {route.get('policy')}, usage {route.get('usage')}, route {route.get('route')}; targets in order:")
    for target in route["targets"]:
        print(f"  {target.get('trunk', target.get('user'))}: {target['request_uri']} to {target.get('next_hop')}, media {target['path']}"
              f" ({target['path_reason']})")

    title("The call record (sip-trunk-proxy)")
    calls = [record for record in map(json.loads, proxy_records.read_text().splitlines())
             if record["type"] == "call" and record["call"].get("phase") == "end"]
    for record in calls:
        print(json.dumps(record, indent=2, ensure_ascii=False))

    title("The ladder, and the quality of both legs (pcap-analyze)")
    print(programs.run("pcap-analyze", "--format", "text", path))

    title("May the media bypass the bridge? (bypass-check)")
    print(programs.run("bypass-check", *topology, "--user", "alice", "--trunk", "itsp", "--format", "text", ok=(0, 1)))
    return number["e164"] == NUMBER and len(calls) == 1 and calls[0]["call"].get("outcome") == "answered"


def judge(near, far):
    title(f"Did each end hear the other? (correlation with what was played, at least {audio_check.PEAK})")
    good = True
    for listener, speaker in ((near, far), (far, near)):
        result = audio_check.compare(audio_check.read_wav(speaker.wav), audio_check.read_wav(listener.heard()))
        good = good and result["ok"]
        words = "yes" if result["ok"] else f"NO: {result['reason']}"
        print(f"{listener.name:10} heard {speaker.name:10} {words}  (peak {result['peak']:.4f}, worst 200 ms {result['worst']:.3f}, "
              f"{result['overlap_s']} s, shifted by {result['lag_ms']} ms)")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", default=ROOT / "build/release/bin")
    parser.add_argument("--negative", choices=["muted", "crossed"])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("The call is captured with tcpdump, which needs root: run it with sudo.", file=sys.stderr)
        return 4
    begun = time.monotonic()
    try:
        with laboratory.Lab("quickstart", keep=options.keep) as lab:
            folder = lab.dir / "company"
            folder.mkdir()
            for name, text in (("seal.key", os.urandom(32).hex()), ("itsp.password", PASSWORD)):
                (folder / name).write_text(text + "\n")
                (folder / name).chmod(0o600)
            topology = folder / "company.json"
            topology.write_text(on_loopback((ROOT / "examples/company.json").read_text(), lab, folder))
            programs = Programs(options.bin, topology)
            near, far, path, proxy_records, _ = make_call(lab, programs, options.negative)
            shown = show(programs, lab, path, proxy_records)
            heard = judge(near, far)
    except laboratory.LabError as fault:
        print(f"quickstart: {fault}", file=sys.stderr)
        return 4
    print(f"\n{'Each end heard the other' if shown and heard else 'The call FAILED its check'}; {time.monotonic() - begun:.0f} s")
    return 0 if shown and heard else 1


if __name__ == "__main__":
    sys.exit(main())
