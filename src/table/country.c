#include <gvc/groups.h>

#include "base/text.h"
#include "table/builtin.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The facts are read once from the embedded tables into arrays of fixed size: the tables are ours,
 * so their size is known, and nothing here can fail. */

enum { COUNTRIES = 300, NAMES = 8192, CODES = 3000, CODE = 8 };

typedef struct country {
    char iso3[4];
    const char *name;
    int number, is_bri, signed_in, left_in, along65;
} country;

/* What a source calls a country. */
typedef struct spelling {
    char code[CODE];
    gvc_int country;
} spelling;

static country countries[COUNTRIES];
static gvc_int n_countries, n_spellings, names_used;
static char names[NAMES];
static spelling spellings[CODES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static country *find(const char *iso3)
{
    for (gvc_int i = 0; i < n_countries; i++)
        if (strcmp(countries[i].iso3, iso3) == 0)
            return &countries[i];
    return NULL;
}

static void add_spellings(const gvc_builtin_record *r, gvc_int c)
{
    for (gvc_int j = 0; j < r->columns; j++) {
        if (strncmp(r->head[j], "code_", 5) != 0 || !r->cells[j][0])
            continue;
        assert(n_spellings < CODES && strlen(r->cells[j]) < CODE);
        strcpy(spellings[n_spellings].code, r->cells[j]);
        spellings[n_spellings++].country = c;
    }
}

static void read_countries(gvc_builtin_record *r)
{
    for (gvc_builtin__open(r, "countries"); gvc_builtin__next(r);) {
        country *c = &countries[n_countries];
        const gvc_int len = (gvc_int)strlen(gvc_builtin__cell(r, "name")) + 1;

        assert(n_countries < COUNTRIES && names_used + len <= NAMES);
        memcpy(c->iso3, gvc_builtin__cell(r, "iso3"), 3);
        c->name = memcpy(names + names_used, gvc_builtin__cell(r, "name"), (size_t)len);
        names_used += len;
        add_spellings(r, n_countries++);
    }
    for (gvc_builtin__open(r, "iso_numeric"); gvc_builtin__next(r);)
        find(gvc_builtin__cell(r, "iso3"))->number = atoi(gvc_builtin__cell(r, "number"));
}

static void read_bri(gvc_builtin_record *r)
{
    for (gvc_builtin__open(r, "bri_membership"); gvc_builtin__next(r);) {
        country *c = find(gvc_builtin__cell(r, "iso3"));

        c->along65 = atoi(gvc_builtin__cell(r, "along_65"));
        c->is_bri = atoi(gvc_builtin__cell(r, "signed"));
        if (!c->is_bri)
            continue;
        c->signed_in = atoi(gvc_builtin__cell(r, "year_signed"));
        c->left_in = atoi(gvc_builtin__cell(r, "year_left"));
    }
}

static void read_facts(void)
{
    static gvc_builtin_record r;

    read_countries(&r);
    read_bri(&r);
}

static const country *look_up(const char *iso3)
{
    pthread_once(&once, read_facts);
    return find(iso3);
}

const char *gvc_country_name(const char *iso3)
{
    const country *c = look_up(iso3);

    return c ? c->name : NULL;
}

int gvc_country_number(const char *iso3)
{
    const country *c = look_up(iso3);

    return c ? c->number : 0;
}

int gvc_bri_year(const char *iso3, int *signed_in, int *left_in)
{
    const country *c = look_up(iso3);

    if (signed_in)
        *signed_in = c ? c->signed_in : 0;
    if (left_in)
        *left_in = c ? c->left_in : 0;
    return c && c->is_bri;
}

int gvc_bri_along65(const char *iso3)
{
    const country *c = look_up(iso3);

    return c && c->along65;
}

const char *gvc_country__iso3(const char *native)
{
    const country *c = look_up(native);

    if (c)
        return c->iso3;
    for (gvc_int i = 0; i < n_spellings; i++)
        if (strcmp(spellings[i].code, native) == 0)
            return countries[spellings[i].country].iso3;
    return NULL;
}

const char *gvc_country__nearest(const char *code)
{
    const char *codes[COUNTRIES];

    pthread_once(&once, read_facts);
    for (gvc_int i = 0; i < n_countries; i++)
        codes[i] = countries[i].iso3;
    return gvc_text__nearest(code, codes, n_countries);
}
