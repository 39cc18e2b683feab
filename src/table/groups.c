#include "table/builtin.h"
#include "table/table.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The groups that come with the library, read once into arrays of fixed size (see country.c). */

enum { GROUPS = 48, ENTRIES = 1024, NAME = 32 };

static gvc_group groups[GROUPS];
static char names[GROUPS][NAME];
static gvc_group_entry entries[ENTRIES];
static gvc_int n_groups, n_entries;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin_group(const char *name, const char *note)
{
    assert(n_groups < GROUPS && strlen(name) < NAME);
    strcpy(names[n_groups], name);
    groups[n_groups] = (gvc_group){ names[n_groups], note, 0, entries + n_entries };
    n_groups++;
}

static void add_member(const char *iso3, int from_year, int to_year)
{
    assert(n_entries < ENTRIES && gvc_country__iso3(iso3));
    entries[n_entries++] = (gvc_group_entry){ gvc_country__iso3(iso3), from_year, to_year };
    groups[n_groups - 1].n++;
}

static int is_one(const gvc_builtin_record *r, const char *column)
{
    return strcmp(gvc_builtin__cell(r, column), "1") == 0;
}

static int year(const gvc_builtin_record *r, const char *column)
{
    return atoi(gvc_builtin__cell(r, column));
}

static void read_bri(gvc_builtin_record *r)
{
    begin_group("BRI", "Belt and Road: signatories of a cooperation document");
    for (gvc_builtin__open(r, "bri_membership"); gvc_builtin__next(r);)
        if (is_one(r, "signed"))
            add_member(gvc_builtin__cell(r, "iso3"), year(r, "year_signed"), year(r, "year_left"));
    begin_group("BRI_ALONG65", "Belt and Road: the 65 countries along the routes");
    for (gvc_builtin__open(r, "bri_membership"); gvc_builtin__next(r);)
        if (is_one(r, "along_65"))
            add_member(gvc_builtin__cell(r, "iso3"), 0, 0);
}

/* The invitation of Saudi Arabia to BRICS was never clearly taken up: the group leaves it out. */
static int is_doubtful(const gvc_builtin_record *r)
{
    return strcmp(gvc_builtin__cell(r, "group"), "BRICS") == 0 &&
           strcmp(gvc_builtin__cell(r, "iso3"), "SAU") == 0;
}

static void read_groups(void)
{
    static gvc_builtin_record r;

    read_bri(&r);
    for (gvc_builtin__open(&r, "groups"); gvc_builtin__next(&r);) {
        const char *name = gvc_builtin__cell(&r, "group");

        if (strcmp(name, "BRI_ALONG65") == 0 || is_doubtful(&r))
            continue;
        if (strcmp(name, groups[n_groups - 1].name) != 0)
            begin_group(name, NULL);
        add_member(gvc_builtin__cell(&r, "iso3"), year(&r, "from_year"), year(&r, "to_year"));
    }
}

gvc_int gvc_groups_builtin_n(void)
{
    pthread_once(&once, read_groups);
    return n_groups;
}

const gvc_group *gvc_groups_builtin(gvc_int i)
{
    pthread_once(&once, read_groups);
    return &groups[i];
}

const gvc_group *gvc_groups_builtin_find(const char *name)
{
    for (gvc_int i = 0; i < gvc_groups_builtin_n(); i++)
        if (strcmp(groups[i].name, name) == 0)
            return &groups[i];
    return NULL;
}

const gvc_group *gvc_group_find(const gvc_edition *edition, const char *name)
{
    for (gvc_int i = 0; i < edition->n_groups; i++)
        if (strcmp(edition->groups[i].name, name) == 0)
            return &edition->groups[i];
    return gvc_groups_builtin_find(name);
}
