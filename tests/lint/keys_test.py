#!/usr/bin/python3
# Knows: that a key of the topology file which is called honoured is read by the loader, and what it fills by somebody else.
# Must not know: what a key does.
# Next: libcommon/config/keys.h.
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402

TABLES = ("keys_network.cpp", "keys_trunks.cpp", "keys_users.cpp")
KEY = re.compile(r'\{\.name = "([^"]+)",((?:[^{}"]|"(?:\\.|[^"])*")*)\}')
ARRAY = re.compile(r"constexpr Key k(\w+)Keys\[\] = \{\n(.*?)\n\};", re.S)
# Keys that fill a member of another name, or are read through a function; an empty one is used up by the loader itself.
MEMBERS = {
    "$schema": "", "version": "", "identify_by": "", "preset": "", "more_certificates": "certificates", "gw_bridge": "bridges", "from": "first", "to": "last",
    "numbers": "more_numbers", "sip_profiles": "sip_of", "media_profiles": "media_of", "codes": "retries", "file": "deck",
    "media_advertised": "advertised", "media_ports": "ports",  # by the bridge that takes the realm's
}


def keys(root):
    """(file, key) of every key that is honoured, without those inside an object that is not."""
    text = {name: (root / "libcommon/config" / name).read_text() for name in TABLES}
    closed = {table for whole in text.values() for _, rest in KEY.findall(whole) if ".honoured = false" in rest
              for table in re.findall(r"\.object = &k(\w+)Table", rest)}
    for name, whole in text.items():
        for table, body in ARRAY.findall(whole):
            for key, rest in KEY.findall(body):
                if table not in closed and ".honoured = false" not in rest:
                    yield name, key


def unread(root):
    loader, users = "", ""
    for path in sources.files(root, ".cpp", ".h"):
        place = path.relative_to(root)
        if place.parts[:2] == ("libcommon", "config"):
            if not place.name.startswith("keys"):
                loader += path.read_text()
        elif place.parts[0] == "tools" or (place.parts[0] == "libcommon" and path.suffix == ".cpp") or place.name in ("limits.h", "topology.h"):
            users += path.read_text()
    found = []
    for name, key in keys(root):
        member = MEMBERS.get(key, key)
        if key != "$schema" and f'"{key}"' not in loader:
            found.append(f"{name}: nothing loads {key}")
        elif member and not re.search(rf"(?:\.|->|::){member}\b", users):
            found.append(f"{name}: {key} is loaded, but nobody reads it")
    return found


class Keys(unittest.TestCase):
    def test_there_are_keys(self):
        self.assertGreater(len(list(keys(sources.ROOT))), 100)

    def test_every_honoured_key_has_a_reader(self):
        self.assertEqual(unread(sources.ROOT), [])


if __name__ == "__main__":
    unittest.main()
