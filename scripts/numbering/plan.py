# Knows: the layout of a numbering plan file, section by section.
# Must not know: where the metadata comes from.
# Next: metadata.py (input), automaton.py (the pool); libcommon/number/plan_file.h, which reads the same layout.
"""Compiles the plain form of numbering metadata into the one file that the programs use.

Little endian. Header: magic "TNUMPLAN", u32 layout version, u32 bytes in all, u64 FNV-1a of all that follows the header,
u32 number of branches, u32 number of sections; then a table of (u32 offset, u32 bytes) a section; then the sections,
each at a multiple of 4.
"""
import struct

import automaton
import regex

MAGIC = b"TNUMPLAN"
LAYOUT = 1
HEADER = struct.Struct("<8sIIQII")
NONE = 0xFFFF

SHORT_BITS = {"valid": 1, "emergency": 2, "connects": 4, "toll_free": 8, "premium": 16, "standard_rate": 32,
              "carrier_specific": 64, "sms": 128, "possible": 256}
# Where dialling more after an emergency number does not reach it (ShortNumberInfo of the reference library).
EXACT_EMERGENCY = {"BR", "CL", "NI"}


class Texts:
    """Strings, each with a NUL after it, the same string once; offset 0 is the empty one."""

    def __init__(self):
        self.data, self.known = bytearray(b"\0"), {"": 0}

    def at(self, text):
        if text not in self.known:
            self.known[text] = len(self.data)
            self.data += text.encode("ascii") + b"\0"
        if self.known[text] >= NONE:
            raise regex.Unsupported("more than 64 KiB of texts")
        return self.known[text]


class Programs:
    """Backtracking programs in one array; the same expression once."""

    def __init__(self):
        self.words, self.known = [], {}

    def at(self, text):
        if text is None:
            return NONE
        if text not in self.known:
            code, groups = regex.program(text)
            if groups > 9:
                raise regex.Unsupported(f"more than 9 groups in {text!r}")
            self.known[text] = len(self.words)
            self.words += code
        if self.known[text] >= NONE:
            raise regex.Unsupported("more than 64 Ki instructions")
        return self.known[text]


def length_mask(lengths):
    mask = 0
    for length in lengths or []:
        mask |= 1 << length
    return mask


def short_root(pool, region):
    """The automaton of a territory's short numbers; labels are SHORT_BITS."""
    nfa = regex.Nfa()
    starts, accept = [], {}
    descs = {"general": region["general"], **region["types"]}
    for name, desc in descs.items():
        if "p" in desc:
            start, end = nfa.add(desc["p"])
            starts.append(start)
            accept[name] = 1 << end
    connects = 0
    if "emergency" in accept and region["id"] not in EXACT_EMERGENCY:
        start, end = nfa.add(descs["emergency"]["p"], prefix=True)
        starts.append(start)
        connects = 1 << end

    def is_a(name, states, length):
        return bool(states & accept.get(name, 0)) and ("n" not in descs[name] or length in descs[name]["n"])

    def label_of(states, length):
        label = 0
        if length in descs["general"].get("n", []):
            label |= SHORT_BITS["possible"]
        # The emergency question is asked of the pattern alone, all others also of the lengths.
        if states & accept.get("emergency", 0):
            label |= SHORT_BITS["emergency"] | SHORT_BITS["connects"]
        if states & connects:
            label |= SHORT_BITS["connects"]
        if is_a("general", states, length) and is_a("short_code", states, length):
            label |= SHORT_BITS["valid"]
        for name in ("toll_free", "premium", "standard_rate", "carrier_specific", "sms"):
            if is_a(name, states, length):
                label |= SHORT_BITS[name]
        return label

    return automaton.build(pool, nfa, starts, label_of)


def national_format(one):
    """The format with the national prefix rule put around its first group, as it is used within the country."""
    rule = one.get("np")
    if not rule:
        return one["f"]
    at = next((i for i in range(len(one["f"]) - 1) if one["f"][i] == "$" and one["f"][i + 1].isdigit()), None)
    if at is None:
        return one["f"]
    group = one["f"][at:at + 2]
    return one["f"][:at] + rule.replace("$1", group) + one["f"][at + 2:]


def breadth_first(pool, roots):
    """Branches in the order in which walks meet them, then the free nodes; gives {pool index: file index}, counts."""
    order, seen = [], set()
    for root in roots:
        todo = [root]
        while todo:
            later = []
            for index in todo:
                if index in seen:
                    continue
                seen.add(index)
                order.append(index)
                node = pool.nodes[index]
                if node[0] != "free":
                    later += node[1]
            todo = later
    branches = [index for index in order if pool.nodes[index][0] != "free"]
    free = [index for index in order if pool.nodes[index][0] == "free"]
    return branches, free


def packed_labels(sequences):
    """All label sequences in one array, a sequence that is part of another not stored again; gives (array, offsets)."""
    data, offsets = [], {}
    text = b""
    for sequence in sorted(set(sequences), key=lambda s: (-len(s), s)):
        key = struct.pack(f"<{len(sequence)}H", *sequence)
        at = text.find(key)
        while at >= 0 and at % 2:
            at = text.find(key, at + 1)
        if at < 0:
            at = len(text)
            text += key
        offsets[sequence] = at // 2
    data = list(struct.unpack(f"<{len(text) // 2}H", text))
    return data, offsets


