#ifndef TABLE_SYNTH_H
#define TABLE_SYNTH_H

#include <gvc/synth.h>

#include "table/table.h"

/*
 * How a synthetic table comes about (files synth_*.c):
 *   1. economies: GDP, trade and spending of each country in the year;
 *   2. industries: inputs per output a[k; j], final demand f[k; r] and outputs x that hang together
 *      when every country holds one share of each product's world market;
 *   3. trade: market shares m[k; s, r] of gravity form that give each industry its output and each
 *      country its trade; then x once more from x = A x + F1 through that structure;
 *   4. fill: Z_(s,k),j = a[k; j] m[k; s, r] x_j, final demand, x as the exact row sum.
 */

enum {
    SYNTH_PRODUCTS = 18,  /* the common sectors, the pattern of every synthetic sector */
    SYNTH_MILESTONES = 5, /* years whose GDP is written down: 2000, 2005 ... 2020 */
    SYNTH_CATEGORIES = 4, /* households, government, capital formation, inventories */
};

/* A common sector. */
typedef struct synth_product {
    double final;               /* weight in final demand */
    double use[3];              /* of it: households, government, capital formation */
    double home, distance;      /* preference for home products, distance elasticity of trade */
    double inputs;              /* inputs per unit of output */
    double mix[SYNTH_PRODUCTS]; /* of which product */
} synth_product;

/* A kind of economy. */
typedef struct synth_kind {
    char name[16];
    double inputs; /* factor on the inputs of every industry */
    double weight[SYNTH_PRODUCTS];
} synth_kind;

enum { SYNTH_KINDS = 16 };

typedef struct synth_economy {
    char iso3[4];
    int is_real; /* its GDP is written down; otherwise it has a part of the rest of the world's */
    int kind;
    double latitude, longitude;
    double gdp[SYNTH_MILESTONES]; /* billion USD */
    double trade[3];              /* 2000, 2008, 2020: mean of exports and imports, share of GDP */
    double balance;               /* share of GDP */
    double rest;                  /* part of the rest of the world's GDP */
} synth_economy;

struct gvc_synth {
    gvc_synth_opts opts;
    gvc_int G, N;
    gvc_edition *edition;
    gvc_int n_kinds;
    synth_kind kinds[SYNTH_KINDS];
    synth_product products[SYNTH_PRODUCTS];
    double world[SYNTH_MILESTONES]; /* billion USD */
    synth_economy *economies;       /* G */
    gvc_int *product;               /* N: the product a sector is patterned on */
    gvc_int crowd[SYNTH_PRODUCTS];  /* how many sectors share a product */
};

/* What is known about one year on the way to its table. Money in million USD. */
typedef struct synth_year {
    const gvc_synth *synth;
    int year;
    gvc_int G, N, n;
    double *gdp, *trade, *spending; /* G */
    double *home;                   /* G: factor on the preference for home products */
    double *inputs;                 /* n: inputs per output of an industry */
    double *tech;                   /* N x n: a[k; j] */
    double *final;                  /* N x G: final demand for product k of country r */
    double *bought;                 /* N x G: inputs of product k bought in country r */
    double *x, *share;              /* n: output, weight in the world market */
    double *scale, *sold;           /* n: a seller's factor in its flows, and what it sells */
    double *price[2];               /* N x G: a buyer's factor: inputs, final demand */
    double *slot;                   /* G: what the countries report, one each */
    gvc_view to_industry;           /* n x G: gravity, then market shares among inputs */
    gvc_view to_final;              /* the same of final demand; lives inside FD until the end */
} synth_year;

/* ---- random numbers: a function of seed, stream, year and place, so order never matters ---- */

typedef enum synth_stream {
    SYNTH_GROWTH,
    SYNTH_SIZE,
    SYNTH_PLACE,
    SYNTH_OUTPUT,
    SYNTH_INPUTS,
    SYNTH_MIX,
    SYNTH_FINAL,
    SYNTH_TRADE_INDUSTRY,
    SYNTH_TRADE_FINAL,
    SYNTH_STOCKS,
    SYNTH_DISPOSAL,
} synth_stream;

/** Uniform in (0, 1). */
double gvc_synth__uniform(const gvc_synth *synth, synth_stream stream, gvc_int i, gvc_int j);
/** Close to normal, mean 0 and variance 1, never beyond 3.5. */
double gvc_synth__normal(const gvc_synth *synth, synth_stream stream, gvc_int i, gvc_int j);
/** The same, drifting slowly over the years. */
double gvc_synth__drift(const synth_year *y, synth_stream stream, gvc_int i, gvc_int j);

/* ---- the steps ---- */

/** Fill kinds, products, world and the first economies from the embedded tables; the others are
 * made up. */
void gvc_synth__read(gvc_synth *synth);
void gvc_synth__economies(synth_year *y);
gvc_status gvc_synth__industries(gvc_ctx *ctx, synth_year *y);
gvc_status gvc_synth__trade(gvc_ctx *ctx, synth_year *y);
/** inputs of product k bought in country r: bought := tech times x, block by block. */
void gvc_synth__buy(gvc_ctx *ctx, synth_year *y);
/** Fill Z', FD, x and VA of `table`, whose FD holds y->to_final. */
void gvc_synth__fill(gvc_ctx *ctx, gvc_table *table, const synth_year *y);

#endif
