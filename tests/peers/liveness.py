# Knows: whether a SIP server answers OPTIONS in time while others do what they want with it, and what memory it takes.
# Must not know: what the others do.
# Next: tests/interop/mutation_test.py.
"""`with Liveness(...) as alive: ...; alive.check(test)`: a process of its own asks all the time. The machine may be busy: the time in
which the server, or the asker itself, was ready to run and another process had the processor is no time of the server's."""

import multiprocessing
import os
import pathlib
import socket
import statistics
import time


def waited_s(pid):
    """Seconds for which the threads of a process were ready to run and did not."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[1])
        except (OSError, IndexError):
            pass
    return total / 1e9


def rss_kb(pid):
    return int(next(line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])


def _ask(pid, ip, target, every_s, stop, pipe):
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.bind((ip, 0))
    asked.settimeout(2)
    own = "%s:%d" % asked.getsockname()
    times, number, lost = [], 0, 0
    while not stop.is_set():
        number += 1
        name = f"alive{number}.{os.getpid()}@{ip}"
        message = (f"OPTIONS sip:{target[0]}:{target[1]} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKalive{number}\r\nMax-Forwards: 70\r\n"
                   f"From: <sip:watch@{ip}>;tag=w{number}\r\nTo: <sip:{target[0]}>\r\nCall-ID: {name}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n").encode()
        before = waited_s(pid) + waited_s(os.getpid())
        start = time.monotonic()
        asked.sendto(message, target)
        try:
            while name.encode() not in asked.recv(65536):
                pass
            took = time.monotonic() - start
            stolen = waited_s(pid) + waited_s(os.getpid()) - before
            times.append((took, max(0.0, took - stolen)))
        except OSError:
            lost += 1
        time.sleep(every_s)
    pipe.send((times, lost))


class Liveness:
    def __init__(self, pid, ip, target, every_s=0.005):
        self.pid = pid
        self.stop = multiprocessing.Event()
        self.pipe, end = multiprocessing.Pipe(False)
        self.process = multiprocessing.Process(target=_ask, args=(pid, ip, target, every_s, self.stop, end), daemon=True)

    def __enter__(self):
        self.rss_before = rss_kb(self.pid)
        self.process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.times, self.lost = self.pipe.recv() if self.pipe.poll(10) else ([], -1)
        self.process.join(5)
        self.rss_after = rss_kb(self.pid) if pathlib.Path(f"/proc/{self.pid}/status").exists() else 0

    def check(self, test, what, rss_growth_mb, limit_s=0.05):
        """Every OPTIONS was answered, each within the limit; the memory stayed within its bound."""
        took = sorted(t for t, _ in self.times)
        own = sorted(t for _, t in self.times)
        test.assertTrue(own, "nobody answered")
        p99 = lambda values: values[int(0.99 * (len(values) - 1))]
        print(f"{what}: {len(own)} OPTIONS, median {1e3 * statistics.median(took):.2f} ms, p99 {1e3 * p99(took):.2f} ms, longest {1e3 * took[-1]:.2f} ms"
              f" (without waiting for a processor: p99 {1e3 * p99(own):.2f} ms, longest {1e3 * own[-1]:.2f} ms), rss {self.rss_before} -> {self.rss_after} kB", flush=True)
        test.assertEqual(self.lost, 0, "OPTIONS without an answer")
        test.assertLess(own[-1], limit_s, "an OPTIONS was answered late")
        test.assertLess(self.rss_after - self.rss_before, rss_growth_mb * 1024)
