#!/bin/bash
# Run every test program of one build, then the command-line tests; print what failed and a closing count.
# usage: run_tests.sh build/MODE [NAME...]     (NAME: only programs whose path holds it)
set -u
out=$1
shift
passed=0 failed=0 skipped=0
export GVC="$PWD/$out/gvc" GVC_TESTS="$PWD/tests" GVC_SHARED="${GVC_SHARED-$PWD/../shared}"
export OMP_WAIT_POLICY=passive
export LSAN_OPTIONS="suppressions=$PWD/scripts/lsan.supp:print_suppressions=0"
want() {
    [ $# -eq 1 ] && return 0
    local p=$1 n
    shift
    for n in "$@"; do [[ $p == *"$n"* ]] && return 0; done
    return 1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
report() { # status, name: exit 77 says that the test skips
    if [ "$1" = 0 ]; then passed=$((passed + 1))
    elif [ "$1" = 77 ]; then skipped=$((skipped + 1)); echo "SKIP $2: $(tail -n 1 "$log")"
    else failed=$((failed + 1)); echo "FAIL $2 (status $1)"; cat "$log"
    fi
}
while read -r t; do
    src=tests/${t#"$out"/tests/}.c
    [ -f "$src" ] || continue
    want "$t" "$@" || continue
    "$t" >"$log" 2>&1
    report $? "$t"
done < <(find "$out/tests" -type f -name 'test_*' -perm -u+x | sort)
while read -r t; do
    want "$t" "$@" || continue
    bash "$t" >"$log" 2>&1
    report $? "$t"
done < <(find tests -name 'test_*.sh' | sort)
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
