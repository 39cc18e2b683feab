#!/bin/bash
# Run the readers of foreign files under libFuzzer, from the fixtures as seeds. Needs clang, libomp-dev, libclang-rt-14-dev.
# usage: fuzz.sh SECONDS [READER...]     (a reader: sheet, any, or a format of `gvc import --format`)
set -euo pipefail
seconds=$1
shift
tables=$PWD/tests/fixtures/tables
make -s -j"$(nproc)" MODE=fuzz CC=clang CXX=clang++ build/fuzz/fuzz/fuzz_import
work=build/fuzz
seed() { # reader, files
    local to=$work/seeds/$1
    shift
    mkdir -p "$to"
    [ $# = 0 ] || cp -r "$@" "$to/"
}
rm -rf "$work/seeds"
seed any "$tables"/*.csv "$tables"/*.zip "$tables"/*.xlsx "$tables"/*.dta "$tables"/*.mat "$tables"/bad/*
seed sheet
for x in wiot05_row_apr12 ADB-MRIO62-2019_Dec2022; do
    python3 - "$tables/$x.xlsx" "$work/seeds/sheet/$x.xml" <<'PY'
import re, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", z.read("xl/sharedStrings.xml").decode())
last = sorted(n for n in z.namelist() if "worksheets/sheet" in n)[-1]
sheet = re.sub(r' t="s"><v>(\d+)</v>', lambda m: f' t="str"><v>{texts[int(m[1])]}</v>', z.read(last).decode())
open(sys.argv[2], "w").write(sheet)
PY
done
seed wiod2013 "$tables"/wiot05*.xlsx
seed wiod2016 "$tables"/*.dta
seed adb-mrio "$tables"/ADB*.xlsx
seed lr-wiod2022 "$tables"/lr_wiod*.csv
seed eora26 "$tables"/Eora*.zip
for e in 2016:ICIO2016_2011.zip 2018:ICIO2018_2015.zip 2021:ICIO_2015-2018.zip 2023:2016-2020.zip 2025:2016-2022_SML.zip; do
    seed "oecd-icio-${e%%:*}" "$tables/${e#*:}"
    python3 -m zipfile -e "$tables/${e#*:}" "$work/seeds/oecd-icio-${e%%:*}"
done
seed oecd-icio-2023 "$tables"/bad/*_2018_SML.csv
seed figaro-matrix "$tables"/matrix*.csv
seed figaro-flat "$tables"/flatfile*.zip
python3 -m zipfile -e "$tables"/flatfile*.zip "$work/seeds/figaro-flat"
seed exiobase3 "$tables"/IOT_*.zip
seed gloria "$tables"/GLORIA_MRIOs*.zip
seed emerging-mat73 "$tables"/*.mat "$tables"/bad/*.mat
seed icio-user "$tables"/user_table.csv
[ $# -gt 0 ] || set -- $(ls "$work/seeds")
for reader; do
    ln -sf "fuzz_import" "$work/fuzz/fuzz_$reader"
    mkdir -p "$work/found/$reader" "$work/seeds/$reader"
    echo "== $reader"
    OMP_NUM_THREADS=1 "$work/fuzz/fuzz_$reader" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=100000 \
        -print_final_stats=1 -artifact_prefix="$work/found/$reader/" "$work/found/$reader" "$work/seeds/$reader" 2>"$work/$reader.log" ||
        { tail -n 40 "$work/$reader.log"; echo "fuzz.sh: $reader fails; the input is in $work/found/$reader"; exit 1; }
    grep -E "number_of_executed_units|peak_rss_mb" "$work/$reader.log"
done
