#!/usr/bin/python3
# Knows: that the golden runner can fail: each way in which a case may be wrong is planted once.
# Must not know: any real tool.
# Next: run_cases.
import pathlib
import subprocess
import tempfile
import unittest

RUNNER = pathlib.Path(__file__).resolve().parent / "run_cases"
SCHEMA = '{"type":"object","required":["type","v"],"properties":{"type":{"enum":["number","summary"]},"v":{"const":1}}}'
TOOL = f"""#!/bin/sh
case "$1" in
  --schema) echo '{SCHEMA}';;
  good) echo '{{"type":"number","v":1}}';;
  bad-record) echo '{{"type":"number","v":2}}';;
  foreign) cat;;
  noise) echo '{{"type":"number","v":1}}'; echo warning >&2;;
  rc3) echo '{{"type":"number","v":1}}'; exit 3;;
  sleep) sleep 600;;
esac
"""


class Runner(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        (self.root / "bin").mkdir()
        tool = self.root / "bin/toy"
        tool.write_text(TOOL)
        tool.chmod(0o755)

    def tearDown(self):
        self.folder.cleanup()

    def case(self, name, cmd, **files):
        folder = self.root / "cases/toy" / name
        folder.mkdir(parents=True)
        (folder / "cmd").write_text(cmd + "\n")
        for file, text in files.items():
            (folder / file.rstrip("_")).write_text(text)
        return folder

    def run_cases(self, *arguments):
        done = subprocess.run([RUNNER, "--bin", self.root / "bin", "--cases", self.root / "cases", *arguments, "toy"],
                              capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_a_right_case_passes(self):
        self.case("001-good", "toy good", out='{"type":"number","v":1}\n')
        self.assertEqual(self.run_cases()[0], 0)

    def test_wrong_stdout_fails(self):
        self.case("001-good", "toy good", out='{"type":"number","v":1} \n')
        self.assertEqual(self.run_cases()[0], 1)

    def test_missing_out_means_empty_stdout(self):
        self.case("001-good", "toy good")
        self.assertEqual(self.run_cases()[0], 1)

    def test_unexpected_stderr_fails(self):
        self.case("001-noise", "toy noise", out='{"type":"number","v":1}\n')
        rc, text = self.run_cases()
        self.assertEqual(rc, 1)
        self.assertIn("+warning", text)

    def test_wrong_exit_code_fails(self):
        self.case("001-rc", "toy rc3", out='{"type":"number","v":1}\n')
        self.assertEqual(self.run_cases()[0], 1)

    def test_wanted_exit_code_passes(self):
        self.case("001-rc", "toy rc3", out='{"type":"number","v":1}\n', rc="3\n")
        self.assertEqual(self.run_cases()[0], 0)

    def test_a_record_that_breaks_the_schema_fails_although_out_agrees(self):
        self.case("001-bad", "toy bad-record", out='{"type":"number","v":2}\n')
        rc, text = self.run_cases()
        self.assertEqual(rc, 1)
        self.assertIn("breaks the schema", text)

    def test_update_does_not_hide_a_record_that_breaks_the_schema(self):
        self.case("001-bad", "toy bad-record")
        self.assertEqual(self.run_cases("--update")[0], 1)

    def test_a_foreign_object_is_not_measured_by_our_schema(self):
        self.case("001-good", "toy good", out='{"type":"number","v":1}\n')
        self.case("002-foreign", "toy foreign", in_='{"a":1}\n', out='{"a":1}\n')
        self.assertEqual(self.run_cases()[0], 0)

    def test_a_tool_that_prints_no_record_fails(self):
        self.case("001-foreign", "toy foreign", in_='{"a":1}\n', out='{"a":1}\n')
        self.assertEqual(self.run_cases()[0], 1)

    def test_update_writes_out_err_and_rc(self):
        folder = self.case("001-new", "toy noise; exit 4")
        self.assertEqual(self.run_cases("--update")[0], 0)
        self.assertEqual((folder / "out").read_text(), '{"type":"number","v":1}\n')
        self.assertEqual((folder / "err").read_text(), "warning\n")
        self.assertEqual((folder / "rc").read_text(), "4\n")
        self.assertEqual(self.run_cases()[0], 0)

    def test_no_case_fails(self):
        (self.root / "cases/toy").mkdir(parents=True)
        self.assertEqual(self.run_cases()[0], 1)


if __name__ == "__main__":
    unittest.main()
