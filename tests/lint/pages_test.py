#!/usr/bin/python3
# Knows: that the documents made for people and shells are accepted by what reads them: scdoc, man, bash, zsh, fish; that help fits a screen.
# Must not know: what stands in them.
# Next: scripts/generate.
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402

ROOT = sources.ROOT
BIN = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build" / "dev" / "bin"))


def run(command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)


class Pages(unittest.TestCase):
    def pages(self):
        found = sorted((ROOT / "man").glob("*.scd"))
        self.assertGreater(len(found), 1)
        return found

    def test_scdoc_accepts_every_page(self):
        if not shutil.which("scdoc"):
            self.skipTest("scdoc is not installed")
        for page in self.pages():
            with self.subTest(page=page.name):
                done = run(["scdoc"], page.read_text())
                self.assertEqual(done.returncode, 0, done.stderr)
                if shutil.which("man"):
                    shown = run(["man", "--warnings", "-l", "-"], done.stdout)
                    self.assertEqual((shown.returncode, shown.stderr), (0, ""))

    def test_scdoc_would_refuse(self):
        if not shutil.which("scdoc"):
            self.skipTest("scdoc is not installed")
        self.assertNotEqual(run(["scdoc"], "no(1)\n\n# X\n\n_a *b_ c*\n").returncode, 0)

    def test_pages_name_what_they_are(self):
        for page in self.pages():
            with self.subTest(page=page.name):
                name, section, _ = page.name.split(".")
                self.assertTrue(page.read_text().startswith(f"{name}({section})"), "the first line names another page")

    def test_every_shell_reads_its_completions(self):
        for shell in ("bash", "zsh", "fish"):
            found = sorted((ROOT / "completions" / shell).glob("*"))
            self.assertTrue(found, shell)
            if not shutil.which(shell):
                continue
            for path in found:
                with self.subTest(path=path.name):
                    done = run([shell, "-n", path])
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_bash_completes(self):
        done = run(["bash", "-c", f"source {ROOT}/completions/bash/e164-normalize; COMP_WORDS=(e164-normalize --reg); COMP_CWORD=1; "
                                  "_tandem_e164_normalize; printf '%s\\n' \"${COMPREPLY[@]}\""])
        self.assertEqual(done.stdout.split(), ["--region", "--region-field"])

    def test_help_fits_a_screen(self):
        programs = [main.parent.name for main in (ROOT / "tools").glob("*/main.cpp") if (BIN / main.parent.name).exists()]
        self.assertTrue(programs, f"no program in {BIN}")
        for program in programs:
            with self.subTest(program=program):
                lines = run([BIN / program, "--help"]).stdout.splitlines()
                self.assertLessEqual(len(lines), 50)
                self.assertIn("Examples:", lines)
                # A command that is to be copied stands on one line, whatever its length.
                start = lines.index("Examples:")
                end = next(n for n, line in enumerate(lines) if line.startswith("Exit codes:"))
                self.assertEqual([line for line in lines[:start] + lines[end:] if len(line) > 80], [])


if __name__ == "__main__":
    unittest.main()
