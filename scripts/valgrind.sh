#!/bin/bash
# Run the main commands on a golden table and a small store under valgrind; errors and definite leaks fail.
# usage: valgrind.sh build/MODE        (needs valgrind; some minutes)
set -u
gvc=$PWD/$1/gvc table=$PWD/tests/golden/t3x3 work=$(mktemp -d) failed=0
trap 'rm -rf "$work"' EXIT
# The command would start itself again to set the policy; valgrind knows no AVX-512, which OpenBLAS may choose.
export OMP_WAIT_POLICY=passive OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1
cd "$work" || exit 1
"$gvc" synth -q -o s.h5 --countries 4 --sectors 3 --years 2000-2001 || exit 1
printf 'from,to\n*,ALL\n' >map.csv
while read -r line; do
    [ -n "$line" ] || continue
    # shellcheck disable=SC2086
    valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        "$gvc" $line --threads 2 -q --force >stdout 2>stderr
    status=$?
    if [ $status -gt 1 ] || grep -q '^==' stderr; then
        failed=1 && echo "FAIL gvc $line (status $status)" && head -40 stderr
    else
        echo "ok   gvc $line"
    fi
done <<END
info $table
check $table
decompose $table --method all --level all --layout long -o a.csv
decompose $table --method bm --as-one ASIA -o a.h5
index $table --set all --level all --layout long -o i.csv
panel s.h5 --measures kpww,bms --by country,sector -o p.csv
panel s.h5 --measures kpww --by country -o p.h5
trace $table --focus CHN -o t.csv
trace s.h5 --focus CHN -o t.h5
aggregate s.h5 --sectors map.csv -o g.h5 --compress
import $table --year 2015 -o n.h5
check n.h5
groups s.h5
diff t.csv t.csv
diff s.h5 g.h5
diff p.h5 p.h5
history p.h5
history t.csv
methods bm
END
exit $failed
