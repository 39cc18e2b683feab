# Every line of cases.txt prints what tests/cli/expected holds, but for the last digits, and ends with its exit code.
. "$GVC_TESTS/cli/cases.sh"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
said=$(run_cases "$out") || exit 1
[ -z "$said" ] || { echo "$said"; exit 1; }
python3 "$GVC_TESTS/support/compare_text.py" "$GVC_TESTS/cli/expected" "$out"
