#!/usr/bin/python3
# Knows: how Asterisk, Cisco IOS and Unified CM treat dialled strings, written down a second time, as short as can be.
# Must not know: how import and export do it.
# Next: libcommon/exchange/; tests/cli/e164-normalize/300-import-lync-xml and its neighbours for what is said of samples.
"""Dial plans of random rules: what is imported does to random strings what the system itself does, and what is exported and
imported again does what it did before."""
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = pathlib.Path(os.environ.get("TANDEM_BIN", ROOT / "build/dev/bin")) / "e164-normalize"
SEED = 20260180
PLANS = 150
STRINGS = 60


def run(arguments, text=b"", codes=(0,)):
    done = subprocess.run([TOOL, *arguments], input=text, capture_output=True, timeout=60)
    assert done.returncode in codes, (arguments, done.returncode, done.stderr.decode()[-2000:])
    return done.stdout.decode(), done.stderr.decode()


def apply(rules, dialled):
    """The first rule of a topology that matches, by Python's regular expressions: its name and what it makes."""
    for rule in rules:
        if not re.search(rule["pattern"], dialled, re.ASCII):
            continue
        text = rule["translation"].replace("\\", "\\\\")
        text = re.sub(r"\$\$|\$\{(\d+)\}|\$(\d+)", lambda m: "$" if m.group() == "$$" else r"\g<%s>" % (m.group(1) or m.group(2)), text)
        return rule["name"], re.sub(rule["pattern"], text, dialled, flags=re.ASCII)
    return None, None


def near(rng, pattern, letters):
    """A string that a pattern of digits, X, Z, N, sets and wildcards may match, or just misses."""
    out = ""
    body = re.sub(r"^_", "", pattern)
    for place in re.findall(r"\[[^\]]*\]|\\.|.", body):
        if place.startswith("["):
            out += rng.choice(place.strip("[]^").replace("-", "") or "0")
        elif place in "XxZzNn":
            out += rng.choice("0123456789"[{"Z": 1, "N": 2}.get(place.upper(), 0):])
        elif place in ".!":
            out += "".join(rng.choice(letters) for _ in range(rng.randrange(4)))
        elif place not in "?@":
            out += place[-1]
    if rng.random() < 0.3 and out:
        at = rng.randrange(len(out))
        out = out[:at] + rng.choice(letters) + out[at + rng.randrange(2):]
    return out


# Asterisk, by main/pbx.c.
def asterisk_places(pattern):
    out = []
    for place in re.findall(r"\[[^\]]*\]|.", pattern):
        if place == "-":
            continue
        if place.startswith("["):
            chars = set()
            for low, high, one in re.findall(r"(.)-(.)|(.)", place[1:-1]):
                chars |= {one} if one else {chr(c) for c in range(ord(low), ord(high) + 1)}
            if chars:
                out.append(frozenset(chars))
        elif place.upper() in "XZN":
            out.append(frozenset("0123456789"[{"X": 0, "Z": 1, "N": 2}[place.upper()]:]))
        else:
            out.append(place if place in ".!" else frozenset(place))
    return out


def asterisk_key(name):
    if not name.startswith("_"):
        return (0, name)
    key = []
    for place in asterisk_places(name[1:]):
        key.append((0x18000 if place == "." else 0x28000,) if isinstance(place, str) else
                   (len(place) << 8 | ord(min(place)), tuple(-(chr(c) in place) for c in range(128))))
    return (1, key + [(0x30000,)])


def asterisk_matches(name, dialled):
    if not name.startswith("_"):
        return name.replace("-", "") == dialled
    for at, place in enumerate(asterisk_places(name[1:])):
        if place == "!":
            return True
        if at >= len(dialled):
            return False
        if place == ".":
            return True
        if dialled[at] not in place:
            return False
    return len(dialled) == len(asterisk_places(name[1:]))


def exten(dialled, slice_text):
    if slice_text is None:
        return dialled
    offset, _, length = slice_text.partition(":")
    rest = dialled[int(offset):] if int(offset) >= 0 or -int(offset) <= len(dialled) else dialled
    return rest if not length else rest[:int(length)]


