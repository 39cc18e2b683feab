#!/bin/bash
# One command, every format: the same bits and the same codebook, to readers that know nothing of gvckit.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
fail() { echo "$1"; bad=1; }
cd "$work" || exit 1
python=/usr/bin/python3 # Debian's, which has Debian's pandas, openpyxl and h5py

"$GVC" demo -o demo.h5 -q && "$GVC" import "$GVC_TESTS/golden/t4x5" --year 2011 -o awkward.h5 -q || exit 1
panel() { # stem, arguments
    local stem=$1 suffix
    shift
    for suffix in csv h5 json xlsx; do
        "$GVC" panel "$@" -o "$stem.$suffix" --codebook "$stem.book.csv" --force -q || fail "$stem.$suffix: gvc panel fails"
    done
    $python "$GVC_TESTS/write/read_formats.py" "$stem" || fail "$stem: the formats differ"
}
panel plain demo.h5 --measures kpww,position --focus CHN --partners BRI
panel idle awkward.h5 --by country,sector --measures kpww,activity,position
panel pairs demo.h5 --by country,partner --measures kpww --year 2015 --country CHN,DEU

# Same command, same bytes, whatever the threads, the hour and the zone.
for suffix in json xlsx h5; do
    for n in 1 2 5; do
        (mkdir -p "$n" && cd "$n" && TZ=UTC-$n "$GVC" panel ../demo.h5 --by country,sector --measures kpww --threads $n \
            -o p.$suffix --codebook book.md -q --force) || fail "$suffix: gvc panel fails"
    done
    cmp 1/p.$suffix 2/p.$suffix && cmp 1/p.$suffix 5/p.$suffix || fail "$suffix: the bytes differ"
    cmp 1/book.md 5/book.md || fail "$suffix: the codebooks differ"
done

# Every format says where it comes from, in the same words; another program's file says that it does not.
for suffix in csv json xlsx dta h5; do
    (mkdir -p from && cd from && "$GVC" panel ../demo.h5 --measures kpww --partners BRI -o p.$suffix -q --force)
    for fact in command table_sha256 table_file created_by "group BRI" solver balance; do
        "$GVC" history from/p.csv --json | $python -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$fact" >want
        "$GVC" history from/p.$suffix --json | $python -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$fact" >has
        cmp -s <(sed 's/output p\.[a-z0-9]*/output p/' want) <(sed 's/output p\.[a-z0-9]*/output p/' has) ||
            fail "$suffix: the history says of $fact: $(cat has)"
    done
    "$GVC" panel demo.h5 --measures kpww -o bare.$suffix -q --force --no-provenance
    "$GVC" history bare.$suffix >/dev/null 2>err
    { [ $? = 4 ] && grep -q 'no provenance' err; } || [ $suffix = h5 ] || fail "$suffix: without provenance: $(cat err)"
done
$python -c 'import pandas; f = pandas.DataFrame({"x": [1]}); f.to_excel("other.xlsx"); f.to_stata("other.dta"); f.to_json("other.json")'
for suffix in xlsx dta json; do
    "$GVC" history other.$suffix >/dev/null 2>err
    [ $? = 4 ] && grep -q 'no provenance' err || fail "another's .$suffix: $(cat err)"
    head -c 100 other.$suffix >torn.$suffix
    "$GVC" history torn.$suffix >/dev/null 2>err
    [ $? = 4 ] || fail "a torn .$suffix: $(cat err)"
done

# A sheet for each level; a codebook of all. A level alone may be summed in another order.
"$GVC" index demo.h5 --set kpww,up --year 2005,2010 --level country,sector,world -o levels.xlsx -q || fail "levels: gvc index fails"
for level in country sector world; do
    "$GVC" index demo.h5 --set kpww,up --year 2005,2010 --level $level -o $level.csv -q
done
$python - <<'PY' || fail "the sheets are not the files by level"
import csv, math, openpyxl
book = openpyxl.load_workbook("levels.xlsx")
def near(cell, text):
    return cell == text if isinstance(cell, str) else math.isclose(cell, float(text), rel_tol=1e-11, abs_tol=1e-11)
levels = ["world", "country", "sector"]
assert book.sheetnames == levels + ["codebook", "about"], book.sheetnames
for level in levels:
    want = list(csv.reader(open(level + ".csv")))
    has = [["" if cell is None else cell for cell in row] for row in book[level].values]
    assert len(has) == len(want) and has[0] == want[0]
    for row, line in zip(has[1:], want[1:]):
        assert len(row) == len(line) and all(map(near, row, line)), (row, line)
codebook = list(book["codebook"].values)
at = codebook[0].index("level")
assert [row[at] for row in codebook[1:] if row[0] == "year"] == levels
PY
"$GVC" panel demo.h5 --by country,sector --stack-levels --measures position --partners BRI -o st.csv --codebook st.book.csv -q
$python - <<'PY' || fail "the codebook does not say at which levels a column has values"
import csv
rows = list(csv.DictReader(open("st.csv")))
for line in csv.DictReader(open("st.book.csv")):
    assert set(line["level"].split()) == {row["level"] for row in rows if row[line["name"]] != ""}, line["name"]
PY
# At bilateral levels the codebook says of every measure who the partner is; elsewhere there is none.
for by in country,partner all country,sector; do
    "$GVC" panel demo.h5 --by $by --measures all --year 2010 --country CHN -o all.csv --codebook all.book.csv -q --force
    $python - $by <<'PY' || fail "$by: the meaning of the partner"
import csv, sys
pairs = sys.argv[1] != "country,sector"
lines = [line for line in csv.DictReader(open("all.book.csv")) if line["formula"] or line["unit"]]
assert len(lines) > 50
for line in lines:
    assert bool(line["partner_meaning"]) == pairs, line["name"]
PY
done
"$GVC" panel demo.h5 --measures kpww -o - --format json -q | $python -c 'import json, sys; assert len(json.load(sys.stdin)["data"]) == 145' ||
    fail "JSON to a pipe"
"$GVC" index demo.h5 --set kpww --level country,sector -o l.json -q 2>/dev/null && fail "two levels in one wide .json"
"$GVC" panel demo.h5 -o p.csv --codebook p.txt -q 2>err && fail "a codebook .txt"
grep -q '\.csv or a \.md' err || fail "the codebook's suffixes are not named: $(cat err)"
echo mine >kept.md
"$GVC" panel demo.h5 -o q.csv --codebook kept.md -q 2>err && fail "a codebook replaces a file without --force"
[ "$(cat kept.md)" = mine ] && [ ! -e q.csv ] || fail "a refused codebook leaves something behind"
exit $bad
