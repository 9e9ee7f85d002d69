#!/usr/bin/python3
# Knows: that a third-party header is included only through its door (libcommon/doors.txt), and that an unknown one has no door yet.
# Must not know: what a library is for.
# Next: layers_test.py.
import fnmatch
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402

# What needs no door: the C++ library, the C library and the system's own interfaces.
SYSTEM = re.compile(r"[a-z_0-9]+$|[a-z_0-9]+\.h$|(sys|net|netinet|arpa|linux)/[a-z_0-9]+\.h$")


def violations(root):
    table, found = sources.doors(root), []
    for path in sources.files(root, ".h", ".cpp"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("libcommon/", "tools/", "tests/")):
            continue
        for number, kind, header in sources.includes(path):
            door = next((row for row in table if header.startswith(row[1])), None)
            if door and not any(fnmatch.fnmatch(name, pattern) for pattern in door[2]):
                found.append(f"{name}:{number}: <{header}> of {door[0]} may be included only from {' '.join(door[2])}")
            elif not door and kind == "<" and not SYSTEM.match(header):
                found.append(f"{name}:{number}: <{header}> has no door in libcommon/doors.txt")
    return found


class Doors(unittest.TestCase):
    def test_every_library_has_one_door(self):
        self.assertEqual(violations(sources.ROOT), [])

    def test_every_door_is_used(self):
        """A door that nobody walks through is a dependency that is installed for nothing."""
        used = {header for path in sources.files(sources.ROOT, ".h", ".cpp") for _, _, header in sources.includes(path)}
        unused = [library for library, prefix, _ in sources.doors(sources.ROOT)
                  if not any(header.startswith(prefix) for header in used)]
        self.assertEqual(unused, [])

    def planted(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, content in (("libcommon/doors.txt", "crypt | openssl/ | libcommon/crypto/* | -\n"), (name, text)):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(content)
            return violations(root)

    def test_the_door_itself_may(self):
        self.assertEqual(self.planted("libcommon/crypto/hash.cpp", "#include <openssl/evp.h>\n"), [])

    def test_a_header_around_the_door_is_found(self):
        self.assertIn("only from libcommon/crypto/*", self.planted("libcommon/sip/digest.cpp", "#include <openssl/evp.h>\n")[0])
        self.assertIn("only from libcommon/crypto/*", self.planted("tools/x/tool.cpp", '#include "openssl/evp.h"\n')[0])

    def test_a_library_without_a_door_is_found(self):
        self.assertIn("has no door", self.planted("libcommon/base/text.cpp", "#include <boost/algorithm/string.hpp>\n")[0])

    def test_the_system_needs_no_door(self):
        self.assertEqual(self.planted("libcommon/base/x.cpp", "#include <vector>\n#include <unistd.h>\n#include <sys/socket.h>\n"), [])


if __name__ == "__main__":
    unittest.main()
