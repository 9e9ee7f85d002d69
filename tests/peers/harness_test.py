#!/usr/bin/python3
# Knows: that the test peers work with each other before any program of ours stands between them, and leave nothing behind.
# Must not know: our own programs.
# Next: lab.py, baresip.py, kamailio.py, sipp.py.
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import lab  # noqa: E402

lab.need("baresip", "kamailio", "espeak-ng", "sox", "tcpdump", "sipp")
import audio_check  # noqa: E402
import rtp_capture  # noqa: E402
import speech  # noqa: E402
from baresip import Baresip  # noqa: E402
from capture import Capture  # noqa: E402
from kamailio import Provider  # noqa: E402
from sipp import Sipp  # noqa: E402

SECONDS = 6


def heard(played, path):
    return audio_check.compare(audio_check.read_wav(played), audio_check.read_wav(path))


class Peers(unittest.TestCase):
    def check_both_heard(self, a, b):
        for listener, speaker in ((a, b), (b, a)):
            result = heard(speaker.wav, listener.heard())
            self.assertTrue(result["ok"], (listener.name, result))
            self.assertGreater(result["worst"], 0.95, (listener.name, result))
            self.assertFalse(heard(listener.wav, listener.heard())["ok"], f"{listener.name} heard itself")

    def test_baresip_calls_baresip_and_the_capture_agrees(self):
        with lab.Lab("direct") as home:
            a_ip, b_ip = home.ip(11), home.ip(12)
            capture = Capture(home)
            a = Baresip(home, "a", a_ip, speech.wav("alice", SECONDS), account=";regint=0;audio_codecs=PCMA")
            b = Baresip(home, "b", b_ip, speech.wav("bob", SECONDS), user="bob",
                        account=";regint=0;audio_codecs=PCMA;answermode=auto")
            a.dial(f"sip:bob@{b_ip}:5060")
            a.event("CALL_ESTABLISHED")
            a.event("CALL_CLOSED", SECONDS + 5)
            a.quit()
            b.quit()
            self.check_both_heard(a, b)
            path = capture.stop()
            found = rtp_capture.streams(path)
            self.assertEqual(len(found), 2)
            for stream in found:
                # By where it goes: baresip's RTP socket is bound to any address, so on the loopback it comes from 127.0.0.1.
                speaker = b if stream.dst.startswith(a_ip + ":") else a
                result = audio_check.compare(audio_check.read_wav(speaker.wav), audio_check.from_capture(path, stream.dst))
                self.assertTrue(result["ok"], result)
            byes = [payload for *_, payload in rtp_capture.udp_packets(path) if payload.startswith(b"BYE ")]
            self.assertTrue(byes, "the capture ends before the call does")

    def test_a_call_through_the_provider_needs_its_digest(self):
        with lab.Lab("digest") as home:
            user_ip, provider_ip, pstn_ip = home.ip(11), home.ip(20), home.ip(21)
            provider = Provider(home, provider_ip, (pstn_ip, 5060), trunk=f"{user_ip}:5060")
            pstn = Baresip(home, "pstn", pstn_ip, speech.wav("bob", SECONDS), user="+442079460123",
                           account=f';regint=0;audio_codecs=PCMU;answermode=auto;outbound="sip:{provider_ip}:5060"')
            user = Baresip(home, "user", user_ip, speech.wav("alice", SECONDS), user="trunk", domain="itsp.example",
                           account=f';outbound="sip:{provider_ip}:5060";auth_user=trunk;auth_pass=secret;regint=0;audio_codecs=PCMU')
            user.dial("sip:+442079460123@itsp.example")
            user.event("CALL_ESTABLISHED")
            self.assertEqual(provider.log().count("admitted trunk to +442079460123"), 1)
            self.assertEqual(provider.log().count("challenge for +442079460123"), 1)
            user.event("CALL_CLOSED", SECONDS + 5)
            user.quit()
            pstn.quit()
            self.check_both_heard(user, pstn)

    def test_the_provider_refuses_a_wrong_password(self):
        with lab.Lab("wrong") as home:
            user_ip, provider_ip, pstn_ip = home.ip(11), home.ip(20), home.ip(21)
            provider = Provider(home, provider_ip, (pstn_ip, 5060), trunk=f"{user_ip}:5060")
            user = Baresip(home, "user", user_ip, speech.wav("alice", SECONDS), user="trunk", domain="itsp.example",
                           account=f';outbound="sip:{provider_ip}:5060";auth_user=trunk;auth_pass=wrong;regint=0')
            user.dial("sip:+442079460123@itsp.example")
            user.event("CALL_CLOSED")
            self.assertNotIn("admitted", provider.log())

    def test_a_did_comes_from_the_pstn_to_the_trunk(self):
        with lab.Lab("did") as home:
            user_ip, provider_ip, pstn_ip = home.ip(11), home.ip(20), home.ip(21)
            Provider(home, provider_ip, (pstn_ip, 5060), trunk=f"{user_ip}:5060")
            user = Baresip(home, "user", user_ip, speech.wav("alice", SECONDS), user="+498912345678",
                           account=";regint=0;audio_codecs=PCMU;answermode=auto")
            pstn = Baresip(home, "pstn", pstn_ip, speech.wav("bob", SECONDS), user="+442079460123", domain="itsp.example",
                           account=f';regint=0;audio_codecs=PCMU;outbound="sip:{provider_ip}:5060"')
            pstn.dial("sip:+498912345678@itsp.example")
            pstn.event("CALL_ESTABLISHED")
            pstn.event("CALL_CLOSED", SECONDS + 5)
            user.quit()
            pstn.quit()
            self.check_both_heard(user, pstn)

    def test_sipp_calls_sipp_with_speech_both_ways(self):
        with lab.Lab("sipp") as home:
            capture = Capture(home)
            callee = Sipp(home, "callee", "uas_answer.xml", home.ip(12), wav=speech.wav("bob", SECONDS))
            caller = Sipp(home, "caller", "uac_call.xml", home.ip(11), target=(home.ip(12), 5060), wav=speech.wav("alice", SECONDS))
            caller.result()
            callee.result()
            path = capture.stop()
            found = rtp_capture.streams(path)
            self.assertEqual(len(found), 2)
            for stream in found:
                played = speech.wav("alice" if stream.src.startswith(home.ip(11)) else "bob", SECONDS)
                self.assertTrue(audio_check.compare(audio_check.read_wav(played), rtp_capture.samples(stream))["ok"])

    def test_baresip_answers_the_challenge_of_sipp(self):
        with lab.Lab("sippdigest") as home:
            sipp = Sipp(home, "itsp", "uas_digest.xml", home.ip(12), wav=speech.wav("bob", SECONDS), codec="PCMU",
                        realm="itsp.example", auth_user="trunk", auth_password="secret")
            user = Baresip(home, "user", home.ip(11), speech.wav("alice", SECONDS), user="trunk", domain="itsp.example",
                           account=f';outbound="sip:{home.ip(12)}:5060";auth_user=trunk;auth_pass=secret;regint=0;audio_codecs=PCMU')
            user.dial("sip:+442079460123@itsp.example")
            user.event("CALL_ESTABLISHED")
            user.event("CALL_CLOSED", SECONDS + 5)
            sipp.result()
            user.quit()
            self.assertTrue(heard(speech.wav("bob", SECONDS), user.heard())["ok"])

    def test_sipp_refuses_a_wrong_password(self):
        with lab.Lab("sippwrong") as home:
            Sipp(home, "itsp", "uas_digest.xml", home.ip(12), wav=speech.wav("bob", SECONDS), realm="itsp.example",
                 auth_user="trunk", auth_password="secret")
            user = Baresip(home, "user", home.ip(11), speech.wav("alice", SECONDS), user="trunk", domain="itsp.example",
                           account=f';outbound="sip:{home.ip(12)}:5060";auth_user=trunk;auth_pass=wrong;regint=0')
            user.dial("sip:+442079460123@itsp.example")
            self.assertIn("403", user.event("CALL_CLOSED")["param"])

    def test_sipp_hangs_up_rejects_and_is_cancelled(self):
        with lab.Lab("sippends") as home:
            for number, (callee, caller, keys) in enumerate((
                    ("uas_hangs_up.xml", None, {"talk_ms": 500}),
                    ("uas_reject.xml", "uac_refused.xml", {"status_line": "486 Busy Here", "status": 486}),
                    ("uas_cancelled.xml", "uac_cancel.xml", {}))):
                wav = speech.wav("bob", SECONDS)
                them = Sipp(home, f"callee{number}", callee, home.ip(12), wav=wav, **keys)
                if caller:
                    Sipp(home, f"caller{number}", caller, home.ip(11), target=(home.ip(12), 5060), wav=wav, **keys).result()
                else:
                    user = Baresip(home, "user", home.ip(13), wav, account=";regint=0")
                    user.dial(f"sip:service@{home.ip(12)}:5060")
                    user.event("CALL_CLOSED")
                them.result()


