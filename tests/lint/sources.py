# Knows: which files belong to the repository, and how to read its two tables.
# Must not know: any rule.
# Next: layers_test.py, doors_test.py, sizes_test.py, words_test.py.
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def files(root, *suffixes):
    """Paths of the repository's files (also those not yet committed), without what is ignored; of a plain folder, all of them."""
    done = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "-c", "-o", "--exclude-standard"], capture_output=True, text=True)
    top = subprocess.run(["git", "-C", str(root), "rev-parse", "--show-toplevel"], capture_output=True, text=True).stdout.strip()
    if done.returncode == 0 and pathlib.Path(top or "/nowhere") == pathlib.Path(root).resolve():
        found = [pathlib.Path(root) / name for name in done.stdout.split("\0") if name]
    else:
        found = [path for path in sorted(pathlib.Path(root).rglob("*"))
                 if path.is_file() and not {"build", ".git", ".cache"} & set(path.relative_to(root).parts[:1])]
    return [path for path in sorted(set(found)) if path.is_file() and (not suffixes or path.suffix in suffixes)]


def includes(path):
    """(line number, "<" or '"', header) of each #include."""
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def layers(root):
    """{module: set of modules it may include besides itself}, in the file's order."""
    table = {}
    for line in (root / "libcommon/layers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            module, _, below = line.partition(":")
            table[module.strip()] = set(below.split())
    return table


def doors(root):
    """[(library, header prefix, [patterns of files])]."""
    table = []
    for line in (root / "libcommon/doors.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            library, prefix, patterns = [field.strip() for field in line.split("|")][:3]
            table.append((library, prefix, patterns.split()))
    return table
