"""compare_long.py [FLAGS] EXPECTED... -- GOT...: compare results in long layout, key by key.

Only measures that GOT holds are compared; with --every it must hold all that are expected. With
--listed levels that EXPECTED does not hold for a measure are left out, with --listed-splits only
those by origin or destination. A key that is expected must be there, unless its value is
missing; values agree within 1e-9 relative, or 1e-9 of the largest value expected.
"""
import csv
import math
import sys


def number(text):
    return math.nan if text in ("", "nan") else float(text)


def read(paths):
    values = {}
    for path in paths:
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                row.pop("year", None)
                value = number(row.pop("value"))
                key = tuple(sorted((k, v) for k, v in row.items() if v))
                values[key] = value
    return values


def measure(key):
    return dict(key)["measure"]


def agree(want, got, scale):
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    return abs(want - got) <= 1e-9 * max(abs(want), scale)


def place(key):
    return dict(key)["measure"], dict(key)["level"]


def is_split(key):
    return dict(key)["level"].endswith(("_origin", "_destination", "_od", "_origin_sector", "_destination_sector"))


def main():
    split = sys.argv.index("--")
    flags = {a for a in sys.argv[1:split] if a.startswith("--")}
    want = read(a for a in sys.argv[1:split] if a not in flags)
    got = read(sys.argv[split + 1 :])
    built, listed = {measure(key) for key in got}, {place(key) for key in want}
    if "--every" not in flags:
        want = {key: value for key, value in want.items() if measure(key) in built}
    if "--listed" in flags:
        got = {key: v for key, v in got.items() if place(key) in listed}
    if "--listed-splits" in flags:
        got = {key: v for key, v in got.items() if place(key) in listed or not is_split(key)}
    scale = max((abs(v) for v in want.values() if not math.isnan(v)), default=0.0)
    bad = [k for k, v in want.items() if not agree(v, got.get(k, math.nan), scale)]
    odd = [k for k, v in got.items() if k not in want and not math.isnan(v)]
    for key in bad[:10]:
        print("differs:", dict(key), "expected", want[key], "got", got.get(key))
    for key in odd[:10]:
        print("not expected:", dict(key), got[key])
    print(f"{len(want)} expected, {len(bad)} differ, {len(odd)} not expected")
    return 1 if bad or odd or not want else 0


if __name__ == "__main__":
    sys.exit(main())
