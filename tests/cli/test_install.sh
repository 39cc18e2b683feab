#!/bin/bash
# What `make install` lays down serves a C program through pkg-config, in C11 and in C++.
set -eu
mode=$(basename "$(dirname "$GVC")")
[ "$mode" = release ] || { echo "only the release build is installed here"; exit 77; }
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$GVC_TESTS/.."
env -u MAKEFLAGS -u MAKELEVEL make -s install MODE="$mode" DESTDIR="$root" PREFIX=/opt/gvc

cat > "$root/example.c" <<'C'
#include <gvc/gvc.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    gvc_ctx *ctx = gvc_ctx_new();
    gvc_input *in = NULL;
    gvc_table *table = NULL;
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    const gvc_measure *bm = gvc_measures_find("bm/exporter/source");
    const char *levels[] = { "country", NULL };
    gvc_model_opts model_opts = { 0 };
    gvc_run_opts run_opts = { 0 };
    int failed;

    (void)argc;
    model_opts.needs = gvc_measure_needs(bm);
    run_opts.levels = levels;
    failed = gvc_input_open(ctx, &in, argv[1]) || gvc_input_table(ctx, &table, in, 0) ||
             gvc_model_new(ctx, &model, table, &model_opts) || gvc_frames_new(ctx, &frames) ||
             gvc_measures_run(ctx, frames, model, &bm, 1, &run_opts);
    if (failed)
        fprintf(stderr, "%s\n", gvc_ctx_message(ctx));
    else
        printf("%s %g\n", gvc_frame_name(gvc_frames_get(frames, 0), 1),
               gvc_frame_reals(gvc_frames_get(frames, 0), 1)[0]);
    gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
    gvc_input_close(in);
    gvc_ctx_free(ctx);
    return failed;
}
C
export PKG_CONFIG_PATH="$root/opt/gvc/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
flags=$(pkg-config --cflags --libs gvckit)
cc -std=c11 -Wall -Werror "$root/example.c" $flags -o "$root/example-c"
c++ -x c++ -Wall -Werror "$root/example.c" -x none $flags -o "$root/example-cc"
want=$("$root/opt/gvc/bin/gvc" decompose "$GVC_TESTS/golden/t3x3" --method bm --format csv -o - --no-provenance | sed -n 2p | cut -d, -f2)
for program in "$root"/example-c "$root"/example-cc; do
    got=$(LD_LIBRARY_PATH="$root/opt/gvc/lib" "$program" "$GVC_TESTS/golden/t3x3")
    [ "$got" = "gexp $want" ] || { echo "the program printed '$got', 'gexp $want' expected"; exit 1; }
done
[ -s "$root/opt/gvc/share/man/man1/gvc-panel.1" ]
