#!/bin/bash
# Knows: that every block marked ```sh in README.md works as it is written: it ends with 0 and prints something.
# Must not know: what it prints (tests/cli/ knows that).
# Next: README.md.
set -u
cd "$(dirname "$0")/../.." || exit 70
bin=$(cd "${TANDEM_BIN:-build/dev/bin}" && pwd) || exit 1
blocks=$(mktemp -d) || exit 1
trap 'rm -rf "$blocks"' EXIT

awk -v folder="$blocks" '
    /^```sh$/ { ++n; inside = 1; file = sprintf("%s/%02d", folder, n); next }
    /^```/ { inside = 0 }
    inside { print > file }' README.md

failed=0 count=0
for block in "$blocks"/*; do
    [ -e "$block" ] || continue
    count=$((count + 1))
    out=$(PATH="$bin:$PATH" timeout 60 bash -euo pipefail "$block" 2>&1 </dev/null)
    rc=$?
    if [ $rc -ne 0 ] || [ -z "$out" ]; then
        failed=$((failed + 1))
        printf 'FAIL exit code %d%s\n' "$rc" "$([ -n "$out" ] || echo ', and it printed nothing')"
        sed 's/^/    $ /' "$block"
        printf '%s\n' "$out" | head -n 20 | sed 's/^/    /'
    fi
done
echo "$count blocks of README.md, $failed failed"
[ "$failed" -eq 0 ] && [ "$count" -ge 5 ] || exit 1
