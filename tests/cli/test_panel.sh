# Panels through the command: keys, years one by one, groups, formulas, editions, common sectors, columns.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
panel() { "$GVC" panel "$@" -q; }
py() { PYTHONPATH="$GVC_TESTS/support" PYTHONDONTWRITEBYTECODE=1 python3 - "$@"; }
"$GVC" synth -q -o a.h5 --countries 6 --sectors 4 --years 2000-2003 --seed 1
m="kpww,activity,position,bmt,bms"

# The same command gives the same bytes, whatever the threads; so do its side files.
panel a.h5 --measures $m --by country,sector --partners APEC,EU -o all.csv --threads 1
cp all.csv.meta.json all.json
panel a.h5 --measures $m --by country,sector --partners APEC,EU -o all2.csv --threads 3
cmp all.csv all2.csv
panel a.h5 --measures $m --by country,sector --partners APEC,EU -o all.csv --force
cmp all.csv.meta.json all.json

# Years one by one; a group more; levels stacked; pairs.
for y in 2000 2001 2002 2003; do panel a.h5 --measures $m --by country,sector --partners APEC,EU --year $y -o $y.csv; done
panel a.h5 --measures $m --by country -o country.csv
panel a.h5 --measures $m --by country --partners BRICS,APEC -o groups.csv
panel a.h5 --measures $m --by country,sector,partner --stack-levels --partners APEC -o stacked.csv
panel a.h5 --measures kpww,bms --by country,partner --partners APEC -o pairs.csv
panel a.h5 --measures kpww,bms --by country,partner --partners APEC --partner USA --no-row -o chosen.csv
panel a.h5 --measures exposure --by country,partner --stack-levels --partners APEC -o exposure.csv
panel a.h5 --measures activity --by country,partner --own-pairs -o own.csv
py <<'EOF'
import math, random
from panel_csv import *
whole = table("all.csv")
for name in ("all.csv", "country.csv", "groups.csv", "stacked.csv", "pairs.csv", "own.csv"):
    check_keys(name)
assert len(whole) == 6 * 4 * 4
for year in range(2000, 2004):
    one = table("%d.csv" % year)
    assert len(one) == 24
    same(one, whole, next(iter(one.values())).keys())
country, groups, stacked = table("country.csv", KEYS[2:]), table("groups.csv", KEYS[1:]), read("stacked.csv")
for k, row in country.items():
    for name in row:
        assert name == "id" or row[name] == groups[("country",) + k][name], (k, name)
for level, n in (("country", 24), ("sector", 96), ("bilateral", 120), ("bilateral_sector", 480), ("group_sum", 4),
                 ("bilateral_group", 24), ("bilateral_sector_group", 96)):
    assert sum(row["level"] == level for row in stacked) == n, level
for row in stacked:
    if row["level"] == "sector":
        k = (row["country"], row["sector"], row["year"])
        for name in ("fv", "up", "bms_dva", "gvct"):
            assert row[name] == whole[k][name]

# The columns of money give the indices.
value = lambda row, name: float(row[name])
random.seed(7)
for row in random.sample(list(whole.values()), 40):
    v = lambda name: float(row[name])
    for got, want in (("fv_sh", v("fv") / v("gexp")), ("part_vs1", (v("iv_vs1") + v("fv")) / v("gexp")),
                      ("pos_vs1", math.log1p(v("iv_vs1") / v("gexp")) - math.log1p(v("fv") / v("gexp"))),
                      ("gvcpt_f", v("v_gvc") / v("v_total")), ("up", v("xup") / v("gout")),
                      ("gvct", (v("gvc_pf") + v("gvc_pb") + v("gvc_ts")) / v("gexp"))):
        assert abs(v(got) - want) <= 1e-12 * max(1, abs(want)), (got, v(got), want)

