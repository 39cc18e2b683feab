#!/bin/bash
# Every term of the decompositions is pinned by an identity: scaled by 0.1 % it must make test_identities fail.
set -u
checks=$(dirname "$GVC")/tests/decomp/test_identities
[ -x "$checks" ] || { echo "$checks is not built"; exit 77; }
measures=$("$checks" list)
[ -n "$measures" ] || { echo "$checks lists no measure"; exit 1; }

"$checks" >/dev/null 2>&1 || { echo "the identities fail before anything is changed"; exit 1; }
unnoticed=0
for measure in $measures; do
    if GVC_TEST_MUTATE=$measure "$checks" >/dev/null 2>&1; then
        echo "$measure: 0.1 % too much and every identity still holds"
        unnoticed=1
    fi
done
[ $unnoticed = 0 ] && echo "every term is pinned"
exit $unnoticed
