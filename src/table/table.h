#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <gvc/digital.h>
#include <gvc/frame.h>
#include <gvc/groups.h>
#include <gvc/table.h>

#include "base/attrs.h"
#include "base/labels.h"
#include "base/map.h"

#include <stdatomic.h>

/*
 * The layouts behind gvc/table.h and gvc/groups.h, for those who make tables (store, import, synth)
 * and for the model. Nobody changes a table or an edition after its maker has handed it out.
 */

typedef struct gvc_group_entry {
    const char *iso3;
    int from_year, to_year; /* belongs while from <= y < to; 0 = open */
} gvc_group_entry;

struct gvc_group {
    const char *name, *note;
    gvc_int n;
    gvc_group_entry *members;
};

/* A weight per sector: the digital sectors, the manufactures. */
typedef struct gvc_sector_set {
    const char *name;
    double *weight; /* N */
} gvc_sector_set;

struct gvc_edition {
    atomic_int owners;
    gvc_labels *countries, *sectors, *categories;
    const char **native; /* G */
    gvc_int inventory;   /* category index, -1 unknown */
    gvc_attrs *attrs;    /* root attributes of the store */
    gvc_int n_groups, n_sets;
    gvc_group *groups;
    gvc_sector_set *sets;
    /* What some year of a store has, so that all years have the same columns; NULL and 0: none. */
    gvc_labels *satellites;
    int has_tau;
    struct gvc_arena *arena; /* holds every string, group and set of the edition */
};

/** An empty edition with its arena and attributes; fill it, then hand it out. One owner. */
gvc_status gvc_edition__new(gvc_ctx *ctx, gvc_edition **out);
gvc_edition *gvc_edition__share(const gvc_edition *edition);
void gvc_edition__free(gvc_edition *edition);
/** Append a group with room for `n` members (in the arena), to fill. */
gvc_group *gvc_edition__add_group(gvc_ctx *ctx, gvc_edition *edition, const char *name, gvc_int n);
/** The weights of set `name`, zero at first, to fill. */
double *gvc_edition__add_set(gvc_ctx *ctx, gvc_edition *edition, const char *name);
/** Fill `inventory` from the attribute inventory_category, or from `source` where it is absent
 *  (formats: c42 F5 INVEN xINV INV INVNT P5M). */
void gvc_edition__settle_inventory(gvc_edition *edition);

/** Whether the weights are by the sectors of `edition`. */
int gvc_digital__fits(const gvc_digital *digital, const gvc_edition *edition);

/** Index of the country spelled `code` by the edition or by its source, -1 where there is none. */
gvc_int gvc_edition__find_country(const gvc_edition *edition, const char *code);

/**
 * The code under which a group keeps a member spelled `code`: that of the edition (may be NULL),
 * else the one of ISO 3166. GVC_ELABEL with the nearest code, at `file` and `line` (NULL, 0: none).
 */
gvc_status gvc_group__code(gvc_ctx *ctx, const char **iso3, const char *code,
                           const gvc_edition *edition, const char *file, gvc_int line);
/** A year of membership: "" is 0, else four digits; GVC_EDATA at `file` and `line`. */
gvc_status gvc_group__year(gvc_ctx *ctx, int *year, const char *text, const char *file,
                           gvc_int line);
/** GVC_EDATA where the spells of two entries of one country overlap. */
gvc_status gvc_group__check(gvc_ctx *ctx, const gvc_group *group, const char *file);

struct gvc_table {
    gvc_edition *edition;
    int year;
    gvc_int G, N, K, n;
    gvc_view Zt; /* Z': column i is what industry i sells; where `mapped` is, read-only */
    gvc_map *mapped;
    gvc_view FD;
    double *x, *VA; /* VA holds the residual where va_given is 0 */
    int va_given;
    const char *va_rule;
    gvc_labels *satellites; /* NULL: none; names are units */
    double *satellite;      /* n x S, column-major */
    gvc_view tau_int, tau_fin;
    gvc_labels *primaries; /* rows of primary inputs as published; NULL: none */
    double *primary;       /* n x P, column-major */
    double *primary_fd;    /* (G * K) x P: the same rows over final demand; NULL: none */
    gvc_attrs *attrs;      /* of the year: source_file, source_sha256 ... */
    struct gvc_arena *arena;
};

/** A table of `edition` (one more owner) with zeroed Z', FD, x and VA; K from its categories. */
gvc_status gvc_table__new(gvc_ctx *ctx, gvc_table **out, const gvc_edition *edition, int year);
/** The same without Z', which is made by one of the two below. */
gvc_status gvc_table__begin(gvc_ctx *ctx, gvc_table **out, const gvc_edition *edition, int year);
/** Z' := 0, in memory of its own. */
gvc_status gvc_table__add_Zt(gvc_ctx *ctx, gvc_table *table);
/** Z' is what `map` (taken over) has in the file. */
void gvc_table__lend_Zt(gvc_table *table, gvc_map *map);
/** The table goes on without Z'. */
void gvc_table__drop_Zt(gvc_table *table);
/** Room for the satellites `codes` with `units`, zeroed. */
gvc_status gvc_table__add_satellites(gvc_ctx *ctx, gvc_table *table, gvc_int n,
                                     const char *const *codes, const char *const *units);
/** Room for the rows of primary inputs `codes` with `names`, zeroed; over final demand too where
 *  `with_fd`. */
gvc_status gvc_table__add_primaries(gvc_ctx *ctx, gvc_table *table, gvc_int n,
                                    const char *const *codes, const char *const *names,
                                    int with_fd);
/** Room for trade costs, zeroed. */
gvc_status gvc_table__add_tau(gvc_ctx *ctx, gvc_table *table);
/** VA := x - 1'Z, va_given := 0, va_rule := "residual". */
void gvc_table__residual_va(gvc_ctx *ctx, gvc_table *table);
/** "CHN:c14" for row i, into `text`. */
const char *gvc_table__industry(const gvc_table *table, gvc_int i, char *text, gvc_int room);
/**
 * What no table may hold: non-finite values, negative output. GVC_EDATA naming `file`, the array
 * and the industries of the first place.
 */
gvc_status gvc_table__validate(gvc_ctx *ctx, const gvc_table *table, const char *file);

struct gvc_units {
    gvc_int U, G;
    gvc_labels *labels;
    gvc_int *unit_of; /* G: unit of each country */
    gvc_int *first;   /* U + 1: members of unit u are member[first[u]] .. */
    gvc_int *member;  /* G: countries in order of units, ascending inside a unit */
    int all_single;   /* every unit is one country: then unit u is country u */
};

#endif
