#!/usr/bin/python3
# Knows: that a module includes only what its line in libcommon/layers.txt allows, and that this test would notice.
# Must not know: what a module does.
# Next: doors_test.py, cmake/modules.cmake.
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import sources  # noqa: E402


def violations(root):
    """One text for each #include that breaks the rule."""
    table, found = sources.layers(root), []
    tools = {path.parent.name for path in (root / "tools").glob("*/main.cpp")}
    for path in sources.files(root, ".h", ".cpp"):
        parts = path.relative_to(root).parts
        if parts[0] == "libcommon" and len(parts) > 2:
            module = parts[1]
            if module not in table:
                found.append(f"{path.relative_to(root)}: module {module} has no line in libcommon/layers.txt")
                continue
            allowed = table[module] | {module, "base"}
        elif parts[0] == "tools" and len(parts) > 2:
            allowed = set(table) | {parts[1]}
        else:
            continue
        for number, kind, header in sources.includes(path):
            folder = header.split("/")[0]
            if kind == '"' and "/" not in header:
                found.append(f"{path.relative_to(root)}:{number}: \"{header}\" is not rooted at libcommon (write \"module/{header}\")")
            elif folder in (set(table) | tools) and folder not in allowed:
                found.append(f"{path.relative_to(root)}:{number}: {parts[1]} may not include {header}; "
                             f"its line allows: {' '.join(sorted(allowed))}")
    return found


def forward_references(root):
    """Lines that name a module standing below them or nowhere; base is always allowed."""
    above, found = {"base"}, []
    for module, below in sources.layers(root).items():
        found += [f"{module} names {name}" for name in sorted(below - above)]
        above.add(module)
    return found


class Layers(unittest.TestCase):
    def test_the_house_keeps_its_rule(self):
        self.assertEqual(violations(sources.ROOT), [])

    def test_no_line_names_what_stands_below_it(self):
        self.assertEqual(forward_references(sources.ROOT), [])


class Planted(unittest.TestCase):
    """Each fault is planted once in a small house of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("libcommon/layers.txt", "base:\nnet: base\nsip: base net\nmedia: base net\n")
        self.write("libcommon/base/text.h", "#pragma once\n")
        self.write("libcommon/net/address.h", '#pragma once\n#include "base/text.h"\n')
        self.write("libcommon/sip/uri.h", '#pragma once\n#include "net/address.h"\n#include "sip/via.h"\n')
        self.write("tools/probe/main.cpp", '#include "sip/uri.h"\n#include "probe/tool.h"\n')
        self.write("tools/other/main.cpp", "")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_a_house_without_fault_passes(self):
        self.assertEqual(violations(self.root), [])

    def test_an_include_upwards_is_found(self):
        self.write("libcommon/net/address.h", '#pragma once\n#include "sip/uri.h"\n')
        self.assertIn("net may not include sip/uri.h", violations(self.root)[0])

    def test_an_include_sideways_is_found_also_in_angle_brackets(self):
        self.write("libcommon/media/port.cpp", "#  include <sip/uri.h>\n")
        self.assertIn("media may not include sip/uri.h", violations(self.root)[0])

    def test_a_module_without_a_line_is_found(self):
        self.write("libcommon/loose/end.h", "")
        self.assertIn("no line", violations(self.root)[0])

    def test_the_library_includes_no_tool(self):
        self.write("libcommon/sip/uri.h", '#include "probe/tool.h"\n')
        self.assertIn("sip may not include probe/tool.h", violations(self.root)[0])

    def test_a_tool_includes_no_other_tool(self):
        self.write("tools/probe/main.cpp", '#include "other/tool.h"\n')
        self.assertIn("probe may not include other/tool.h", violations(self.root)[0])

    def test_an_include_by_bare_name_is_found(self):
        self.write("libcommon/sip/uri.h", '#include "via.h"\n')
        self.assertIn("not rooted", violations(self.root)[0])

    def test_a_forward_reference_is_found_and_does_not_configure(self):
        self.write("libcommon/layers.txt", "base:\nnet: base sip\nsip: base\n")
        self.assertEqual(forward_references(self.root), ["net names sip"])
        done = self.configure()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("net names sip", " ".join(done.stderr.split()))

    def test_the_right_order_configures(self):
        self.write("libcommon/layers.txt", "base:\nsip: base\nnet: base sip\n")
        done = self.configure()
        self.assertEqual(done.returncode, 0, done.stderr)

    def configure(self):
        self.write("libcommon/doors.txt", "# none\n")
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.22)\nproject(planted LANGUAGES CXX)\n"
                   f"include({sources.ROOT}/cmake/flags.cmake)\ninclude({sources.ROOT}/cmake/modules.cmake)\n"
                   "tandem_add_modules(${CMAKE_SOURCE_DIR}/libcommon)\n")
        return subprocess.run(["cmake", "-G", "Ninja", "-S", self.root, "-B", self.root / "build"], capture_output=True, text=True)


if __name__ == "__main__":
    unittest.main()
