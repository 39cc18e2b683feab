"""Read a .dta of format 118 by its published description alone and hold it against the .csv of the same command.

usage: read_dta.py FILE.dta FILE.csv [--reasons]
Values are compared bit for bit. --reasons: missing values must say why (.a .b .c); otherwise all are plain.
"""
import csv
import struct
import sys

MISSING = {"b": (101, 102), "h": (32741, 32742), "l": (2147483621, 2147483622)}
WIDTHS = {65530: ("b", 1), 65529: ("h", 2), 65528: ("l", 4), 65526: ("d", 8)}
MAP = ["stata_dta", "map", "variable_types", "varnames", "sortlist", "formats", "value_label_names",
       "variable_labels", "characteristics", "data", "strls", "value_labels", "/stata_dta"]


def cut(text):
    return text.split(b"\0")[0].decode("utf-8")


class Dta:
    def __init__(self, path):
        self.bytes = open(path, "rb").read()
        self.at = 0
        self.tag("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>")
        self.columns, = self.take("<H")
        self.tag("</K><N>")
        self.rows, = self.take("<Q")
        self.tag("</N><label>")
        self.label = self.raw(self.take("<H")[0]).decode()
        self.tag("</label><timestamp>")
        self.stamp = self.raw(self.take("<B")[0]).decode()
        self.tag("</timestamp></header><map>")
        offsets = self.take("<14Q")
        for name, offset in zip(MAP, offsets):
            want = f"<{name}>".encode()
            assert self.bytes[offset:offset + len(want)] == want, f"the map is wrong about {name}"
        assert offsets[13] == len(self.bytes), "the map is wrong about the end"
        self.tag("</map><variable_types>")
        self.types = self.take(f"<{self.columns}H")
        self.tag("</variable_types><varnames>")
        self.names = [cut(self.raw(129)) for _ in range(self.columns)]
        self.tag("</varnames><sortlist>")
        self.sorted_by = [self.names[i - 1] for i in self.take(f"<{self.columns + 1}H") if i]
        self.tag("</sortlist><formats>")
        self.formats = [cut(self.raw(57)) for _ in range(self.columns)]
        self.tag("</formats><value_label_names>")
        self.sets = [cut(self.raw(129)) for _ in range(self.columns)]
        self.tag("</value_label_names><variable_labels>")
        self.labels = [cut(self.raw(321)) for _ in range(self.columns)]
        self.tag("</variable_labels><characteristics>")
        self.characteristics = {}
        while self.bytes[self.at:self.at + 4] == b"<ch>":
            self.tag("<ch>")
            block = self.raw(self.take("<I")[0])
            key = cut(block[:129]), cut(block[129:258])
            assert key not in self.characteristics, f"{key} stands twice"
            assert block.endswith(b"\0")
            self.characteristics[key] = block[258:-1].decode()
            self.tag("</ch>")
        self.tag("</characteristics><data>")
        self.width = sum(t if t <= 2045 else WIDTHS[t][1] for t in self.types)
        self.data = self.raw(self.rows * self.width)
        self.tag("</data><strls></strls><value_labels>")
        self.value_labels = {}
        while self.bytes[self.at:self.at + 5] == b"<lbl>":
            self.tag("<lbl>")
            self.read_set()
            self.tag("</lbl>")
        self.tag("</value_labels></stata_dta>")
        assert self.at == len(self.bytes)

    def read_set(self):
        self.take("<I")
        name = cut(self.raw(129))
        self.raw(3)
        n, size = self.take("<2I")
        offsets, values = self.take(f"<{n}I"), self.take(f"<{n}i")
        texts = self.raw(size)
        self.value_labels[name] = {v: cut(texts[o:]) for o, v in zip(offsets, values)}

    def tag(self, text):
        has = self.raw(len(text))
        assert has == text.encode(), f"{text} expected, {has} found"

    def raw(self, n):
        assert self.at + n <= len(self.bytes), "the file ends early"
        self.at += n
        return self.bytes[self.at - n:self.at]

    def take(self, form):
        return struct.unpack(form, self.raw(struct.calcsize(form)))

    def cells(self, row):
        at = row * self.width
        for t in self.types:
            code, n = ("s", t) if t <= 2045 else WIDTHS[t]
            yield code, self.data[at:at + n]
            at += n


