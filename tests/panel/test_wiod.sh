# The panel of the World Input-Output Database, release 2013: 41 countries x 35 sectors x 12 years. Skips where the
# data are not there.
case $GVC in */asan/*) echo "not under the sanitizers, where it takes minutes: the release build runs it"; exit 77 ;; esac
set -e
store="$GVC_SHARED/data/wiod13.h5"
[ -r "$store" ] || { echo "skips: $store is not there"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
families=kpww,activity,position,bmt
"$GVC" methods length >/dev/null 2>&1 && families=$families,length
"$GVC" panel "$store" --measures $families --by country,sector --stack-levels --focus CHN --partners BRI --flags -o p.csv \
    >/dev/null 2>err
grep -q 'p.csv: 17724 rows' err
"$GVC" panel "$store" --measures kpww --by country,sector --concord common18 --year 2011 -q -o c.csv
PYTHONPATH="$GVC_TESTS/support" PYTHONDONTWRITEBYTECODE=1 python3 - <<'EOF'
from panel_csv import *
rows = check_keys("p.csv")
n = {}
for row in rows:
    n[row["level"]] = n.get(row["level"], 0) + 1
assert n == {"sector": 41 * 35 * 12, "country": 41 * 12, "group_sum": 12}, n
for year in {row["year"] for row in rows}:
    idle = [r for r in rows if r["year"] == year and r["level"] == "sector" and float(r["gout"]) == 0]
    assert 18 <= len(idle) <= 22, (year, len(idle))
    for row in idle:
        assert row["up"] == ""
        # A product without output can be exported out of stocks: then its shares of exports exist.
        for name in ("up", "fv_sh", "gvcpt_f", "gvct"):
            assert row["f_" + name] == ("nosec" if row[name] == "" else ""), (year, row["country"], row["sector"], name)
            assert row[name] == "" or float(row["gexp"]) > 0
        assert float(row["fv"]) == float(row["va"]) == 0
    busy = [r for r in rows if r["year"] == year and r["level"] == "sector" and float(r["gout"]) != 0]
    assert all(r["f_up"] == "" and r["up"] != "" for r in busy)
members = {r["country"] for r in rows if r["level"] == "country" and r["bri_year"] != ""}
assert len(members) == 19, members
assert sum(r["level"] == "country" and r["bri65"] == "1" for r in rows) == 16 * 12
group = [r for r in rows if r["level"] == "group_sum"]
assert all(r["bri_n_missing"] == "128" and r["f_up"] == "part" for r in group)
china = [r for r in rows if r["country"] == "CHN" and r["level"] == "country"]
assert all(0.05 < float(r["bri_share_gexp"]) < 0.5 for r in china)
common = check_keys("c.csv")
assert len(common) == 41 * 18
total = sum(float(r["gexp"]) for r in common)
want = sum(float(r["gexp"]) for r in rows if r["year"] == "2011" and r["level"] == "country")
assert abs(total - want) < 1e-9 * want
EOF
