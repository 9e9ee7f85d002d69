#!/usr/bin/python3
# Knows: that the committed numbering plan is, byte for byte, what the committed metadata gives, and where that is from.
# Must not know: how a plan is made.
# Next: scripts/numbering-plan; scripts/numbering/pinned.json.
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
METADATA = ROOT / "scripts/numbering/metadata.json"
PLAN = ROOT / "libcommon/number/numbering.plan"


def compiled(metadata):
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder) / "metadata.json", pathlib.Path(folder) / "numbering.plan"
        source.write_text(metadata)
        done = subprocess.run([sys.executable, ROOT / "scripts/numbering-plan", "compile", source, "-o", out],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return out.read_bytes()


class NumberingPlan(unittest.TestCase):
    def test_it_is_what_the_metadata_gives(self):
        self.assertEqual(compiled(METADATA.read_text()), PLAN.read_bytes(), "run scripts/numbering-plan build")

    def test_a_changed_metadatum_is_found(self):
        changed = json.loads(METADATA.read_text())
        changed["phone"][0]["general"]["n"] = [9]
        self.assertNotEqual(compiled(json.dumps(changed)), PLAN.read_bytes())

    def test_it_is_of_the_pinned_version_and_small(self):
        pinned, metadata = json.loads((ROOT / "scripts/numbering/pinned.json").read_text()), json.loads(METADATA.read_text())
        self.assertEqual((metadata["version"], metadata["date"]), (pinned["version"], pinned["date"]))
        self.assertLessEqual(PLAN.stat().st_size, 400_000)


if __name__ == "__main__":
    unittest.main()
