#!/bin/sh
# Install the Debian packages that building and testing gvckit needs, and nothing when all are there.
# With --test also the browser that opens the report, with --lint that and the tools of `make lint`.
set -eu

packages="gcc g++ make pkg-config libhdf5-dev libopenblas-dev liblapacke-dev libcmocka-dev libjson-c-dev libssl-dev zlib1g-dev libzip-dev libexpat1-dev libreadstat-dev libxlsxwriter-dev libminizip-dev libdeflate-dev python3"
# Other people's readers, for the tests of what is written.
packages="$packages python3-pandas python3-openpyxl python3-h5py r-base-core r-cran-haven"
[ -z "${1-}" ] || packages="$packages chromium chromium-driver python3-selenium python3-html5lib"
[ "${1-}" = --lint ] && packages="$packages clang clang-format libomp-dev libclang-rt-14-dev"

missing=""
for p in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$p" 2>/dev/null || true)
    case "$state" in
        ii*|hi*) ;;
        *) missing="$missing $p" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup.sh: no apt-get here; install what these Debian packages hold:$missing" >&2
    exit 1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
echo "setup.sh: installing$missing"
$sudo apt-get update -q
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing
