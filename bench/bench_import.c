/*
 * How fast do published tables come into a store?
 *
 * usage: bench_import GVC FOLDER [RUNS]
 *
 * Two tables are written to FOLDER, in the layouts of the OECD (CSV) and of the ADB (xlsx), and
 * imported by the command, each run a process of its own. Beside the workbook stands the time of
 * inflating it and tokenising its XML alone, beside both the size of the table in memory.
 */
#include "process.h"

#include <expat.h>
#include <unistd.h>
#include <zip.h>

enum { NAME = 600, BLOCK = 1 << 16, CSV_G = 77, CSV_N = 45, CSV_K = 6, XLSX_G = 72, XLSX_N = 35 };

static void fail(const char *what)
{
    fprintf(stderr, "bench_import: %s\n", what);
    exit(3);
}

/* Four decimals, as the OECD writes; the same numbers every time. */
static double flow(gvc_int i, gvc_int j)
{
    const uint64_t h = ((uint64_t)i * 0x9e3779b97f4a7c15u) ^ ((uint64_t)j * 0xc2b2ae3d27d4eb4fu);
    const uint64_t mixed = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;

    return (double)(mixed >> 44) / 1e4;
}

/* ---- the tables ---- */

static const char *const csv_sectors[CSV_N] = {
    "A01_02", "A03", "B05_06", "B07_08", "B09", "C10T12", "C13T15", "C16",    "C17_18",
    "C19",    "C20", "C21",    "C22",    "C23", "C24",    "C25",    "C26",    "C27",
    "C28",    "C29", "C30",    "C31T33", "D",   "E",      "F",      "G",      "H49",
    "H50",    "H51", "H52",    "H53",    "I",   "J58T60", "J61",    "J62_63", "K",
    "L",      "M",   "N",      "O",      "P",   "Q",      "R",      "S",      "T"
};

static void write_csv(const char *path)
{
    const gvc_int n = CSV_G * CSV_N, m = n + CSV_G * CSV_K;
    double *bought = calloc((size_t)n, sizeof *bought), *sold = calloc((size_t)n, sizeof *sold);
    FILE *f = fopen(path, "w");

    if (!f || !bought || !sold)
        fail("the CSV cannot be written");
    fputs("V1", f);
    for (gvc_int j = 0; j < n; j++)
        fprintf(f, ",C%02d_%s", (int)(j / CSV_N), csv_sectors[j % CSV_N]);
    for (gvc_int j = 0; j < CSV_G * CSV_K; j++) {
        static const char *const k[CSV_K] = { "HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR" };

        fprintf(f, ",C%02d_%s", (int)(j / CSV_K), k[j % CSV_K]);
    }
    fputs(",OUT\n", f);
    for (gvc_int i = 0; i < n; i++) {
        fprintf(f, "C%02d_%s", (int)(i / CSV_N), csv_sectors[i % CSV_N]);
        for (gvc_int j = 0; j < m; j++) {
            const double value = flow(i, j);

            fprintf(f, ",%.4f", value);
            sold[i] += value;
            if (j < n)
                bought[j] += value;
        }
        fprintf(f, ",%.4f\n", sold[i]);
    }
    for (int row = 0; row < 3; row++) {
        static const char *const rows[] = { "TLS", "VA", "OUT" };

        fputs(rows[row], f);
        for (gvc_int j = 0; j < m; j++)
            fprintf(f, ",%.4f",
                    j >= n || row == 0 ? 0.0
                    : row == 1         ? sold[j] - bought[j]
                                       : sold[j]);
        fputs(",0\n", f);
    }
    if (fclose(f) != 0)
        fail("the CSV cannot be written");
    free(bought);
    free(sold);
}

static void put_cell(FILE *f, gvc_int row, gvc_int column, double value)
{
    char ref[8] = { 0 };
    int at = 7;

    for (gvc_int c = column + 1; c > 0; c = (c - 1) / 26)
        ref[--at] = (char)('A' + (c - 1) % 26);
    fprintf(f, "<c r=\"%s%lld\"><v>%.10f</v></c>", ref + at, (long long)row, value);
}

