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

# Which messages, who, what differs: why ours is as it is. A message of our own and the RFC's file of the same name share a row;
# test* and own* are sofia-sip's own samples.
ROWS = (
    # Repaired, as lenient may: others refuse, or show the fault.
    ("ltgtruri test21", "sofia kamailio", "verdict", "RFC 4475 §3.1.2.7: brackets around the Request-URI may be taken away; they are not sent on"),
    ("ltgtruri test21", "tshark", "uri", "RFC 4475 §3.1.2.7: shown as it stands"),
    ("escruri test25", "sofia tshark kamailio", "uri", "RFC 4475 §3.1.2.11: headers in the Request-URI are cut off"),
    ("lwsstart test23", "tshark kamailio", "verdict", "RFC 4475 §3.1.2.9: several blanks in the start line, forwarded with one"),
    ("baddn test40", "sofia kamailio", "verdict", "RFC 4475 §3.1.2.15: an unquoted display name is quoted on the way (the file has no empty line: Kamailio)"),
    ("regbadct test33", "sofia", "verdict", "RFC 4475 §3.1.2.13: a Contact without brackets is nothing that a proxy uses"),
    ("baddate test29 test13", "sofia", "verdict", "RFC 4475 §3.1.2.12: a Date or Expires that a proxy does not use is passed on"),
    ("test4 test13 test29 test30", "kamailio", "verdict", "RFC 4475 §3.1.2.12: an Expires that is a date (RFC 2543 §6.20) is passed on, no proxy uses it"),
    ("own0", "sofia", "verdict", "RFC 3261 §16.3: what a proxy does not use is not looked at"),
    # Valid, and not read by all.
    ("intmeth", "sofia", "verdict", "RFC 4475 §3.1.1.2: a NUL in a quoted string is valid (quoted-pair, RFC 3261 §25.1)"),
    ("intmeth", "tshark", "call_id from_tag cseq_method", "RFC 4475 §3.1.1.2: its text ends at the NUL, and the method's marks are valid"),
    ("wsinv", "tshark", "from_tag to_tag", "RFC 3261 §7.3.1: blanks around '=' and ';' are allowed"),
    ("own1", "tshark", "to_tag", "RFC 3261 §7.3.1: blanks around '=' and ';' are allowed"),
    ("own1 test3", "tshark", "cseq cseq_method", "RFC 3261 §25.1 HCOLON: blanks before the colon are allowed"),
    ("wsinv", "kamailio", "verdict", "RFC 4475 §3.1.1.1: valid; its Via parser stops at the folds"),
    ("esc01", "sofia", "uri", "RFC 3261 §19.1.4: the same URI; ours is shown as it was written"),
    ("test36", "sofia", "uri", "RFC 3261 §19.1.2: '?' may stand in the user part"),
    ("test10b test10c test20", "tshark", "call_id from_tag cseq_method", "RFC 3261 §7.3.1: blanks at the end of a line do not belong to the value"),
    ("test20", "kamailio", "call_id", "RFC 3261 §7.3.1: blanks at the end of a line do not belong to the value"),
    ("dblreq ipv4-mapped-ipv6 ipv6-in-sdp mult-ip-in-sdp test10 test10b test10c test18", "kamailio", "verdict",
     "RFC 3261 §18.3: what follows the body in a datagram is thrown away, and the message stands (its sanity module demands equality)"),
    ("unksm2 own1 test3", "kamailio", "verdict", "RFC 4475 §3.3.4: the schemes of To and From are none of a proxy's business"),
    # Refused by ours.
    ("badvers test41 test42", "sofia", "verdict", "RFC 4475 §3.1.2.16: 505; nta answers that above its parser"),
    ("unkscm novelsc test26", "sofia", "verdict", "RFC 3261 §16.3 step 2: 416; its parser takes any scheme"),
    ("ncl test17", "kamailio", "verdict", "RFC 4475 §3.1.2.3: a negative length is an error"),
    ("scalarlg", "kamailio", "verdict", "RFC 4475 §3.1.2.5: a sequence number past 2**31 (RFC 3261 §8.1.1.5)"),
    ("mcl01 test35", "kamailio", "verdict", "RFC 4475 §3.3.9, RFC 3261 §7.3.1: a field that may stand once stands twice"),
    ("test-ack-1", "kamailio", "verdict", "RFC 3261 §8.1.1.5: the method of CSeq is another than the request's"),
    ("test1 test1a", "sofia", "verdict", "RFC 3261 §7.3.1: the first line behind the start line begins with a blank and folds nothing"),
)
EXPLAINED = {(name, judge, what) for names, judges_, whats, _ in ROWS for name in names.split() for judge in judges_.split() for what in whats.split()}


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
        self.assertEqual(found, [], "\n".join(found))
        for names_, judges_, whats, why in ROWS:
            # A row that nobody needs any more goes (rows of files that are not here may stay).
            row = {(name, judge, what) for name in names_.split() for judge in judges_.split() for what in whats.split() if name in names}
            self.assertTrue(not row or row & seen, (names_, judges_, why))


if __name__ == "__main__":
    lab.need("tshark", "kamailio")
    unittest.main()
