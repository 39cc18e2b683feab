# The golden tables, through the command line: every value of every measure there is, however the system is solved.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compare() { python3 "$GVC_TESTS/support/compare_long.py" "$@"; }
check_table() { # name, solver
    g="$GVC_TESTS/golden/$1"
    how=(--layout long --solver "$2" -q --force -o)
    "$GVC" decompose "$g" --method all --level all "${how[@]}" "$work/exports.csv"
    "$GVC" index "$g" --set all --level all "${how[@]}" "$work/$1.indices.csv"
    groups=$(tail -n +2 "$g/groups.csv" | cut -d, -f1 | sort -u | paste -sd,)
    "$GVC" decompose "$g" --method all --level all --as-one "$groups" "${how[@]}" "$work/groups.csv"
    compare --every --listed-splits "$g/expected_exports_basic.csv" "$g/expected_exports_bm.csv" \
        "$g/expected_exports_wwz.csv" "$g/expected_exports_od.csv" -- "$work/exports.csv"
    # The grouped golden file has fewer levels than there are: what it lacks is not compared.
    compare --every --listed "$g/expected_exports_group.csv" -- "$work/groups.csv"
    # These follow from others, or from the decomposition; the reference does not list them.
    grep -vE ",((part|pos)_bmt|(iv|fv|part|pos)_wwz)," "$work/$1.indices.csv" >"$work/listed.csv"
    compare "$g/expected_indices.csv" -- "$work/listed.csv"
}
for t in t3x3 t3x3u t4x5 t6x4; do
    for solver in auto lu sweeps; do check_table $t $solver; done
    # Without whole inverses among the needs, sweeps are what the command says they are.
    "$GVC" decompose "$GVC_TESTS/golden/$t" --method bm --level all --solver sweeps --layout long \
        -o "$work/$t.csv" -q
    grep -q '"solver": *"sweeps"' "$work/$t.csv.meta.json"
    compare "$GVC_TESTS/golden/$t/expected_exports_bm.csv" -- "$work/$t.csv"
done
# Indices that must be among those compared.
for m in gout part_kpww gvcpt_f up gvct gvco gii; do
    grep -q "^,$m," "$work/t3x3.indices.csv"
done
