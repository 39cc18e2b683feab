#!/bin/sh
# Print C source that holds the given files as texts, one string each: an array of structs of name, text and bytes.
# usage: embed.sh HEADER TYPE ARRAY FILE...     (a name is that of the file, without .csv)
set -eu
header=$1 type=$2 array=$3
shift 3
echo "#include \"$header\""
i=0
for f in "$@"; do
    echo "static const char text_$i[] ="
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/' "$f"
    echo '    ;'
    i=$((i + 1))
done
echo "const $type ${array}[] = {"
i=0
for f in "$@"; do
    name=$(basename "$f" .csv)
    echo "    { \"$name\", text_$i, sizeof text_$i - 1 },"
    i=$((i + 1))
done
echo '    { 0, 0, 0 },'
echo '};'
