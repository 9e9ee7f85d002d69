# Knows: a laboratory on the loopback: a /24 of addresses of its own, a folder, and processes that all end with it.
# Must not know: which programs run in it.
# Next: baresip.py, kamailio.py, sipp.py, capture.py, tandem.py (the programs that run in a laboratory).
"""One laboratory a test: `with Lab("outbound") as lab: ...`. Whatever happens, every process started in it is ended."""

import ctypes
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SKIP = 77  # ctest's SKIP_RETURN_CODE
ROOT = pathlib.Path(__file__).resolve().parents[2]
SANITIZER = re.compile(rb"(ERROR|WARNING): (Address|Leak|Thread)Sanitizer|: runtime error: ")
_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1


class LabError(Exception):
    """A peer did not do what the test needs; the text says which and shows its last lines."""


def skip(reason):
    """Ends the test as skipped, saying why."""
    print(f"SKIP: {reason}", flush=True)
    sys.exit(SKIP)


def need(*programs):
    """Skips the test when a program is not installed."""
    for program in programs:
        if not which(program):
            skip(f"{program} is not installed (scripts/packages install test)")


def which(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def wait_for(what, condition, timeout_s=10.0, step_s=0.02):
    """Waits until condition() is true and gives its value."""
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise LabError(f"waited {timeout_s:g} s in vain: {what}")
        time.sleep(step_s)


def udp_bound(endpoint):
    """Does some program have "ip:port" (IPv4, UDP) now?"""
    ip, port = endpoint.split(":")
    packed = "%02X%02X%02X%02X:%04X" % (*reversed([int(part) for part in ip.split(".")]), int(port))
    return packed in pathlib.Path("/proc/net/udp").read_text()


def raise_file_limit(wanted):
    """As many descriptors for this process, and what it starts from now on; skips where the system does not allow that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        skip(f"at most {hard} descriptors are allowed")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def tcp_bound(endpoint):
    """Does some program listen on "ip:port" (IPv4, TCP) now?"""
    ip, port = endpoint.split(":")
    packed = "%02X%02X%02X%02X:%04X" % (*reversed([int(part) for part in ip.split(".")]), int(port))
    return any(line.split()[1] == packed and line.split()[3] == "0A" for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:])


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """A program in a session of its own, its output in a file of the laboratory."""

    def __init__(self, lab, name, command, **options):
        self.name, self.log = name, lab.dir / f"{name}.log"
        self.stdout = options.pop("stdout", None)  # a path: stdout apart from stderr
        with open(self.log, "ab") as log:
            out = open(self.stdout, "ab") if self.stdout else log
            self.popen = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                                          start_new_session=True, preexec_fn=_die_with_parent, **options)
            if self.stdout:
                out.close()

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def tail(self, lines=15):
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return f"--- last lines of {self.name}:\n" + "\n".join(text)

    def sanitizer_report(self):
        """What AddressSanitizer, UndefinedBehaviorSanitizer or ThreadSanitizer said in a program built with one; empty when nothing."""
        text = self.log.read_bytes()
        found = SANITIZER.search(text)
        return text[found.start():found.start() + 6000].decode(errors="replace") if found else ""

    def wait(self, timeout_s):
        try:
            return self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise LabError(f"{self.name} did not end within {timeout_s:g} s\n{self.tail()}") from None

    def signal(self, number):
        if self.alive():
            self.popen.send_signal(number)

    def _group(self, number):
        try:
            os.killpg(self.pid, number)
            return True
        except ProcessLookupError:
            return False
        except PermissionError:  # the group's leader is gone and its number belongs to somebody else
            return False

    def stop(self, timeout_s=4.0):
        """TERM to the program; KILL to what is left of its group."""
        if self.alive():
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(timeout_s)
            except subprocess.TimeoutExpired:
                pass
        self._group(signal.SIGKILL)
        self.popen.wait()


class Lab:
    """Addresses 127.22.N.x for a free N, a folder, processes. keep: the folder stays (also after a failure with TANDEM_KEEP=1)."""

    def __init__(self, name, folder=None, keep=False):
        self.name, self.processes, self.servers, self.sockets = name, [], [], []
        self.keep = keep or folder is not None or os.environ.get("TANDEM_KEEP") == "1"
        self._old_handlers = {}
        self._catch_signals()
        self.dir = pathlib.Path(folder) if folder else pathlib.Path(tempfile.mkdtemp(prefix=f"tandem-{name}-"))
        try:
            self.dir.mkdir(parents=True, exist_ok=True)
            self._claim, self.net = self._claim_net()
        except BaseException:
            if not self.keep:
                shutil.rmtree(self.dir, ignore_errors=True)
            raise

    @staticmethod
    def _claim_net():
        # A name in the abstract namespace lives where the addresses live: in the network namespace, whatever folders a
        # laboratory sees (TMPDIR, a chroot), and it ends with its process.
        for number in range(1, 255):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0tandem-lab-{number}")
                return claim, number
            except OSError:
                claim.close()
        raise LabError("254 laboratories are running at the same time")

    def _release_net(self):
        self._claim.close()

    def ip(self, host):
        return f"127.22.{self.net}.{host}"

    def start(self, name, command, **options):
        program = which(str(command[0])) or command[0]
        process = Process(self, name, [program, *command[1:]], **options)
        self.processes.append(process)
        return process

    def _catch_signals(self):
        def end(number, _frame):
            sys.exit(128 + number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._old_handlers[number] = signal.signal(number, end)

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, _trace):
        for number in self._old_handlers:
            signal.signal(number, signal.SIG_IGN)  # nothing interrupts the cleaning up
        for process in reversed(self.processes):
            process.stop()
        for open_socket in self.sockets:
            open_socket.close()
        failed = kind is not None and not (kind is SystemExit and fault.code in (0, SKIP))
        reports = [process for process in self.processes if process.sanitizer_report()]
        for process in reports:
            print(f"{process.name}: {process.sanitizer_report()}", file=sys.stderr)
        if failed:
            for process in self.processes:
                print(process.tail(), file=sys.stderr)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        if self.keep:
            print(f"kept: {self.dir}", file=sys.stderr)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)
        self._release_net()
        if reports and not failed:
            raise LabError("a sanitizer reports on " + ", ".join(process.name for process in reports))
        return False
