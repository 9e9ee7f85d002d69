#!/usr/bin/python3
# Knows: where our scanner, tshark, Kamailio and sofia-sip's parser disagree about a message, and which clause says why.
# Must not know: how each is asked (tests/peers/judges.py, verdicts.py).
# Next: torture_messages.py for the messages; torture_test.py for what becomes of them in the proxy.
import os
import pathlib
import unittest

import interop  # noqa: F401  (the path to the peers)
import lab
import judges
import torture_messages
import verdicts

CORPORA = pathlib.Path(os.environ.get("TANDEM_CORPORA", lab.ROOT / "../shared/corpora"))
FIELDS = ("method", "uri", "status", "call_id", "cseq", "cseq_method", "from_tag", "to_tag", "branch", "vias", "body_bytes")

# (message, judge, what differs): why ours is as it is. A message of our own and the RFC's file of the same name share a row.
EXPLAINED = {
}


def messages():
    """name, bytes; what is there of the RFCs' own files comes behind ours of the same names."""
    for case in torture_messages.RFC4475 + torture_messages.RFC5118:
        yield case.name, case.bytes("192.0.2.1:5060", "UDP")
    for folder, kind in (("rfc4475", "*.dat"), ("rfc5118", "*"), ("sofia-sip-tests/sip/tests", "*.txt")):
        for path in sorted((CORPORA / folder).glob(kind)) if (CORPORA / folder).exists() else ():
            yield path.stem, path.read_bytes()


def differences(ours, theirs, judge):
    """(what differs, ours, theirs)"""
    mine = ours["lenient"]["answer"]
    if judge != "tshark" or theirs["answer"] < 0:  # tshark shows what stands there, it refuses nothing
        if (mine == 0) != (theirs["answer"] == 0):
            yield "verdict", mine, theirs["answer"]
            return
    if mine != 0 or not theirs.get("message"):
        return
    for field in FIELDS:
        if field in theirs["message"] and field in ours["message"] and ours["message"][field] != theirs["message"][field]:
            yield field, ours["message"][field], theirs["message"][field]


class Differential(unittest.TestCase):
    def test_every_disagreement_is_explained(self):
        names, texts = zip(*messages())
        ours = verdicts.ask(texts)
        with lab.Lab("differential") as place:
            theirs = {"sofia": judges.sofia(texts), "tshark": judges.tshark(place, texts),
                      "kamailio": judges.Kamailio(place, place.ip(8), place.ip(9)).ask(texts)}
        found, seen, compared = [], set(), 0
        for judge, records in theirs.items():
            for name, mine, other in zip(names, ours, records):
                if other is None:
                    continue
                compared += 1
                for what, a, b in differences(mine, other, judge):
                    seen.add((name, judge, what))
                    if (name, judge, what) not in EXPLAINED:
                        found.append(f"{name}, {judge}, {what}: ours {a!r}, theirs {b!r} ({mine['lenient']['reason']})")
        print(f"{len(texts)} messages, {compared} comparisons, {len(seen)} disagreements, {len(found)} without an explanation", flush=True)
        self.assertEqual(found, [])
        own = {case.name for case in torture_messages.RFC4475 + torture_messages.RFC5118}
        idle = [row for row in EXPLAINED if row[0] in own and row not in seen]
        self.assertEqual(idle, [], "explained, but nobody disagrees any more")


if __name__ == "__main__":
    lab.need("tshark", "kamailio")
    unittest.main()
