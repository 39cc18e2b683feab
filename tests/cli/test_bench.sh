#!/bin/bash
# gvc bench measures what it says it measures: every case has seconds, ratios and memory, and the JSON holds them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$GVC" bench -n 30 --runs 1 -o figures.json -q >table.txt
grep -q 'dgemm, n x n x n' table.txt
python3 - figures.json <<'PY'
import json, sys
b = json.load(open(sys.argv[1]))
assert b["n"] == b["countries"] * b["sectors"] and 20 <= b["n"] <= 40, b["n"]
assert b["threads"] >= 1 and "OpenBLAS" in b["blas"] and b["cpu"]
by = {c["what"]: c for c in b["cases"]}
assert by["dgemm, n x n x n"]["dgemm"] == 1
assert all(c["seconds"] > 0 and c["cpu_seconds"] >= 0 for c in b["cases"]), b
whole = [c for c in b["cases"] if "peak_arrays" in c]
assert all(c["planned_dgemm"] > 0 for c in whole), whole
assert len(whole) == 7 and all(c["peak_arrays"] > 1 for c in whole), whole
PY

"$GVC" bench "$GVC_TESTS/golden/t4x5" --runs 1 --json -q | python3 -c '
import json, sys
b = json.load(sys.stdin)
assert (b["countries"], b["sectors"]) == (4, 5), b
assert any(c["what"] == "read the table" for c in b["cases"]), b'

"$GVC" bench -n 30 --runs 1 -o figures.json -q 2>message.txt >/dev/null && { echo "an existing file was replaced"; exit 1; }
grep -q 'figures.json exists' message.txt
"$GVC" bench --runs 0 >/dev/null 2>&1 && { echo "no runs were accepted"; exit 1; }
[ "$(ls)" = "figures.json
message.txt
table.txt" ] || { echo "left behind: $(ls)"; exit 1; }
