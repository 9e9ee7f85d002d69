#!/usr/bin/python3
# Knows: what garbage may do to the programs: an error record, the right exit code, bounded memory, and nothing else.
# Must not know: how a program reads.
# Next: tests/cli/ for what good input gives.
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
import lab  # noqa: E402
import rtp_capture  # noqa: E402
import tandem  # noqa: E402

SEED = 20240607
MEMORY_LIMIT_KIB = 64 * 1024


def run(command, stdin=b"", timeout=60):
    """(exit code, stdout, stderr, peak memory in KiB) of a program."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        source.write(stdin)
        source.seek(0)
        process = subprocess.Popen([str(part) for part in command], stdin=source, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return process.returncode, out.read(), err.read().decode(errors="replace"), usage.ru_maxrss


class WithCompany(unittest.TestCase):
    def setUp(self):
        self.lab = lab.Lab("badinput")
        self.lab.__enter__()
        self.addCleanup(lambda: self.lab.__exit__(None, None, None))
        self.company = tandem.Company(self.lab)

    def filters(self):
        topology = ["--topology", self.company.file]
        return {"e164-normalize": [tandem.program("e164-normalize"), *topology],
                "sip-trunk-proxy": [tandem.program("sip-trunk-proxy"), "route", *topology],
                "bypass-check": [tandem.program("bypass-check"), *topology]}

    def memory_floor(self):
        """What a sanitizer's shadow adds is not ours to count."""
        _, _, _, idle = run([tandem.program("e164-normalize"), "--version"])
        return max(0, idle - 16 * 1024)


