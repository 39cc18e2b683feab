#!/bin/bash
# A disk that fills in mid-write gives exit 3, a message, and no file under any name.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
"$GVC" synth -o "$dir/s.h5" --countries 12 --sectors 12 --years 2001-2003 --seed 1 -q || exit 1
# A limit on the size of files, in KiB, stands for a disk with little room: too little for what is kept until the end,
# or too little for the file itself.
for room in 100 350; do
    for out in p.csv p.dta p.h5 p.json p.xlsx; do
        (
            trap '' XFSZ
            ulimit -f $room
            "$GVC" panel "$dir/s.h5" --measures kpww,activity,position --by country,sector -o "$dir/$out" \
                --codebook "$dir/book.csv" -q 2>"$dir/message"
        )
        rc=$?
        [ $rc = 3 ] || { echo "$room KiB, $out: exit $rc, expected 3"; bad=1; }
        grep -q "$out.*cannot be written" "$dir/message" || { echo "$room KiB, $out: no message"; cat "$dir/message"; bad=1; }
        rm -f "$dir/message"
        [ "$(ls -A "$dir")" = s.h5 ] || { echo "$room KiB, $out: left behind:" $(ls -A "$dir"); bad=1; }
    done
done
exit $bad