CHILD = """
import sys
sys.path.insert(0, {here!r})
import lab, time
with lab.Lab("victim") as home:
    for name in ("one", "two"):
        home.start(name, ["sh", "-c", "sleep 600 & sleep 600"])
    print(home.dir, *(process.pid for process in home.processes), flush=True)
    time.sleep(600)
"""


class CleaningUp(unittest.TestCase):
    def sessions(self, pids):
        listed = subprocess.run(["ps", "-eo", "sid=,stat="], capture_output=True, text=True, check=True).stdout.splitlines()
        alive = {line.split()[0] for line in listed if not line.split()[1].startswith("Z")}
        return [pid for pid in pids if pid in alive]

    def check_nothing_left(self, number):
        with subprocess.Popen([sys.executable, "-c", CHILD.format(here=str(HERE))], stdout=subprocess.PIPE, text=True) as child:
            folder, *pids = child.stdout.readline().split()
            self.assertEqual(self.sessions(pids), pids)
            child.send_signal(number)
            child.wait(15)
        self.assertEqual(child.returncode, 128 + number)
        # A process that was killed is gone when the kernel comes round to it.
        lab.wait_for("nothing of the laboratory is left", lambda: not self.sessions(pids), 5)
        self.assertFalse(os.path.exists(folder))

    def test_sigint_leaves_nothing_behind(self):
        self.check_nothing_left(signal.SIGINT)

    def test_sigterm_leaves_nothing_behind(self):
        self.check_nothing_left(signal.SIGTERM)

    def test_sigkill_takes_the_peers_along(self):
        with subprocess.Popen([sys.executable, "-c", CHILD.format(here=str(HERE))], stdout=subprocess.PIPE, text=True) as child:
            folder, *pids = child.stdout.readline().split()
            child.kill()
            child.wait(15)
        time.sleep(0.5)
        alive = [pid for pid in pids if os.path.exists(f"/proc/{pid}") and
                 "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()]
        self.assertEqual(alive, [])
        subprocess.run(["rm", "-rf", folder], check=True)
        for pid in self.sessions(pids):  # grandchildren of shells, which the kernel does not tell
            os.killpg(int(pid), signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
