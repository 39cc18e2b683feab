"""pandas reads the panel: values bit for bit, labels, value labels. usage: read_dta_pandas.py FILE.dta FILE.csv"""
import sys

import numpy
import pandas

with pandas.io.stata.StataReader(sys.argv[1]) as reader:
    dta = reader.read(convert_categoricals=False)
    labels, values = reader.variable_labels(), reader.value_labels()
text = pandas.read_csv(sys.argv[2], float_precision="round_trip", keep_default_na=False, na_values=[""])
assert list(dta.columns) == list(text.columns) and len(dta) == len(text)
for name in dta.columns:
    if dta[name].dtype == object:
        assert (dta[name] == text[name].fillna("").astype(str)).all(), name
    else:
        has, want = dta[name].to_numpy(float), text[name].to_numpy(float)
        assert numpy.array_equal(numpy.isnan(has), numpy.isnan(want)), name
        there = ~numpy.isnan(has)
        assert has[there].tobytes() == want[there].tobytes(), name
    assert 0 < len(labels[name]) <= 80, name
assert not dta.duplicated(["id", "year"]).any() and dta["id"].is_monotonic_increasing
assert values["country_lb"][156] == "China"
