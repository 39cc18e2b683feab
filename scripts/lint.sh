#!/bin/bash
# The house rules a machine can check: layers, exported names, public headers alone, format.
# usage: lint.sh build/MODE
set -u
out=$1
bad=0
fail() { echo "lint: $*"; bad=1; }

grep -rn '^ *# *include' src --include='*.[ch]' --include='*.cc' | awk '
    FNR == NR { seen[$1]; for (i = 2; i <= NF; i++) { may[$1, $i]; if ($i ~ /^</) guarded[$i] } next }
    {
        split($0, at, ":"); split(at[1], path, "/"); from = path[2]
        inc = $0; sub(/.*include */, "", inc)
        if (inc ~ /^"/) { gsub(/^"|\/.*/, "", inc); bad = inc != from && !((from, inc) in may) }
        else            { sub(/>.*/, ">", inc);     bad = inc in guarded && !((from, inc) in may) }
        if (bad || !(from in seen)) { print at[1] ":" at[2] ": " from " may not include " inc; failed = 1 }
    }
    END { exit failed }' scripts/layers.txt - || fail "an include crosses a layer (scripts/layers.txt)"

# The linker adds its own marks where a library we link (libxlsxwriter) exports them too.
names=$(nm -D --defined-only "$out"/libgvckit.so | awk '$2 ~ /[TDBRW]/ && $3 !~ /^(__bss_start|_edata|_end)$/ && ($3 !~ /^gvc_/ || $3 ~ /__/) { print $3 }')
[ -z "$names" ] || fail "the shared library exports names that are not public API:" $names

for h in include/gvc/*.h; do
    echo "#include <gvc/$(basename "$h")>" | cc -std=c11 -Wall -Wextra -Werror -pedantic -Iinclude -fsyntax-only -x c - ||
        fail "$h does not stand alone in C11"
    echo "#include <gvc/$(basename "$h")>" | c++ -std=c++11 -Wall -Wextra -Werror -Iinclude -fsyntax-only -x c++ - ||
        fail "$h does not stand alone in C++"
    grep -q "gvc/$(basename "$h")" include/gvc/gvc.h || [ "$(basename "$h")" = gvc.h ] || fail "gvc.h does not include $h"
done

if command -v clang-format >/dev/null; then
    find src include tests bench -name '*.[ch]' -o -name '*.cc' | sort | xargs clang-format --dry-run -Werror 2>"$out"/format.log ||
        { head -n 20 "$out"/format.log; fail "clang-format would change the files above"; }
else
    fail "clang-format is missing (scripts/setup.sh --lint)"
fi

# No function past 60 lines, no source file past 500.
find src -name '*.c' -o -name '*.cc' | sort | xargs awk '
    FNR == 1 { open = 0; lines[FILENAME] = 0 }
    { lines[FILENAME]++ }
    /^\{/ { start = FNR; open = 1; name = prev }
    /^\}/ && open { if (FNR - start > 60) { print FILENAME ":" start ": " FNR - start " lines: " name; failed = 1 } open = 0 }
    NF { prev = $0 }
    END { for (f in lines) if (lines[f] > 500) { print f ": " lines[f] " lines"; failed = 1 } exit failed }' ||
    fail "functions stop at 60 lines, files at 500"

scripts/readme_measures.py "$out"/gvc --check || fail "the table of measures in README.md is stale"

[ $bad = 0 ] && echo "lint: clean"
exit $bad
