#!/bin/bash
# Run the readers of foreign files under libFuzzer, from the fixtures as seeds. Needs clang, libomp-dev, libclang-rt-14-dev.
# usage: fuzz.sh SECONDS [READER...]     (a reader of tests/support/hostile.h; without any: all of them)
set -euo pipefail
seconds=$1
shift
tables=$PWD/tests/fixtures/tables
golden=$PWD/tests/golden
make -s -j"$(nproc)" MODE=fuzz CC=clang CXX=clang++ build/fuzz/fuzz/fuzz_reader
work=build/fuzz
seed() { # reader, files
    local to=$work/seeds/$1
    shift
    mkdir -p "$to"
    [ $# = 0 ] || cp -r "$@" "$to/"
}
packed() { # reader, name, folder
    mkdir -p "$work/seeds/$1"
    (cd "$3" && python3 -m zipfile -c "$OLDPWD/$work/seeds/$1/$2.zip" ./*)
}
rm -rf "$work/seeds" "$work/unpacked"
mkdir -p "$work/unpacked"
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
seed eora26 "$tables"/Eora*.zip "$tables"/bad/eora*.zip
for e in 2016:ICIO2016_2011.zip 2018:ICIO2018_2015.zip 2021:ICIO_2015-2018.zip 2023:2016-2020.zip 2023:2016-2020_SML.zip \
    2025:2016-2022_SML.zip; do
    seed "oecd-icio-${e%%:*}" "$tables/${e#*:}"
    python3 -m zipfile -e "$tables/${e#*:}" "$work/seeds/oecd-icio-${e%%:*}"
done
seed oecd-icio-2023 "$tables"/bad/*_2018_SML.csv
seed figaro-matrix "$tables"/matrix*.csv
seed figaro-flat "$tables"/flatfile*.zip
python3 -m zipfile -e "$tables"/flatfile*.zip "$work/seeds/figaro-flat"
seed exiobase3 "$tables"/IOT_*.zip
# The labels of GLORIA stand in its ReadMe, which may be packed with the tables.
python3 -m zipfile -e "$tables"/GLORIA_MRIOs*.zip "$work/unpacked/gloria"
cp "$tables"/GLORIA_ReadMe*.xlsx "$work/unpacked/gloria"
packed gloria with_labels "$work/unpacked/gloria"
seed emerging-mat73 "$tables"/*.mat "$tables"/bad/*.mat
seed icio-user "$tables"/user_table.csv
packed pymrio-folder saved "$tables/pymrio_saved"
for t in t3x3 t3x3u t4x5 t6x4; do
    mkdir -p "$work/unpacked/$t"
    cp "$golden/$t"/[A-Zfgilx]*.csv "$work/unpacked/$t"
    packed folder "$t" "$work/unpacked/$t"
done
for known in tests/fuzz/corpus/*; do
    seed "$(basename "$known")" "$known"/*
done
[ $# -gt 0 ] || set -- $(ls "$work/seeds")
# The readers take blocks of some MiB each time: a small quarantine and plain clearing of shadow memory make that cheap.
export ASAN_OPTIONS=clear_shadow_mmap_threshold=1073741824:quarantine_size_mb=4 OMP_NUM_THREADS=1
for reader; do
    ln -sf "fuzz_reader" "$work/fuzz/fuzz_$reader"
    mkdir -p "$work/found/$reader" "$work/seeds/$reader"
    echo "== $reader"
    case $reader in
    group | digital | countries | sectors | codes | inputs | attach | results | history | json) longest=3000 ;;
    *) longest=100000 ;;
    esac
    "$work/fuzz/fuzz_$reader" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=$longest \
        -print_final_stats=1 -artifact_prefix="$work/found/$reader/" "$work/found/$reader" "$work/seeds/$reader" 2>"$work/$reader.log" ||
        { tail -n 40 "$work/$reader.log"; echo "fuzz.sh: $reader fails; the input is in $work/found/$reader"; exit 1; }
    grep -E "number_of_executed_units|peak_rss_mb" "$work/$reader.log"
    grep -oE "cov: [0-9]+ ft: [0-9]+" "$work/$reader.log" | tail -n 1
done
