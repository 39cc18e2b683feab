#!/bin/bash
# A .dta is what the .csv of the same command is, bit for bit, to three readers that know nothing of gvckit.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here="$GVC_TESTS/write" bad=0
fail() { echo "$1"; bad=1; }
cd "$work" || exit 1
python=/usr/bin/python3 # Debian's, which has Debian's pandas

"$GVC" demo -o demo.h5 -q || exit 1
for by in country country,partner country,sector; do
    measures=kpww,position
    [ $by != country,partner ] || measures=kpww,activity
    for suffix in csv dta; do
        "$GVC" panel demo.h5 --by $by --measures $measures --year 2000-2010 --focus CHN --partners BRI -o p.$suffix -q --force ||
            fail "$by: gvc panel fails"
    done
    $python "$here/read_dta.py" p.dta p.csv >said || fail "$by: the file is not what Stata describes"
    [ "$(cat said)" = "|" ] || fail "$by: time stamp and missing values: $(cat said)"
    $python "$here/read_dta_pandas.py" p.dta p.csv || fail "$by: pandas does not agree"
done
Rscript "$here/read_dta.R" p.dta p.csv >said 2>&1 || fail "haven does not agree: $(cat said)"

# Zero exports and idle sectors have reasons, where they are asked for.
cp -r "$GVC_TESTS/golden/t4x5" t && "$GVC" import t --year 2011 -o t.h5 -q
"$GVC" panel t.h5 --by country,sector --measures kpww,position -o r.csv -q
"$GVC" panel t.h5 --by country,sector --measures kpww,position -o r.dta -q --stata-reasons
Rscript "$here/read_dta.R" r.dta r.csv reasons >said 2>&1 || fail "haven does not see the reasons: $(cat said)"

# Every measure there is, with the longest names that can be made of it, keeps to Stata's limits.
for by in country country,sector country,partner all; do
    "$GVC" panel demo.h5 --measures all --by $by --year 2010 --country CHN --focus CHN --partners BRI --lag 1 --diff 1 \
        --base 2010 --log gexp --growth gexp --flags -o all.dta -q --force 2>err || fail "$by: all measures do not fit a .dta: $(cat err)"
done

# Same command, same bytes: over runs, thread counts and time zones; the one time allowed is SOURCE_DATE_EPOCH.
once() { (mkdir "$1" && cd "$1" && "$GVC" panel ../demo.h5 --by country,sector --threads "$2" -o p.dta -q); }
once a 1 && once b 3 && TZ=Asia/Shanghai once c 2
cmp a/p.dta b/p.dta && cmp a/p.dta c/p.dta || fail "the bytes differ from run to run"
SOURCE_DATE_EPOCH=1322571900 TZ=Asia/Shanghai once d 1
grep -aq '29 Nov 2011 13:05' d/p.dta || fail "SOURCE_DATE_EPOCH is not the time stamp"

# What a .dta cannot hold.
"$GVC" index demo.h5 --set kpww --level country,sector -o l.dta -q 2>err && fail "two levels in one wide .dta"
grep -q 'layout long' err || fail "the way out is not named: $(cat err)"
"$GVC" index demo.h5 --set kpww --level country,sector --layout long -o l.dta -q || fail "a long .dta fails"
"$GVC" panel demo.h5 -o - --format dta -q 2>/dev/null && fail "a .dta to standard output"
[ ! -e l.dta.meta.json ] || fail "a .dta carries its own description"
exit $bad
