#!/bin/bash
# Knows: that committed generated files (man OPTIONS, completions, schema pages) are what the programs would generate now.
# Must not know: how they are generated.
# Next: scripts/generate.
set -u
cd "$(dirname "$0")/../.." || exit 70
[ -x scripts/generate ] || { echo "scripts/generate is missing: who writes the man pages' OPTIONS and the completions?"; exit 1; }
TANDEM_BIN=${TANDEM_BIN:-build/dev/bin} scripts/generate --check
