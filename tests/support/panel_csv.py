"""Panels as dictionaries, for tests of the command: rows by key, values as floats (None: missing)."""
import csv

KEYS = ("source", "level", "country", "sector", "partner", "year")


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def key(row, names=KEYS):
    return tuple(row[k] for k in names if k in row)


def table(path, names=KEYS):
    rows = read(path)
    found = {key(row, names): row for row in rows}
    assert len(found) == len(rows), "a key stands twice in " + path
    return found


def number(text):
    return float(text) if text != "" else None


def check_keys(path):
    """id and year rise, each pair once; units are the keys but the year."""
    rows = read(path)
    last = (0, 0)
    units = {}
    for row in rows:
        now = (int(row["id"]), int(row["year"]))
        assert now > last, (path, now, last)
        assert now[0] - last[0] in (0, 1)
        last = now
        unit = tuple(row[k] for k in KEYS[:-1] if k in row)
        assert units.setdefault(now[0], unit) == unit
    assert len(set(units.values())) == len(units)
    for name in rows[0]:
        assert len(name) <= 32 and name.isidentifier() and name == name.lower(), name
    return rows


def same(a, b, names, but=()):
    """Every column of the rows of `a` that `b` has too is the same text in both."""
    for k, row in a.items():
        for name in names:
            assert name in but or row[name] == b[k][name], (k, name, row[name], b[k][name])
