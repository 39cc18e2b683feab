#ifndef GVC_MEASURES_H
#define GVC_MEASURES_H

#include <gvc/concordance.h>
#include <gvc/digital.h>
#include <gvc/frame.h>
#include <gvc/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The table of measures: every decomposition of exports and every family of indices is one row of
 * it. Help, completion, codebook, labels and argument checks are printed from here.
 */
typedef struct gvc_measure gvc_measure;

/** A column of a measure. */
typedef struct gvc_term gvc_term;

GVC_API gvc_int gvc_measures_n(void);
GVC_API const gvc_measure *gvc_measures_get(gvc_int i);
/** The measure whose name ("bm/exporter/source", "kpww"), short name ("bms") or method ("bm", first
 * row of it) is `name`; NULL where there is none. A name with two meanings is the family. */
GVC_API const gvc_measure *gvc_measures_find(const char *name);
/** The same among the decompositions (GVC_FRAME_EXPORTS) or the families (GVC_FRAME_INDICES). */
GVC_API const gvc_measure *gvc_measures_find_kind(const char *name, gvc_frame_kind kind);

/** Long name, "bm/exporter/source" or "kpww". */
GVC_API const char *gvc_measure_name(const gvc_measure *measure);
/** What --method says ("bm"); for indices the family. */
GVC_API const char *gvc_measure_method(const gvc_measure *measure);
/** Prefix of its columns in a panel ("bms"); for indices "". */
GVC_API const char *gvc_measure_prefix(const gvc_measure *measure);
/** "exporter", "world", ... and "source", "sink"; "" where a method has none. */
GVC_API const char *gvc_measure_perspective(const gvc_measure *measure);
GVC_API const char *gvc_measure_approach(const gvc_measure *measure);
GVC_API gvc_frame_kind gvc_measure_kind(const gvc_measure *measure);
/** One line of what it is, and the papers it comes from. */
GVC_API const char *gvc_measure_title(const gvc_measure *measure);
GVC_API const char *gvc_measure_paper(const gvc_measure *measure);
/** Longer remarks for the reference (identities, known biases, cost), paragraphs separated by
 * newlines. */
GVC_API const char *gvc_measure_notes(const gvc_measure *measure);
/** Levels, comma-separated, coarsest first ("country,sector,bilateral,bilateral_sector"). */
GVC_API const char *gvc_measure_levels(const gvc_measure *measure);
/** 1 where a level ("sector_pair") is as large as the square of the table: it is run where it is
 * named, and is not among "all levels" or "every level" anywhere else in this header. */
GVC_API int gvc_level_is_on_request(const char *level);
/** gvc_quantity bits it needs at all its levels together. */
GVC_API unsigned gvc_measure_needs(const gvc_measure *measure);

GVC_API gvc_int gvc_measure_terms_n(const gvc_measure *measure);
GVC_API const gvc_term *gvc_measure_term(const gvc_measure *measure, gvc_int i);
GVC_API const char *gvc_term_name(const gvc_term *term);
GVC_API const char *gvc_term_label(const gvc_term *term);
GVC_API const char *gvc_term_unit(const gvc_term *term);
GVC_API const char *gvc_term_formula(const gvc_term *term);
/** Levels at which the column exists. */
GVC_API const char *gvc_term_levels(const gvc_term *term);
/** Sector meaning "O", "X", "P", "S", "" and range, as in the codebook. */
GVC_API const char *gvc_term_sector_meaning(const gvc_term *term);
GVC_API const char *gvc_term_range(const gvc_term *term);
/** Whether `name` is the column `term`, or one of those that a template such as "sat_fd_<q>" stands
 * for. */
GVC_API int gvc_term_covers(const gvc_term *term, const char *name);

/** Rows wanted; a list of labels (codes, group names) or NULL for all. Filters choose rows and
 * never change the computation. Arrays are NULL-terminated. */
typedef struct gvc_filter {
    const char *const *exporter, *const *importer; /**< decompositions: units */
    const char *const *country, *const *partner;   /**< indices: units, group names, WLD */
    const char *const *sector;
} gvc_filter;

/** Rows of one year at a level ("bilateral_od"), before filters and at most: of `units` exporters,
 * `sectors` of each, `industries` rows of the table and `groups` groups. 0 where there is no such
 * level. */
GVC_API double gvc_measures_rows(const char *level, gvc_int units, gvc_int sectors,
                                 gvc_int industries, gvc_int groups);

/** Results of more rows come in parts where a sink takes them. */
enum { GVC_PART_ROWS = 1 << 20 };

/**
 * Receives results as they are made: rows first ... first + gvc_frame_rows(part) - 1 of the `rows`
 * rows of one measure and level. Parts of one result come in order, with nothing between them; the
 * frame is lent for the call. A status other than GVC_OK ends the run.
 */
typedef gvc_status (*gvc_part_fn)(gvc_ctx *ctx, const gvc_frame *part, gvc_int first, gvc_int rows,
                                  void *user);

