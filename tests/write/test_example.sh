#!/bin/bash
# The example in R runs as it stands, and its estimates are those of another program from the .csv of the same command.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
Rscript "$GVC_TESTS/../scripts/example_panel.R" "$work" "$GVC" >"$work/said" 2>"$work/err" || { cat "$work/said" "$work/err"; exit 1; }
cd "$work" || exit 1
"$GVC" panel demo.h5 --measures kpww,gexp --log gexp --focus CHN --partners BRI -o panel.csv -q || exit 1
/usr/bin/python3 - <<'PY' || { cat said; exit 1; }
import re
import numpy
import pandas
d = pandas.read_csv("panel.csv", float_precision="round_trip").dropna(subset=["bri_mou", "pos_kpww", "ln_gexp"])
d = d[d["chn"] == 0]
dummies = [pandas.get_dummies(d["country_id"]), pandas.get_dummies(d["year"]).iloc[:, 1:]]
X = numpy.column_stack([d[["bri_mou", "ln_gexp"]]] + dummies).astype(float)
b, *_ = numpy.linalg.lstsq(X, d["pos_kpww"].to_numpy(), rcond=None)
e = d["pos_kpww"].to_numpy() - X @ b
inverse = numpy.linalg.inv(X.T @ X)
ids = d["country_id"].to_numpy()
scores = numpy.array([(X * e[:, None])[ids == i].sum(axis=0) for i in numpy.unique(ids)])
n, G, k = len(d), len(scores), 2 + d["year"].nunique()
V = inverse @ scores.T @ scores @ inverse * G / (G - 1) * (n - 1) / (n - k)
said = open("said").read()
assert "SYNTHETIC" in said and f"{n} rows, {G} countries, {d['year'].nunique()} years" in said
for j, name in enumerate(["bri_mou", "ln_gexp"]):
    has = re.search(rf"^{name}\s+(\S+)  \(se (\S+)\)$", said, re.M)
    for got, want in zip(has.groups(), (b[j], V[j, j] ** 0.5)):
        assert abs(float(got) - want) <= 1e-7 * max(1, abs(want)), (name, got, want)
PY
# Every variable that the do-file names is in the file.
words=$(grep -v '^\*' "$GVC_TESTS/../scripts/example_panel.do" | grep -ohE '\b(id|year|country|country_id|chn|bri_mou|bri_year|pos_kpww|ln_gexp)\b' | sort -u)
for word in $words; do
    head -n 1 panel.csv | tr , '\n' | grep -qx "$word" || { echo "the do-file uses $word, which the panel lacks"; exit 1; }
done