def compile_plan(plain):
    """The bytes of the plan file."""
    pool, texts, programs = automaton.Pool(), Texts(), Programs()
    regions = sorted(plain["phone"], key=lambda region: (region["id"], region["code"]))
    place = {id(region): index for index, region in enumerate(regions)}
    short_of = {region["id"]: region for region in plain["short"]}

    by_code = {}
    for region in plain["phone"]:
        by_code.setdefault(region["code"], []).append(region)
    code_rows, lists, row_of = [], [], {}
    for code in sorted(by_code):
        row_of[code] = len(code_rows)
        members = sorted(by_code[code], key=lambda region: not region.get("main", False))
        code_rows.append((code, automaton.classes(pool, members), place[id(members[0])], len(lists), len(members)))
        lists += [place[id(region)] for region in members]

    formats, region_rows = [], []
    for region in regions:
        first, own = len(formats), region.get("formats", [])
        # An absent international list means: the national one without the national prefix.
        for one in own:
            formats.append((programs.at(one["p"]), programs.at(one["leading"][-1]) if "leading" in one else NONE,
                            texts.at(national_format(one)), texts.at(one["f"])))
        intl_first, intl = len(formats), region.get("intl", [])
        for one in intl:
            formats.append((programs.at(one["p"]), programs.at(one["leading"][-1]) if "leading" in one else NONE,
                            texts.at(one["f"]), texts.at(one["f"])))
        if not intl:
            intl_first, intl = first, own
        desc = region["general"]
        short = short_of.get(region["id"]) if region["id"] != "001" else None
        npp, idd = region.get("npp"), region.get("idd")
        groups = regex.parse(npp)[1] if npp else 0
        region_rows.append((
            region["id"].encode(), region["code"], automaton.general(pool, region),
            short_root(pool, short) if short else None,
            length_mask(desc.get("n")), length_mask(desc.get("l")),
            programs.at(idd), programs.at(npp or None),
            regex.first_digits(idd) if idd else 0, regex.first_digits(npp) if npp else 0,
            texts.at(region.get("npt", "")), texts.at(region.get("np", "")),
            first, len(own), intl_first, len(intl), groups, texts.at(region.get("extn", ""))))

    branches, free = breadth_first(pool, [row[1] for row in code_rows] + [row[2] for row in region_rows] +
                                   [row[3] for row in region_rows if row[3] is not None])
    number = {index: i for i, index in enumerate(branches)}
    number.update({index: len(branches) + i for i, index in enumerate(free)})
    if len(number) >= NONE:
        raise regex.Unsupported("more than 65,534 states")
    labels, offsets = packed_labels([pool.nodes[index][1] for index in free])

    code_index = [NONE] * 1000
    for index, row in enumerate(code_rows):
        # By the first three digits: code 49 stands at 490 to 499. That no code is the front of another is E.164's own rule.
        width = 1 if row[0] >= 100 else 10 if row[0] >= 10 else 100
        for place_of in range(row[0] * width, row[0] * width + width):
            if code_index[place_of] != NONE:
                raise regex.Unsupported(f"calling code {row[0]} and another share digits")
            code_index[place_of] = index
    region_index = [NONE] * (26 * 26)
    for index, region in enumerate(regions):
        if region["id"].isalpha():
            region_index[(ord(region["id"][0]) - 65) * 26 + ord(region["id"][1]) - 65] = index

    about = "\0".join((plain["source"], plain["version"], plain["date"])).encode() + b"\0"
    sections = [
        about,
        b"".join(struct.pack("<10H", *(number[child] for child in pool.nodes[index][1])) for index in branches),
        struct.pack(f"<{len(branches)}H", *(pool.nodes[index][0] for index in branches)),
        b"".join(struct.pack("<HH", offsets[pool.nodes[index][1]], len(pool.nodes[index][1])) for index in free),
        struct.pack(f"<{len(labels)}H", *labels),
        struct.pack("<1000H", *code_index),
        b"".join(struct.pack("<HHHHH", row[0], number[row[1]], *row[2:]) for row in code_rows),
        struct.pack(f"<{len(lists)}H", *lists),
        struct.pack("<676H", *region_index),
        b"".join(struct.pack("<4sHHHHIIHHHHHHHHHHHH", row[0], row[1], number[row[2]],
                             NONE if row[3] is None else number[row[3]], row_of[row[1]], *row[4:]) for row in region_rows),
        struct.pack(f"<{len(programs.words)}H", *programs.words),
        b"".join(struct.pack("<HHHH", *row) for row in formats),
        bytes(texts.data),
    ]
    at = HEADER.size + 8 * len(sections)
    table, body = b"", b""
    for section in sections:
        table += struct.pack("<II", at, len(section))
        padded = section + b"\0" * (-len(section) % 4)
        body += padded
        at += len(padded)
    body = table + body
    digest = 0xcbf29ce484222325
    for byte in body:
        digest = (digest ^ byte) * 0x100000001b3 & 0xFFFFFFFFFFFFFFFF
    return HEADER.pack(MAGIC, LAYOUT, HEADER.size + len(body), digest, len(branches), len(sections)) + body
