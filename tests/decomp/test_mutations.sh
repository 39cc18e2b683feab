#!/bin/bash
# Every term of the decompositions is pinned by an identity: scaled by 0.1 % it must make one of test_identities* fail.
set -u
folder=$(dirname "$GVC")/tests/decomp
programs=()
for source in "$GVC_TESTS"/decomp/test_identities*.c; do
    program=$folder/$(basename "$source" .c)
    [ -x "$program" ] || { echo "$program is not built"; exit 77; }
    programs+=("$program")
done
measures=$("${programs[0]}" list)
[ -n "$measures" ] || { echo "${programs[0]} lists no measure"; exit 1; }

holds() {
    local program
    for program in "${programs[@]}"; do "$program" >/dev/null 2>&1 || return 1; done
}
holds || { echo "the identities fail before anything is changed"; exit 1; }
unnoticed=0
for measure in $measures; do
    if GVC_TEST_MUTATE=$measure holds; then
        echo "$measure: 0.1 % too much and every identity still holds"
        unnoticed=1
    fi
done
[ $unnoticed = 0 ] && echo "every term is pinned"
exit $unnoticed
