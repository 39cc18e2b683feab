# Sourced: run the lines of cases.txt, each in a fresh folder, and keep what they print.
# run_cases FOLDER: FOLDER/NAME.txt receives standard output, standard error and the exit code.
run_cases() {
    local results=$1 work name code line got
    work=$(mktemp -d)
    mkdir -p "$work/base" "$work/bin"
    ln -s "$GVC" "$work/bin/gvc"
    for t in t3x3 t3x3u t4x5 t6x4; do
        mkdir "$work/base/$t"
        cp "$GVC_TESTS/golden/$t"/{Z,F,x,labels,fcols,groups,inputs}.csv "$work/base/$t/"
        [ ! -f "$GVC_TESTS/golden/$t/VA.csv" ] || cp "$GVC_TESTS/golden/$t/VA.csv" "$work/base/$t/"
    done
    "$GVC" synth -q -o "$work/base/synth.h5" --countries 3 --sectors 2 --years 2000-2002 --seed 1 || return 1
    while IFS='|' read -r name code line; do
        name=${name%%[[:space:]]*}
        case $name in '' | '#'*) continue ;; esac
        rm -rf "$work/run"
        cp -r "$work/base" "$work/run"
        (cd "$work/run" && PATH="$work/bin:$PATH" bash -o pipefail -c "$line" </dev/null) \
            >"$work/stdout" 2>"$work/stderr" && got=0 || got=$?
        [ $got = $((code)) ] || { echo "$name: exit code $got, expected $((code)):$line"; cat "$work/stderr"; }
        { cat "$work/stdout"; sed 's/^/stderr: /' "$work/stderr"; echo "exit: $got"; } >"$results/$name.txt"
    done <"$GVC_TESTS/cli/cases.txt"
    rm -rf "$work"
}
