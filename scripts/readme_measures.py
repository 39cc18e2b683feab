#!/usr/bin/env python3
"""Print, or with --write put into README.md, the table of measures that `gvc methods --json` knows.

usage: readme_measures.py GVC [--write|--check]"""
import json
import re
import subprocess
import sys


def table(gvc):
    rows = json.loads(subprocess.run([gvc, "methods", "--json"], check=True, capture_output=True, text=True).stdout)
    lines = ["| measure | what | levels | columns | source |", "|---|---|---|---|---|"]
    for r in rows:
        columns = " ".join(f"`{t['name']}`" for t in r["terms"][:6])
        if len(r["terms"]) > 6:
            columns += f" and {len(r['terms']) - 6} more"
        levels = ", ".join(r["levels"]) if isinstance(r["levels"], list) else r["levels"].replace(",", ", ")
        lines.append(f"| `{r['name']}` | {r['title']} | {levels} | {columns} | {r['paper']} |")
    return "\n".join(lines) + "\n"


def main():
    text = table(sys.argv[1])
    mode = sys.argv[2] if len(sys.argv) > 2 else ""
    if not mode:
        sys.stdout.write(text)
        return 0
    with open("README.md", encoding="utf-8") as f:
        old = f.read()
    new = re.sub(r"(<!-- measures: begin -->\n).*?(<!-- measures: end -->)", lambda m: m[1] + text + m[2], old, flags=re.S)
    if mode == "--check":
        if new != old:
            print("README.md: the table of measures is not what `gvc methods` prints; run scripts/readme_measures.py GVC --write")
        return int(new != old)
    with open("README.md", "w", encoding="utf-8") as f:
        f.write(new)
    return 0


sys.exit(main())
