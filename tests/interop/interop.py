# Knows: what the interop tests have in common: a company with its peers around it, and the checks made on every call.
# Must not know: one scenario.
# Next: the *_test.py beside it; tests/peers/ for the peers.
import collections
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
import audio_check  # noqa: E402
import lab  # noqa: E402
import rtp_capture  # noqa: E402
import speech  # noqa: E402
import tandem  # noqa: E402
from baresip import Baresip  # noqa: E402
from capture import Capture  # noqa: E402
from kamailio import Provider  # noqa: E402
from sipp import Sipp  # noqa: E402

SECONDS = 6


def valid(records, tool):
    """Checks records against the tool's own schema; gives how many they were."""
    import jsonschema
    schema = json.loads(subprocess.run([tandem.program(tool), "--schema"], capture_output=True, check=True).stdout)
    validator = jsonschema.Draft202012Validator(schema)
    count = 0
    for record in records:
        validator.validate(record)
        count += 1
    return count


class Scene(unittest.TestCase):
    """A test with a laboratory, a company, its programs, and a capture. At its end every record of its programs is valid."""

    bridge_needed = True
    company_options = {}

    def setUp(self):
        self.lab = lab.Lab(self.id().split(".")[-1].removeprefix("test_")[:24])
        self.lab.__enter__()
        self.company = tandem.Company(self.lab, **self.company_options)
        self.capture = Capture(self.lab)
        self.bridge = tandem.Bridge(self.company) if self.bridge_needed else None
        self.proxy = tandem.Proxy(self.company)

    def tearDown(self):
        outcome = self._outcome.result
        failed = any(test is self for test, _ in outcome.failures + outcome.errors) if outcome else False
        try:
            if not failed:
                failed = True
                for server in self.lab.servers:
                    valid(server.records(), server.tool)
                failed = False
        finally:
            self.lab.__exit__(AssertionError if failed else None, AssertionError() if failed else None, None)

    # The peers around the company.
    def provider(self, **options):
        return Provider(self.lab, self.lab.ip(20), (self.lab.ip(21), 5060), trunk=self.company.outside, password=tandem.PASSWORD, **options)

    def alice(self, codec="PCMA", **options):
        return self.user_agent("alice", 11, "alice", codec, self.company.inside, "alice", **options)

    def user_agent(self, name, host, voice, codec, outbound, user, domain="company.example", extra=""):
        return Baresip(self.lab, name, self.lab.ip(host), speech.wav(voice, SECONDS), user=user, domain=domain,
                       account=f';regint=0;audio_codecs={codec};answermode=auto;outbound="sip:{outbound}"{extra}')

    def subscriber(self, codec="PCMU", number=tandem.PSTN):
        """The PSTN's subscriber behind the provider."""
        return self.user_agent("subscriber", 21, "bob", codec, f"{self.lab.ip(20)}:5060", number, "itsp.example")

    # What is checked.
    def both_heard(self, a, b):
        for listener, speaker in ((a, b), (b, a)):
            result = audio_check.compare(audio_check.read_wav(speaker.wav), audio_check.read_wav(listener.heard()))
            self.assertTrue(result["ok"], (listener.name, result))
            self.assertGreater(result["worst"], 0.9, (listener.name, result))

    def ended_call(self, server, **wanted):
        """The server's record of the call's end, with these values."""
        record = server.wait_record(lambda line: line["type"] == "call" and line["call"].get("phase") == "end", what="the call's end")
        for key, value in wanted.items():
            self.assertEqual(record["call"].get(key), value, (key, record))
        return record

    def valid(self, server, tool):
        """Every record that a program wrote is valid against its own schema."""
        self.assertTrue(valid(server.records(), tool), f"{tool} wrote no record")

    def analysed(self, path=None):
        """pcap-analyze's records of the capture, its packet counts checked against tshark's, stream by stream."""
        path = path or self.capture.stop()
        records = tandem.run("pcap-analyze", path)
        ours = collections.Counter()
        for record in records:
            if record["type"] == "stream":
                stream = record["stream"]
                ours[stream["ssrc"], stream["dst"]] += stream["packets"]
        done = subprocess.run(["tshark", "-r", path, "-o", "rtp.heuristic_rtp:TRUE", "-Y", "rtp and not icmp", "-T", "fields", "-E", "separator=,",
                               "-e", "rtp.ssrc", "-e", "ip.dst", "-e", "udp.dstport"], capture_output=True, text=True)
        if done.returncode != 0 or not done.stdout:
            done = subprocess.run(["tshark", "-r", path, "--enable-heuristic", "rtp_udp", "-Y", "rtp and not icmp", "-T", "fields", "-E", "separator=,",
                                   "-e", "rtp.ssrc", "-e", "ip.dst", "-e", "udp.dstport"], capture_output=True, text=True, check=True)
        theirs = collections.Counter()
        for line in done.stdout.split():
            ssrc, address, port = line.split(",")
            theirs[ssrc, f"{address}:{port}"] += 1
        self.assertTrue(theirs, "tshark sees no RTP")
        self.assertEqual(dict(ours), dict(theirs))
        return records


def main():
    tandem.need("sip-trunk-proxy", "gw-bridge", "pcap-analyze")
    lab.need("baresip", "kamailio", "sipp", "tcpdump", "tshark", "espeak-ng", "sox")
    unittest.main()
