#!/usr/bin/python3
# Knows: that Tandem's number engine and libphonenumber must give the same answers on the same metadata.
# Must not know: how either comes to them.
# Next: numbers.cpp (asks both), tests/support/number_corpus.py (the questions), scripts/numbering-plan (the plan).
"""Parity with libphonenumber. TANDEM_PARITY_COUNT sets how many numbers of each kind are compared (default 60,000; tests/run
--long: 1,000,000); TANDEM_PARITY_SEED changes the seed, which is printed."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TANDEM_BUILD", ROOT / "build" / "dev"))
PROGRAM = BUILD / "tests" / "number_parity"
COUNT = int(os.environ.get("TANDEM_PARITY_COUNT", "60000"))
SEED = int(os.environ.get("TANDEM_PARITY_SEED", "20261122"))


def run(*command):
    return subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, errors="replace")


class Parity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tandem-parity-")
        folder = pathlib.Path(cls.folder.name)
        cls.metadata, cls.plan = folder / "metadata.json", folder / "reference.plan"
        phone, short = folder / "phone.pb", folder / "short.pb"
        for command in ([PROGRAM, "dump", phone, short],
                        ["scripts/numbering-plan", "collection", phone, short, "libphonenumber", "2022-10-01", "-o", cls.metadata],
                        ["scripts/numbering-plan", "compile", cls.metadata, "-o", cls.plan]):
            done = run(*command)
            assert done.returncode == 0, (command, done.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def compare(self, kind):
        corpus = pathlib.Path(self.folder.name) / kind
        made = run(sys.executable, "tests/support/number_corpus.py", "--metadata", self.metadata, "--count", COUNT, "--seed", SEED,
                   f"--{kind}", corpus)
        self.assertEqual(made.returncode, 0, made.stderr)
        print(made.stdout.strip())
        done = run(PROGRAM, "compare", self.plan, corpus)
        print(done.stdout.strip())
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(f"{COUNT} numbers, ", done.stdout)
        self.assertIn(" 0 differences", done.stdout)

    def test_written_forms_of_all_regions_and_types(self):
        self.compare("mixed")

    def test_adversarial_mutations(self):
        self.compare("adversarial")

    def test_short_numbers_of_all_regions(self):
        done = run(PROGRAM, "short", self.plan)
        print(done.stdout.strip())
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_difference_is_found(self):
        """The comparison can fail: against today's plan, the library's data of 2022 gives other answers."""
        corpus = pathlib.Path(self.folder.name) / "can-fail"
        run(sys.executable, "tests/support/number_corpus.py", "--metadata", "scripts/numbering/metadata.json", "--count", "2000",
            "--seed", SEED, "--mixed", corpus)
        done = run(PROGRAM, "compare", "libcommon/number/numbering.plan", corpus)
        self.assertEqual(done.returncode, 1, done.stdout)


if __name__ == "__main__":
    if not PROGRAM.exists():
        print("SKIP: number_parity was not built (libphonenumber-dev is missing)")
        sys.exit(77)
    unittest.main()
