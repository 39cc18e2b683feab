# Completion scripts load, and candidates come from the tables and from the file on the line.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp -r "$GVC_TESTS/golden/t3x3" t3x3
for shell in bash zsh fish; do
    "$GVC" completion $shell >script.$shell
    [ -s script.$shell ]
done
bash -n script.bash
. ./script.bash
complete -p gvc | grep -q _gvc

# What bash would offer for a line: the words, the last one being typed.
offer() {
    COMP_WORDS=("$GVC" "$@")
    COMP_CWORD=$#
    _gvc "$GVC"
    echo "${COMPREPLY[*]}"
}
expect() { [ "$1" = "$2" ] || { echo "offered \"$1\", expected \"$2\""; exit 1; }; }
expect "$(offer dec)" decompose
expect "$(offer decompose t3x3 --meth)" --method
expect "$(offer decompose t3x3 --exporter CH)" CHN
expect "$(offer decompose t3x3 --format xl)" xlsx
expect "$(offer import x --format eo)" eora26
# The help of import names every format that --format takes.
help=$("$GVC" help import | tr '\n' ' ')
for format in $(offer import x --format ""); do
    case $help in *" $format,"* | *" $format (of CSV)."*) ;; *) echo "gvc help import does not name $format"; exit 1 ;; esac
done
expect "$(offer decompose t3x3 --exporter CHN,D)" CHN,DEU
expect "$(offer decompose t3x3 --exporter = V)" VNM
expect "$(offer index t3x3 --sector M)" MAN
expect "$(offer decompose t3x3 --layout l)" long
expect "$(offer decompose t3x3 --method bm | xargs -n 1 | grep -x 'bms\?' | xargs)" "bm bms"
expect "$(offer index t3x3 --set sat_fd)" sat_fd_
expect "$(offer index t3x3 --digital s)" strict
expect "$(offer completion z)" zsh
expect "$(offer help pan)" panel
"$GVC" synth -q -o s.h5 --countries 2 --sectors 2 --years 1999-2001
expect "$(offer index s.h5 --year 2 | tr '\n' ' ' | xargs)" "2000 2001"
! command -v zsh >/dev/null || zsh -n script.zsh
! command -v fish >/dev/null || fish -n script.fish
