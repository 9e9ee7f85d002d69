#!/usr/bin/python3
# Knows: what the dial plans of a large enterprise look like: many plans, or one with a rule for each of many sites.
# Must not know: what becomes of them.
# Next: bench/number, which loads and lints them; tandem-topology(5) for the keys.
"""Writes a topology file with nothing but dial plans, the same bytes for the same seed.

    dial_plans.py --plans N --rules M [--seed S] OUT
"""
import argparse
import json
import random

# Country, a prefix of numbers of its own, what follows it, what people dial before national and international numbers.
COUNTRIES = [
    ("US", ["+1425", "+1206", "+1212", "+1312", "+1415", "+1503", "+1617", "+1702"], 7, "1", "011"),
    ("DE", ["+4930", "+4940", "+4989", "+4969", "+49221", "+49711"], 7, "0", "00"),
    ("GB", ["+44203", "+44207", "+44208"], 7, "0", "00"),
    ("FR", ["+331", "+332", "+333", "+334", "+335"], 8, "0", "00"),
    ("AU", ["+6128", "+6129", "+6138", "+6139", "+6173"], 7, "0", "0011"),
]


def rules_of(rng, count):
    country, areas, rest, national, international = rng.choice(COUNTRIES)
    area, other = rng.sample(areas, 2)
    code = {"US": "+1", "DE": "+49", "GB": "+44", "FR": "+33", "AU": "+61"}[country]
    block = "".join(str(rng.randint(2, 8)) for _ in range(rest - 4))
    rules = [
        ("extension", r"^([3-7]\d{3})$", area + block + "$1", True),
        ("operator", "^0$", area + block + "0000", False),
        ("not-premium", r"^(?!%s90)%s([1-9]\d{%d})$" % (national, national, 9 if country == "US" else 8), code + "$1", False),
        ("international", r"^%s([1-9]\d{7,13})$" % international, "+$1", False),
    ]
    # Each site has a prefix of its own before its extensions, as the vendors' samples have it; some are written as one rule of several.
    sites = max(0, count - len(rules))
    width = max(3, len(str(sites)))
    for site in range(sites):
        prefix = f"8{site:0{width}d}"
        numbers = rng.choice((area, other)) + "".join(str(rng.randint(2, 8)) for _ in range(rest - 4))
        pattern = rng.choices([rf"^{prefix}(\d{{4}})$", rf"^{prefix}([1-8]\d{{3}})$", rf"^{prefix}(?:0|9)?(\d{{3}})$", rf"^(?:{prefix}|\*{prefix})(\d{{4}})$"],
                              [6, 2, 1, 1])[0]
        rules.append((f"site-{site}", pattern, numbers + ("0$1" if r"\d{3})" in pattern and "[1-8]" not in pattern else "$1"), False))
    return country, [{"name": name, "pattern": pattern, "translation": translation, **({"internal": True} if internal else {})}
                     for name, pattern, translation, internal in rules[:count]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, required=True)
    parser.add_argument("--rules", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("out")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    plans = []
    for place in range(args.plans):
        country, rules = rules_of(rng, args.rules)
        plans.append({"name": f"plan-{place}", "scope": "user" if place else "global", "country": country, "rules": rules})
    with open(args.out, "w", encoding="ascii") as out:
        json.dump({"version": 1, "realms": [{"name": "inside", "side": "inside", "listen": ["udp:10.1.0.10:5060"]}], "dial_plans": plans}, out, indent=1)


if __name__ == "__main__":
    main()
