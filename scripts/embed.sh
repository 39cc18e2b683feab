#!/bin/sh
# Print C source that holds the given CSV files, one string each, for src/table/builtin.c.
set -eu
echo '#include "table/builtin.h"'
i=0
for f in "$@"; do
    echo "static const char text_$i[] ="
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/' "$f"
    echo '    ;'
    i=$((i + 1))
done
echo 'const gvc_builtin_file gvc_builtin__files[] = {'
i=0
for f in "$@"; do
    name=$(basename "$f" .csv)
    echo "    { \"$name\", text_$i, sizeof text_$i - 1 },"
    i=$((i + 1))
done
echo '    { 0, 0, 0 },'
echo '};'
