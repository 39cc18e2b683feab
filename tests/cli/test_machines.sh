# What is meant for machines parses: every --json, the usage as JSON, errors as JSON, man pages.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
g="$GVC_TESTS/golden/t3x3"
"$GVC" synth -q -o s.h5 --countries 3 --sectors 2 --years 2000-2001
parse() { python3 -c 'import json, sys; d = json.load(sys.stdin); sys.exit(0 if eval(sys.argv[1]) else 1)' "$1"; }
"$GVC" --json-usage | parse 'len(d["commands"]) >= 12 and all(c["options"] for c in d["commands"])'
"$GVC" info "$g" --json | parse 'd["countries"] == 3 and d["years"] == [] and len(d["country_labels"]) == 3'
"$GVC" info s.h5 --json | parse 'd["years"] == [2000, 2001] and len(d["sha256"]) == 64'
"$GVC" check "$g" --json | parse 'd["errors"] == 0 and isinstance(d["findings"], list)'
"$GVC" groups "$g" --json | parse 'd[0]["name"] == "ASIA" and d[0]["present"] == 2'
"$GVC" groups "$g" ASIA --json | parse 'len(d["members"]) == 2'
"$GVC" methods --json | parse 'any(m["name"] == "kpww" for m in d)'
"$GVC" methods kww --json | parse 'd[0]["terms"][0]["formula"]'
"$GVC" decompose "$g" --plan --json -o x.csv | parse 'd["arrays"] > 2 and d["rows"] == 3'
c=$("$GVC" info s.h5 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["country_labels"][0]["code"])')
"$GVC" panel s.h5 --focus "$c" -o p.csv --json 2>/dev/null | parse 'len(d) and "part_int" in d[0]'

"$GVC" info no.h5 --errors json 2>err || [ $? = 3 ]
parse 'set(d) == {"status", "message", "file", "place"} and d["file"] == "no.h5"' <err

# A page for the command and one for each of its commands, none of them empty.
"$GVC" help --man-all
n=$("$GVC" --json-usage | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["commands"]))')
[ "$(ls gvc.1 gvc-*.1 | wc -l)" = $((n + 1)) ]
for page in gvc.1 gvc-*.1; do
    grep -q '^\.SH NAME' "$page"
    [ "$(wc -l <"$page")" -gt 15 ]
done
"$GVC" help --man panel | cmp - gvc-panel.1
! command -v man >/dev/null || ! command -v groff >/dev/null || groff -man -ww -z gvc-decompose.1
