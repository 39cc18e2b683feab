# Outputs appear whole or not at all, survive a closed pipe, and say where they come from.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "$1"; bad=1; }
g="$GVC_TESTS/golden/t3x3"

# The reader of a pipe leaves: no message, no failure.
"$GVC" synth -q -o s.h5 --countries 20 --sectors 10 --years 2000-2001 || fail "synth fails"
"$GVC" decompose s.h5 --level bilateral_sector -o - 2>err | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" = 0 ] && [ ! -s err ] || fail "a closed pipe is reported: $(cat err)"

# Killed in mid-write: nothing stands under the name.
"$GVC" synth -q -o big.h5 --countries 40 --sectors 40 --years 1900-2099 &
pid=$!
sleep 0.4
kill -9 $pid && wait $pid 2>/dev/null
[ ! -e big.h5 ] || fail "a killed run leaves a file under the name"

# Interrupted: exit code 130 and nothing left, not even under another name.
mkdir int
"$GVC" synth -q -o int/big.h5 --countries 40 --sectors 40 --years 1900-2099 2>/dev/null &
pid=$!
sleep 0.4
kill -TERM $pid
wait $pid
[ $? = 130 ] || fail "a terminated run does not exit with 130"
[ -z "$(ls -A int)" ] || fail "a terminated run leaves $(ls -A int)"

# An output that exists is kept unless --force is given, whatever writes it.
for line in "decompose $g -o kept.csv" "index $g -o kept.csv" "panel $g -o kept.csv" "decompose $g -o kept.h5" \
    "demo -o kept.h5" "synth -o kept.h5" "import $g --year 2000 -o kept.h5"; do
    echo mine | tee kept.csv >kept.h5
    "$GVC" $line >/dev/null 2>err && fail "gvc $line replaces a file without --force"
    [ "$(cat kept.csv kept.h5)" = "$(printf 'mine\nmine')" ] || fail "gvc $line touches a file that exists"
    grep -q -- --force err || fail "gvc $line does not name --force: $(cat err)"
done

# The provenance holds the command with its defaults; --no-provenance leaves it away.
"$GVC" decompose "$g" -o a.csv -q && python3 - <<'PY' || fail "no command in the provenance"
text = open("a.csv.meta.json").read()
assert "gvc decompose" in text and "--balance keep" in text and "--layout wide" in text, text
assert "--force" not in text and "--threads" not in text
PY
"$GVC" decompose "$g" -o b.csv -q --no-provenance || fail "--no-provenance fails"
[ ! -e b.csv.meta.json ] || fail "--no-provenance writes a side file"

# The same bytes for any number of threads.
for n in 1 2 5; do
    "$GVC" index s.h5 --set all --level sector --threads $n -o t$n.csv -q --no-provenance || fail "index fails"
done
cmp t1.csv t2.csv && cmp t1.csv t5.csv || fail "the number of threads changes the output"

# A folder becomes a store that gives the same numbers.
"$GVC" import "$g" --year 2015 -o t.h5 -q || fail "import fails"
"$GVC" decompose "$g" --method all --level all --layout long -o folder.csv -q
"$GVC" decompose t.h5 --method all --level all --layout long -o store.csv -q
cmp <(cut -d, -f2- folder.csv) <(cut -d, -f2- store.csv) || fail "store and folder differ"
[ "$(sed -n 2p store.csv | cut -d, -f1)" = 2015 ] || fail "the year given to import is not there"

# Groups are kept in the store.
"$GVC" groups t.h5 --add PAIR=CHN,DEU -q && "$GVC" groups t.h5 PAIR | grep -q '2 members, 2 in the table' ||
    fail "a group added is not there"
"$GVC" groups t.h5 --add PAIR=CHN,VNM -q 2>/dev/null && fail "a group is redefined without --force"
"$GVC" groups t.h5 --add PAIR=CHN,VNM -q --force || fail "a group is not redefined with --force"
"$GVC" groups t.h5 --add WIDE=CHN,KWT --partial -q || fail "--partial does not add"
exit $bad
