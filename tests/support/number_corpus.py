#!/usr/bin/python3
# Knows: how people write telephone numbers, and how to spoil them.
# Must not know: what a number means.
# Next: tests/parity/numbers.cpp, which asks two libraries about each; scripts/numbering/metadata.py (the patterns).
"""Writes a corpus of (region, written number) pairs sampled from numbering metadata.

    number_corpus.py --metadata FILE.json --count N --seed S (--mixed | --adversarial | --e164) OUT

A record is two bytes of region, two bytes of length (little endian), the text. --mixed: every region and type, big
countries more often, in the forms of daily life. --e164: only "+" and digits. --adversarial: mutations meant to find differences between two parsers.
"""
import argparse
import json
import pathlib
import random
import re
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / "numbering"))
import regex  # noqa: E402

BIG = ("US CA GB DE FR IT ES NL BE CH AT SE NO DK FI IE PT PL CZ RU UA TR IN CN JP KR AU NZ BR MX AR CL CO PE ZA NG EG SA AE IL "
       "SG ID").split()
FULLWIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
EXTENSIONS = [" ext. {}", " x{}", ";ext={}", " extension {}", ",,{}", "#{}", " anexo {}", " доб. {}", " int {}"]


def sample(tree, rng):
    kind = tree[0]
    if kind == "set":
        return str(rng.choice([d for d in range(10) if tree[1] >> d & 1]))
    if kind == "cat":
        return "".join(sample(item, rng) for item in tree[1])
    if kind == "alt":
        return sample(rng.choice(tree[1]), rng)
    if kind == "rep":
        return "".join(sample(tree[1], rng) for _ in range(rng.randint(tree[2], tree[3])))
    if kind == "group":
        return sample(tree[2], rng)
    return ""


class Region:
    def __init__(self, data):
        self.id, self.code = data["id"], str(data["code"])
        self.np, self.idd = data.get("np", ""), data.get("idd", "")
        general = data["general"]
        self.types = [(regex.parse(desc["p"])[0], set(desc.get("n") or general.get("n", [])))
                      for desc in data["types"].values()]
        self.formats = [(re.compile(one["p"]), [re.compile(text) for text in one.get("leading", [])[-1:]],
                         one["f"], one.get("np", "")) for one in data.get("formats", [])]
        self.idd_tree = regex.parse(self.idd)[0] if self.idd else None
        self.code_main = data.get("main", False)

    def number(self, rng):
        tree, lengths = rng.choice(self.types)
        for _ in range(20):
            digits = sample(tree, rng)
            if not lengths or len(digits) in lengths:
                break
        return digits

    def grouped(self, digits, national):
        for pattern, leading, text, rule in self.formats:
            if leading and not leading[0].match(digits):
                continue
            match = pattern.fullmatch(digits)
            if match:
                if national and rule:
                    text = re.sub(r"\$\d", lambda m: rule.replace("$1", m[0]), text, count=1)
                return re.sub(r"\$(\d)", lambda m: match[int(m[1])], text)
        return digits


