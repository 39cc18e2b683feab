# The golden tables, through the command line: every value of every measure there is.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compare() { python3 "$GVC_TESTS/support/compare_long.py" "$@"; }
for t in t3x3 t3x3u t4x5 t6x4; do
    g="$GVC_TESTS/golden/$t"
    "$GVC" decompose "$g" --method all --level all --layout long -o "$work/$t.exports.csv" -q
    "$GVC" index "$g" --set all --level all --layout long -o "$work/$t.indices.csv" -q
    groups=$(tail -n +2 "$g/groups.csv" | cut -d, -f1 | sort -u | paste -sd,)
    "$GVC" decompose "$g" --method all --level all --layout long --as-one "$groups" -o "$work/$t.groups.csv" -q
    compare --every --listed-splits "$g/expected_exports_basic.csv" "$g/expected_exports_bm.csv" \
        "$g/expected_exports_wwz.csv" "$g/expected_exports_od.csv" -- "$work/$t.exports.csv"
    # The grouped golden file has fewer levels than there are: what it lacks is not compared.
    compare --every --listed "$g/expected_exports_group.csv" -- "$work/$t.groups.csv"
    # These follow from others, or from the decomposition; the reference does not list them.
    grep -vE ",((part|pos)_bmt|(iv|fv|part|pos)_wwz)," "$work/$t.indices.csv" >"$work/$t.listed.csv"
    compare "$g/expected_indices.csv" -- "$work/$t.listed.csv"
done
# Indices that must be among those compared.
for m in gout part_kpww gvcpt_f up gvct gvco gii; do
    grep -q "^,$m," "$work/t3x3.indices.csv"
done
