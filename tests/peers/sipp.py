# Knows: how to fill in and run a SIPp scenario, once, and what its exit code means.
# Must not know: our own programs.
# Next: tests/interop/sipp/ (the scenarios).
"""SIPp as an independent caller or callee. `Sipp(...).result()` is True when the scenario went as it is written."""

import re

from lab import ROOT, LabError, tcp_bound, udp_bound, wait_for

SCENARIOS = ROOT / "tests/interop/sipp"
ENCODINGS = {"PCMU": 0, "PCMA": 8}


def raw_speech(lab, wav_path, codec):
    """The WAV's samples as a raw G.711 file, which is what rtp_stream plays."""
    import audio_check
    import rtp_capture
    path = lab.dir / f"{wav_path.stem}.{codec.lower()}"
    path.write_bytes(rtp_capture.encode(audio_check.read_wav(wav_path), ENCODINGS[codec]))
    return path


class Sipp:
    """keys fill in the scenario's @key@s. target: (ip, port) for a caller, None for a callee."""

    def __init__(self, lab, name, scenario, ip, port=5060, target=None, service="service", wav=None, codec="PCMA", calls=1,
                 limit_s=40, media_port=None, options=(), transport="u1", **keys):
        self.lab, self.name = lab, name
        keys = {"user": name, "ring_ms": 300, "talk_ms": 6000, "loops": 1, "pt": ENCODINGS[codec], "encoding": codec, "padding": "none", **keys}
        if wav:
            keys["speech"] = raw_speech(lab, wav, codec)
        text = (SCENARIOS / scenario).read_text()
        head, comment, body = text.partition("-->")  # the comment explains the keys, it has none
        body = re.sub(r"@([a-z_]+)@", lambda match: str(keys.get(match[1], match[0])), body)
        left = re.search(r"@([a-z_]+)@", body)
        if left:
            raise LabError(f"{scenario} needs {left[1]}=")
        path = lab.dir / f"{name}.xml"
        path.write_text(head + comment + body)
        media = media_port or 30000 + 100 * len(lab.processes)
        command = ["sipp", "-sf", path, "-i", ip, "-p", str(port), "-mi", ip, "-mp", str(media), "-m", str(calls), "-nostdin", "-timeout", f"{limit_s}s", "-timeout_error",
                   "-trace_err", "-error_file", lab.dir / f"{name}.errors", "-trace_msg", "-message_file", lab.dir / f"{name}.messages",
                   "-s", service, "-t", transport, *options]
        if target:
            command.append(f"{target[0]}:{target[1]}")
        self.process = lab.start(name, command, cwd=lab.dir)
        if not target:
            bound = udp_bound if transport.startswith("u") else tcp_bound
            wait_for(f"{name} listens", lambda: self._listening(bound, ip, port))

    def _listening(self, bound, ip, port):
        if not self.process.alive():
            raise LabError(f"{self.name} ended at once\n{self.process.tail()}")
        return bound(f"{ip}:{port}")

    def messages(self):
        """Everything that was sent and received, as SIPp logs it."""
        path = self.lab.dir / f"{self.name}.messages"
        return path.read_text(errors="replace") if path.exists() else ""

    def result(self, timeout_s=45):
        """Waits for the end; raises with SIPp's own words when the scenario failed."""
        code = self.process.wait(timeout_s)
        if code != 0:
            errors = self.lab.dir / f"{self.name}.errors"
            said = errors.read_text(errors="replace")[-1500:] if errors.exists() else "(no error file)"
            raise LabError(f"SIPp {self.name}: exit code {code}\n{said}")
        return True