def asterisk_pattern(rng):
    def place():
        kind = rng.random()
        if kind < 0.4:
            return rng.choice("01239*#")
        if kind < 0.8:
            return rng.choice("XxZN")
        return rng.choice(["[1-3]", "[29]", "[13-5*]", "[2-4]", "[0]", "-"])
    body = "".join(place() for _ in range(rng.randrange(1, 6)))
    return ("_" + body + rng.choice(["", "", ".", "!"])) if rng.random() < 0.85 else "".join(rng.choice("01239") for _ in range(rng.randrange(1, 5)))


# Cisco IOS: sed on the first place that matches, the longest of those that begin there.
def ios_apply(rules, dialled):
    for match, replacement in rules:
        body = match.strip("/")
        # Sets are written \( \), everything else that is used here means the same in Python.
        pattern = body.replace(r"\(", "\0").replace(r"\)", "\1").replace("\0", "(").replace("\1", ")")
        best = None
        for begin in range(len(dialled) + 1):
            for end in range(len(dialled), begin - 1, -1):
                inner = pattern.removeprefix("^").removesuffix("$")
                if pattern.startswith("^") and begin != 0 or pattern.endswith("$") and end != len(dialled):
                    continue
                found = re.fullmatch(inner, dialled[begin:end])
                if found:
                    best = (begin, end, found)
                    break
            if best:
                break
        if best:
            begin, end, found = best
            return dialled[:begin] + re.sub(r"\\(\d)", lambda m: found.group(int(m.group(1))), replacement.strip("/")) + dialled[end:]
    return None


def ios_rule(rng):
    def atom():
        return rng.choice(["1", "2", "9", ".", "[0-9]", "[2-4]", "[^1]"]) + rng.choice(["", "", "", "*", "+", "?"])
    parts = [atom() for _ in range(rng.randrange(1, 5))]
    groups = 0
    if rng.random() < 0.7:
        at = rng.randrange(len(parts))
        parts[at] = r"\(" + parts[at] + rng.choice(["", atom()]) + r"\)"
        groups = 1
    match = rng.choice(["^", "^", ""]) + "".join(parts) + rng.choice(["$", ""])
    replacement = rng.choice(["", "0", "44"]) + (r"\1" if groups else "7") + rng.choice(["", "5"])
    return match, replacement


# Unified CM: the pattern that matches the fewest strings of the dialled length.
def cucm_sets(pattern, length):
    sets, wild = [], None
    for place in re.findall(r"\[[^\]]*\]|\\\+|.", pattern.replace(".", "")):
        if place == "!":
            wild = len(sets)
            sets.append(frozenset("0123456789"))
        elif place == "X":
            sets.append(frozenset("0123456789"))
        elif place.startswith("[^"):
            sets.append(frozenset("0123456789") - frozenset(place[2:-1]))
        elif place.startswith("["):
            sets.append(frozenset(place[1:-1]))
        else:
            sets.append(frozenset(place[-1]))
    if wild is not None and length >= len(sets):
        sets[wild:wild + 1] = [sets[wild]] * (length - len(sets) + 1)
    return sets if len(sets) == length else None


def cucm_apply(rows, dialled):
    best = []
    for pattern, discard, mask, prefix in rows:
        sets = cucm_sets(pattern, len(dialled))
        if sets is None or not all(c in s for c, s in zip(dialled, sets)):
            continue
        size = 1
        for one in sets:
            size *= len(one)
        number = dialled
        if discard:
            number = number[len(re.findall(r"\[[^\]]*\]|\\\+|.", pattern.split(".")[0])):]
        if mask:
            padded = number.rjust(len(mask), "?")[-len(mask):]
            number = "".join(d if m == "X" else m for m, d in zip(mask, padded))
        best.append((size, prefix + number))
    return min(best) if best else None