static void put_text(FILE *f, const char *text)
{
    fprintf(f, "<c t=\"inlineStr\"><is><t>%s</t></is></c>", text);
}

/* Header rows 5 to 7: names, countries, codes. */
static void put_headers(FILE *f, gvc_int n)
{
    char text[16];

    for (int row = 5; row <= 7; row++) {
        fprintf(f, "<row r=\"%d\"><c r=\"D%d\"/>", row, row);
        for (gvc_int j = 0; j < n + XLSX_G * 5; j++) {
            const gvc_int c = j < n ? j / XLSX_N : (j - n) / 5;

            if (row == 5)
                snprintf(text, sizeof text, "name");
            else if (row == 6)
                snprintf(text, sizeof text, "C%02d", (int)c);
            else if (j < n)
                snprintf(text, sizeof text, "c%d", (int)(j % XLSX_N) + 1);
            else
                snprintf(text, sizeof text, "F%d", (int)((j - n) % 5) + 1);
            put_text(f, text);
        }
        fputs("</row>", f);
    }
}

static void put_labels(FILE *f, gvc_int row, const char *country, const char *code)
{
    fprintf(f, "<row r=\"%lld\"><c r=\"A%lld\"/>", (long long)row, (long long)row);
    put_text(f, "name");
    put_text(f, country);
    put_text(f, code);
}

static void put_sheet(FILE *f)
{
    const gvc_int n = XLSX_G * XLSX_N, m = n + XLSX_G * 5;
    double *bought = calloc((size_t)n, sizeof *bought), *sold = calloc((size_t)n, sizeof *sold);
    char country[16], code[16];

    fputs("<worksheet><sheetData>", f);
    put_headers(f, n);
    for (gvc_int i = 0; i < n; i++) {
        snprintf(country, sizeof country, "C%02d", (int)(i / XLSX_N));
        snprintf(code, sizeof code, "c%d", (int)(i % XLSX_N) + 1);
        put_labels(f, 8 + i, country, code);
        for (gvc_int j = 0; j < m; j++) {
            const double value = flow(i, j) * (1.0 + 1e-6);

            put_cell(f, 8 + i, 4 + j, value);
            sold[i] += value;
            if (j < n)
                bought[j] += value;
        }
        put_cell(f, 8 + i, 4 + m, sold[i]);
        fputs("</row>", f);
    }
    for (int row = 0; row < 2; row++) {
        put_labels(f, 8 + n + row, "TOT", row ? "r69" : "r64");
        for (gvc_int j = 0; j < n; j++)
            put_cell(f, 8 + n + row, 4 + j, row ? sold[j] : sold[j] - bought[j]);
        fputs("</row>", f);
    }
    fputs("</sheetData></worksheet>", f);
    free(bought);
    free(sold);
}

static void add_text(zip_t *zip, const char *name, const char *text)
{
    zip_source_t *source = zip_source_buffer(zip, text, strlen(text), 0);

    if (!source || zip_file_add(zip, name, source, 0) < 0)
        fail("the workbook cannot be written");
}

static void write_xlsx(const char *path, const char *sheet)
{
    FILE *f = fopen(sheet, "w");
    int code;
    zip_t *zip;
    zip_source_t *source;

    if (!f)
        fail("the sheet cannot be written");
    put_sheet(f);
    if (fclose(f) != 0)
        fail("the sheet cannot be written");
    zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!zip)
        fail("the workbook cannot be written");
    add_text(zip, "[Content_Types].xml", "<Types/>");
    add_text(zip, "xl/workbook.xml",
             "<workbook><sheets><sheet name=\"2020\" r:id=\"a\"/></sheets></workbook>");
    add_text(zip, "xl/_rels/workbook.xml.rels",
             "<Relationships><Relationship Id=\"a\" Target=\"s.xml\"/></Relationships>");
    source = zip_source_file(zip, sheet, 0, -1);
    if (!source || zip_file_add(zip, "xl/s.xml", source, 0) < 0 || zip_close(zip) != 0)
        fail("the workbook cannot be written");
    remove(sheet);
}