def compare(code, raw, text, where, tags):
    if code == "s":
        assert cut(raw) == text, f"{where}: {cut(raw)!r}, {text!r} expected"
    elif code == "d":
        bits, = struct.unpack("<Q", raw)
        if 0x7FE0000000000000 <= bits < 0x7FF0000000000000:
            assert text == "", f"{where} is missing, {text} expected"
            tags.append("" if bits == 0x7FE0000000000000 else chr(96 + ((bits >> 40) & 0xFF)))
        else:
            assert text and raw == struct.pack("<d", float(text)), f"{where}: the bits of {text} differ"
            assert bits != 1 << 63, f"{where} is -0"
    else:
        value, = struct.unpack("<" + code, raw)
        if value == MISSING[code][0]:
            assert text == "", f"{where} is missing, {text} expected"
        else:
            assert text and value == int(text), f"{where}: {value}, {text} expected"


def main():
    dta, reasons = Dta(sys.argv[1]), "--reasons" in sys.argv
    with open(sys.argv[2], newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    tags = []
    assert dta.names == rows[0] and dta.rows == len(rows) - 1
    for i, row in enumerate(rows[1:]):
        for name, text, (code, raw) in zip(dta.names, row, dta.cells(i)):
            compare(code, raw, text, f"row {i + 1}, {name}", tags)
    assert set(tags) <= (set("abc") | {""} if reasons else {""}), f"missing values with the tags {set(tags)}"

    ids = [(int(row[dta.names.index("id")]), int(row[dta.names.index("year")])) for row in rows[1:]]
    assert ids == sorted(set(ids)), "(id, year) is not unique and sorted"
    assert dta.sorted_by == ["id", "year"], dta.sorted_by
    has = dta.characteristics
    for key, text in {"iis": "id", "tis": "year", "_TSpanel": "id", "_TStvar": "year", "_TSitrvl": "1",
                      "_TSdelta": "+1.0000000000000X+000"}.items():
        assert has[("_dta", key)] == text, key
    notes = int(has[("_dta", "note0")])
    assert all(("_dta", f"note{i}") in has for i in range(1, notes + 1)) and ("_dta", f"note{notes + 1}") not in has
    assert "gvc panel" in has[("_dta", "gvc_command")]
    assert all(len(name) <= 32 for _, name in has)
    assert has[("fv", "measure")] == "fv" and has[("fv", "unit")].startswith("money, ") and ("fv", "median") in has
    assert has[("gexp", "unit")].startswith("money, ")
    assert len(set(dta.names)) == dta.columns and all(len(n) <= 32 for n in dta.names)
    assert all(0 < len(text) <= 80 for text in dta.labels), [n for n, l in zip(dta.names, dta.labels) if not l]
    assert 0 < len(dta.label) <= 80 and "gvckit" in dta.label
    for name, t, form, group in zip(dta.names, dta.types, dta.formats, dta.sets):
        if name in ("id", "year", "country_id", "sector_id", "partner_id"):
            assert t in (65529, 65528) and form == "%9.0g", name
        if name in ("chn", "in_bri", "bri65", "bri_mou", "bri_post13"):
            assert t == 65530, name
        assert group == {"country_id": "country_lb", "sector_id": "sector_lb", "partner_id": "partner_lb"}.get(name, "")
    assert dta.formats[dta.names.index("gexp")] == "%15.2f"
    assert "up" not in dta.names or dta.formats[dta.names.index("up")] == "%10.4f"
    for group in set(dta.sets) - {""}:
        column = group.replace("_lb", "_id")
        used = {int(row[dta.names.index(column)]) for row in rows[1:]}
        assert used == set(dta.value_labels[group]), group
    assert dta.value_labels["country_lb"][156] == "China"
    print(dta.stamp + "|" + "".join(sorted(set(tags))))


main()
