#include <gvc/report.h>

#include "report/assets.h"
#include "report/page.h"
#include "report/say.h"
#include "write/stream.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void write_parts(gvc_page *page)
{
    static void (*const parts[])(gvc_page *) = {
        gvc_part__heading,  gvc_part__exports, gvc_part__terms, gvc_part__participation,
        gvc_part__position, gvc_part__digital, gvc_part__costs, gvc_part__sectors,
        gvc_part__partners, gvc_part__routes,  gvc_part__smile, gvc_part__tiles,
        gvc_part__quality,  gvc_part__methods,
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        parts[i](page);
}

static void write_page(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_page__head(page->doc, &page->out,
                   gvc_doc__text(page->doc, "%s and %s in global value chains, %s",
                                 gvc_report__focus(r), gvc_report__members(r), gvc_say__span(r)));
    gvc_doc__raw(page->doc, &page->out,
                 "<svg class=\"unseen\" width=\"0\" height=\"0\" aria-hidden=\"true\">");
    gvc_doc__raw(page->doc, &page->out, gvc_assets__find("hatch.xml")->text);
    gvc_doc__raw(page->doc, &page->out, "</svg>\n");
    write_parts(page);
    if (page->is_open)
        gvc_doc__raw(page->doc, &page->out, "</section>\n");
    gvc_doc__raw(page->doc, &page->out, "</main>\n<footer>\n");
    gvc_doc__html(page->doc, &page->out,
                  "<p>$Made by gvckit $ from $. Every figure: see part 12.</p>\n",
                  r->is_synthetic ? "SYNTHETIC DATA: these figures describe no real economy. " : "",
                  gvc_version(), gvc_input_path(r->input));
    gvc_doc__raw(page->doc, &page->out, "</footer>\n");
    gvc_page__foot(page->doc, &page->out);
}

/* ---- pictures as files of their own ---- */

static gvc_status make_folder(gvc_ctx *ctx, const char *path)
{
    if (gvc_file__is_folder(path) || mkdir(path, 0777) == 0)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EIO, path, NULL, "the folder cannot be made: %s",
                         strerror(errno));
}

/* The opening tag of a picture ends its first line; style and patterns follow it. */
static gvc_status write_picture(gvc_page *page, const gvc_kept *kept)
{
    const char *body = strchr(kept->text, '\n');
    gvc_buf out = { 0 };
    gvc_status st;

    gvc_buf__add(page->doc->ctx, &out, kept->text, body - kept->text);
    gvc_doc__raw(page->doc, &out, "\n<style>\n");
    gvc_doc__raw(page->doc, &out, gvc_assets__find("svg.css")->text);
    gvc_doc__raw(page->doc, &out, "</style>\n");
    gvc_doc__raw(page->doc, &out, gvc_assets__find("hatch.xml")->text);
    gvc_doc__raw(page->doc, &out, body + 1);
    st = out.failed ? GVC_ENOMEM
                    : gvc_page__save(page->doc->ctx,
                                     gvc_doc__text(page->doc, "%s/%s.svg", page->r->opts->figures,
                                                   kept->name),
                                     page->r->opts->force, &out);
    gvc_buf__free(&out);
    return st;
}

static gvc_status write_pictures(gvc_page *page)
{
    gvc_status st = GVC_OK;

    if (!page->r->opts->figures)
        return GVC_OK;
    st = make_folder(page->doc->ctx, page->r->opts->figures);
    for (int i = 0; st == GVC_OK && i < page->n_kept; i++)
        st = write_picture(page, &page->kept[i]);
    return st;
}

static int is_yes(const char *text)
{
    return text && *text && strcmp(text, "0") != 0 && strcmp(text, "no") != 0 &&
           strcmp(text, "false") != 0;
}

/* What only the run could tell. */
static gvc_status add_facts(gvc_report *r)
{
    gvc_provenance *p = r->opts->provenance;
    gvc_status st = GVC_OK;

    if (!p)
        return GVC_OK;
    st = gvc_provenance_add(r->doc.ctx, p, "solver", r->solver);
    if (st == GVC_OK)
        st = gvc_provenance_add(r->doc.ctx, p, "certified error bound",
                                gvc_doc__text(&r->doc, "%.1e", r->error_bound));
    if (st == GVC_OK && r->digital_text)
        st = gvc_provenance_add(r->doc.ctx, p, "digital sectors", r->digital_text);
    return st;
}

gvc_status gvc_report_write(gvc_ctx *ctx, gvc_input *input, const char *path,
                            const gvc_report_opts *opts)
{
    gvc_report report;
    gvc_page page = { .r = &report, .doc = &report.doc };
    gvc_stream *stream = NULL;
    gvc_status st = gvc_stream__open(ctx, &stream, path, opts->force);

    if (st == GVC_OK)
        st = gvc_report__gather(ctx, &report, input, path, opts);
    if (st != GVC_OK) {
        gvc_stream__abort(stream);
        return st;
    }
    report.is_synthetic = is_yes(gvc_edition_attr(report.edition, "synthetic"));
    st = add_facts(&report);
    if (report.n_years < 2)
        gvc_log__warn(ctx, "report needs at least 2 years for trends; drawing levels only");
    if (st == GVC_OK) {
        write_page(&page);
        st = page.out.failed ? GVC_ENOMEM : gvc_doc__status(page.doc);
    }
    if (st == GVC_OK)
        st = write_pictures(&page);
    if (st == GVC_OK)
        st = gvc_stream__write(ctx, stream, gvc_buf__text(&page.out), page.out.len);
    if (st == GVC_OK)
        st = gvc_stream__commit(ctx, stream);
    else
        gvc_stream__abort(stream);
    gvc_buf__free(&page.out);
    gvc_report__drop(&report);
    return st;
}
