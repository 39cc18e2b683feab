#!/bin/bash
# Remake tests/cli/expected from what the command prints now; review the change with git diff.
# usage: remake_expected.sh build/MODE
set -eu
export GVC="$PWD/$1/gvc" GVC_TESTS="$PWD/tests"
. tests/cli/cases.sh
rm -rf tests/cli/expected
mkdir -p tests/cli/expected
run_cases tests/cli/expected
git diff --stat -- tests/cli/expected
