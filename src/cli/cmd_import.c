#include "cli/analysis.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct args {
    cli_common common;
    const char *const *sources;
    const char *output, *countries;
    const char *const *satellites;
    const cli_years *years;
    int compress, split, va;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "source", 0, CLI_INPUTS, "SOURCE...", "what the publisher gives: files, zip archives as they are, or folders; or a folder of CSV", .at = AT(sources) },
    { "output", 'o', CLI_FILE, "STORE", "the store to write (.h5); years are added to one that is there", .at = AT(output), .flags = CLI_REQUIRED },
    { "year", 'y', CLI_YEARS, "LIST", "which years to take, such as 2005,2008-2011, or all: needed where there are several; where the source names none, the year of its table", .at = AT(years), .complete = "year", .alias = "years" },
    { "format", 0, CLI_STRING, "NAME", "what SOURCE is, one of the formats above [recognised by content]", .at = AT(common.format), .complete = "source format" },
    { "countries", 0, CLI_FILE, "FILE", "CSV with the columns code,iso3, for country codes that gvc does not know; with icio-user the names of the countries, one a line", .at = AT(countries) },
    { "va", 0, CLI_CHOICE, "published|residual", "value added: the source's own rows, or output less purchases (x - 1'Z)", .at = AT(va), .preset = "published" },
    { "satellites", 0, CLI_LIST, "LIST", "which satellites (jobs, emissions) of the source to keep: names, * for any text, @FILE with one a line, or none", .at = AT(satellites), .preset = "all" },
    { "split", 0, CLI_FLAG, NULL, "keep apart what OECD tables split of China and Mexico, which is added up otherwise", .at = AT(split) },
    { "compress", 0, CLI_FLAG, NULL, "a smaller store that takes longer to read: for archives", .at = AT(compress) },
    { "force", 0, CLI_FLAG, NULL, "replace years that the store has already, or a STORE that is no store", .at = AT(common.force), .flags = CLI_NO_RECORD },
    { "plan", 0, CLI_FLAG, NULL, "say which tables would be read and what would be written, and stop", .at = AT(common.plan), .flags = CLI_NO_RECORD },
    { 0 },
};
/* clang-format on */

/* A table that will be read. */
typedef struct job_item {
    gvc_import *import;
    const char *path;
    gvc_int i;
    int year;
} job_item;

typedef struct job {
    const struct args *args;
    cli_app *app;
    gvc_import **imports;
    int n_imports;
    job_item *items;
    int n, room;
    gvc_store_writer *writer;
    cli_list said;
} job;

static int is_wanted(const cli_years *years, int year)
{
    for (int r = 0; years && r < years->n; r++)
        if (year >= years->range[r][0] && year <= years->range[r][1])
            return 1;
    return !years || years->n == 0;
}

/* "2016-2018, 2020" */
static const char *list_years(cli_app *app, const gvc_import *import)
{
    cli_list parts = { 0 };
    const gvc_int n = gvc_import_n(import);

    for (gvc_int i = 0, k; i < n; i = k) {
        const int first = gvc_import_year(import, i);

        for (k = i + 1; k < n && gvc_import_year(import, k) == first + (k - i);)
            k++;
        cli_list_add(app, &parts,
                     k - i > 1 ? cli_format(app, "%d-%d", first, gvc_import_year(import, k - 1))
                               : cli_format(app, "%d", first));
    }
    return cli_join(app, parts.items, ", ");
}

static void add_item(job *j, gvc_import *import, const char *path, gvc_int i, int year)
{
    if (j->n == j->room) {
        const int room = j->room ? 2 * j->room : 32;
        job_item *items = cli_alloc(j->app, (size_t)room * sizeof *items);

        if (j->n)
            memcpy(items, j->items, (size_t)j->n * sizeof *items);
        j->items = items;
        j->room = room;
    }
    j->items[j->n++] = (job_item){ import, path, i, year };
}