class Corpus:
    def __init__(self, metadata, seed):
        self.rng = random.Random(seed)
        self.regions = [Region(data) for data in metadata["phone"] if data["types"]]
        self.geographic = [region for region in self.regions if region.id != "001"]
        self.big = [region for region in self.geographic if region.id in BIG]
        for region in self.regions:
            if not region.formats:  # a region without formats of its own writes as the main one of its code
                main = [other for other in self.regions if other.code == region.code and other.code_main]
                region.formats = main[0].formats if main else []

    def pick(self):
        rng = self.rng
        return rng.choice(self.big) if rng.random() < 0.6 else rng.choice(self.regions)

    def written(self, region, digits, share):
        """(default region, text) in the form that stands at `share` of the way through the mix."""
        rng = self.rng
        e164 = "+" + region.code + digits
        intl = "+" + region.code + " " + region.grouped(digits, False)
        national = region.grouped(digits, True)
        home = region.id if region.id != "001" else rng.choice(self.geographic).id
        other = rng.choice(self.geographic)
        if share < 22:
            return home if rng.random() < 0.5 else other.id, e164
        if share < 37:
            return other.id, intl
        if share < 57:
            return home, national
        if share < 71:
            return home, (region.np if rng.random() < 0.5 and region.np.isdigit() else "") + digits
        if share < 75:
            return other.id, rng.choice(["tel:" + e164, "tel:" + e164.replace("+" + region.code, "+" + region.code + "-"),
                                         f"tel:{digits};phone-context=+{region.code}", f"tel:{e164};isub=12"])
        if share < 81:
            idd = sample(other.idd_tree, rng) if other.idd_tree else "00"
            return other.id, idd + rng.choice(["", " ", "-"]) + intl[1:]
        if share < 84:
            return other.id, rng.choice(["00", "011"]) + e164[1:]
        if share < 88.5:
            return home, e164[1:]
        if share < 92.5:
            number = rng.choice([national, intl, e164])
            return home, number + rng.choice(EXTENSIONS).format(rng.randint(1, 99999))
        if share < 93.8:
            number = rng.choice([national, intl, e164])
            return home, rng.choice([number.translate(FULLWIDTH), number.translate(ARABIC), number.replace(" ", "\u00a0"),
                                     number.replace(" ", "\u2013")])
        if share < 96:
            return home, rng.choice([f"+{region.code} (0) {region.grouped(digits, False)}", f"({national})", f" {national} .",
                                     f"[{intl}]", f"{national}/", f"Tel: {national}", intl.replace(" ", "  "), f"{national} / x23"])
        if share < 99:
            return home, self.mutated(rng.choice([national, intl, e164]))
        return home, rng.choice(["911", "112", "0", "1800FLOWERS", "anonymous", "", "+", "12", "(", "restricted", "1-800-GO-FEDEX",
                                 "unavailable", "+0123456789", digits[:3], digits[:5], "123456789012345678901234567890"])

    def mutated(self, text):
        rng = self.rng
        text = list(text)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(text) + 1)
            act = rng.random()
            if act < 0.35 and text:
                del text[min(at, len(text) - 1)]
            elif act < 0.75:
                text.insert(at, rng.choice("0123456789+-() ./x"))
            elif len(text) > 1:
                at = min(at, len(text) - 2)
                text[at], text[at + 1] = text[at + 1], text[at]
        return "".join(text)

    def plain(self):
        region = self.pick()
        return self.written(region, region.number(self.rng), 0)

    def mixed(self):
        region = self.pick()
        return self.written(region, region.number(self.rng), self.rng.random() * 100)

    PIECES = (["+", "++", "＋", "00", "011", "810", "0", "1", "9", "15", "(0)", "(", ")", "-", " ", ".", "/", "\\", "*", "#", "~", ":", ",",
               ",,", ";", "=", "x", "X", "ext", "ext.", "xt", "extn", "extension", "Extensión", "extensio\u0301n", "eXtEn\u017fion", "anexo",
               "доб", "ДОБ", "int", "ｅｘｔ", "ｘｔｎ", "ＸＴ", "ｘ", "＃", "～", "ｉｎｔ", ";ext=", ";EXT=", ";isub=", ";phone-context=",
               ";phone-context=+44", ";phone-context=+1", ";phone-context=example.com", "tel:", "TEL:", "sip:", "@",
               "\u00a0", "\u2013", "\u2212", "\u30fc", "\u3000", "\u200b", "\u2060", "\u00ad", "\uff0e", "\uff0f", "\uff0d", "（", "）", "［",
               "\u2053", "\u223c", "²", "½", "Ⅷ", "ー", "é", "ß", "\u212a", "\u017f", "\u0301", "ó", "\t", "\n", "\r", "\u2028", "abc", "AB",
               "z", "FLOWERS", "[", "]", "'", "\"", "<", ">", "&", "%2B", "\x00", "\x7f", "\ufffd", "😀", "𝟘𝟙𝟚", "੧੨੩", "٣٤٥", "１２３", "x/x", "/x", "/ x", "\\x"])

    def adversarial(self):
        rng = self.rng
        region = self.pick()
        home, text = self.written(region, region.number(rng), rng.random() * 99)
        act = rng.random()
        if act < 0.15:  # built from pieces only
            text = "".join(rng.choice(self.PIECES) if rng.random() < 0.5 else str(rng.randrange(10 ** rng.randint(1, 6)))
                           for _ in range(rng.randint(1, 9)))
        elif act < 0.25:  # a calling code twice, a prefix in the middle
            text = rng.choice(["+", "00", "011", "", "+0"]) + region.code + text.lstrip("+")
        elif act < 0.35:
            text = text + rng.choice(self.PIECES) + str(rng.randrange(10 ** rng.randint(1, 22))) + rng.choice(["", "#", ".", " ", ";x=1"])
        else:
            for _ in range(rng.randint(1, 4)):
                at = rng.randrange(len(text) + 1)
                if rng.random() < 0.3 and text:
                    text = text[:at] + text[at + rng.randint(1, 3):]
                else:
                    text = text[:at] + rng.choice(self.PIECES) + text[at:]
        if rng.random() < 0.03:
            text = "".join(chr(rng.choice([rng.randrange(0x20, 0x250), rng.randrange(0x600, 0x1000), rng.randrange(0x2000, 0x2300),
                                           rng.randrange(0xff00, 0xfff0), rng.randrange(0x10000, 0x1fb00)]))
                           if rng.random() < 0.15 else c for c in text)
        if rng.random() < 0.02:
            home = rng.choice(["ZZ", "XX", "  "])
        raw = text.encode("utf-8", "surrogatepass")
        if rng.random() < 0.01 and raw:
            at = rng.randrange(len(raw))
            raw = raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1:]
        return home, raw[:250]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--metadata", required=True)
    options.add_argument("--count", type=int, default=100000)
    options.add_argument("--seed", type=int, default=1)
    kind = options.add_mutually_exclusive_group(required=True)
    kind.add_argument("--mixed", action="store_true")
    kind.add_argument("--adversarial", action="store_true")
    kind.add_argument("--e164", action="store_true")
    options.add_argument("out")
    chosen = options.parse_args()
    with open(chosen.metadata, encoding="utf-8") as file:
        corpus = Corpus(json.load(file), chosen.seed)
    make = corpus.mixed if chosen.mixed else corpus.plain if chosen.e164 else corpus.adversarial
    with open(chosen.out, "wb") as out:
        for _ in range(chosen.count):
            home, text = make()
            raw = text if isinstance(text, bytes) else text.encode()
            raw = raw[:250]
            out.write(home.encode() + struct.pack("<H", len(raw)) + raw)
    print(f"{chosen.count} numbers, {'mixed' if chosen.mixed else 'E.164' if chosen.e164 else 'adversarial'}, seed {chosen.seed}")


if __name__ == "__main__":
    main()
