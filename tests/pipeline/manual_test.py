#!/usr/bin/python3
# Knows: that each example of e164-normalize, in its manual and in the help of its commands, works as it is written, on files of the names it gives.
# Must not know: what the answers are (tests/cli/ knows that).
# Next: man/e164-normalize.1.scd; readme.sh does the same for README.md.
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build/dev/bin")).resolve()
GOLDEN = ROOT / "tests/cli/e164-normalize"
# The names that examples use, and what stands for them.
FILES = {"company.json": ROOT / "examples/company.json", "company.cases.jsonl": ROOT / "examples/company.cases.jsonl",
         "cases.jsonl": ROOT / "examples/company.cases.jsonl", "trace.pcap": ROOT / "examples/call.pcap",
         "lync.xml": GOLDEN / "300-import-lync-xml/lync.xml", "routes.json": GOLDEN / "303-import-lync-routes/voice.json"}
TEXTS = {"users.csv": "name,phone\n\"Doe, J\",030 123456\n", "customers.csv": "phone\n030 123456\n", "numbers.txt": "030 123456\nhello\n",
         "calls.ndjson": '{"country":"DE","call":{"from":"030 123456","to":"+14255550100"}}\n',
         "router.cfg": "voice translation-rule 1\n rule 1 /^9\\(1..........\\)$/ /+\\1/\n"}
# lint finds something in the sample, export leaves something out: 1 is their good end, too.
ADVERSE = ("lint", "export")


def manual():
    """Lines behind a tab of EXAMPLES."""
    text = (ROOT / "man/e164-normalize.1.scd").read_text().split("# EXAMPLES\n", 1)[1].split("\n# ", 1)[0]
    return [line[1:] for line in text.splitlines() if line.startswith("\t")]


def helped():
    """Lines of two blanks under "Examples:", of each command."""
    show = lambda *words: subprocess.run([BIN / "e164-normalize", *words, "--help"], capture_output=True, text=True, timeout=20).stdout
    commands = show().split("\nCommands:\n", 1)[1].split("\n\n", 1)[0].splitlines()
    found = []
    for command in (line.split()[0] for line in commands):
        part = show(command).split("\nExamples:\n", 1)[1].split("\nExit codes:", 1)[0]
        found += [line[2:] for line in part.splitlines() if line[:3].strip()]
    return found


class Manual(unittest.TestCase):
    def check(self, examples, at_least):
        self.assertGreaterEqual(len(examples), at_least)
        for example in examples:
            with self.subTest(example=example), tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                for file, source in FILES.items():
                    shutil.copy(source, folder / file)
                for file, text in TEXTS.items():
                    (folder / file).write_text(text)
                before = {path.name for path in folder.iterdir()}
                done = subprocess.run(["bash", "-o", "pipefail", "-c", example], cwd=folder, capture_output=True, text=True, timeout=60,
                                      env={"PATH": f"{BIN}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
                adverse = any(f"e164-normalize {command} " in example for command in ADVERSE)
                self.assertIn(done.returncode, (0, 1) if adverse else (0,), done.stderr)
                written = "".join(path.read_text() for path in folder.iterdir() if path.name not in before)
                self.assertTrue(done.stdout + written, "it printed nothing")

    def test_manual(self):
        self.check(manual(), 6)

    def test_help(self):
        self.check(helped(), 12)


if __name__ == "__main__":
    unittest.main()