# A country with a group: what is bilateral summed over the members but itself, then the formula.
members = {row["country"] for row in stacked if row["in_apec"] == "1"}
for row in stacked:
    if not row["level"].endswith("_group"):
        continue
    flows = [r for r in stacked if r["level"] == row["level"][:-6] and r["partner"] in members
             and all(r[k] == row[k] for k in ("country", "sector", "year"))]
    assert row["partner"] == "APEC" and len(flows) == len(members) - (row["country"] in members)
    for name in ("gexp", "fv_src", "gvc_pf", "gvc_pb", "gvc_ts", "davax"):
        want = sum(float(r[name]) for r in flows)
        assert abs(float(row[name]) - want) <= 1e-12 * max(abs(want), 1), (name, row["country"])
    if row["level"] == "bilateral_sector_group":
        continue
    want = sum(float(row[n]) for n in ("gvc_pf", "gvc_pb", "gvc_ts")) / float(row["gexp"])
    assert abs(float(row["gvct"]) - want) < 1e-12

# Shares of a group's members are sums over pairs; the own pair is a row only where it is asked for.
pairs = read("pairs.csv")
assert all(row["country"] != row["partner"] for row in pairs) and len(pairs) == 6 * 5 * 4
own = read("own.csv")
assert sum(row["country"] == row["partner"] for row in own) == 24 and len(own) == 6 * 6 * 4
members = {row["country"] for row in pairs if row["in_apec"] == "1"}
assert 1 <= len(members) < 6
by = {(r["country"], r["year"]): r for r in stacked if r["level"] == "country"}
for name in ("gexp", "fv_src", "bms_dva"):
    for (c, year), row in by.items():
        flows = {r["partner"]: float(r[name]) for r in pairs if r["country"] == c and r["year"] == year}
        want = sum(v for p, v in flows.items() if p in members) / sum(flows.values())
        assert abs(float(row["apec_share_" + name]) - want) < 1e-12, (name, c)

# Filters choose rows: a share is of all partners, whichever of them have rows.
alike = {(r["country"], r["partner"], r["year"]): r for r in pairs}
chosen = read("chosen.csv")
assert len(chosen) == 4 * sum(c not in ("USA", "ROW") for c in {r["country"] for r in pairs})
for row in chosen:
    for name in row:
        if "_share_" in name:
            assert row[name] == alike[row["country"], row["partner"], row["year"]][name], name
assert {r["level"] for r in read("exposure.csv")} == {"country", "bilateral", "bilateral_group"}
EOF

# Lags by year, other columns, why cells are missing.
panel a.h5 --measures up,fv_sh --year 2000,2002,2003 --lag 1,2 --diff 1 --log gexp --growth gexp --base 2000 \
    --loo up --winsor up --std up --flags -o more.csv
panel a.h5 --measures up,fv_sh --year 2000,2002,2003 --lag 1 --wide year -o turned.csv
panel a.h5 --measures up --units busd -o busd.csv
panel a.h5 --measures up --units musd -o musd.csv
py <<'EOF'
import math
from panel_csv import *
rows = table("more.csv")
plain = table("country.csv")
for (c, year), row in rows.items():
    at = lambda y, name: number(rows[(c, str(y))][name]) if (c, str(y)) in rows else None
    y, v = int(year), lambda name: number(row[name])
    assert v("l1_up") == at(y - 1, "up") and v("l2_up") == at(y - 2, "up"), (c, y)
    assert v("d1_up") == (v("up") - at(y - 1, "up") if at(y - 1, "up") is not None else None)
    assert row["f_l1_up"] == ("absent" if (c, str(y - 1)) not in rows else "")
    assert abs(v("ln_gexp") - math.log(v("gexp"))) < 1e-12
    assert v("b_fv_sh") == at(2000, "fv_sh")
    others = [number(r["up"]) for (o, s), r in rows.items() if s == year and o not in (c, "ROW")]
    assert abs(v("loo_up") - sum(others) / len(others)) < 1e-12
    assert row["up"] == plain[(c, year)]["up"]
