# Knows: how to ask our scanner what it makes of messages.
# Must not know: what is right.
# Next: sip_verdict/main.cpp.
"""`ask(messages)` gives for each message {"strict": {...}, "lenient": {...}, "message": {...}}; answer 0 = accepted, -1 = dropped."""

import json
import os
import pathlib
import struct
import subprocess

from lab import ROOT, LabError

BUILD = pathlib.Path(os.environ.get("TANDEM_BUILD", ROOT / "build/dev"))


def ask(messages):
    messages = list(messages)
    program = BUILD / "tests/sip_verdict"
    if not program.exists():
        raise LabError(f"{program} is not built")
    text = b"".join(struct.pack("!I", len(message)) + message for message in messages)
    done = subprocess.run([program], input=text, capture_output=True, timeout=60)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(messages):
        raise LabError(f"sip_verdict: exit code {done.returncode}, {len(lines)} of {len(messages)} answers\n{done.stderr[-1000:]}")
    return [json.loads(line) for line in lines]
