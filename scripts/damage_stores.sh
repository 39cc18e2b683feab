#!/bin/bash
# Read many stores with damage in random places; nothing but a status may come of it.
# usage: damage_stores.sh build/MODE [RUNS [SEED]]
set -eu
GVC_TESTS=${GVC_TESTS:-tests} GVC_DAMAGE_RUNS=${2:-5000} GVC_DAMAGE_SEED=${3:-1} "$1/tests/store/test_damage"