/* A source without years of its own takes the one that --year names. */
static gvc_status take_yearless(job *j, gvc_import *import, const char *path)
{
    const cli_years *years = j->args->years;

    if (!years || years->n != 1 || years->range[0][0] != years->range[0][1] || j->n_imports > 1 ||
        j->args->sources[1])
        return cli_refuse(j->app, GVC_EUSAGE,
                          "%s tells no year; import it alone and name its year: --year 2015", path);
    if (years->range[0][0] < 1 || years->range[0][0] > 9999)
        return cli_refuse(j->app, GVC_EUSAGE, "--year: %d is no calendar year", years->range[0][0]);
    add_item(j, import, path, 0, years->range[0][0]);
    return GVC_OK;
}

static gvc_status open_source(job *j, const char *path)
{
    const struct args *a = j->args;
    const gvc_import_opts opts = { .format = a->common.format,
                                   .countries = a->countries,
                                   .residual = a->va == 1,
                                   .satellites = a->satellites,
                                   .scratch = a->output,
                                   .split = a->split };
    gvc_import *import;
    gvc_status st = gvc_import_open(j->app->ctx, &import, path, &opts);

    if (st != GVC_OK)
        return st;
    j->imports[j->n_imports++] = import;
    if (gvc_import_year(import, 0) == GVC_INT_MISSING && gvc_import_n(import) == 1)
        return take_yearless(j, import, path);
    if (gvc_import_n(import) > 1 && !a->years)
        return cli_refuse(j->app, GVC_EUSAGE,
                          "%s holds tables of %s; name the years: --year LIST, or --year all", path,
                          list_years(j->app, import));
    for (gvc_int i = 0; i < gvc_import_n(import); i++)
        if (is_wanted(a->years, gvc_import_year(import, i)))
            add_item(j, import, path, i, gvc_import_year(import, i));
    return GVC_OK;
}

static int by_year(const void *a, const void *b)
{
    return ((const job_item *)a)->year - ((const job_item *)b)->year;
}

/* Every year or range that was asked for is there, and no year twice. */
static gvc_status check_items(job *j)
{
    const cli_years *years = j->args->years;

    for (int r = 0; years && r < years->n; r++) {
        const int first = years->range[r][0], last = years->range[r][1];
        int found = 0;

        for (int i = 0; i < j->n; i++)
            found += j->items[i].year >= first && j->items[i].year <= last;
        if (!found)
            return cli_refuse(j->app, GVC_ELABEL, "%s: there is no table of %s; the years are %s",
                              j->args->sources[0],
                              first == last ? cli_format(j->app, "%d", first)
                                            : cli_format(j->app, "%d to %d", first, last),
                              list_years(j->app, j->imports[0]));
        if (found < last - first + 1)
            cli_say(j->app, 0, "%d of the %d years from %d to %d are there", found,
                    last - first + 1, first, last);
    }
    qsort(j->items, (size_t)j->n, sizeof *j->items, by_year);
    for (int i = 1; i < j->n; i++)
        if (j->items[i].year == j->items[i - 1].year)
            return cli_refuse(j->app, GVC_EUSAGE, "year %d is in %s and in %s; give one of them",
                              j->items[i].year, j->items[i - 1].path, j->items[i].path);
    return GVC_OK;
}

/* Notes of a year; one that has been said of an earlier year is not said again. */
static void say_notes(job *j, const job_item *item)
{
    for (gvc_int i = 0; i < gvc_import_notes_n(item->import); i++) {
        const char *note = gvc_import_note(item->import, i);

        if (cli_list_has((const char *const *)j->said.items, note))
            continue;
        cli_list_add(j->app, &j->said, cli_format(j->app, "%s", note));
        cli_say(j->app, 0, "%d: %s%s", item->year,
                gvc_import_note_is_warning(item->import, i) ? "warning: " : "", note);
    }
}

