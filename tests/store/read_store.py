"""Read a store with h5py: labels, scales, checksums, and Z[seller, buyer] as the test says it is."""
import sys
import zlib

import h5py

h = h5py.File(sys.argv[1], "r")
y = h["years/2011"]
assert y["Z"][1, 2] == float.fromhex(sys.argv[2])
assert y["Z"].dims[0].keys() == y["Z"].dims[1].keys() == ["industry"]
assert y["FD"].dims[1].keys() == ["demand"] and y["satellite"].dims[0].keys() == ["satellite"]
assert y["Z"].attrs["axes"] == "seller,buyer"
assert y["Z"].attrs["crc32"] == zlib.crc32(y["Z"][:].astype("<f8").tobytes())
assert y["Z"].chunks is None and y["Z"].compression is None
assert h["country"].asstr()[0] == "C00" and h["industry"].asstr()[1] == "C00:s01"
assert h.attrs["gvc_schema"] == "mrio" and h.attrs["schema_version"] == 1
assert h.attrs["multiplier"] == 1e6 and list(h.attrs["history"]) == ["one", "two"]
assert h["groups/PAIR/from_year"][0] == 2013 and h["sets/digital"][-1] == 0.25
