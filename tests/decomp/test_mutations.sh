#!/bin/bash
# Every term of the decompositions is pinned by an identity: scaled by 0.1 % it must make one of test_identities* fail.
case $GVC in */asan/*) echo "not under the sanitizers, where it takes minutes: the release build runs it"; exit 77 ;; esac
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

for program in "${programs[@]}"; do
    "$program" >/dev/null 2>&1 || { echo "the identities fail before anything is changed"; exit 1; }
done

# Print the measures that no program notices. What noticed the last one is asked first: it most often knows the next
# one too, whose method is the same.
try() {
    local measure program last=
    read -ra programs <<<"$PROGRAMS"
    for measure in "$@"; do
        for program in $last "${programs[@]}"; do
            GVC_TEST_MUTATE=$measure "$program" >/dev/null 2>&1 || { last=$program; continue 2; }
        done
        echo "$measure: 0.1 % too much and every identity still holds"
    done
}
export PROGRAMS="${programs[*]}" OMP_NUM_THREADS=1
export -f try
unnoticed=$(xargs -P "$(nproc)" -n 12 bash -c 'try "$@"' bash <<<"$measures")
[ -z "$unnoticed" ] || { echo "$unnoticed"; exit 1; }
echo "every term is pinned"
