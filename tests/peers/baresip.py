# Knows: how to configure, start, drive and stop baresip without a sound card.
# Must not know: our own programs.
# Next: speech.py (what it plays), audio_check.py (what it heard).
"""baresip as an independent user agent: plays a WAV, records what it hears, is driven over its control port."""

import json
import pathlib
import select
import socket
import time

from lab import LabError, wait_for

CONFIG = """\
sip_listen {ip}:{port}
net_interface {ip}
rtp_ports {rtp_low}-{rtp_high}
call_local_timeout 120
call_max_calls 4
audio_source aufile,{wav}
audio_player aubridge,{name}
audio_alert aubridge,{name}-alert
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
statmode_default off
rtp_stats yes
snd_path {dir}
{tls}
ctrl_tcp_listen {ip}:{control}
module_path {modules}
module g711.so
module srtp.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""
MODULES = "/usr/lib/baresip/modules"


class Baresip:
    """account: the line of baresip's accounts file after the address, such as ";regint=0;audio_codecs=PCMA".
    tls: (certificate file, key file, file of issuers): it listens by TLS too, at the port after `port`, and shows that certificate."""

    def __init__(self, lab, name, ip, wav, user="alice", port=5060, account="", domain=None, limit_s=60, tls=None):
        self.lab, self.name, self.ip, self.port, self.wav = lab, name, ip, port, wav
        self.dir = lab.dir / name
        self.dir.mkdir(exist_ok=True)
        control = 4470
        # baresip binds its RTP sockets to any address and sends from 127.0.0.1: ports that two laboratories share would mix their
        # calls, as soon as a bridge answers to where the packets come from.
        rtp_low = 20000 + lab.net % 200 * 50
        secure = ""
        if tls:
            both = self.dir / "certificate.pem"
            both.write_text("".join(pathlib.Path(part).read_text(encoding="ascii") for part in tls[:2]))
            secure = f"sip_certificate {both}\nsip_cafile {tls[2]}"
        (self.dir / "config").write_text(CONFIG.format(
            ip=ip, port=port, wav=wav, name=f"{name}{lab.net}", dir=self.dir, control=control, modules=MODULES,
            rtp_low=rtp_low, rtp_high=rtp_low + 49, tls=secure))
        (self.dir / "accounts").write_text(f"<sip:{user}@{domain or f'{ip}:{port}'}>{account}\n")
        (self.dir / "contacts").write_text("")
        self.process = lab.start(name, ["baresip", "-f", self.dir, "-4", "-t", str(limit_s)])
        self._buffer, self._events, self._token = b"", [], 0
        self._control = wait_for(f"{name} opens its control port", lambda: self._connect(control))
        lab.sockets.append(self._control)

    def _connect(self, port):
        if not self.process.alive():
            raise LabError(f"{self.name} ended at once\n{self.process.tail()}")
        try:
            return socket.create_connection((self.ip, port), timeout=1)
        except OSError:
            return None

    def _read(self, timeout_s):
        """Takes in what the control port has sent: netstrings of JSON."""
        ready, _, _ = select.select([self._control], [], [], max(0.0, timeout_s))
        if ready:
            data = self._control.recv(65536)
            if not data:
                raise LabError(f"{self.name} closed its control port\n{self.process.tail()}")
            self._buffer += data
        messages = []
        while b":" in self._buffer:
            size, rest = self._buffer.split(b":", 1)
            if len(rest) < int(size) + 1:
                break
            messages.append(json.loads(rest[:int(size)].decode("utf-8", "replace")))
            self._buffer = rest[int(size) + 1:]
        self._events += [message for message in messages if message.get("event")]
        return [message for message in messages if "response" in message]

    def command(self, command, params="", timeout_s=5.0):
        """Sends a command and gives the text of the answer; LabError when baresip refuses it."""
        self._token += 1
        token = str(self._token)
        text = json.dumps({"command": command, "params": params, "token": token}).encode()
        self._control.sendall(b"%d:%s," % (len(text), text))
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            for answer in self._read(end - time.monotonic()):
                if answer.get("token") == token:
                    if not answer.get("ok"):
                        raise LabError(f"{self.name} refuses {command} {params}: {answer.get('data')}")
                    return answer.get("data", "")
        raise LabError(f"{self.name} does not answer {command}\n{self.process.tail()}")

    def dial(self, target):
        return self.command("dial", target)

    def hangup(self):
        return self.command("hangup")

    def event(self, kind, timeout_s=10.0):
        """Waits for an event such as CALL_ESTABLISHED, CALL_RINGING, CALL_CLOSED, REGISTER_OK and gives it (and forgets it)."""
        end = time.monotonic() + timeout_s
        while True:
            for index, event in enumerate(self._events):
                if event.get("type") == kind:
                    return self._events.pop(index)
            left = end - time.monotonic()
            if left <= 0:
                seen = ", ".join(str(event.get("type")) for event in self._events) or "none"
                raise LabError(f"{self.name}: no {kind} within {timeout_s:g} s (other events: {seen})\n{self.process.tail()}")
            self._read(min(left, 0.5))

    def seen(self, kind):
        """Has such an event come by now?"""
        self._read(0)
        return any(event.get("type") == kind for event in self._events)

    def quit(self):
        self.process.stop()

    def heard(self):
        """The WAV of what was heard in the last call; it stops at the first hold (take a capture there)."""
        return self._dump("dec")

    def sent(self):
        return self._dump("enc")

    def _dump(self, kind):
        # Within one second two calls share a name; the later one wins, so a test makes one call a second and agent.
        files = sorted(self.dir.glob(f"dump-*-{kind}.wav"), key=lambda path: path.stat().st_mtime_ns)
        if not files:
            raise LabError(f"{self.name} recorded nothing ({kind})\n{self.process.tail()}")
        return files[-1]
