#!/bin/bash
# Make the synthetic demo store and show the main job on it: China and its Belt-and-Road partners.
# usage: demo.sh GVC OUTDIR
set -euo pipefail
gvc=$1
out=$2
mkdir -p "$out"

panel() { # keys, file, options
    "$gvc" panel "$out/demo.h5" --measures kpww,activity,position --by "$1" \
        --focus CHN --partners BRI --force -o "$out/$2" "${@:3}"
}

"$gvc" demo --force -q -o "$out/demo.h5"
panel country,sector panel_sector.csv -q
# What the command reports on the way is of no interest here, unless it fails.
panel country panel_country.csv 2>"$out/log.txt" || { cat "$out/log.txt" >&2; exit 1; }
rm -f "$out/log.txt"

"$gvc" report "$out/demo.h5" --focus CHN --partners BRI --force -q -o "$out/china.html"

cat <<EOF

The numbers above are SYNTHETIC: made up around rounded public magnitudes, good for trying gvc, not for citing.
Files:
  $out/demo.h5             the store: real country and sector codes, five years
  $out/china.html          the report: open it in a browser, no network needed
  $out/panel_country.csv   one row per country and year
  $out/panel_sector.csv    one row per country, sector and year
Try next:
  $gvc info $out/demo.h5
  $gvc decompose $out/demo.h5 --year 2020 --method bm --level bilateral --exporter CHN --importer BRI -o $out/bm.csv
  $gvc methods kpww
EOF
