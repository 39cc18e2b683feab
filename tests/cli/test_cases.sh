# Every line of cases.txt prints what tests/cli/expected holds and ends with its exit code.
. "$GVC_TESTS/cli/cases.sh"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
said=$(run_cases "$out") || exit 1
[ -z "$said" ] || { echo "$said"; exit 1; }
diff -ru "$GVC_TESTS/cli/expected" "$out"
