# Knows: the shapes in which the public numbering metadata is published, and one plain form for all of them.
# Must not know: what is made of it.
# Next: automaton.py and plan.py, which compile the plain form; ../numbering-plan.
"""Reads numbering metadata: the npm package google-libphonenumber (a .tgz) or a serialized PhoneMetadataCollection.

The plain form is a dict {"source", "version", "date", "phone": [region...], "short": [region...]}. A region holds
id, code, main, idd, np, npp, npt, extn, leading, same, general, types {name: desc}, formats, intl; a desc is
{"p": pattern, "n": [lengths], "l": [local-only lengths], "x": example}. Missing members mean "not there".
"""
import base64
import hashlib
import io
import json
import re
import tarfile

# Field numbers of PhoneMetadata in phonemetadata.proto (the schema that upstream publishes).
PHONE_TYPES = {2: "fixed", 3: "mobile", 4: "toll_free", 5: "premium", 6: "shared_cost", 7: "personal", 8: "voip",
               21: "pager", 25: "uan", 28: "voicemail"}
SHORT_TYPES = {4: "toll_free", 5: "premium", 27: "emergency", 29: "short_code", 30: "standard_rate",
               31: "carrier_specific", 33: "sms"}
TEXTS = {9: "id", 11: "idd", 12: "np", 13: "extn", 15: "npp", 16: "npt", 23: "leading"}
FLAGS = {18: "same", 22: "main"}


class Malformed(Exception):
    """The input is not what its name says; the text tells where."""


# --- the JavaScript literal of the npm package --------------------------------------------------------------------

class Literal:
    """One JavaScript array/object literal with elisions, as the closure compiler prints them."""

    def __init__(self, text, at):
        self.text, self.at = text, at

    def fail(self, what):
        raise Malformed(f"{what} at byte {self.at} of the JavaScript file")

    def skip_space(self):
        while self.text[self.at] in " \t\r\n":
            self.at += 1

    def value(self):
        self.skip_space()
        c = self.text[self.at]
        if c == "[":
            return self.array()
        if c == "{":
            return self.object()
        if c in "\"'":
            return self.string(c)
        word = re.compile(r"-?\d+|!0|!1|null|true|false").match(self.text, self.at)
        if not word:
            self.fail(f"unexpected {c!r}")
        self.at = word.end()
        return {"!0": True, "true": True, "!1": False, "false": False, "null": None}.get(word[0]) \
            if not word[0].lstrip("-").isdigit() else int(word[0])

    def array(self):
        self.at += 1
        items = []
        while True:
            self.skip_space()
            c = self.text[self.at]
            if c == "]":
                self.at += 1
                return items
            if c == ",":
                self.at += 1
                items.append(None)
                continue
            items.append(self.value())
            self.skip_space()
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] != "]":
                self.fail("expected , or ]")

    def object(self):
        self.at += 1
        members = {}
        while True:
            self.skip_space()
            if self.text[self.at] == "}":
                self.at += 1
                return members
            key = re.compile(r"[A-Za-z_$][\w$]*|\d+").match(self.text, self.at)
            if key:
                self.at, key = key.end(), key[0]
            else:
                key = self.string(self.text[self.at])
            self.skip_space()
            if self.text[self.at] != ":":
                self.fail("expected :")
            self.at += 1
            members[key] = self.value()
            self.skip_space()
            if self.text[self.at] == ",":
                self.at += 1

    def string(self, quote):
        self.at += 1
        out = []
        while (c := self.text[self.at]) != quote:
            self.at += 1
            if c == "\\":
                c = self.text[self.at]
                self.at += 1
                if c in "xu":
                    digits = 2 if c == "x" else 4
                    c = chr(int(self.text[self.at:self.at + digits], 16))
                    self.at += digits
                else:
                    c = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f", "v": "\v"}.get(c, c)
            out.append(c)
        self.at += 1
        return "".join(out)


def from_javascript(text, name):
    """The object literal that is assigned to `name`."""
    at = text.find(name + "=")
    if at < 0:
        raise Malformed(f"no {name} in the JavaScript file")
    return Literal(text, at + len(name) + 1).value()


# --- the wire format of protocol buffers --------------------------------------------------------------------------

