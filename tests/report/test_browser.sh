# The report opens in a real browser: no request, no console error, every chart with its table, sorting and switching,
# no overflow at 1280 and at 360 pixels, light, dark and printed; its HTML is valid.
case $GVC in */asan/*) echo "not under the sanitizers, where it takes minutes: the release build runs it"; exit 77 ;; esac
python=/usr/bin/python3
[ -x "$python" ] || python=python3
for module in selenium html5lib; do
    "$python" -c "import $module" 2>/dev/null || { echo "no $module for python3: run scripts/setup.sh --test"; exit 77; }
done
[ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ] || { echo "no chromium: run scripts/setup.sh --test"; exit 77; }
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$GVC" demo -q -o "$work/demo.h5"
"$GVC" report "$work/demo.h5" --focus CHN --partners BRI -q -o "$work/demo.html" --figures "$work/figures"
"$GVC" report "$GVC_TESTS/golden/t6x4" --focus CHN --partners BRI -q -o "$work/one.html"
"$GVC" methods --html "$work/methods.html"
"$python" "$GVC_TESTS/report/valid.py" "$work"/*.html "$work"/figures/*.svg
"$python" "$GVC_TESTS/report/browser.py" "$work" demo.html one.html methods.html
if [ -f "$GVC_SHARED/data/wiod13.h5" ]; then
    "$GVC" report "$GVC_SHARED/data/wiod13.h5" --focus CHN --partners BRI -q -o "$work/wiod.html"
    [ "$(stat -c %s "$work/wiod.html")" -lt 3000000 ] || { echo "the page of WIOD is larger than 3 MB"; exit 1; }
    "$python" "$GVC_TESTS/report/valid.py" "$work/wiod.html"
    "$python" "$GVC_TESTS/report/browser.py" "$work" wiod.html
fi
