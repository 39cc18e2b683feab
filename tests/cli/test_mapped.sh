# A store whose tables stay in the file, mapped into memory: what happens when somebody changes it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "$1"; bad=1; }

# The results of a store that is mapped and of one that is unpacked are the same bytes.
"$GVC" synth -q -o plain.h5 --countries 12 --sectors 9 --years 2000-2001 || fail "synth fails"
{ echo from,to; printf 'S%02d,S%02d\n' 1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9; } >each.csv
"$GVC" aggregate plain.h5 -q --sectors each.csv -o same.h5 || fail "aggregate fails"
"$GVC" aggregate plain.h5 -q --sectors each.csv --compress -o packed.h5 || fail "aggregate --compress fails"
for file in same packed; do
    "$GVC" panel $file.h5 -q --measures all -o $file.csv --no-provenance || fail "panel of $file.h5 fails"
done
cmp same.csv packed.csv || fail "a compressed store gives another panel"
"$GVC" panel same.h5 --measures kpww -o no.csv --plan | grep -q 'stays in the file' || fail "the plan does not tell"
"$GVC" panel packed.h5 --measures kpww -o no.csv --plan | grep -q 'stays in the file' && fail "the plan tells what is not so"

# A run that a pipe holds back, with some years behind it and others before it, while `what` happens to its store.
held_back() { # what..., the expected message
    local message=$1
    shift
    "$GVC" synth -q --force -o s.h5 --countries 30 --sectors 20 --years 2000-2005 || fail "synth fails"
    "$GVC" decompose s.h5 --threads 2 --level bilateral_sector -o - 2>err | {
        IFS= read -r line
        "$@"
        cat >/dev/null
    }
    code=${PIPESTATUS[0]}
    [ "$code" = 3 ] || fail "$*: exit code $code, 3 expected: $(cat err)"
    grep -qE "$message" err || fail "$*: it says $(cat err)"
}
held_back 's.h5: .*(cut short|changed while it was being used|cannot be read)' truncate -s 200000 s.h5
held_back 's.h5: changed while it was being used' touch s.h5

# One that a new file takes the place of is used as it was.
"$GVC" decompose plain.h5 -q -o before.csv --no-provenance
cp plain.h5 s.h5
"$GVC" decompose s.h5 -q --level country -o - --no-provenance | {
    cp packed.h5 t.h5 && mv t.h5 s.h5
    cat >after.csv
}
cmp before.csv after.csv || fail "a file that was replaced gives another result"
exit $bad
