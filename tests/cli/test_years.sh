# Years side by side give what years one at a time give: files, lines, failures.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "$1"; bad=1; }

"$GVC" synth -q -o s.h5 --countries 10 --sectors 6 --years 2000-2006 || fail "synth fails"
"$GVC" synth -q -o t.h5 --countries 10 --sectors 6 --years 2010-2011 --seed 2 || fail "synth fails"

# The same bytes, and the same lines, whoever the years run beside.
same() { # suffix, words
    local suffix=$1 n
    shift
    for n in 1 2 3; do
        "$GVC" "$@" --threads $n -o "out.$suffix" -v --force --no-provenance 2>"err$n" ||
            fail "gvc $* --threads $n fails: $(cat "err$n")"
        mv "out.$suffix" "out$n.$suffix"
        grep -vE 'year\(s\)|memory: |time: |measured: | written$' "err$n" >"lines$n"
        cmp "out1.$suffix" "out$n.$suffix" || fail "gvc $*: $n threads change the output"
        cmp lines1 "lines$n" || fail "gvc $*: $n threads change the lines"
    done
    grep -q 'one at a time' err1 && grep -q ' 3 at a time' err3 || fail "gvc $*: not side by side"
}
same h5 decompose s.h5 --method bms,bmk,kww,wwz --level all
same csv decompose s.h5 --method all --level all --layout long --sum BRI
same csv decompose s.h5 --method bm --level bilateral --by origin
same csv decompose s.h5 --as-one BRI --method bm
same csv index s.h5 --set all --level all --layout long
printf 'sector,weight\nS01,1\n' >digital.csv
same csv index s.h5 --set up,pos_int,digital --level sector --digital @digital.csv
same csv panel s.h5 --measures all --stack-levels --by country,sector,partner --partners BRI
same html report s.h5 --focus CHN --partners BRI
same dta panel s.h5 --measures kpww,bms --partners BRI --group-time current
for n in 1 4; do
    "$GVC" panel s.h5 t.h5 -q --threads $n --measures all --union -o "two$n.csv" --no-provenance || fail "panel fails"
done
cmp two1.csv two4.csv || fail "stores of several years: threads change the panel"

# The provenance tells nothing of it.
for n in 1 3; do
    "$GVC" index s.h5 -q --force --threads $n -o p.csv && cp p.csv.meta.json "meta$n" || fail "index fails"
done
cmp <(grep -v created meta1) <(grep -v created meta3) || fail "the provenance knows the threads"

# Where memory is short there are fewer at a time, and the run does not fail.
"$GVC" synth -q -o big.h5 --countries 40 --sectors 25 --years 2000-2003 || fail "synth fails"
for limit in 25M 40M 400M; do
    "$GVC" index big.h5 --set kpww --threads 4 --memory $limit -v -o "m$limit.csv" --no-provenance 2>"m$limit" ||
        fail "--memory $limit fails: $(cat "m$limit")"
    cmp m25M.csv "m$limit.csv" || fail "--memory $limit changes the output"
done
grep -q 'one at a time' m25M && grep -q ' 2 at a time' m40M && grep -q ' 4 at a time' m400M ||
    fail "years at a time: $(head -qn 1 m25M m40M m400M)"
"$GVC" index s.h5 --threads 3 --plan -o never.csv | grep -q '^tables    7 year(s), 3 at a time:' || fail "no plan"

# A year that fails: the first one, in the same words, and nothing is left.
for y in 2000 2001 2002 2003; do
    "$GVC" import "$GVC_TESTS/golden/t6x4" --year $y -o d.h5 -q $([ $y = 2000 ] || echo --force) || fail "import fails"
done
python3 - <<'PY' || bad=1
import struct
data = bytearray(open("d.h5", "rb").read())
first = struct.pack("<d", 115.794)
at = [i for i in range(0, len(data) - 8, 8) if data[i:i + 8] == first]
assert len(at) == 4, at
for i in at[2:]:
    data[i:i + 8] = struct.pack("<d", float("nan"))
open("d.h5", "wb").write(data)
PY
mkdir left
for line in "decompose d.h5 --method bm,kww --level all -o left/x.h5" "index d.h5 -o left/x.csv" "panel d.h5 -o left/x.dta"; do
    for n in 1 2 4; do
        "$GVC" $line --threads $n -q --errors json 2>"bad$n" && fail "gvc $line: a damaged year is read"
        [ -z "$(ls -A left)" ] || fail "gvc $line leaves $(ls -A left)"
    done
    grep -q 'years/2002' bad1 || fail "gvc $line: $(cat bad1)"
    cmp bad1 bad2 && cmp bad1 bad4 || fail "gvc $line: the message depends on threads"
done
"$GVC" decompose d.h5 --year 2000-2001 --threads 4 -q -o good.csv || fail "the good years fail"

# Interrupted: all years stop, and nothing is left.
for n in 1 2 3; do
    "$GVC" index big.h5 --set all --level all --threads $n -q -o left/x.h5 2>err &
    pid=$!
    sleep 0.4
    kill -INT $pid
    wait $pid
    [ $? = 130 ] || fail "an interrupted run with $n threads does not exit with 130: $(cat err)"
    [ -z "$(ls -A left)" ] || fail "an interrupted run leaves $(ls -A left)"
done
exit $bad
