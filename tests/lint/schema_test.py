#!/usr/bin/python3
# Knows: that the schema of records is a schema, closed inside each family, open at the top level, and refuses what it must.
# Must not know: which program prints what; tests/cli/run_cases checks their lines.
# Next: libcommon/record/schema.json.
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((sources.ROOT / "libcommon/record/schema.json").read_text())
NUMBER = {"input": "030 123456", "e164": "+4930123456", "possible": True, "flags": [], "reasons": []}
BENCH = {"type": "bench", "v": 1, "bench": "proxy", "row": "udp-2500cps", "unit": "cpu_s_per_1000_calls", "ours": 0.07, "peer": 0.14,
         "peer_name": "kamailio 5.6.3 -x fm", "ratio": 0.5, "goal": 0.55, "ok": True, "rounds": 5, "spread": 0.04}
GOOD = [
    {"type": "number", "v": 1, "number": NUMBER},
    {"type": "summary", "v": 1, "summary": {"tool": "x", "in": 3, "ok": 1, "bad": 1, "skipped": 1}},
    {"type": "error", "v": 1, "error": {"tool": "x", "line": 1, "code": "syntax", "what": "y", "offset": 0, "rule": "RFC 8259"}},
    {"type": "check", "v": 1, "check": {"name": "x", "ok": True}},
    BENCH,
    # the chaining law: foreign members, and answers of several fields
    {"type": "summary", "v": 1, "summary": {"tool": "x", "in": 0, "ok": 0, "bad": 0, "skipped": 0}, "foreign": {"a": 1},
     "number": {"call.from": NUMBER, "call.to": NUMBER}},
]
BAD = [
    ({}, "no type"),
    ({"type": "number", "v": 1}, "no object"),
    ({"type": "nonsense", "v": 1}, "unknown type"),
    ({"type": "number", "number": NUMBER}, "no version"),
    ({"type": "number", "v": 1, "number": {**NUMBER, "extra": 1}}, "unknown key"),
    ({"type": "number", "v": 1, "number": {**NUMBER, "e164": "4930"}}, "no +"),
    ({"type": "number", "v": 1, "number": {**NUMBER, "reasons": ["because"]}}, "unknown reason"),
    ({"type": "number", "v": 1, "number": {"to": NUMBER}}, "keyed by field where one is meant"),
    ({"type": "summary", "v": 1, "summary": {"tool": "x", "in": -1, "ok": 0, "bad": 0, "skipped": 0}}, "negative count"),
    ({"type": "event", "v": 1, "event": {"name": "x"}}, "something that happened without a stamp"),
    ({"type": "event", "v": 1, "ts": "2026-11-22 12:00:00", "event": {"name": "x"}}, "no RFC 3339"),
    ({**BENCH, "extra": 1}, "unknown key"),
]


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class Schema(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft202012Validator(SCHEMA)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_accepts(self):
        for record in GOOD:
            with self.subTest(record=record):
                self.assertEqual([e.message for e in self.validator.iter_errors(record)], [])

    def test_refuses(self):
        for record, why in BAD:
            with self.subTest(why=why):
                self.assertFalse(self.validator.is_valid(record), record)

    def test_every_family_is_closed(self):
        for family in SCHEMA["properties"]["type"]["enum"]:
            with self.subTest(family=family):
                self.assertIs(SCHEMA["$defs"][family].get("additionalProperties"), False)
                self.assertTrue(SCHEMA["$defs"][family].get("description"))

    def test_every_reference_leads_somewhere(self):
        def walk(node):
            if isinstance(node, dict):
                if "$ref" in node:
                    self.assertIn(node["$ref"].removeprefix("#/$defs/"), SCHEMA["$defs"])
                for child in node.values():
                    walk(child)
            elif isinstance(node, list):
                for child in node:
                    walk(child)
        walk(SCHEMA)


if __name__ == "__main__":
    unittest.main()
