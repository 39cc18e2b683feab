#!/bin/bash
# Years come into a store whole or not at all, whatever happens meanwhile.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "$*"; bad=1; }
tables=$GVC_TESTS/fixtures/tables

# One store takes years from one source and from several calls; a year is replaced only with --force.
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o lr.h5 2>err && fail "two years are taken without --year"
grep -q "1999-2000; name the years" err || fail "the years are not listed: $(cat err)"
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o all.h5 --year all -q || fail "--year all fails"
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o lr.h5 --year 2000 -q || fail "one year fails"
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o lr.h5 --year 1999 -q || fail "a year cannot be added"
"$GVC" info lr.h5 | grep -q '^years *1999 2000$' || fail "the years are not 1999 and 2000"
for h in all lr; do "$GVC" decompose $h.h5 --level all --layout long -o $h.csv -q --no-provenance; done
cmp all.csv lr.csv || fail "years added later differ from years imported together"
before=$(sha256sum <lr.h5)
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o lr.h5 --year 1999 2>err && fail "a year is replaced without --force"
grep -q "1999 is there already" err || fail "the year is not named: $(cat err)"
[ "$(sha256sum <lr.h5)" = "$before" ] || fail "a refused import changes the store"
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o lr.h5 --year 1999 --force -q || fail "--force does not replace a year"
"$GVC" decompose lr.h5 --level all --layout long -o again.csv -q --no-provenance
cmp all.csv again.csv || fail "a replaced year differs"
"$GVC" import "$tables/lr_wiod_wiot_final_filled.csv" -o lr.h5 --year 1980 2>err && fail "a year that is not there is imported"
[ $? = 5 ] || grep -q "the years are 1999-2000" err || fail "no list of years: $(cat err)"

# Another release has other labels, and does not fit.
"$GVC" import "$tables/wiot05_row_apr12.xlsx" -o lr.h5 2>err && fail "a table of other countries is added"
grep -q '/country: 4 labels expected as in the store, 4 found; "USA" is missing' err || fail "the country is not named: $(cat err)"
# So do two editions in one run.
"$GVC" import "$tables/ICIO2018_2015.zip" "$tables/ICIO_2015-2018.zip" --year all -o two.h5 2>err && fail "two editions make one store"
grep -q '/sector: 3 labels expected as in the store, 3 found; "01T03" is missing' err || fail "the sector is not named: $(cat err)"
[ ! -e two.h5 ] || fail "a refused import leaves a store"
# A file that is no store is kept.
echo mine >kept.h5
"$GVC" import "$tables/wiot05_row_apr12.xlsx" -o kept.h5 2>err && fail "a file that is no store is replaced"
[ "$(cat kept.h5)" = mine ] || fail "a file that is no store is touched"

# WIOD 2016 saved again as xlsx (codes in column A, c1.. in the last header row) gives the numbers of the Stata file.
python3 - "$tables/expected/wiod16_dta" <<'PY'
import csv, sys, zipfile
read = lambda f: list(csv.reader(open(f"{sys.argv[1]}/{f}.csv")))
Z, FD, VA, x, other = map(read, ("Z", "FD", "VA", "x", "other"))
rows = [r[0].split(":") for r in Z[1:]]
N, sectors = 3, [r[1] for r in rows[:3]]
demand = [c.split(":") for c in FD[0][1:]]
number = {c: str(k + 1) for k, c in enumerate(sectors + [d[1] for d in demand[:5]])}
def col(j):
    t = ""
    while j >= 0: t, j = chr(65 + j % 26) + t, j // 26 - 1
    return t
def row(i, labels, values, text):
    cells = "".join(f'<c r="{col(j)}{i}" t="inlineStr"><is><t>{v}</t></is></c>' for j, v in enumerate(labels) if v)
    form = '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>' if text else '<c r="{}{}"><v>{}</v></c>'
    return f'<row r="{i}">{cells}{"".join(form.format(col(4 + j), i, v) for j, v in enumerate(values))}</row>'
cols = rows + demand
sheet = row(1, ["Intercountry Input-Output Table"], [], 1)
sheet += row(3, [], [c[1] for c in cols] + ["GO"], 1) + row(4, [], ["name"] * len(cols) + ["Total output"], 1)
sheet += row(5, [], [c[0] for c in cols] + ["TOT"], 1) + row(6, [], ["c" + number[c[1]] for c in cols], 1)
for i, (z, f) in enumerate(zip(Z[1:], FD[1:])):
    sheet += row(7 + i, [rows[i][1], "name", rows[i][0], "c" + number[rows[i][1]]], z[1:] + f[1:] + [x[1][1 + i]], 0)
