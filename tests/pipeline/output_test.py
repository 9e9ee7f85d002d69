#!/usr/bin/python3
# Knows: what a program does when its records cannot be written: a full disk, a reader that goes away, no stdout, its own input.
# Must not know: what the records say.
# Next: bad_input_test.py for the other end; libcommon/cli/serve_output.h.
import json
import os
import pathlib
import re
import resource
import select
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
import lab  # noqa: E402
import tandem  # noqa: E402

CLOSED = ["bash", "-c", 'exec "$0" "$@" >&-']


class Output(unittest.TestCase):
    def setUp(self):
        self.lab = lab.Lab("output")
        self.lab.__enter__()
        self.addCleanup(lambda: self.lab.__exit__(None, None, None))
        self.company = tandem.Company(self.lab)
        self.topology = ["--topology", str(self.company.file)]
        self.said = ""

    def start(self, command, **options):
        process = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, **options)

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream and not stream.closed:
                    stream.close()
        self.addCleanup(end)
        self.said = ""
        return process

    def hears(self, process, pattern, timeout_s=10):
        """Reads stderr until it says so."""
        limit = time.monotonic() + timeout_s
        while not re.search(pattern, self.said):
            ready, _, _ = select.select([process.stderr], [], [], max(0.0, limit - time.monotonic()))
            part = process.stderr.read1(65536).decode() if ready else ""
            self.assertTrue(part, f"{pattern!r} is not said in {timeout_s} s: {self.said!r}")
            self.said += part

    def ends(self, process):
        process.send_signal(signal.SIGTERM)
        self.said += process.stderr.read().decode()
        return process.wait(20)

    def serving(self):
        for tool in ("sip-trunk-proxy", "gw-bridge"):
            with self.subTest(tool=tool):
                yield tool, [tandem.program(tool), "serve", "-v", *self.topology]

    def test_a_full_disk_is_said_at_once_counted_and_leaves_no_half_record(self):
        for tool, command in self.serving():
            for way in ("option", "stdout"):
                with self.subTest(way=way), open(self.lab.dir / f"{tool}.{way}", "wb") as target:
                    path = pathlib.Path(target.name)
                    options = {} if way == "option" else {"stdout": target}
                    process = self.start(command + (["-o", path] if way == "option" else []), **options)
                    self.hears(process, "ready")
                    # Room for half a record.
                    lab.wait_for("the first record", lambda: path.stat().st_size > 0)
                    room = path.stat().st_size + 50
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
                    process.send_signal(signal.SIGHUP)
                    self.hears(process, "ERROR .*records cannot be written and are lost why=")
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                    process.send_signal(signal.SIGHUP)
                    self.hears(process, "WARNING .*records are written again lost=1")
                    self.assertEqual(self.ends(process), 4, self.said)
                    self.assertIn("1 records could not be written and are lost", self.said)
                    lines = path.read_text().splitlines()
                    broken = [line for line in lines if not line.endswith("}")]
                    self.assertEqual(len(broken), 0 if way == "option" else 1, lines)  # cut back, or ended where it broke off
                    records = [json.loads(line) for line in lines if line not in broken]
                    names = [record["event"]["name"] for record in records if record["type"] == "event"]
                    self.assertEqual(names, ["ready", "reloaded", "draining", "records_dropped"])
                    self.assertEqual(records[-2]["event"]["count"], 1)
                    self.assertEqual(records[-1]["type"], "summary")

    def test_a_reader_that_goes_away_is_said_and_the_program_serves_on(self):
        for _, command in self.serving():
            process = self.start(command, stdout=subprocess.PIPE)
            self.assertIn(b'"ready"', process.stdout.readline())
            process.stdout.close()
            process.send_signal(signal.SIGHUP)
            self.hears(process, "ERROR .*the reader of the records has gone")
            process.send_signal(signal.SIGHUP)
            self.hears(process, "reloaded(?s:.*)reloaded")
            self.assertIsNone(process.poll())
            self.assertEqual(self.ends(process), 4, self.said)
            # Two reloads, the drain, the count itself, the summary; that the last two are lost is known after the count.
            self.assertRegex(self.said, "[345] records could not be written and are lost")

    def test_a_serving_program_without_stdout_says_so(self):
        for _, command in self.serving():
            process = self.start([*CLOSED, *command])
            self.hears(process, "ERROR .*records cannot be written and are lost why=.*Bad file descriptor")
            self.assertEqual(self.ends(process), 4, self.said)

    def test_other_programs_without_stdout_say_so_and_end_with_4(self):
        capture = tandem.ROOT / "tests/cli/pcap-analyze/data/call.pcap"
        for command in (["e164-normalize"], ["e164-normalize", "--help"], ["sip-trunk-proxy", "route", *self.topology],
                        ["bypass-check", *self.topology], ["pcap-analyze", capture], ["pcap-analyze", "--format", "text", capture]):
            with self.subTest(command=command[:2]):
                done = subprocess.run([*CLOSED, tandem.program(command[0]), *map(str, command[1:])], input="02079460123\n",
                                      stderr=subprocess.PIPE, text=True, timeout=20)
                self.assertEqual((done.returncode, done.stderr), (4, f"{command[0]}: cannot write output: Bad file descriptor\n"))
                with open("/dev/full", "w") as full:
                    done = subprocess.run([tandem.program(command[0]), *map(str, command[1:])], input="02079460123\n",
                                          stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
                self.assertEqual((done.returncode, done.stderr), (4, f"{command[0]}: cannot write output: No space left on device\n"))

    def test_an_output_that_is_an_input_is_refused_before_it_is_emptied(self):
        folder = self.lab.dir
        text, capture = folder / "numbers.txt", folder / "call.pcap"
        text.write_text("02079460123\n")
        capture.write_bytes((tandem.ROOT / "tests/cli/pcap-analyze/data/call.pcap").read_bytes())
        options = folder / "options.json"
        options.write_text("{}\n")
        (folder / "hard.txt").hardlink_to(text)
        (folder / "soft.json").symlink_to(self.company.file)
        for command, wanted in (
                (["e164-normalize", "-o", text, text], f"--output {text} is the same file as the input {text}"),
                (["e164-normalize", "-o", folder / "hard.txt", text], f"the input {text};"),
                (["e164-normalize", "-o", text], "the input stdin;"),
                (["e164-normalize", "--config", options, "-o", options], f"the input of --config {options};"),
                (["e164-normalize", *self.topology, "-o", folder / "soft.json"], f"the input of --topology {self.company.file};"),
                (["sip-trunk-proxy", "serve", *self.topology, "-o", self.company.file], f"the input of --topology {self.company.file};"),
                (["pcap-analyze", "-o", capture, folder / "none.pcap", capture], f"the input {capture};")):
            with self.subTest(command=command), open(text) as source:
                before = [path.read_bytes() for path in (text, capture, options, self.company.file)]
                done = subprocess.run([tandem.program(command[0]), *map(str, command[1:])], stdin=source, capture_output=True, text=True, timeout=20)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(wanted, done.stderr)
                self.assertEqual([path.read_bytes() for path in (text, capture, options, self.company.file)], before)
        # A shell's >> does not empty the file, but the program would read for ever what it writes.
        with open(text, "ab") as appended:
            done = subprocess.run([tandem.program("e164-normalize"), text], stdout=appended, stderr=subprocess.PIPE, text=True, timeout=20)
        self.assertEqual((done.returncode, text.read_text()), (2, "02079460123\n"), done.stderr)
        self.assertIn("stdout is the same file as the input", done.stderr)

    def test_sigint_ends_a_program_that_waits_for_the_other_end_of_a_fifo(self):
        fifo = self.lab.dir / "fifo"
        os.mkfifo(fifo)

        def waits(pid):
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            catches = int(re.search(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)[1], 16)
            return catches & (1 << (signal.SIGINT - 1)) and re.search(r"^State:\s*S", status, re.MULTILINE)

        for command in (["pcap-analyze", fifo], ["e164-normalize", fifo], ["e164-normalize", "--topology", fifo], ["e164-normalize", "-o", fifo]):
            with self.subTest(command=command):
                process = self.start([tandem.program(command[0]), *command[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                lab.wait_for("the program waits", lambda: waits(process.pid))
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(20), 130)


if __name__ == "__main__":
    tandem.need("e164-normalize", "sip-trunk-proxy", "gw-bridge", "bypass-check", "pcap-analyze")
    unittest.main()
