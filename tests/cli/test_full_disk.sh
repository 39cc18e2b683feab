#!/bin/bash
# A disk that fills in mid-write gives exit 3, a message, and no file under any name.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
"$GVC" synth -o "$dir/s.h5" --countries 12 --sectors 12 --years 2001-2003 --seed 1 -q || exit 1
for out in p.csv p.h5; do
    (
        trap '' XFSZ
        ulimit -f 100 # KiB: stands for a disk with little room
        "$GVC" panel "$dir/s.h5" --measures kpww,activity,position --by country,sector -o "$dir/$out" -q 2>"$dir/message"
    )
    rc=$?
    [ $rc = 3 ] || { echo "$out: exit $rc, expected 3"; bad=1; }
    grep -q "$out.*cannot be written" "$dir/message" || { echo "$out: no message"; cat "$dir/message"; bad=1; }
    rm -f "$dir/message"
    [ "$(ls "$dir")" = s.h5 ] || { echo "$out: left behind:" $(ls "$dir"); bad=1; }
done
exit $bad