/* ---- the bound: inflate and tokenise, nothing else ---- */

static void on_start(void *user, const XML_Char *name, const XML_Char **attrs)
{
    (void)name, (void)attrs;
    ++*(gvc_int *)user;
}

static void on_end(void *user, const XML_Char *name)
{
    (void)user, (void)name;
}

static void on_text(void *user, const XML_Char *text, int len)
{
    (void)text;
    *(gvc_int *)user += len;
}

static void tokenise(const char *path)
{
    int code;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    zip_file_t *file = zip ? zip_fopen(zip, "xl/s.xml", 0) : NULL;
    XML_Parser parser = XML_ParserCreate(NULL);
    gvc_int seen = 0;

    if (!file || !parser)
        fail("the workbook cannot be read");
    XML_SetUserData(parser, &seen);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    for (zip_int64_t got = BLOCK; got == BLOCK;) {
        void *block = XML_GetBuffer(parser, BLOCK);

        got = zip_fread(file, block, BLOCK);
        if (got < 0 || XML_ParseBuffer(parser, (int)got, got < BLOCK) != XML_STATUS_OK)
            fail("the workbook cannot be read");
    }
    XML_ParserFree(parser);
    zip_fclose(file);
    zip_discard(zip);
}

/* ---- runs ---- */

static void time_case(const char *what, gvc_int G, gvc_int N, int threads, int runs,
                      const char *const *words, const char *workbook, const char *store)
{
    bench_case c = { .what = what, .table = "made", .G = G, .N = N, .threads = threads };

    c.runs = runs;
    for (int i = 0; i < runs; i++) {
        remove(store);
        c.seconds[i] = bench_process(words, tokenise, workbook, &c.cpu[i], &c.peak);
        if (c.seconds[i] < 0)
            fail("a run fails");
    }
    remove(store);
    bench_report(&c);
}

static void say_bytes(const char *what, const char *path, gvc_int rows, gvc_int columns)
{
    FILE *f = fopen(path, "r");

    if (f && fseek(f, 0, SEEK_END) == 0)
        fprintf(stderr, "%s: %.1f MB on disk, %.1f MB as doubles\n", what, (double)ftell(f) / 1e6,
                8e-6 * (double)rows * (double)columns);
    if (f)
        fclose(f);
}

int main(int argc, char **argv)
{
    const int runs = argc > 3 ? atoi(argv[3]) : 5;
    char csv[NAME], xlsx[NAME], sheet[NAME], store[NAME];
    const char *words[] = { NULL,   "import", NULL,      "-o",        store, "--year",
                            "2020", "-q",     "--force", "--threads", "2",   NULL };

    if (argc < 3 || runs < 1 || runs > BENCH_RUNS_MAX) {
        fprintf(stderr, "usage: bench_import GVC FOLDER [RUNS]\n");
        return 2;
    }
    snprintf(csv, NAME, "%s/2020_SML.csv", argv[2]);
    snprintf(xlsx, NAME, "%s/ADB-2020.xlsx", argv[2]);
    snprintf(sheet, NAME, "%s/sheet.xml", argv[2]);
    snprintf(store, NAME, "%s/imported.h5", argv[2]);
    words[0] = argv[1];
    if (access(csv, F_OK) != 0)
        write_csv(csv);
    if (access(xlsx, F_OK) != 0)
        write_xlsx(xlsx, sheet);
    say_bytes("csv", csv, CSV_G * CSV_N, CSV_G * (CSV_N + CSV_K) + 1);
    say_bytes("xlsx", xlsx, XLSX_G * XLSX_N, XLSX_G * (XLSX_N + 5) + 1);
    words[2] = csv;
    time_case("import CSV, 77 x 45", CSV_G, CSV_N, 2, runs, words, NULL, store);
    words[2] = xlsx;
    time_case("import xlsx, 72 x 35", XLSX_G, XLSX_N, 2, runs, words, NULL, store);
    time_case("inflate and tokenise xlsx, 72 x 35", XLSX_G, XLSX_N, 1, runs, NULL, xlsx, store);
    return 0;
}
