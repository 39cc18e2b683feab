#!/usr/bin/env python3
"""compare_text.py EXPECTED GOT: two folders of texts say the same.

The last digits of a computed number depend on the vector units of the machine, so fractions are
compared as numbers: to 1e-9 of their size, and to 1e-9 where they are small. All else, whole
numbers among it, is compared letter by letter. Prints the lines that differ; exit status 1 when
there are any.
"""
import difflib
import os
import re
import sys

NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)")


def is_fraction(token):
    return "." in token or "e" in token


def same_token(a, b):
    if a == b:
        return True
    if not (NUMBER.fullmatch(a) and NUMBER.fullmatch(b) and (is_fraction(a) or is_fraction(b))):
        return False
    x, y = float(a), float(b)
    return abs(x - y) <= 1e-9 * max(abs(x), abs(y), 1)


def same_line(a, b):
    parts, others = NUMBER.split(a), NUMBER.split(b)
    return len(parts) == len(others) and all(map(same_token, parts, others))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def compare(name, expected, got):
    if len(expected) == len(got) and all(map(same_line, expected, got)):
        return True
    print("\n".join(difflib.unified_diff(expected, got, "expected/" + name, "got/" + name, n=1, lineterm="")))
    return False


def main():
    expected, got = sys.argv[1:]
    names = sorted(set(os.listdir(expected)) | set(os.listdir(got)))
    same = True
    for name in names:
        missing = [folder for folder in (expected, got) if not os.path.exists(os.path.join(folder, name))]
        if missing:
            print(f"{name}: not in {missing[0]}")
            same = False
        elif not compare(name, read(os.path.join(expected, name)), read(os.path.join(got, name))):
            same = False
    sys.exit(0 if names and same else 1)


main()
