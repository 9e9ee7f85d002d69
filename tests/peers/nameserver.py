# Knows: name servers for tests: dnsmasq for what a good one says, a small one of our own for what only a bad one does.
# Must not know: our own programs.
# Next: tests/interop/resolver_test.py.
"""`Dnsmasq(lab, ip, records)` is an independent server; `BadServer(ip, zone)` answers, fails, cuts short or keeps silent as it is told."""

import socket
import struct
import threading

from lab import udp_bound, wait_for, which

PORT = 5353
TYPES = {"A": 1, "AAAA": 28, "SRV": 33, "NAPTR": 35}


class Dnsmasq:
    """options: as dnsmasq has them without "--": "host-record=a.example,192.0.2.1", "srv-host=_sip._udp.example,a.example,5060,0,0"."""

    def __init__(self, lab, ip, options, ttl=60, name="dnsmasq"):
        self.endpoint = f"{ip}:{PORT}"
        self.process = lab.start(name, [which("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces",
                                        "--user=root", "--pid-file", f"--port={PORT}", f"--listen-address={ip}", f"--local-ttl={ttl}",
                                        "--log-queries", "--log-facility=-", *(f"--{option}" for option in options)])
        wait_for("dnsmasq listens", lambda: udp_bound(self.endpoint))

    def asked(self):
        """The questions in their order: ["query[NAPTR] gw.example", ...]."""
        lines = self.process.log.read_text(errors="replace").splitlines()
        return [line[line.index("query["):].split(" from ")[0] for line in lines if "query[" in line]


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def srv(priority, weight, port, target):
    return struct.pack(">3H", priority, weight, port) + name(target)


def naptr(order, preference, service, replacement):
    return struct.pack(">2H", order, preference) + b"\1s" + bytes([len(service)]) + service.encode() + b"\0" + name(replacement)


class BadServer:
    """zone: {(name, type): [data, ...]}; mode: "good", "silent", "servfail" or "truncate" (over UDP only). Thread: its own two."""

    def __init__(self, ip, zone, ttl=60, mode="good"):
        self.endpoint, self.zone, self.ttl, self.mode = f"{ip}:{PORT}", zone, ttl, mode
        self.questions = []  # (name, type, transport)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((ip, PORT))
        self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind((ip, PORT))
        self.tcp.listen(16)
        self.open = True
        self.threads = [threading.Thread(target=loop, daemon=True) for loop in (self._serve_udp, self._serve_tcp)]
        for one, thread in zip((self.udp, self.tcp), self.threads):
            one.settimeout(0.1)
            thread.start()

    def _answer(self, query, transport):
        place, labels = 12, []
        while query[place]:
            labels.append(query[place + 1:place + 1 + query[place]].decode())
            place += 1 + query[place]
        asked, kind = ".".join(labels).lower(), struct.unpack(">H", query[place + 1:place + 3])[0]
        question = query[12:place + 5]
        self.questions.append((asked, kind, transport))
        if self.mode == "silent":
            return None
        if self.mode == "servfail":
            return query[:2] + struct.pack(">5H", 0x8182, 1, 0, 0, 0) + question
        if self.mode == "truncate" and transport == "udp":
            return query[:2] + struct.pack(">5H", 0x8380, 1, 0, 0, 0) + question
        records = self.zone.get((asked, next((n for n, t in TYPES.items() if t == kind), "")), [])
        exists = any(owner == asked for owner, _ in self.zone)
        out = query[:2] + struct.pack(">5H", 0x8180 if exists else 0x8183, 1, len(records), 0 if records else 1, 0) + question
        for data in records:
            out += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, self.ttl, len(data)) + data
        if not records:
            soa = name("ns") + name("root") + struct.pack(">5I", 1, 2, 3, 4, self.ttl)
            out += b"\0" + struct.pack(">HHIH", 6, 1, self.ttl, len(soa)) + soa
        return out

    def _serve_udp(self):
        while self.open:
            try:
                query, peer = self.udp.recvfrom(4096)
            except TimeoutError:
                continue
            answer = self._answer(query, "udp")
            if answer:
                self.udp.sendto(answer, peer)

    def _serve_tcp(self):
        while self.open:
            try:
                connection, _ = self.tcp.accept()
            except TimeoutError:
                continue
            with connection:
                try:
                    connection.settimeout(5)
                    stream = connection.makefile("rb")
                    while head := stream.read(2):
                        answer = self._answer(stream.read(struct.unpack(">H", head)[0]), "tcp")
                        if answer:
                            connection.sendall(struct.pack(">H", len(answer)) + answer)
                except OSError:
                    pass

    def close(self):
        self.open = False
        for thread in self.threads:
            thread.join(10)
        self.udp.close()
        self.tcp.close()
