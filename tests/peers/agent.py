# Knows: a SIP user agent of our own over UDP, step by step as a test tells it: dialogs with route sets, requests, responses.
# Must not know: which program is tested; media.
# Next: tests/interop/hiding_test.py, which lets three of them transfer a call.
"""For what SIPp's scenarios cannot say: one step depends on what another agent was told. No retransmissions: the loopback loses nothing."""

import itertools
import re
import socket
import time

from lab import LabError

SDP = "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 30000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
_numbers = itertools.count(1)


class Message:
    """A request or response as it came."""

    def __init__(self, text, source):
        self.text, self.source = text, source
        head, _, self.body = text.partition("\r\n\r\n")
        self.start, *lines = head.split("\r\n")
        self.fields = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        self.is_request = not self.start.startswith("SIP/2.0 ")
        self.method = self.start.split()[0] if self.is_request else self["cseq"].split()[1]
        self.status = 0 if self.is_request else int(self.start.split()[1])
        self.uri = self.start.split()[1] if self.is_request else ""

    def all(self, name):
        return [value for field, value in self.fields if field == name]

    def __getitem__(self, name):
        return (self.all(name) or [""])[0]

    def tag(self, name):
        found = re.search(r";tag=([^;\s]+)", self[name])
        return found.group(1) if found else ""

    def routes(self):
        return [element.strip() for value in self.all("record-route") for element in re.findall(r"[^,<]*<[^>]*>[^,]*", value)]

    def contact(self):
        return re.search(r"<([^>]*)>", self["contact"]).group(1)


class Dialog:
    """One side of a dialog (RFC 3261 §12)."""

    def __init__(self, local, remote, call_id, target, routes, cseq):
        self.local, self.remote, self.call_id, self.target, self.routes, self.cseq = local, remote, call_id, target, routes, cseq

    @property
    def local_tag(self):
        return self.local.split(";tag=")[1]

    @property
    def remote_tag(self):
        return re.search(r";tag=([^;\s]+)", self.remote).group(1)

    def replaces(self):
        """As it is named towards its other side (RFC 3891 §3)."""
        return f"{self.call_id};to-tag={self.remote_tag};from-tag={self.local_tag}"


class Agent:
    def __init__(self, lab, name, ip, proxy):
        self.name, self.ip, self.proxy, self.seen = name, ip, proxy, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 5060))

    def close(self):
        self.socket.close()

    def receive(self, what, timeout_s=5.0):
        """The next message that is `what`: a method for a request, (status, method) for a response. Others that come before are dropped."""
        end = time.monotonic() + timeout_s
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data, source = self.socket.recvfrom(65535)
            except TimeoutError:
                break
            message = Message(data.decode(), source)
            self.seen.append(message)
            if (message.method if message.is_request else (message.status, message.method)) == what:
                return message
        raise LabError(f"{self.name} waited in vain for {what}; it got\n" + "\n".join(message.text for message in self.seen))

    def _send(self, start, fields, body=""):
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = start + "\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        self.socket.sendto(text.encode(), self.proxy)

    def _via(self):
        return f"SIP/2.0/UDP {self.ip}:5060;rport;branch=z9hG4bK{self.name}{next(_numbers)}"

    def call(self, uri, extra=()):
        """An INVITE and its ACK; gives the dialog."""
        local, call_id = f"<sip:{self.name}@company.example>;tag={self.name}{next(_numbers)}", f"{next(_numbers)}@{self.ip}"
        self._send(f"INVITE {uri} SIP/2.0", [("Via", self._via()), ("Max-Forwards", 70), ("From", local), ("To", f"<{uri}>"), ("Call-ID", call_id),
                                             ("CSeq", "1 INVITE"), ("Contact", f"<sip:{self.name}@{self.ip}:5060>"), *extra], SDP.format(ip=self.ip))
        ok = self.receive((200, "INVITE"))
        dialog = Dialog(local, ok["to"], call_id, ok.contact(), list(reversed(ok.routes())), 1)
        self._in_dialog(dialog, "ACK", 1)
        return dialog

    def _in_dialog(self, dialog, method, cseq, extra=()):
        self._send(f"{method} {dialog.target} SIP/2.0",
                   [("Via", self._via()), ("Max-Forwards", 70), *(("Route", route) for route in dialog.routes), ("From", dialog.local),
                    ("To", dialog.remote), ("Call-ID", dialog.call_id), ("CSeq", f"{cseq} {method}"), *extra])

    def request(self, dialog, method, extra=()):
        dialog.cseq += 1
        self._in_dialog(dialog, method, dialog.cseq, extra)

    def respond(self, request, status, extra=(), body=""):
        to = request["to"] if request.tag("to") else request["to"] + f";tag={self.name}{next(_numbers)}"
        routes = [("Record-Route", route) for route in request.all("record-route")]
        self._send(f"SIP/2.0 {status} Reply", [*(("Via", via) for via in request.all("via")), ("From", request["from"]), ("To", to),
                                               ("Call-ID", request["call-id"]), ("CSeq", request["cseq"]), *routes,
                                               ("Contact", f"<sip:{self.name}@{self.ip}:5060>"), *extra], body)
        return to

    def answer(self, invite):
        """200 to an INVITE, and the ACK awaited; gives the dialog."""
        to = self.respond(invite, 200, body=SDP.format(ip=self.ip))
        self.receive("ACK")
        return Dialog(to, invite["from"], invite["call-id"], invite.contact(), invite.routes(), 0)