def wire_fields(data):
    """(field number, value) of one serialized message; values are int or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 == 2:
            length = varint()
            yield key >> 3, data[at:at + length]
            at += length
        else:
            raise Malformed(f"wire type {key & 7} at byte {at}")


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def message_to_slots(data, shape):
    """A message as the JavaScript form has it: a list indexed by field number."""
    slots = [None] * 40
    for field, value in wire_fields(data):
        kind = shape.get(field, "skip")
        if kind == "text":
            slots[field] = value.decode()
        elif kind == "int":
            slots[field] = signed(value)
        elif kind == "ints":
            slots[field] = (slots[field] or []) + [signed(value)]
        elif kind == "texts":
            slots[field] = (slots[field] or []) + [value.decode()]
        elif kind == "desc":
            slots[field] = message_to_slots(value, DESC_SHAPE)
        elif kind == "formats":
            slots[field] = (slots[field] or []) + [message_to_slots(value, FORMAT_SHAPE)]
    return slots


DESC_SHAPE = {2: "text", 6: "text", 9: "ints", 10: "ints"}
FORMAT_SHAPE = {1: "text", 2: "text", 3: "texts", 4: "text", 5: "text", 6: "int"}
METADATA_SHAPE = {1: "desc", 10: "int", 19: "formats", 20: "formats",
                  **{field: "desc" for field in {**PHONE_TYPES, **SHORT_TYPES}},
                  **{field: "text" for field in TEXTS}, **{field: "int" for field in FLAGS}}


# --- the plain form -----------------------------------------------------------------------------------------------

def slot(slots, index):
    return slots[index] if slots is not None and index < len(slots) else None


def plain_desc(slots):
    desc = {}
    if slot(slots, 2):
        desc["p"] = re.sub(r"\s", "", slots[2])
    for key, index in (("n", 9), ("l", 10)):
        lengths = [n for n in slot(slots, index) or [] if n > 0]
        if lengths:
            desc[key] = lengths
    if (slot(slots, 9) or [0])[0] == -1:
        desc["none"] = True
    if slot(slots, 6):
        desc["x"] = slots[6]
    return desc


def plain_format(slots):
    made = {"p": slots[1], "f": slots[2]}
    if slot(slots, 3):
        made["leading"] = [re.sub(r"\s", "", text) for text in slots[3]]
    if slot(slots, 4):
        made["np"] = slots[4]
    if slot(slots, 6):
        made["np_optional"] = True
    return made


def plain_region(slots, types):
    region = {}
    for index, key in TEXTS.items():
        if slot(slots, index) is not None:
            region[key] = slots[index] if key in ("id", "np", "npt", "extn") else re.sub(r"\s", "", slots[index])
    if slot(slots, 10):
        region["code"] = slots[10]
    for index, key in FLAGS.items():
        if slot(slots, index):
            region[key] = True
    region["general"] = plain_desc(slot(slots, 1))
    region["types"] = {name: desc for index, name in types.items()
                       if "p" in (desc := plain_desc(slot(slots, index)))}
    for index, key in ((19, "formats"), (20, "intl")):
        if slot(slots, index):
            region[key] = [plain_format(one) for one in slots[index]]
    return region


def from_npm(package, integrity=None):
    """The plain form of the google-libphonenumber package (bytes of the .tgz)."""
    if integrity:
        kind, want = integrity.split("-", 1)
        have = base64.b64encode(hashlib.new(kind, package).digest()).decode()
        if have != want:
            raise Malformed(f"the package's {kind} is {have}, wanted {want}")
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        about = json.load(archive.extractfile("package/package.json"))
        text = archive.extractfile("package/dist/libphonenumber.js").read().decode()
    phone = from_javascript(text, "i18n.phonenumbers.metadata.countryToMetadata")
    short = from_javascript(text, "i18n.phonenumbers.shortnumbermetadata.countryToMetadata")
    # Non-geographic plans stand under their calling code; every other key is its region.
    return {"source": f"npm {about['name']}", "version": about["version"],
            "phone": [plain_region(slots, PHONE_TYPES) for slots in phone.values()],
            "short": [plain_region(slots, SHORT_TYPES) for slots in short.values()]}


def from_collections(phone, short):
    """The plain form of two serialized PhoneMetadataCollection messages (field 1: PhoneMetadata)."""
    return {"phone": [plain_region(message_to_slots(data, METADATA_SHAPE), PHONE_TYPES)
                      for field, data in wire_fields(phone) if field == 1],
            "short": [plain_region(message_to_slots(data, METADATA_SHAPE), SHORT_TYPES)
                      for field, data in wire_fields(short) if field == 1]}


def write_plain(plain):
    """JSON text with a region a line, so that a change of the plans reads as a diff."""
    head = {key: value for key, value in plain.items() if key not in ("phone", "short")}
    lines = [json.dumps(head, ensure_ascii=True)[:-1]]
    for part in ("phone", "short"):
        rows = ",\n".join(json.dumps(region, ensure_ascii=True, separators=(",", ":")) for region in plain[part])
        lines.append(f'"{part}": [\n{rows}\n]')
    return ",\n".join(lines) + "}\n"