i = 7 + len(rows)
for r in [["II_fob"] + ["1"] * len(rows)] + other[1:] + [VA[1], ["GO"] + x[1][1:]]:
    sheet += row(i, [r[0], "name", "TOT", "r" + str(i)], r[1:], 0)
    i += 1
with zipfile.ZipFile("wiod16.xlsx", "w") as z:
    z.writestr("[Content_Types].xml", "<Types/>")
    z.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="2014" r:id="a"/></sheets></workbook>')
    z.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="a" Target="/xl/s.xml"/></Relationships>')
    z.writestr("xl/s.xml", f"<worksheet><sheetData>{sheet}</sheetData></worksheet>")
PY
"$GVC" import "$tables/WIOT2014_October16_ROW.dta" -o dta.h5 -q || fail "the Stata file is not imported"
"$GVC" import wiod16.xlsx -o xlsx.h5 2>err || fail "WIOD 2016 as xlsx is not imported: $(cat err)"
grep -q "recognised as wiod2016" err || fail "WIOD 2016 as xlsx is not recognised: $(cat err)"
for h in dta xlsx; do "$GVC" decompose $h.h5 --level all --layout long -o $h.csv -q --no-provenance; done
cmp dta.csv xlsx.csv || fail "the workbook and the Stata file differ"

# Two tables of one archive ask for a year; a table of that year alone does not.
if "$GVC" help import | grep -q oecd-icio-2023; then
    "$GVC" import "$tables/bad/two_tables.zip" -o two.h5 2>err && fail "two tables are taken without --year"
    grep -q "2017-2018" err || fail "the two years are not listed: $(cat err)"
    "$GVC" import "$tables/bad/two_tables.zip" -o two.h5 --year 2018 -q || fail "one of two tables fails"
fi

# Satellites come along under their own names, all of them or those asked for, and can be followed.
sats=$GVC_TESTS/fixtures/satellites
"$GVC" import "$sats/IOT_2011_pxp" -o sat.h5 -q || fail "a table with satellites is not imported"
"$GVC" info sat.h5 --labels | grep -q '^  Cropland - Vegetables, fruit, nuts *km2' || fail "info does not list a satellite with its unit"
"$GVC" decompose sat.h5 --satellite "CO2 - combustion - air" --level country -o co2.csv -q || fail "an imported satellite cannot be followed"
grep -q '"unit": *"kg"' co2.csv.meta.json || fail "the unit of the satellite is lost"
"$GVC" index sat.h5 --set satellite --level country -o sat.dta -q || fail "columns of imported satellites do not fit into a .dta"
"$GVC" index sat.h5 --set satellite --level country -o sat.csv -q
head -n 1 sat.csv | grep -q 'sat_x_dom_co2_combustion_air,.*sat_x_dom_employment_people_low,.*sat_x_dom_impacts_employment_peo' || fail "columns of satellites: $(head -n 1 sat.csv)"
"$GVC" import "$sats/IOT_2011_pxp" -o some.h5 --satellites 'CO2*,GHG*' -q || fail "--satellites fails"
"$GVC" info some.h5 | grep -q '^satellites *CO2 - combustion - air, GHG emissions (GWP100) | Problem oriented approach$' || fail "--satellites keeps others"
"$GVC" import "$sats/IOT_2011_pxp" -o none.h5 --satellites none -q || fail "--satellites none fails"
"$GVC" info none.h5 | grep -q '^satellites *none' || fail "--satellites none keeps some"
"$GVC" import "$sats/IOT_2011_pxp" -o typo.h5 --satellites 'CO2 - combustion - airs' 2>err
[ $? = 5 ] || fail "an unknown satellite does not exit with 5"
grep -q 'did you mean "CO2 - combustion - air"' err || fail "the nearest satellite is not named: $(cat err)"
[ ! -e typo.h5 ] || fail "an unknown satellite leaves a store"

# A table large enough to be interrupted: 1,200 industries, sold evenly.
python3 - <<'PY'
import zipfile
G, N = 30, 40
n = G * N
with zipfile.ZipFile("Eora26_2001_bp.zip", "w", zipfile.ZIP_DEFLATED) as z:
    row = "\t".join(["1.25"] * n)
    z.writestr("Eora26_2001_bp_T.txt", "\n".join([row] * n))
    z.writestr("Eora26_2001_bp_FD.txt", "\n".join(["\t".join(["2.5"] * 2 * G)] * n))
    z.writestr("Eora26_2001_bp_VA.txt", "\t".join(["150"] * n))
    c = [f"X{g:02d}" for g in range(G)]
    z.writestr("labels_T.txt", "".join(f"{g}\t{g}\tIndustries\ts{k}\t\n" for g in c for k in range(N)))
    z.writestr("labels_FD.txt", "".join(f"{g}\t{g}\tFinal Demand\tF{k}\t\n" for g in c for k in range(2)))
    z.writestr("labels_VA.txt", "Primary Inputs\tVA\t\n")
