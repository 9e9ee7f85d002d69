#!/usr/bin/python3
# Knows: words that have no business in the repository: paths of one machine, unfinished work without a reason.
# Must not know: the rest.
# Next: CONTRIBUTING.md.
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402

# Written so that this file does not find itself.
WORDS = [re.compile(text) for text in (
    r"/wor[k]/", r"/tmp/brief[s]", r"/hom[e]/[a-z]+/", r"\bissue[ ]#?\d+\b.*\bwalking", r"\b(TOD[O]|FIXM[E]|XX[X])\b(?! \(.+\))",
    r"\bco-authored[-]by\b", r"as an? (a[i]|languag[e]) (model|assistant)")]
BINARY = {".pcap", ".pcapng", ".cap", ".wav", ".gz", ".png", ".plan"}


def found_in(text):
    return [match.group(0) for word in WORDS for match in word.finditer(text)]


class Words(unittest.TestCase):
    def test_none_is_in_the_repository(self):
        found = []
        for path in sources.files(sources.ROOT):
            name = path.relative_to(sources.ROOT).as_posix()
            if path.suffix in BINARY or name.startswith(("tests/fuzz/corpus/", "tests/fuzz/crashes/")):
                continue
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                found += [f"{name}:{number}: {word}" for word in found_in(line)]
        self.assertEqual(found, [])

    def test_a_planted_word_is_found(self):
        for text in ("see /wor" + "k/shared", "// TOD" + "O later", "/hom" + "e/jane/src"):
            self.assertTrue(found_in(text), text)

    def test_unfinished_work_with_a_reason_may_stand(self):
        self.assertEqual(found_in("TOD" + "O (until c-ares gives the TTL): ask again"), [])


if __name__ == "__main__":
    unittest.main()
