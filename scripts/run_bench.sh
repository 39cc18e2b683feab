#!/bin/bash
# Measure whole commands, the factorisation, what more threads bring, reading and writing; JSON lines go to
# build/bench/results.jsonl, a table to the terminal. WIOD 2013 is measured where $GVC_SHARED (or ../shared) has it, the synthetic 77 x 45 always.
# usage: run_bench.sh build/MODE [RUNS]
set -euo pipefail
out=$1
runs=${2:-5}
shared=${GVC_SHARED-../shared}
results=build/bench/results.jsonl
synth=build/bench/synth77x45.h5
mkdir -p build/bench
: >"$results"
GVC_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain 2>/dev/null)" ] || GVC_COMMIT=$GVC_COMMIT-changed
export GVC_COMMIT
export OMP_WAIT_POLICY=passive

[ -f "$synth" ] || "$out/gvc" synth -o "$synth" --countries 77 --sectors 45 --years 2010-2010 --seed 1 -q
failed=0
if [ -f "$shared/data/wiod13.h5" ]; then
    echo "WIOD 2013, 41 x 35" >&2
    "$out/bench/bench_command" "$out/gvc" "$shared/data/wiod13.h5" 2011 "$runs" >>"$results" || failed=1
    "$out/bench/bench_read" "$shared/data/wiod13.h5" "$runs" >>"$results" || failed=1
else
    echo "WIOD 2013 is not at $shared/data/wiod13.h5: left out" >&2
fi
echo "synthetic, 77 x 45" >&2
"$out/bench/bench_command" "$out/gvc" "$synth" 2010 "$runs" >>"$results" || failed=1
"$out/bench/bench_read" "$synth" "$runs" >>"$results" || failed=1
"$out/bench/bench_lu" 77 45 "$runs" >>"$results" || failed=1
"$out/bench/bench_scaling" "$out/gvc" "$synth" 2010 "$runs" >>"$results" || failed=1
"$out/bench/bench_import" "$out/gvc" build/bench "$runs" >>"$results" || failed=1
"$out/bench/bench_write" build/bench 1000000 "$runs" >>"$results" || failed=1
rm -f build/bench/out.*
echo "results: $results" >&2
exit $failed
