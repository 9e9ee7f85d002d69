#!/usr/bin/python3
# Knows: that every script parses, shell scripts pass shellcheck, and what git calls executable starts with a shebang.
# Must not know: what a script does.
# Next: sources.py.
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402


def first_line(path):
    with open(path, "rb") as file:
        return file.readline(200).decode(errors="replace")


def scripts(kind):
    suffix = {"shell": ".sh", "python": ".py"}[kind]
    words = {"shell": ("/bin/bash", "/bin/sh"), "python": ("python3",)}[kind]
    found = []
    for path in sources.files(sources.ROOT):
        if "tests/fuzz/" in path.as_posix():
            continue
        line = first_line(path)
        if path.suffix == suffix or (line.startswith("#!") and any(word in line for word in words)):
            found.append(path)
    return found


class Scripts(unittest.TestCase):
    def test_shellcheck(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        found = scripts("shell")
        self.assertGreater(len(found), 1)
        done = subprocess.run(["shellcheck", "-x", *found], capture_output=True, text=True, cwd=sources.ROOT)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_shellcheck_would_notice(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
            file.write("#!/bin/bash\nrm -rf $1/*\n")
            file.flush()
            self.assertNotEqual(subprocess.run(["shellcheck", file.name], capture_output=True).returncode, 0)

    def test_python_compiles(self):
        found = scripts("python")
        self.assertGreater(len(found), 5)
        for path in found:
            compile(path.read_text(), str(path), "exec")

    def test_executable_files_have_a_shebang_and_scripts_are_executable(self):
        for path in sources.files(sources.ROOT):
            if "tests/fuzz/corpus" in path.as_posix() or "tests/fuzz/crashes" in path.as_posix():
                continue
            shebang = first_line(path).startswith("#!")
            self.assertEqual(os.access(path, os.X_OK), shebang, f"{path}: executable and shebang belong together")


if __name__ == "__main__":
    unittest.main()
