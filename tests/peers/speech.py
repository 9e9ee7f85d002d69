# Knows: speech for the peers to play: another text and another voice for each end, the same samples on every run.
# Must not know: who plays it.
# Next: audio_check.py, which finds it again in what was heard.
"""WAV files of synthetic speech: 8000 Hz, mono, signed 16 bit, without dither."""

import os
import subprocess
import tempfile
import pathlib

from lab import ROOT, LabError, which

RATE_HZ = 8000
# No sentence comes twice: a text that repeats itself would correlate with itself at the wrong place.
VOICES = {
    "alice": ("en-us", 165, 60, """Good morning, this is the office on the third floor. I am calling about the delivery of
        seven crates of oranges, which should have reached our warehouse by Tuesday. The driver left a note, but nobody here
        can read his handwriting. Could you tell me when the next lorry is due, and whether it will carry the missing boxes?
        We also need new labels, blue ones, and a spare key for the loading bay. After that I would like to talk about the
        invoice from last winter, because the sum at the bottom of page four does not agree with our books."""),
    "bob": ("en-gb-scotland", 150, 35, """Thank you for ringing. Our harbour was closed for two days, since the wind had
        blown a mast across the railway line. Every train from the north had to wait, so the fish, the timber and your fruit
        are still sitting in a shed beside the lighthouse. I have just asked the foreman: he promises a van before sunset.
        Please keep the gate open, park the forklift behind the wall, and feed the dog, otherwise it will bark at my
        colleagues until midnight. Concerning money, a clerk will write to you as soon as her holiday ends."""),
    "carol": ("en-us", 180, 85, """Hello again from the laboratory. Today we measured eleven samples of river water, and
        nine of them were perfectly clear. The other two contained a trace of iron, probably from an old bridge upstream.
        Would you mind sending a courier with fresh bottles? My assistant will wait at the side entrance, wearing a yellow
        helmet, between noon and one o'clock. Bring gloves, a pencil, forty metres of rope, and the small green telescope."""),
}


def wav(voice, seconds):
    """The path of that voice's speech, cut or padded to exactly so many seconds; made once and kept under build/."""
    folder = pathlib.Path(os.environ.get("TANDEM_SPEECH", ROOT / "build/speech"))
    folder.mkdir(parents=True, exist_ok=True)
    name, speed, pitch, text = VOICES[voice]
    path = folder / f"{voice}-{seconds:g}s.wav"
    if path.exists():
        return path
    for program in ("espeak-ng", "sox"):
        if not which(program):
            raise LabError(f"{program} is not installed")
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw, made = f"{scratch}/raw.wav", f"{scratch}/made.wav"
        subprocess.run(["espeak-ng", "-v", name, "-s", str(speed), "-p", str(pitch), "-w", raw, " ".join(text.split())],
                       check=True, stdin=subprocess.DEVNULL, capture_output=True)
        subprocess.run(["sox", "-D", raw, "-r", str(RATE_HZ), "-c", "1", "-b", "16", "-e", "signed-integer", made,
                        "gain", "-n", "-3", "pad", "0", str(seconds), "trim", "0", str(seconds)],
                       check=True, stdin=subprocess.DEVNULL, capture_output=True)
        os.replace(made, path)  # whole or not at all, when two tests make it at the same moment
    return path