assert "f_up" not in next(iter(rows.values()))
turned = {r["country"]: r for r in read("turned.csv")}
for (c, year), row in rows.items():
    for name in ("up", "l1_up", "gout"):
        assert turned[c][name + "_" + year] == row[name]
assert "year" not in turned["ROW"] and "in_bri" not in turned["ROW"]
million, billion = table("musd.csv"), table("busd.csv")
for k, row in million.items():
    assert row["gexp"] == plain[k]["gexp"] and row["up"] == billion[k]["up"]
    assert float(billion[k]["gexp"]) == float(row["gexp"]) / 1000
EOF

# A long layout: one number a row, with why it is missing; the edition where there are several.
panel "$GVC_TESTS/golden/t4x5" --measures up --by country,sector --layout long --flags -o long.csv
head -n 1 long.csv | grep -qx 'year,measure,level,country,sector,partner,value,flag'
grep -qx ',up,sector,IDN,PUB,,,nosec' long.csv
[ "$(grep -c ',nosec$' long.csv)" = 1 ]
"$GVC" synth -q -o b.h5 --countries 7 --sectors 3 --years 2002-2004 --seed 2
panel a.h5 b.h5 --measures up --union --layout long -o long2.csv
head -n 1 long2.csv | grep -qx 'year,measure,level,country,sector,partner,source,value'

# Common sectors: one sector for all is the country; ratios follow from sums.
printf 'from,to\n*,ALL\n' >one.csv
panel a.h5 --measures $m --by country,sector --concord one.csv -o one_sector.csv
grep -q '"sectors": "money summed to one.csv' one_sector.csv.meta.json
py <<'EOF'
from panel_csv import *
one, country = table("one_sector.csv", ("country", "year")), table("country.csv", ("country", "year"))
assert len(one) == 24
names = [n for n in next(iter(one.values())) if n in next(iter(country.values())) and n != "country"]
assert len(names) > 90
for k, row in one.items():
    for name in names[names.index("gout"):]:
        a, b = number(row[name]), number(country[k][name])
        assert (a is None) == (b is None) and (a is None or abs(a - b) <= 1e-11 * max(abs(a), abs(b), 1)), (k, name, a, b)
EOF

# Editions never mix unless asked.
fails() { want=$1; shift; got=0; "$GVC" "$@" -q 2>err || got=$?; [ "$got" = "$want" ] || { cat err; exit 1; }; }
fails 2 panel a.h5 b.h5 --measures up -o no.csv
grep -q 'a.h5 and b.h5 differ in countries (1 extra: IND); add --common or --union' err
fails 2 panel a.h5 b.h5 --measures up --by country,sector --union -o no.csv
grep -q 'a.h5 and b.h5 differ in sectors (.*); add --concord common18' err
fails 2 panel a.h5 --measures up --concord one.csv -o no.csv
fails 5 panel a.h5 b.h5 --union --measures up --year 2010 -o no.csv
[ ! -e no.csv ]
panel a.h5 b.h5 --measures up --union -o union.csv
panel a.h5 b.h5 --measures up --common -o common.csv
panel a.h5 b.h5 --measures up,fv_sh --by country,sector --concord one.csv --common -o both.csv
panel a.h5 b.h5 --measures up --union --year 2004 -o late.csv
panel a.h5 b.h5 --measures up --union --balanced --min-years 3 -o balanced.csv
py <<'EOF'
from panel_csv import *
alone = table("country.csv", ("country", "year"))
union = check_keys("union.csv")
assert len(union) == 6 * 4 + 7 * 3 and len({r["source"] for r in union}) == 2
for row in union:
    if row["source"] == "synthetic6":
        assert row["up"] == alone[(row["country"], row["year"])]["up"]
common = check_keys("common.csv")
assert len(common) == 6 * (4 + 3)
assert len(check_keys("both.csv")) == 6 * 7
assert {r["source"] for r in read("late.csv")} == {"synthetic7"}
assert len(check_keys("balanced.csv")) == 6 * 4 + 7 * 3
EOF