/** Receives a whole result, which then belongs to the receiver, also when the call fails. */
typedef gvc_status (*gvc_give_fn)(gvc_ctx *ctx, gvc_frame *frame, void *user);

typedef struct gvc_run_opts {
    const char *const *levels; /**< NULL-terminated; NULL: every level of each measure */
    gvc_filter filter;
    int shares; /**< decompositions: divide money by gexp of the cell, add the columns `<term>_sh`
                 */
    /** Indices: groups whose group_sum and group_block rows are wanted beside the edition's own. */
    const gvc_group *const *groups;
    gvc_int n_groups;
    gvc_group_rule group_rule;
    /** Indices: only the edition's groups when `groups` is NULL; 1: not even those. */
    int no_edition_groups;
    /** Sum money to the sectors of this list before ratios are taken, rows and the filter `sector`
     * then being its targets; columns that no sum gives are left out at levels with sectors. NULL:
     * the sectors of the table. Borrowed. */
    const gvc_concordance *sectors;
    /** 1: indices of a country with each group as partner too, in a frame of level bilateral_group
     * or bilateral_sector_group after that of the pairs: bilateral money is summed over the members
     * but for the country itself, then the rules are applied. */
    int pool_partners;
    /** 1: a level that a measure lacks is skipped for it, though it was named. */
    int skip_levels;
    /** Indices: the digital sectors; NULL: gvc_digital_new() without a choice. Borrowed. */
    const gvc_digital *digital;
    /** Where results go instead of the list of frames, NULL: to the list. Results of more than
     * `part_rows` rows (0: GVC_PART_ROWS) by origin, destination, importer or partner sector come
     * in parts, exporter by exporter, and are never held whole. */
    gvc_part_fn sink;
    void *sink_user;
    gvc_int part_rows;
    /** Decompositions: groups whose rows `sum:NAME` stand behind those of the countries, as
     * exporter and, where a row has one, as partner (importer, or absorber of a pair): the terms of
     * the members added up, trade among them included, and ratios divided after that. Such results
     * are held whole. Borrowed. */
    const gvc_group *const *sums;
    gvc_int n_sums;
    /** 1, without `sums`: decompositions have rows of `groups` as indices do, such sums under the
     * group's name: in a frame of level group_sum beside that of level country or imports, and with
     * pool_partners as partner in one of level bilateral_group or bilateral_sector_group. */
    int group_rows;
    /** Levels of pairs ("bilateral", "bilateral_sector"; NULL-terminated, NULL: none) whose money
     * is wanted as sums over partners, whether their rows are wanted or not: in frames of level
     * bilateral_pool or bilateral_sector_pool that have each of `groups` and WLD, which is
     * everybody, as partner, for all sellers that the filters choose, or more. The pair of a
     * country with itself does not count, and the filters `importer` and `partner` change nothing.
     * None where countries of the model are merged. */
    const char *const *pools;
    /** With a sink: where results go that come whole, NULL: to the sink too. */
    gvc_give_fn give;
} gvc_run_opts;

/**
 * `measure` with the columns that it has for `table`: a template such as "sat_fd_<q>" becomes one
 * column for each satellite. gvc_measures_run() does this for itself.
 *
 * @param out  freed with gvc_measure_free(); borrows from `measure`, `table` and `opts` (may be
 * NULL)
 * @return GVC_ELABEL where the table lacks what all columns of the measure need, such as satellites
 */
GVC_API gvc_status gvc_measure_for(gvc_ctx *ctx, gvc_measure **out, const gvc_measure *measure,
                                   const gvc_table *table, const gvc_run_opts *opts);
GVC_API void gvc_measure_free(gvc_measure *measure);

/** Union of the needs of `measures`. */
GVC_API unsigned gvc_measures_needs(const gvc_measure *const *measures, gvc_int n);
/** The same where only some levels are wanted (NULL-terminated; NULL: all). Names that are no level
 * are ignored. */
GVC_API unsigned gvc_measures_needs_at(const gvc_measure *const *measures, gvc_int n,
                                       const char *const *levels);
/** What they need beside that for gvc_run_opts.pools (NULL: nothing). */
GVC_API unsigned gvc_measures_needs_of_pools(const gvc_measure *const *measures, gvc_int n,
                                             const char *const *pools);

/**
 * Run measures on a model: one frame per measure and level, appended to `frames` in the order of
 * the measures, levels coarsest first, or handed to opts->sink (`frames` may be NULL then). Rows
 * are in table order. Columns of a family that have own pairs (partner = country) stand in a second
 * frame of their level. A level that a measure does not have is skipped when `levels` is NULL, and
 * otherwise GVC_EUSAGE naming the levels it has. A filter that leaves no row is GVC_ELABEL naming
 * the nearest labels; so is a measure that needs what the table has not (gvc_measure_for()).
 */
GVC_API gvc_status gvc_measures_run(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                                    const gvc_measure *const *measures, gvc_int n,
                                    const gvc_run_opts *opts);

#ifdef __cplusplus
}
#endif
#endif
