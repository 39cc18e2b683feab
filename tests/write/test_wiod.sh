#!/bin/bash
# The panel of China and the Belt and Road from the World Input-Output Database, release 2013, opens in pandas and in R with labels,
# unique and sorted keys, and the reasons of what is missing. Skips where the data are not there.
store="$GVC_SHARED/data/wiod13.h5"
[ -r "$store" ] || { echo "skips: $store is not there"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here="$GVC_TESTS/write"
cd "$work" || exit 1
for suffix in csv dta; do
    "$GVC" panel "$store" --by country,sector --measures gexp,fv,up,part_kpww --focus CHN --partners BRI --stata-reasons \
        -o p.$suffix -q || exit 1
done
set -e
/usr/bin/python3 "$here/read_dta.py" p.dta p.csv --reasons >said
[ "$(cat said)" = '|ab' ] || { echo "time stamp and reasons: $(cat said)"; exit 1; }
/usr/bin/python3 "$here/read_dta_pandas.py" p.dta p.csv
Rscript "$here/read_dta.R" p.dta p.csv reasons
[ "$(tail -n +2 p.csv | wc -l)" = $((41 * 35 * 12)) ]