class Import(unittest.TestCase):
    def check(self, plans, expected, rng, letters, patterns):
        compared = matched = 0
        for plan in plans:
            for _ in range(STRINGS):
                dialled = near(rng, rng.choice(patterns[plan["name"]]), letters) if rng.random() < 0.8 else "".join(rng.choice(letters) for _ in range(rng.randrange(1, 8)))
                if not dialled:
                    continue
                want = expected(plan["name"], dialled)
                got = apply(plan.get("rules", []), dialled)[1]
                self.assertEqual(got, want, (plan, dialled))
                compared += 1
                matched += want is not None
        self.assertGreater(matched, compared // 10, "too few strings match anything for this to say much")
        print(f"{compared} strings compared, {matched} matched; seed {SEED}")

    def test_asterisk(self):
        rng = random.Random(SEED)
        contexts, text = {}, ""
        for n in range(PLANS):
            rows = {}
            for _ in range(rng.randrange(1, 9)):
                name = asterisk_pattern(rng)
                if not asterisk_places(name.removeprefix("_")):
                    continue
                fixed = len([p for p in asterisk_places(name.removeprefix("_")) if not isinstance(p, str)])
                rows[name] = rng.choice([None, None, str(rng.randrange(0, fixed + 1)), f"0:{rng.randrange(1, fixed + 1)}" if fixed else None])
            if not rows:
                rows["9"] = None
            contexts[f"c{n}"] = rows
            text += f"[c{n}]\n"
            for name, cut in rows.items():
                text += f"exten => {name},1,NoOp()\n same => n,Dial(PJSIP/+7${{EXTEN{'' if cut is None else ':' + cut}}}@t)\n"
        out, err = run(["import", "--strict", "--from", "asterisk"], text.encode())
        self.assertEqual(err, "")
        plans = json.loads(out)["dial_plans"]
        self.assertEqual(len(plans), PLANS)

        def expected(plan, dialled):
            for name in sorted(contexts[plan], key=asterisk_key):
                if asterisk_matches(name, dialled):
                    return "+7" + exten(dialled, contexts[plan][name])
            return None
        self.check(plans, expected, rng, "0123456789*#+", {name: list(rows) for name, rows in contexts.items()})

    def test_cisco_ios(self):
        rng = random.Random(SEED + 1)
        sets, text = {}, ""
        for n in range(1, PLANS + 1):
            sets[f"translation-rule-{n}"] = [ios_rule(rng) for _ in range(rng.randrange(1, 5))]
            text += f"voice translation-rule {n}\n" + "".join(f" rule {i + 1} /{m}/ /{r}/\n" for i, (m, r) in enumerate(sets[f"translation-rule-{n}"])) + "!\n"
        out, err = run(["import", "--strict", "--from", "cisco-ios"], text.encode())
        self.assertEqual(err, "")
        plans = json.loads(out)["dial_plans"]
        self.check(plans, lambda plan, dialled: ios_apply(sets[plan], dialled), rng, "0123456789", {name: ["X" * n for n in range(1, 7)] for name in sets})

    def test_unified_cm(self):
        rng = random.Random(SEED + 2)
        partitions, text = {}, "TRANSLATION PATTERN,ROUTE PARTITION,DISCARD DIGITS,CALLED PARTY TRANSFORM MASK,PREFIX DIGITS\n"
        places = {}
        for n in range(PLANS):
            for _ in range(rng.randrange(1, 7)):
                body = "".join(rng.choice(["0", "9", "1", "X", "X", "[24]", "[^5]", r"\+"]) for _ in range(rng.randrange(1, 5)))
                wild = rng.random() < 0.3
                pattern = rng.choice(["", "9."]) + body + ("!" if wild else "")
                length = len(re.findall(r"\[[^\]]*\]|\\\+|.", body))
                mask = "" if wild or rng.random() < 0.6 else "7" * rng.randrange(2) + "X" * rng.randrange(1, length + 1) + rng.choice(["", "5"])
                discard = "PreDot" if "." in pattern and rng.random() < 0.7 else ""
                if mask.count("X") + mask.endswith("5") > length:
                    mask = "55"
                row = (pattern, discard, mask, rng.choice(["", "+", "00"]))
                places.setdefault(len(places) + 2, (f"p{n}", row))
                text += f"{pattern},p{n},{discard},{mask},{row[3]}\n"
        out, err = run(["import", "--from", "cucm"], text.encode())
        # Where no pattern is always the closer one, the later in the file is refused, and only there.
        refused = set()
        for line in err.splitlines():
            where = re.fullmatch(r"e164-normalize: stdin:(\d+):1: pattern \S+ and \S+ match the same strings, .*|e164-normalize: stdin:(\d+):1: .* stands in a ring .*", line)
            self.assertIsNotNone(where, line)
            refused.add(int(where.group(1) or where.group(2)))
        self.assertLess(len(refused), len(places) // 2)
        for line, (plan, row) in places.items():
            partitions.setdefault(plan, [])
            if line not in refused:
                partitions[plan].append(row)
        plans = json.loads(out)["dial_plans"]

        def expected(plan, dialled):
            best = cucm_apply(partitions[plan], dialled)
            return best and best[1]
        self.check(plans, expected, rng, "0123456789+", {name: [re.sub(r"(?<!\[)\.", "", row[0]) for row in rows] or ["X"] for name, rows in partitions.items()})


class RoundTrip(unittest.TestCase):
    def plans(self, rng):
        out = []
        for n in range(PLANS // 3):
            rules = []
            for i in range(rng.randrange(1, 6)):
                parts = [rng.choice(["1", "9", "0", r"\+", r"\d", "[2-9]", "[13]", r"\d{2}", r"[1-9]\d{3}", r"\d{1,2}"]) for _ in range(rng.randrange(1, 4))]
                if rng.random() < 0.4:
                    parts.append(rng.choice([r"\d+", r"\d*", ".+", ".*"]))
                at = rng.randrange(len(parts))
                parts[at] = f"({parts[at]})"
                rules.append({"name": f"r{i}", "pattern": "^" + "".join(parts) + rng.choice(["$", "$", "$", ""]), "translation": rng.choice(["+1", "00", "+49"]) + rng.choice(["$1", "${1}5"])})
            out.append({"name": f"plan{n}", "rules": rules})
        # What few targets or none can say.
        out.append({"name": "odd", "rules": [{"name": "ahead", "pattern": "^(?=9)(\\d+)$", "translation": "+1$1"}, {"name": "or", "pattern": "^(1|2)$", "translation": "+1$1"},
                                             {"name": "open", "pattern": "^(1\\d{3})", "translation": "+1$1"}, {"name": "inside", "pattern": "^1$", "translation": "1", "internal": True},
                                             {"name": "greedy", "pattern": "^1++$", "translation": "1"}]})
        return out

    def check(self, target, options, letters):
        rng = random.Random(SEED + 3)
        plans = self.plans(rng)
        topology = {"version": 1, "realms": [{"name": "inside", "side": "inside", "listen": ["udp:127.0.0.1:5060"]}], "dial_plans": plans}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "plans.json"
            path.write_text(json.dumps(topology))
            text, err = run(["export", "--topology", path, "--format", target, *options], codes=(0, 1))
        # What is refused is named, and only that is missing.
        refused = set(re.findall(r'dial plan "(\w+)", rule \d+ "(\w+)": ', err))
        self.assertEqual(len(refused), len(err.splitlines()), err)
        out, err = run(["import", "--strict"], text.encode())
        self.assertEqual(err, "")
        again = {plan["name"]: plan.get("rules", []) for plan in json.loads(out)["dial_plans"]}
        kept = compared = 0
        for n, plan in enumerate(plans):
            rules = [rule for rule in plan["rules"] if (plan["name"], rule["name"]) not in refused]
            name = f"translation-rule-{n + 1}" if target == "cisco-ios" else plan["name"]
            kept += len(rules)
            for _ in range(STRINGS * 2):
                dialled = "".join(rng.choice(letters) for _ in range(rng.randrange(1, 9)))
                self.assertEqual(apply(again.get(name, []), dialled)[1], apply(rules, dialled)[1], (target, rules, again.get(name), dialled))
                compared += 1
        print(f"{target}: {kept} rules kept, {len(refused)} refused, {compared} strings; seed {SEED}")
        return refused, kept

    def test_lync_json(self):
        refused, _ = self.check("lync-json", [], "0123456789+")
        self.assertEqual(refused, {("odd", "greedy")})

    def test_teams_json(self):
        refused, _ = self.check("teams-json", [], "0123456789+")
        self.assertEqual(refused, {("odd", "greedy")})

    def test_csv(self):
        refused, _ = self.check("csv", [], "0123456789+")
        self.assertEqual(refused, {("odd", "greedy")})

    def test_asterisk(self):
        refused, kept = self.check("asterisk", ["--digits-only"], "0123456789")
        self.assertGreater(kept, 20)
        self.assertTrue({("odd", name) for name in ("ahead", "or", "open", "greedy")} <= refused)
        self.assertNotIn(("odd", "inside"), refused)  # the extension of a device

    def test_asterisk_exact(self):
        _, kept = self.check("asterisk", [], "0123456789*#+")
        self.assertGreater(kept, 20)

    def test_cisco_ios(self):
        refused, kept = self.check("cisco-ios", [], "0123456789+")
        self.assertGreater(kept, 50)
        self.assertTrue({("odd", name) for name in ("ahead", "or", "inside", "greedy")} <= refused)


if __name__ == "__main__":
    unittest.main()