class Filters(WithCompany):
    def each(self, stdin, *options):
        for name, command in self.filters().items():
            rc, out, err, memory = run([*command, *options], stdin)
            records = []
            for line in out.split(b"\n"):
                if line.startswith(b"{"):
                    try:
                        records.append(json.loads(line))
                    except ValueError:
                        self.fail(f"{name} printed a broken line: {line[:200]!r}")
            self.assertNotIn("terminate", err)
            self.assertNotIn("Sanitizer", err)
            yield name, rc, records, err, memory

    def errors(self, records):
        return [record["error"] for record in records if record.get("type") == "error"]

    def test_what_cannot_be_read_gives_an_error_record_with_its_line(self):
        for what, line in (("NUL", b"02079\x00460123"), ("invalid UTF-8", b"\xff\xfe\xfa 0207"), ("broken JSON", b'{"type":"call","v":1,'),
                           ("a JSON array", b'{"type":]'), ("a lone brace", b"{")):
            with self.subTest(what=what):
                for name, rc, records, err, _ in self.each(b'{"kept":1}\n' + line + b"\n"):
                    found = self.errors(records)
                    self.assertEqual([error.get("line") for error in found], [2], (name, what, records, err))
                    self.assertEqual(rc, 3, (name, err))
                    self.assertEqual(records[-1]["type"], "summary")
                    self.assertEqual(records[-1]["summary"]["bad"], 1)

    def test_a_line_of_10_mib_is_one_error_and_the_next_line_is_read(self):
        line = b"1" * (10 * 1024 * 1024)
        floor = self.memory_floor()
        for name, rc, records, err, memory in self.each(line + b'\n{"kept":1}\n'):
            self.assertEqual([error.get("line") for error in self.errors(records)], [1], (name, err))
            self.assertIn({"kept": 1}, records, name)
            self.assertEqual(rc, 3, name)
            self.assertLess(memory, MEMORY_LIMIT_KIB + floor, name)

    def test_a_long_stream_of_garbage_keeps_memory_bounded(self):
        noise = random.Random(SEED)
        text = b"".join(noise.randbytes(200).replace(b"\n", b" ") + b"\n" for _ in range(40000)) + b"\x00" * 8_000_000
        floor = self.memory_floor()
        for name, rc, records, err, memory in self.each(text, "--on-error", "skip"):
            self.assertEqual(rc, 0, (name, err, records[-1:]))  # it was told to skip; the summary says how much
            summary = records[-1]["summary"]
            self.assertEqual(summary["in"], summary["ok"] + summary["bad"] + summary["skipped"])
            self.assertGreaterEqual(summary["in"], 40000)
            self.assertLess(memory, MEMORY_LIMIT_KIB + floor)

    def test_on_error_skip_and_fail(self):
        for name, rc, records, _, _ in self.each(b'{"a":\n{"b":1}\n', "--on-error", "skip"):
            self.assertEqual((self.errors(records), rc), ([], 0), name)
            self.assertEqual(records[-1]["summary"]["bad"], 1)
        for _, rc, records, err, _ in self.each(b'{"a":\n{"b":1}\n', "--on-error", "fail"):
            self.assertEqual(rc, 3, err)
            self.assertNotIn({"b": 1}, records)

    def test_foreign_records_pass_byte_for_byte(self):
        line = b'{ "type":"event","v":1, "x": [1, 2.50,  "\\u00e9"] ,"ts":"t"}'
        for name, command in self.filters().items():
            with self.subTest(tool=name):
                rc, out, _, _ = run(command, line + b"\n")
                self.assertEqual((rc, out.split(b"\n")[0]), (0, line))

    def test_an_empty_input_is_no_error(self):
        for _, rc, records, err, _ in self.each(b""):
            self.assertEqual((rc, [record["type"] for record in records], err), (0, ["summary"], ""))

    def test_a_closed_pipe_ends_a_filter_quietly(self):
        for name, command in self.filters().items():
            with self.subTest(tool=name):
                text = b"02079460123\n" * 200000
                with tempfile.TemporaryFile() as source:
                    source.write(text)
                    source.seek(0)
                    process = subprocess.Popen(list(map(str, command)), stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    process.stdout.readline()
                    process.stdout.close()
                    err = process.stderr.read()
                    process.stderr.close()
                    self.assertIn(process.wait(20), (0, 141, -13))  # as a filter may end whose reader has gone
                    self.assertEqual(err, b"")


class Topologies(WithCompany):
    def refused(self, edit, *words):
        """Every program refuses the file with 2 and one line that says where and has these words."""
        data = json.loads(self.company.file.read_text())
        edit(data)
        path = self.company.file.with_name("bad.json")
        path.write_text(json.dumps(data, indent=2))
        for tool, command in (("e164-normalize", []), ("sip-trunk-proxy", ["serve"]), ("gw-bridge", ["serve"]), ("bypass-check", [])):
            with self.subTest(tool=tool):
                rc, out, err, _ = run([tandem.program(tool), *command, "--topology", path])
                self.assertEqual((rc, out), (2, b""), err)
                lines = [line for line in err.splitlines() if "bad.json:" in line]
                self.assertTrue(lines, err)
                self.assertRegex(lines[0], r"bad\.json:[0-9]+:[0-9]+")
                for word in words:
                    self.assertIn(word, err)

    def test_unknown_key(self):
        self.refused(lambda data: data["trunks"][0].update(target=["udp:127.0.0.1:5060"]), "target", "targets")

    def test_wrong_type(self):
        self.refused(lambda data: data["trunks"][0].update(remove_plus="yes"), "remove_plus")

    def test_dangling_name(self):
        self.refused(lambda data: data["routes"][1].update(trunks=["itps"]), "itps", "itsp")

    def test_overlapping_dids(self):
        self.refused(lambda data: data["did_ranges"].append({"name": "again", "from": "+442079460050", "to": "+442079460150"}), "main")

    def test_invalid_subnet(self):
        self.refused(lambda data: data["subnets"][0].update(prefix="10.0.0.1/8"), "10.0.0.")

    def test_two_errors_give_two_lines(self):
        def edit(data):
            data["trunks"][0]["kin"] = 1
            data["users"][0]["numbre"] = 1
        self.refused(edit, "kin", "numbre")


class Captures(WithCompany):
    def setUp(self):
        super().setUp()
        self.path = self.lab.dir / "call.pcap"
        noise = random.Random(SEED)
        audio = [noise.randint(-8000, 8000) for _ in range(8000)]
        rtp_capture.write_pcap(self.path, rtp_capture.rtp_packets(audio, 8, ("192.0.2.1", 4000), ("192.0.2.2", 5000), start_s=1e9))
        self.whole = self.path.read_bytes()

    def analyse(self, data):
        path = self.lab.dir / "cut.pcap"
        path.write_bytes(data)
        rc, out, err, _ = run([tandem.program("pcap-analyze"), path])
        return rc, [json.loads(line) for line in out.splitlines()], err

    def test_a_whole_capture_is_no_error(self):
        rc, records, err = self.analyse(self.whole)
        self.assertEqual(rc, 0, err)
        self.assertEqual([record["stream"]["packets"] for record in records if record["type"] == "stream"], [50])

    def test_a_truncated_capture_gives_what_could_be_read_and_3(self):
        rc, records, err = self.analyse(self.whole[:-100])
        self.assertEqual(rc, 3, err)
        self.assertEqual([record["stream"]["packets"] for record in records if record["type"] == "stream"], [49])

    def test_an_empty_file_is_3(self):
        for data in (b"", self.whole[:23], b"not a capture at all, just text\n" * 10):
            rc, records, err = self.analyse(data)
            self.assertEqual(rc, 3, (data[:10], err))
            self.assertFalse([record for record in records if record["type"] in ("stream", "call")])

    def test_a_capture_without_packets_is_3(self):
        rc, records, err = self.analyse(self.whole[:24])
        self.assertEqual((rc, [record["type"] for record in records]), (3, ["summary"]), err)
        self.assertEqual(err, f"pcap-analyze: {self.lab.dir / 'cut.pcap'}: the capture holds no frame\n")

    def test_a_missing_file_is_3(self):
        rc, _, err, _ = run([tandem.program("pcap-analyze"), self.lab.dir / "nothing.pcap"])
        self.assertEqual(rc, 3)
        self.assertIn("nothing.pcap", err)


class Ports(WithCompany):
    def test_a_port_in_use_is_4_with_the_address(self):
        for tool, endpoint in (("sip-trunk-proxy", self.company.outside), ("gw-bridge", self.company.bridge)):
            with self.subTest(tool=tool), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
                ip, port = endpoint.split(":")
                taken.bind((ip, int(port)))
                rc, out, err, _ = run([tandem.program(tool), "serve", "--topology", self.company.file])
                self.assertEqual(rc, 4, err)
                self.assertIn(endpoint, err)


if __name__ == "__main__":
    tandem.need("e164-normalize", "sip-trunk-proxy", "gw-bridge", "bypass-check", "pcap-analyze")
    unittest.main()
