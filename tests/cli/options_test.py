#!/usr/bin/python3
# Knows: that every option which a program offers is used by some test of that program.
# Must not know: what an option does.
# Next: run_cases, CONTRIBUTING.md ("Add an option").
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build/dev/bin"))
OPTION = re.compile(r"^ +(?:-[a-zA-Z], )?--([a-z0-9-]+)", re.MULTILINE)
COMMON = {"help", "version", "schema", "config", "print-config", "check", "output", "verbose", "quiet", "log-pii"}
SHORT = {"h": "help", "v": "verbose", "q": "quiet", "o": "output"}
SHARED_TESTS = ("tests/interop", "tests/pipeline", "tests/peers", "examples")  # the serving programs run in these


def help_of(*command):
    return subprocess.run([str(part) for part in command] + ["--help"], capture_output=True, text=True, check=True).stdout


def commands_of(text):
    match = re.search(r"^Commands:\n((?:  .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^  ([a-z][a-z-]*)(?:  |$)", match[1], re.MULTILINE) if match else []


def offered(tool):
    text = help_of(BIN / tool)
    found = set(OPTION.findall(text))
    for command in commands_of(text):
        found |= set(OPTION.findall(help_of(BIN / tool, command)))
    return found


def used(tool):
    texts = [path.read_text(errors="replace") for path in (ROOT / "tests/cli" / tool).glob("*/*") if path.name in ("cmd", "config.json")]
    texts += [path.read_text() for path in (ROOT / "tests/unit/tools" / tool).glob("*.cpp")]
    for folder in SHARED_TESTS:
        texts += [path.read_text() for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".sh")]
    text = "\n".join(texts)
    short = {SHORT[letter] for letters in re.findall(r"[ \"]-([a-z]{1,3})(?=[ \"\n,])", text) for letter in letters if letter in SHORT}
    return short | set(re.findall(r"--([a-z0-9][a-z0-9-]*)", text))


class Options(unittest.TestCase):
    def test_every_option_is_used_by_a_test(self):
        tools = sorted(path.parent.name for path in (ROOT / "tools").glob("*/main.cpp") if (BIN / path.parent.name).exists())
        self.assertTrue(tools, f"no program in {BIN}")
        everywhere = set()
        for tool in tools:
            with self.subTest(tool=tool):
                options = offered(tool)
                self.assertGreater(len(options), 1, "no option found in its help")
                self.assertEqual(sorted(options - used(tool) - COMMON), [])
            everywhere |= used(tool)
        self.assertEqual(sorted(COMMON - everywhere), [], "options that all programs have, used by no test")


if __name__ == "__main__":
    unittest.main()