/* A store that is there gets more years; anything else is left alone unless --force. */
static gvc_status begin_store(job *j, const gvc_table *table)
{
    gvc_ctx *ctx = j->app->ctx;
    const struct args *a = j->args;
    const gvc_store_opts opts = { .force = a->common.force, .compress = a->compress };
    const gvc_edition *edition = gvc_table_edition(table);
    gvc_input *old = NULL;
    int is_store = 0;

    if (access(a->output, F_OK) == 0 && gvc_input_open(ctx, &old, a->output) == GVC_OK) {
        is_store = strcmp(gvc_input_kind(old), "store") == 0;
        gvc_input_close(old);
    }
    return is_store ? gvc_store_extend(ctx, &j->writer, a->output, edition, &opts)
                    : gvc_store_create(ctx, &j->writer, a->output, edition, &opts);
}

static gvc_status import_item(job *j, const job_item *item)
{
    gvc_ctx *ctx = j->app->ctx;
    gvc_table *table = NULL;
    gvc_status st = cli_check_stop(j->app);

    if (st == GVC_OK)
        st = gvc_import_table(ctx, &table, item->import, item->i, item->year);
    if (st == GVC_OK) {
        say_notes(j, item);
        if (!j->writer)
            st = begin_store(j, table);
    }
    if (st == GVC_OK)
        st = gvc_store_add(ctx, j->writer, table, item->year);
    gvc_table_free(table);
    return st;
}

static gvc_status write_store(job *j)
{
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < j->n; i++)
        st = import_item(j, &j->items[i]);
    if (st == GVC_OK)
        st = cli_check_stop(j->app);
    if (st == GVC_OK) {
        st = gvc_store_commit(j->app->ctx, j->writer);
        j->writer = NULL;
    }
    gvc_store_abort(j->writer);
    if (st == GVC_OK)
        cli_say(j->app, 0, "%s written: %d year%s", j->args->output, j->n, j->n == 1 ? "" : "s");
    return st;
}

static void print_plan(const job *j)
{
    for (int i = 0; i < j->n; i++)
        printf("would read %d from %s: %s\n", j->items[i].year, j->items[i].path,
               gvc_import_title(j->items[i].import));
    printf("would write %s: %d year%s\n", j->args->output, j->n, j->n == 1 ? "" : "s");
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    job j = { .args = a, .app = a->common.app };
    gvc_status st = GVC_OK;

    (void)ctx;
    j.imports = cli_alloc(j.app, (size_t)cli_list_n(a->sources) * sizeof *j.imports);
    for (int s = 0; st == GVC_OK && a->sources[s]; s++)
        st = open_source(&j, a->sources[s]);
    if (st == GVC_OK)
        st = check_items(&j);
    for (int s = 0; st == GVC_OK && s < j.n_imports; s++)
        cli_say(j.app, 0, "%s: recognised as %s, %s", a->sources[s],
                gvc_import_format(j.imports[s]), gvc_import_title(j.imports[s]));
    if (st == GVC_OK && a->common.plan)
        print_plan(&j);
    else if (st == GVC_OK)
        st = write_store(&j);
    for (int s = 0; s < j.n_imports; s++)
        gvc_import_close(j.imports[s]);
    return st;
}

const cli_command cmd_import = {
    .name = "import",
    .group = "Tables",
    .summary = "read tables as their publishers made them into a store",
    .example = "gvc import ICIO_2016-2020.zip -o icio.h5 --year all",
    .details =
        "SOURCE is recognised by its content, whatever the files are called. A store takes many years of one release, "
        "from one source or several, at once or later; it stays as it is until the whole import is done. What was "
        "recognised, dropped, merged and mapped is told on standard error, and how well the table balances; gvc check "
        "looks at the store more closely.\n"
        "Formats: wiod2013, wiod2016, lr-wiod2022, adb-mrio, oecd-icio-2016, oecd-icio-2018, oecd-icio-2021, "
        "oecd-icio-2023, oecd-icio-2025, figaro-matrix, figaro-flat, emerging-mat73, gloria, eora26, exiobase3, "
        "pymrio-folder, icio-user, folder (of CSV). icio-user has to be named (--format), as a table of numbers alone "
        "tells nothing about itself.\n"
        "A table whose columns are more than 5 % off its output in half of the industries is refused; smaller "
        "differences are told.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
