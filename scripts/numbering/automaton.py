# Knows: how the patterns of a plan become one automaton whose state says what a number of that length is.
# Must not know: file layouts.
# Next: regex.py; plan.py, which lays the pool out; libcommon/number/plan.h, which walks it.
"""Acyclic automata over digits in one shared pool.

A node is either a branch, (label, ten children), or free, ("free", labels): from there on the digits do not matter any
more and the label depends only on how many of them are left. Equal nodes are one node.
"""
import regex

LONGEST = 17  # digits of a national number, as the reference library takes it (E.164's own limit is 15 with the code)


class Pool:
    def __init__(self):
        self.nodes = []      # ("free", labels) or (label, children)
        self.known = {}

    def node(self, label, children):
        """The node with this label at its own length and these children; children is None at the longest length."""
        if children is None:
            made = ("free", trimmed((label,)))
        else:
            first = children[0]
            if all(child == first for child in children) and self.nodes[first][0] == "free":
                made = ("free", trimmed((label,) + self.nodes[first][1]))
            else:
                made = (label, tuple(children))
        index = self.known.get(made)
        if index is None:
            index = self.known[made] = len(self.nodes)
            self.nodes.append(made)
        return index


def trimmed(labels):
    """Labels without the zeros at the end: what is not there is 0."""
    end = len(labels)
    while end and labels[end - 1] == 0:
        end -= 1
    return labels[:end]


def build(pool, nfa, starts, label_of, longest=LONGEST):
    """The root of the automaton that gives label_of(set of NFA states, length) for every string up to `longest` digits."""
    memo = {}

    def node(states, depth):
        key = (states, depth)
        made = memo.get(key)
        if made is None:
            label = label_of(states, depth)
            children = None
            if depth < longest:
                children = [node(nfa.step(states, digit), depth + 1) for digit in range(10)] if states else \
                    [node(0, depth + 1)] * 10
            made = memo[key] = pool.node(label, children)
        return made

    begin = 0
    for start in starts:
        begin |= nfa.closure(start)
    return node(begin, 0)


TYPES = ["unknown", "fixed", "mobile", "fixed_or_mobile", "toll_free", "premium", "shared_cost", "voip", "personal",
         "pager", "uan", "voicemail"]
# The order in which the reference library asks (GetNumberTypeHelper).
ASKED = ["premium", "toll_free", "shared_cost", "voip", "personal", "pager", "uan", "voicemail"]


def lengths_of(desc, general):
    """The set of lengths a description admits; None: any."""
    return set(desc["n"]) if "n" in desc else set(general["n"]) if "n" in general else None


class RegionPatterns:
    """The patterns of one region inside the automaton of its calling code."""

    def __init__(self, nfa, region):
        self.same = region.get("same", False)
        self.starts, self.accept, self.lengths = [], {}, {}
        general = region["general"]
        for name, desc in [("general", general), *region["types"].items()]:
            if "p" not in desc:
                continue
            start, accept = nfa.add(desc["p"])
            self.starts.append(start)
            self.accept[name] = 1 << accept
            self.lengths[name] = lengths_of(desc, general)
        self.leading = None
        if "leading" in region:
            start, accept = nfa.add(region["leading"], prefix=True)
            self.starts.append(start)
            self.leading = 1 << accept

    def is_a(self, name, states, length):
        if not states & self.accept.get(name, 0):
            return False
        lengths = self.lengths[name]
        return lengths is None or length in lengths

    def type_of(self, states, length):
        if not self.is_a("general", states, length):
            return "unknown"
        for name in ASKED:
            if self.is_a(name, states, length):
                return name
        if self.is_a("fixed", states, length):
            return "fixed_or_mobile" if self.same or self.is_a("mobile", states, length) else "fixed"
        if not self.same and self.is_a("mobile", states, length):
            return "mobile"
        return "unknown"


def classes(pool, regions):
    """The root of a calling code: labels are (place in `regions` + 1) << 4 | place in TYPES, 0 for nothing."""
    nfa = regex.Nfa()
    patterns = [RegionPatterns(nfa, region) for region in regions]

    def label_of(states, length):
        for place, one in enumerate(patterns):
            kind = one.type_of(states, length)
            if len(patterns) == 1:
                claimed = kind != "unknown"
            elif one.leading is not None:
                claimed = bool(states & one.leading)
            else:
                claimed = kind != "unknown"
            if claimed:
                return place + 1 << 4 | TYPES.index(kind)
        return 0

    return build(pool, nfa, [start for one in patterns for start in one.starts], label_of)


def general(pool, region):
    """The root of a region's general pattern without its lengths: label 1 where it matches."""
    nfa = regex.Nfa()
    if "p" not in region["general"]:
        return build(pool, nfa, [], lambda states, length: 0)
    start, accept = nfa.add(region["general"]["p"])
    return build(pool, nfa, [start], lambda states, length: states >> accept & 1)
