"""The outputs of one command hold the same columns, texts and bits, and the same codebook, in every format.

usage: read_formats.py STEM    (STEM.csv .h5 .json .xlsx and the codebook STEM.book.csv)
"""
import csv
import json
import struct
import sys

import h5py
import openpyxl
import pandas

stem = sys.argv[1]


def bits(value):
    return struct.pack("<d", float(value))


def same(has, text, where):
    """One cell against its text in the .csv; None and NaN are missing."""
    if has is None or (isinstance(has, float) and has != has):
        assert text == "", f"{where} is missing, {text} expected"
    elif isinstance(has, str):
        assert has == text, f"{where}: {has!r}, {text!r} expected"
    else:
        assert text != "" and bits(has) == bits(text), f"{where}: {has!r}, {text} expected"


def compare(name, columns, rows, has):
    has = list(has)
    assert len(has) == len(rows), f"{name}: {len(has)} rows, {len(rows)} expected"
    for i, (row, want) in enumerate(zip(has, rows)):
        assert len(row) == len(want), f"{name}: row {i + 1} has {len(row)} cells"
        for column, cell, text in zip(columns, row, want):
            same(cell, text, f"{name}: row {i + 1}, {column}")


with open(stem + ".csv", newline="", encoding="utf-8") as file:
    columns, *rows = csv.reader(file)
with open(stem + ".book.csv", newline="", encoding="utf-8") as file:
    fields, *book = csv.reader(file)
assert [line[0] for line in book] == columns, "the codebook has other rows than the file has columns"

# JSON: every record has every column, in order; the codebook leaves away what is empty.
with open(stem + ".json", encoding="utf-8") as file:
    data = json.load(file)
assert all(list(record) == columns for record in data["data"])
assert data["rows"] == len(rows) and "command" in data["provenance"]
compare("json", columns, rows, [list(record.values()) for record in data["data"]])
compare("json codebook", fields, book, [[line.get(field, None) for field in fields] for line in data["codebook"]])

# XLSX by openpyxl, cell by cell: numbers are numbers, nothing is a text but texts; and by pandas.
book_of = openpyxl.load_workbook(stem + ".xlsx")
assert book_of.sheetnames == ["data", "codebook", "about"]
assert (book_of["data"].max_row, book_of["data"].max_column) == (len(rows) + 1, len(columns))
assert book_of["data"].freeze_panes == "A2" and book_of["data"].auto_filter.ref
values = list(book_of["data"].values)
assert list(values[0]) == columns
compare("xlsx", columns, rows, values[1:])
kinds = {line[0]: line[2] for line in book}
for column, cells in zip(columns, zip(*values[1:])):
    want = {"text": str, "integer": int, "real": (int, float)}[kinds[column]]
    assert all(cell is None or isinstance(cell, want) for cell in cells), f"xlsx: {column} holds other things"
values = list(book_of["codebook"].values)
assert list(values[0]) == fields
compare("xlsx codebook", fields, book, values[1:])
about = dict(line for line in list(book_of["about"].values)[1:])
assert about["command"].startswith("gvc panel") and len(about["table_sha256"]) == 64
assert book_of.properties.created.year == 1980
sheet = pandas.read_excel(stem + ".xlsx", sheet_name="data")
assert list(sheet.columns) == columns and len(sheet) == len(rows)

# HDF5: missing integers are the attribute missing_value.
with h5py.File(stem + ".h5") as file:
    panel = file["results/panel/panel"]
    assert [name for name in panel.attrs["columns"]] == columns
    for j, column in enumerate(columns):
        cells = panel[column][:]
        missing = panel[column].attrs.get("missing_value", None)
        for i, cell in enumerate(cells):
            cell = cell.decode() if isinstance(cell, bytes) else None if cell == missing else cell
            same(cell.item() if hasattr(cell, "item") else cell, rows[i][j], f"h5: row {i + 1}, {column}")
    group = file["results/codebook/panel"]
    assert [name for name in group.attrs["columns"]] == fields
    lines = [[cell.decode() if isinstance(cell, bytes) else cell.item() for cell in group[field][:]] for field in fields]
    compare("h5 codebook", fields, book, zip(*lines))

# The codebook counts what is there.
frame = pandas.read_csv(stem + ".csv", float_precision="round_trip", keep_default_na=False, na_values=[""])
for line in (dict(zip(fields, line)) for line in book):
    column = frame[line["name"]]
    assert int(line["missing"]) == column.isna().sum(), line["name"]
    years = frame["year"][column.notna()]
    if len(years):
        assert (int(line["first_year"]), int(line["last_year"])) == (years.min(), years.max()), line["name"]
    if line["type"] == "text" or not len(years):
        assert line["min"] == line["mean"] == "", line["name"]
        continue
    for field, want in {"min": column.min(), "p1": column.quantile(0.01), "median": column.median(), "p99": column.quantile(0.99),
                        "max": column.max(), "mean": column.mean()}.items():
        assert abs(float(line[field]) - want) <= 1e-12 * max(abs(want), column.abs().max()), f"{line['name']}: {field}"
    assert line["label"] and len(line["label"]) <= 80, line["name"]
