#!/usr/bin/python3
# Knows: that every example number of the public metadata is of the kind and region for which it stands there.
# Must not know: how numbers are read.
# Next: scripts/numbering/metadata.json (the examples); tests/parity/numbers_test.py (a million other numbers).
import json
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build/dev/bin")) / "e164-normalize"
# How a record names the types of the metadata; a fixed or mobile number may be told as either.
KINDS = {"fixed": {"fixed_line", "fixed_line_or_mobile"}, "mobile": {"mobile", "fixed_line_or_mobile"}, "toll_free": {"toll_free"},
         "premium": {"premium_rate"}, "shared_cost": {"shared_cost"}, "personal": {"personal_number"}, "voip": {"voip"},
         "pager": {"pager"}, "uan": {"uan"}, "voicemail": {"voicemail"}}


# Seven digits are a number without its area code to the main country of code 1, and no E.164 number.
LOCAL_ONLY = {"+13101234"}


def kinds_of(region, national):
    """The kinds whose pattern in the metadata takes this number, by Python's regular expressions."""
    return {kind for kind, desc in region["types"].items() if re.fullmatch(desc["p"], national)}


class Examples(unittest.TestCase):
    def test_each_has_its_kind_and_region(self):
        phones = json.loads((ROOT / "scripts/numbering/metadata.json").read_text())["phone"]
        regions = {region["id"]: region for region in phones}
        examples = [(f"+{region['code']}{desc['x']}", region["id"], kind) for region in phones
                    for kind, desc in region["types"].items() if "x" in desc]
        self.assertGreater(len(examples), 900)
        done = subprocess.run([TOOL, "--no-summary"], input="".join(f"{number}\n" for number, _, _ in examples),
                              capture_output=True, text=True, timeout=60)
        answers = [json.loads(line)["number"] for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(examples))
        others = 0
        for (number, region, kind), answer in zip(examples, answers):
            with self.subTest(number=number, region=region, kind=kind):
                if number in LOCAL_ONLY:
                    self.assertEqual((answer["e164"], answer["reasons"]), (None, ["local_only"]))
                    continue
                self.assertTrue(answer["valid"])
                self.assertEqual(answer["e164"], number)
                if answer["region"] == region:
                    self.assertIn(answer["kind"], KINDS[kind])
                    continue
                # Countries of one calling code share numbers (+1 800, +44 55): the one told has such a number too.
                others += 1
                told, code = regions[answer["region"]], regions[region]["code"]
                self.assertEqual(told["code"], code)
                taken = kinds_of(told, number[1 + len(str(code)):])
                self.assertIn(answer["kind"], set().union(*(KINDS[k] for k in taken)))
        self.assertLess(others, len(examples) / 5)


if __name__ == "__main__":
    unittest.main()
