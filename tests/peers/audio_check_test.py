#!/usr/bin/python3
# Knows: that the audio proof can fail: silence, crossed audio, half-muted audio, a cut, the wrong end.
# Must not know: any peer.
# Next: audio_check.py.
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import lab  # noqa: E402

lab.need("espeak-ng", "sox")
import numpy  # noqa: E402

import audio_check  # noqa: E402
import rtp_capture  # noqa: E402
import speech  # noqa: E402

HERE, THERE = ("127.22.0.1", 4000), ("127.22.0.2", 5000)


def g711(samples, payload_type=8):
    return rtp_capture.DECODE[payload_type][numpy.frombuffer(rtp_capture.encode(samples, payload_type), numpy.uint8)]


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.alice = audio_check.read_wav(speech.wav("alice", 6))
        cls.bob = audio_check.read_wav(speech.wav("bob", 6))

    def assert_fails(self, heard, because, **options):
        result = audio_check.compare(self.alice, heard, **options)
        self.assertFalse(result["ok"], result)
        self.assertIn(because, result["reason"])
        return result

    def test_the_speeches_differ(self):
        self.assertFalse(numpy.array_equal(self.alice, self.bob))

    def test_the_same_speech_through_both_laws_is_heard(self):
        result = audio_check.compare(self.alice, g711(g711(self.alice, 8), 0))
        self.assertTrue(result["ok"], result)
        self.assertGreater(result["peak"], 0.998)
        self.assertGreater(result["worst"], 0.98)
        self.assertEqual(result["lag_ms"], 0)

    def test_a_delay_is_measured(self):
        late = numpy.concatenate([numpy.zeros(960, numpy.int16), g711(self.alice)])
        result = audio_check.compare(self.alice, late)
        self.assertTrue(result["ok"], result)
        self.assertEqual(result["lag_ms"], 120)

    def test_a_lost_first_word_is_an_earlier_start(self):
        result = audio_check.compare(self.alice, g711(self.alice)[480:])
        self.assertTrue(result["ok"], result)
        self.assertEqual(result["lag_ms"], -60)

    def test_silence_fails(self):
        self.assert_fails(numpy.zeros(48000, numpy.int16), "silence")

    def test_silence_through_both_laws_fails_as_silence(self):
        noise = numpy.random.default_rng(2).integers(-8, 8, 48000).astype(numpy.int16)
        self.assert_fails(g711(g711(noise, 8), 0), "silence")

    def test_nothing_fails(self):
        self.assert_fails(numpy.zeros(0, numpy.int16), "empty")

    def test_crossed_audio_fails(self):
        result = self.assert_fails(g711(self.bob), "correlation")
        self.assertLess(result["peak"], 0.2)

    def test_half_muted_audio_fails(self):
        heard = g711(self.alice).copy()
        heard[24000:] = 0
        result = self.assert_fails(heard, "correlation")
        self.assertEqual(result["worst"], 0)

    def test_every_other_packet_muted_fails(self):
        heard = g711(self.alice).copy().reshape(-1, 160)
        heard[::2] = 0
        self.assert_fails(heard.reshape(-1), "correlation")

    def test_noise_over_the_speech_fails(self):
        noise = numpy.random.default_rng(1).normal(0, numpy.std(self.alice), len(self.alice))
        self.assert_fails(self.alice + noise, "correlation")

    def test_half_a_second_of_the_right_speech_is_not_enough(self):
        self.assert_fails(g711(self.alice)[:4000], "lie over each other")

    def test_both_speeches_at_once_fail(self):
        self.assert_fails((self.alice.astype(int) + self.bob) // 2, "correlation")

    def test_a_muted_word_shows_in_the_worst_window(self):
        heard = g711(self.alice).copy()
        heard[16000:17600] = 0
        result = audio_check.compare(self.alice, heard)
        self.assertLess(result["worst"], 0.5)
        self.assertAlmostEqual(result["worst_at_s"], 2.0, delta=0.2)

    def test_from_a_capture_with_a_lost_packet_and_two_out_of_order(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/call.pcap"
            packets = list(rtp_capture.rtp_packets(self.alice, 8, HERE, THERE, first_sequence=65500))
            packets[40], packets[41] = packets[41], packets[40]
            del packets[100]
            other = rtp_capture.rtp_packets(self.bob, 0, THERE, HERE, ssrc=7)
            rtp_capture.write_pcap(path, sorted([*packets, *other], key=lambda packet: packet[0]))
            self.assertEqual(len(rtp_capture.streams(path)), 2)
            there = audio_check.from_capture(path, "127.22.0.2:5000")
            self.assertTrue(audio_check.compare(self.alice, there)["ok"])
            here = audio_check.from_capture(path, "127.22.0.1:4000")
            self.assertTrue(audio_check.compare(self.bob, here)["ok"])
            self.assertFalse(audio_check.compare(self.alice, here)["ok"])
            self.assertEqual(len(audio_check.from_capture(path, "127.22.0.9:5000")), 0)
            tool = pathlib.Path(audio_check.__file__)
            for to, rc in (("127.22.0.2:5000", 0), ("127.22.0.1:4000", 1), ("127.22.0.9:5000", 1)):
                done = subprocess.run([tool, speech.wav("alice", 6), path, "--to", to], capture_output=True)
                self.assertEqual(done.returncode, rc, done)

    def test_the_laws_agree_with_the_standard_tables(self):
        # G.711 tables 1a/2a: the ends of each segment, both signs.
        for payload_type, code, value in ((8, 0xD5, 8), (8, 0x55, -8), (8, 0xAA, 32256), (8, 0x2A, -32256), (8, 0xC5, 264),
                                          (0, 0xFF, 0), (0, 0x80, 32124), (0, 0x00, -32124), (0, 0xFE, 8), (0, 0xF0, 120)):
            self.assertEqual(rtp_capture.DECODE[payload_type][code], value, (payload_type, hex(code)))


if __name__ == "__main__":
    unittest.main()
