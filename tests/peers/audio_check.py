#!/usr/bin/python3
# Knows: how to prove that what was played at one end was heard at the other.
# Must not know: how it got there.
# Next: speech.py, rtp_capture.py.
"""Is PLAYED (a WAV) what is HEARD (a WAV, or an RTP stream of a capture)? Prints one JSON object; exit code 1 when it is not.

    audio_check.py [--min-seconds S] [--peak R] PLAYED HEARD
    audio_check.py [--min-seconds S] [--peak R] PLAYED CAPTURE --to IP:PORT [--from IP:PORT]

The two are laid over each other where their cross-correlation (FFT) is highest. `peak` is the normalised correlation over the
whole overlap: 1 = the same, about 0.04 = another speech. `worst` is that of the worst 200 ms in which something was played.
HEARD may begin late or end early, but the overlap must be at least --min-seconds long.
"""

import argparse
import json
import sys
import wave

import numpy

import rtp_capture

RATE_HZ = 8000
PEAK = 0.9
WINDOW = RATE_HZ // 5
SILENCE = 16  # of 32768: what quantisation leaves of silence (A-law's smallest value is 8) stays below it
EDGE_S = 0.06  # a user agent may lose up to 60 ms of the first word; the last packets may miss the end


def read_wav(path):
    """16-bit samples of an 8000 Hz mono WAV. The length in the header may be wrong when its writer was stopped."""
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE_HZ, 1, 2):
            raise ValueError(f"{path}: not 8000 Hz, mono, 16 bit")
        return numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16)


def correlation(a, b):
    power = float(numpy.dot(a, a)) * float(numpy.dot(b, b))
    return float(numpy.dot(a, b)) / power**0.5 if power > 0 else 0.0


def compare(played, heard, min_seconds=5.0, peak=PEAK):
    """A dict: ok, reason (when not ok), peak, worst, worst_at_s, lag_ms (played to heard), overlap_s."""
    played, heard = numpy.asarray(played, float), numpy.asarray(heard, float)
    result = {"ok": False, "peak": 0.0, "worst": 0.0, "lag_ms": None, "overlap_s": 0.0}
    if not len(played) or not len(heard):
        return {**result, "reason": "one of the recordings is empty"}
    if min(numpy.std(played), numpy.std(heard)) < SILENCE:
        return {**result, "reason": "silence"}
    size = 1 << (len(played) + len(heard) - 1).bit_length()
    crossed = numpy.fft.irfft(numpy.fft.rfft(heard, size) * numpy.conj(numpy.fft.rfft(played, size)), size)
    lag = int(numpy.argmax(crossed))
    if lag > size // 2:
        lag -= size
    # played[i] belongs to heard[i + lag]
    begin, end = max(0, -lag), min(len(played), len(heard) - lag)
    p, h = played[begin:end], heard[begin + lag:end + lag]
    result.update(lag_ms=round(lag * 1000 / RATE_HZ, 3), overlap_s=round(len(p) / RATE_HZ, 3), peak=round(correlation(p, h), 4))

    edge, loud = int(EDGE_S * RATE_HZ), 0.05 * numpy.sqrt(numpy.mean(played**2))
    worst, at = 1.0, None
    for start in range(edge, len(p) - edge - WINDOW + 1, WINDOW // 2):
        window = p[start:start + WINDOW]
        if numpy.sqrt(numpy.mean(window**2)) < loud:
            continue  # a pause: nothing was played that could be heard
        here = correlation(window, h[start:start + WINDOW])
        if here < worst:
            worst, at = here, (begin + start) / RATE_HZ
    result.update(worst=round(worst, 4) if at is not None else 0.0)
    if at is not None:
        result.update(worst_at_s=round(at, 2))
    if result["peak"] < peak:
        return {**result, "reason": f"correlation {result['peak']}, wanted {peak}"}
    if result["overlap_s"] < min_seconds:
        return {**result, "reason": f"only {result['overlap_s']} s lie over each other, wanted {min_seconds}"}
    return {**result, "ok": True}


def from_capture(path, destination, source=None):
    """The samples of the one stream to destination (the longest, when there are several)."""
    found = [stream for stream in rtp_capture.streams(path)
             if stream.dst == destination and source in (None, stream.src)]
    if not found:
        return numpy.zeros(0, numpy.int16)
    return rtp_capture.samples(max(found, key=lambda stream: len(stream.packets)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--min-seconds", type=float, default=5.0)
    parser.add_argument("--peak", type=float, default=PEAK)
    parser.add_argument("--to")
    parser.add_argument("--from", dest="source")
    parser.add_argument("played")
    parser.add_argument("heard")
    options = parser.parse_args()
    heard = from_capture(options.heard, options.to, options.source) if options.to else read_wav(options.heard)
    result = compare(read_wav(options.played), heard, options.min_seconds, options.peak)
    print(json.dumps(result))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
