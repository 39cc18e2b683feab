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
    # Extraction of one pair alone is a measure of its own.
    grep -v '^ltdv/dva,bilateral,' "$g/expected_exports_basic.csv" >"$work/basic.csv"
    compare "$work/basic.csv" "$g/expected_exports_bm.csv" "$g/expected_exports_wwz.csv" -- "$work/$t.exports.csv"
    # part_bmt and pos_bmt are functions of other columns; the reference does not list them.
    grep -vE ",(part|pos)_bmt," "$work/$t.indices.csv" >"$work/$t.listed.csv"
    compare "$g/expected_indices.csv" -- "$work/$t.listed.csv"
    # Of wwz the grouped golden file has the sixteen terms and what they leave, by pair.
    part='(^|,)wwz/((dva|mva|ova)_(fin|int)|dva_intrex(i1|f|i2)|rdv_(fin2?|int)|ddc_(fin|int)|mdc|odc|resid),bilateral,'
    for f in "$g/expected_exports_group.csv" "$work/$t.groups.csv"; do
        { head -n 1 "$f"; grep -E "$part" "$f"; } >"$work/part.$(basename "$f")"
    done
    compare "$work/part.expected_exports_group.csv" -- "$work/part.$t.groups.csv"
    # The grouped golden file has fewer measures than there are: what it lacks is not compared.
    for m in bm/exporter/source bm/exporter/sink bm/sectexp bm/bilateral bm/sectbil bm/world/source bm/world/sink kww vs; do
        for f in "$g/expected_exports_group.csv" "$work/$t.groups.csv"; do
            { head -n 1 "$f"; grep -E "(^|,)$m/[a-z0-9_]+," "$f"; } >"$work/part.$(basename "$f")"
        done
        compare "$work/part.expected_exports_group.csv" -- "$work/part.$t.groups.csv"
    done
done
# Measures that must be among those compared.
for m in bm/exporter/source/dva bm/exporter/sink/vaxim bm/sectexp/dva bm/bilateral/dva bm/sectbil/dva bm/world/sink/fva kww/dva_fin vs/vs jn/vax tiva/exgr_ddc my/world/fdc1 bmt/gvc_ts ltdv/dva wwz/odc; do
    grep -q "^,$m," "$work/t3x3.exports.csv"
done
for m in gout part_kpww gvcpt_f up gvct gvco gii; do
    grep -q "^,$m," "$work/t3x3.indices.csv"
done
