#!/usr/bin/python3
# Knows: ctest's JUnit report. Prints one line for each test that failed or was skipped (with its reason), then "passed failed skipped".
# Must not know: what a test checks.
# Next: tests/run.
import sys
import xml.etree.ElementTree

passed = failed = skipped = 0
for case in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
    name, status = case.get("name"), case.get("status")
    output = [line.strip() for line in (case.findtext("system-out") or "").splitlines() if line.strip()]
    if status == "run":
        passed += 1
    elif status == "notrun" and case.find("skipped") is not None and \
            (case.find("skipped").get("message") or "").startswith(("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION")):
        skipped += 1
        reason = next((line for line in reversed(output) if line.startswith("SKIP")), "SKIP without a reason")
        print(f"        {reason}  [{name}]")
    else:
        # Also a test that could not be started: its program was not built.
        failed += 1
        print(f"        FAILED {name}" + ("" if status == "fail" else f" ({status}: was it built?)"))
print(passed, failed, skipped)
