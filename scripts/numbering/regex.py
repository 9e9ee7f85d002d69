# Knows: the regular expressions over digits that numbering metadata uses, their automata and their backtracking programs.
# Must not know: regions, types, files.
# Next: automaton.py (products of the automata); libcommon/number/program.h (which runs the programs).
"""A parser for the subset of regular expressions in numbering metadata: digits, \\d, classes, groups, |, ?, {n}, {n,m}, $.

Anything else is refused: a plan that needs more than this must not be half understood.
"""

DIGITS = (1 << 10) - 1


class Unsupported(Exception):
    """The expression uses something that numbering metadata has not needed so far."""


class Parser:
    def __init__(self, text):
        self.text, self.at, self.groups = text, 0, 0

    def fail(self, what):
        raise Unsupported(f"{what} at offset {self.at} of {self.text!r}")

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, c):
        if self.text.startswith(c, self.at):
            self.at += len(c)
            return True
        return False

    def parse(self):
        tree = self.alternatives()
        if self.at != len(self.text):
            self.fail(f"unexpected {self.peek()!r}")
        return tree

    def alternatives(self):
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else ("alt", branches)

    def sequence(self):
        items = []
        while self.peek() not in ("", "|", ")"):
            items.append(self.repeated())
        return ("cat", items)

    def repeated(self):
        item = self.atom()
        while True:
            if self.take("?"):
                low, high = 0, 1
            elif self.take("{"):
                end = self.text.index("}", self.at)
                bounds = self.text[self.at:end].split(",")
                self.at = end + 1
                low, high = int(bounds[0]), int(bounds[-1])
            else:
                break
            if self.peek() == "?":
                self.fail("lazy repetition")
            item = ("rep", item, low, high)
        if self.peek() in "*+" and self.peek():
            self.fail("unbounded repetition")
        return item

    def atom(self):
        if self.take("(?:"):
            inner = self.alternatives()
            if not self.take(")"):
                self.fail("expected )")
            return inner
        if self.take("("):
            if self.peek() == "?":
                self.fail("look-around")
            self.groups += 1
            index = self.groups
            inner = self.alternatives()
            if not self.take(")"):
                self.fail("expected )")
            return ("group", index, inner)
        if self.take("["):
            mask = 0
            while not self.take("]"):
                low = self.one_digit()
                high = self.one_digit() if self.take("-") else low
                for digit in range(low, high + 1):
                    mask |= 1 << digit
            return ("set", mask)
        if self.take("\\d"):
            return ("set", DIGITS)
        if self.take("$"):
            return ("end",)
        return ("set", 1 << self.one_digit())

    def one_digit(self):
        c = self.peek()
        if not ("0" <= c <= "9"):
            self.fail(f"unexpected {c!r}")
        self.at += 1
        return ord(c) - 48


def parse(text):
    """(tree, number of capture groups)."""
    parser = Parser(text)
    tree = parser.parse()
    return tree, parser.groups


class Nfa:
    """Thompson's automaton of many expressions, each with an accept state of its own; sets of states are int bit sets."""

    def __init__(self):
        self.edges = []    # per state: list of (digit mask, target)
        self.empty = []    # per state: list of targets
        self.closures = {}
        self.steps = {}

    def state(self):
        self.edges.append([])
        self.empty.append([])
        return len(self.edges) - 1

    def add(self, text, prefix=False):
        """Adds an expression that must match wholly (prefix: the beginning is enough); gives (start, accept)."""
        tree, _ = parse(text)
        start = self.state()
        accept = self.build(tree, start)
        if prefix:
            self.edges[accept].append((DIGITS, accept))
        return start, accept

    def build(self, tree, at):
        kind = tree[0]
        if kind == "set":
            to = self.state()
            self.edges[at].append((tree[1], to))
            return to
        if kind == "cat":
            for item in tree[1]:
                at = self.build(item, at)
            return at
        if kind == "alt":
            to = self.state()
            for branch in tree[1]:
                begin = self.state()
                self.empty[at].append(begin)
                self.empty[self.build(branch, begin)].append(to)
            return to
        if kind == "rep":
            _, item, low, high = tree
            for _ in range(low):
                at = self.build(item, at)
            ends = [at]
            for _ in range(high - low):
                at = self.build(item, at)
                ends.append(at)
            to = self.state()
            for end in ends:
                self.empty[end].append(to)
            return to
        if kind == "group":
            return self.build(tree[2], at)
        raise Unsupported("$ inside a pattern that is matched wholly")

    def closure(self, state):
        known = self.closures.get(state)
        if known is None:
            known, todo = 0, [state]
            while todo:
                one = todo.pop()
                if not known >> one & 1:
                    known |= 1 << one
                    todo += self.empty[one]
            self.closures[state] = known
        return known

    def step(self, states, digit):
        key = (states, digit)
        to = self.steps.get(key)
        if to is None:
            to, rest = 0, states
            while rest:
                one = rest & -rest
                rest ^= one
                for mask, target in self.edges[one.bit_length() - 1]:
                    if mask >> digit & 1:
                        to |= self.closure(target)
            self.steps[key] = to
        return to


# --- backtracking programs: Perl's first-alternative semantics with captures ---------------------------------------

# One instruction is 16 bits: the operation in the upper four, its operand in the lower twelve.
SET, SPLIT, JUMP, SAVE, END, MATCH = range(6)


def word(operation, operand=0):
    if not 0 <= operand < 4096:
        raise Unsupported("a program of more than 4095 instructions")
    return operation << 12 | operand


def program(text):
    """Instructions that try to match at one place: SET mask, SPLIT other (this one first), JUMP to, SAVE slot, END, MATCH.

    Targets are relative to the program's own start.
    """
    tree, groups = parse(text)
    code = []

    def emit(node):
        kind = node[0]
        if kind == "set":
            code.append(word(SET, node[1]))
        elif kind == "cat":
            for item in node[1]:
                emit(item)
        elif kind == "alt":
            jumps = []
            for branch in node[1][:-1]:
                split = len(code)
                code.append(0)
                emit(branch)
                jumps.append(len(code))
                code.append(0)
                code[split] = word(SPLIT, len(code))
            emit(node[1][-1])
            for jump in jumps:
                code[jump] = word(JUMP, len(code))
        elif kind == "rep":
            _, item, low, high = node
            for _ in range(low):
                emit(item)
            splits = []
            for _ in range(high - low):
                splits.append(len(code))
                code.append(0)
                emit(item)
            for split in splits:
                code[split] = word(SPLIT, len(code))
        elif kind == "group":
            code.append(word(SAVE, 2 * node[1]))
            emit(node[2])
            code.append(word(SAVE, 2 * node[1] + 1))
        else:
            code.append(word(END))

    emit(tree)
    code.append(word(MATCH))
    return code, groups


def first_digits(text):
    """The digits with which a match may begin, as a mask; all of them when it may be empty."""
    def first(node):
        kind = node[0]
        if kind == "set":
            return node[1], False
        if kind == "cat":
            mask = 0
            for item in node[1]:
                got, empty = first(item)
                mask |= got
                if not empty:
                    return mask, False
            return mask, True
        if kind == "alt":
            parts = [first(branch) for branch in node[1]]
            mask = 0
            for got, _ in parts:
                mask |= got
            return mask, any(empty for _, empty in parts)
        if kind == "rep":
            got, empty = first(node[1])
            return got, empty or node[2] == 0
        if kind == "group":
            return first(node[2])
        return 0, True

    mask, empty = first(parse(text)[0])
    return DIGITS if empty else mask


def literal(text):
    """The digits of an expression that is one plain string of digits, else None."""
    return text if text.isdigit() else None
