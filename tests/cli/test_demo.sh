# The main job on the demo store: the panel and the printed summary.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "$1"; bad=1; }
"$GVC" demo -o demo.h5 -q || fail "demo fails"
"$GVC" check demo.h5 >check.txt || fail "the demo store has errors: $(cat check.txt)"
"$GVC" panel demo.h5 --measures kpww,activity,position --focus CHN --partners BRI -o panel.csv >summary.txt 2>said.txt ||
    fail "panel fails: $(cat said.txt)"
grep -q SYNTHETIC summary.txt || fail "the summary does not say that the data are synthetic"
grep -q 'China (CHN)' summary.txt || fail "no block of the focus"
grep -q 'Group BRI' summary.txt || fail "no block of the group"
for name in part_kpww part_vs1 part_int pos_kpww pos_vs1 pos_int gvcpos_ln up; do
    grep -q "^  $name " summary.txt || fail "variant $name is not named"
done
for year in 2000 2005 2010 2015 2020; do
    grep -Eq "^  CHN +$year( +-?[0-9]+\.[0-9]{3})+" summary.txt || fail "no row of China in $year"
done
grep -q 'xtset id year' said.txt || fail "standard error does not say how to xtset"
head -n 1 panel.csv | grep -q in_bri || fail "no membership column"

# The summary's figures are the panel's.
python3 - <<'PY' || bad=1
import csv
rows = [r for r in csv.DictReader(open("panel.csv")) if r["country"] == "CHN" and r["year"] == "2015"]
assert len(rows) == 1, rows
want = "%.3f" % float(rows[0]["part_kpww"])
lines = [l.split() for l in open("summary.txt")]
head = next(i for i, l in enumerate(lines) if l[:2] == ["year", "part_kpww"])
got = next(l for l in lines[head:] if l[:2] == ["CHN", "2015"])
assert got[2] == want, (got, want)
PY
exit $bad