PY
python3 - <<'PY'
import zipfile
old = zipfile.ZipFile("Eora26_2001_bp.zip")
with zipfile.ZipFile("Eora26_2002_bp.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for m in old.namelist():
        z.writestr(m.replace("2001", "2002"), old.read(m))
PY
mkdir s
"$GVC" import Eora26_2001_bp.zip -o s/e.h5 -q || fail "the large table is not imported"
old=$(sha256sum <s/e.h5)
cp s/e.h5 both.h5
"$GVC" import Eora26_2002_bp.zip -o both.h5 -q || fail "a second large year is not added"
new=$(sha256sum <both.h5)
is_old_or_new() { # what happened
    local now
    now=$(sha256sum <s/e.h5)
    [ "$now" = "$old" ] || [ "$now" = "$new" ] || fail "$1 leaves neither the old store nor the new one"
    [ "$now" = "$old" ] || cp -f old.h5 s/e.h5
}
cp s/e.h5 old.h5

# Killed at random moments of a run: the old store or the new one stands there, and nothing beside it. The archive is nested, so
# that it is unpacked beside the store too.
python3 - <<'PY'
import zipfile
with zipfile.ZipFile("nested.zip", "w") as z:
    z.write("Eora26_2002_bp.zip")
PY
seed=${GVC_SEED:-$RANDOM$RANDOM}
RANDOM=$seed
echo "random moments of GVC_SEED=$seed"
cp -f old.h5 s/e.h5
start=${EPOCHREALTIME/./}
"$GVC" import nested.zip -o s/e.h5 -q || fail "a nested archive is not imported"
whole=$((${EPOCHREALTIME/./} - start)) # microseconds
new=$(sha256sum <s/e.h5)
[ "$new" != "$old" ] || fail "a nested archive adds no year"
cp -f old.h5 s/e.h5
moment() { # sets `moment`, in seconds, up to $1 microseconds
    local us=$(((RANDOM * 32768 + RANDOM) % $1))
    moment=$((us / 1000000)).$(printf %06d $((us % 1000000)))
}
early=0 killed=25
for _ in $(seq $killed); do
    moment $((whole + whole / 5))
    "$GVC" import nested.zip -o s/e.h5 -q &
    pid=$!
    sleep "$moment"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    [ "$(sha256sum <s/e.h5)" != "$old" ] || early=$((early + 1))
    is_old_or_new "kill -9 after $moment s (GVC_SEED=$seed)"
    [ "$(ls -A s)" = e.h5 ] || fail "kill -9 after $moment s (GVC_SEED=$seed) leaves" $(ls -A s)
    find s -type f ! -name e.h5 -delete
done
[ $early -gt 0 ] || fail "no import was killed before its end (GVC_SEED=$seed)"

# Terminated at random moments: exit 130 and nothing beside the store.
for _ in $(seq 10); do
    moment $whole
    "$GVC" import nested.zip -o s/t.h5 -q 2>/dev/null &
    pid=$!
    sleep "$moment"
    kill -TERM $pid 2>/dev/null
    wait $pid
    rc=$?
    case $rc in 130 | 143 | 0) ;; *) fail "an import terminated after $moment s (GVC_SEED=$seed) exits with $rc" ;; esac # 143: before it listens
    [ $rc = 0 ] || [ "$(ls -A s)" = e.h5 ] || fail "an import terminated after $moment s (GVC_SEED=$seed) leaves" $(ls -A s)
    rm -f s/t.h5
done

# The disk fills: exit 3, the old store unchanged, nothing beside it.
( trap '' XFSZ; ulimit -f 14000; "$GVC" import Eora26_2002_bp.zip -o s/e.h5 -q 2>err )
[ $? = 3 ] || fail "a full disk does not exit with 3: $(cat err)"
[ "$(sha256sum <s/e.h5)" = "$old" ] || fail "a full disk changes the store"
[ "$(ls -A s)" = e.h5 ] || fail "a full disk leaves $(ls -A s)"

# Nobody reads the notes: the store is written all the same.
"$GVC" import "$tables/wiot05_row_apr12.xlsx" -o pipe.h5 2> >(exec true)
[ $? = 0 ] && [ -s pipe.h5 ] || fail "a closed pipe of notes stops the import"

# The same bytes for any number of threads.
for n in 1 2 5; do "$GVC" import Eora26_2001_bp.zip -o t$n.h5 -q --threads $n || fail "--threads $n fails"; done
cmp t1.h5 t2.h5 && cmp t1.h5 t5.h5 || fail "the number of threads changes the store"
exit $bad
