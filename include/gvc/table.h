#ifndef GVC_TABLE_H
#define GVC_TABLE_H

#include <gvc/labels.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What the yearly tables of one edition have in common: labels, unit, origin, groups, inputs.
 * Immutable once read; shared by reference.
 */
typedef struct gvc_edition gvc_edition;

/** One year's multi-region input-output table, checked once and constant from then on. */
typedef struct gvc_table gvc_table;

/** Countries by ISO 3166 alpha-3 code (ROW for the rest of the world) with English names. */
GVC_API const gvc_labels *gvc_edition_countries(const gvc_edition *edition);
GVC_API const gvc_labels *gvc_edition_sectors(const gvc_edition *edition);
/** Categories of final demand ("c42", "F2"). */
GVC_API const gvc_labels *gvc_edition_categories(const gvc_edition *edition);
/** The source's own code of country `c` ("ROM" for ROU). */
GVC_API const char *gvc_edition_native(const gvc_edition *edition, gvc_int c);
/** Index of the category that holds changes in inventories, -1 where none is known. */
GVC_API gvc_int gvc_edition_inventory(const gvc_edition *edition);
/** A root attribute (source, release, unit, currency, multiplier, price_basis, valuation,
 * sector_scheme, licence, citation, history, synthetic ...), NULL where it is absent. */
GVC_API const char *gvc_edition_attr(const gvc_edition *edition, const char *name);

enum { GVC_TAG_ROOM = 24 };

/** Short name of the edition from its source and release: wiod13, wiod16, lrwiod, adb72, icio2023;
 *  "table" where it does not say what it is. */
GVC_API void gvc_edition_tag(const gvc_edition *edition, char tag[GVC_TAG_ROOM]);

GVC_API const gvc_edition *gvc_table_edition(const gvc_table *table);
/** Calendar year, GVC_INT_MISSING (gvc/frame.h) where the source has none. */
GVC_API int gvc_table_year(const gvc_table *table);
/** Countries, sectors, categories, and n = G * N country-sectors, country-major. */
GVC_API gvc_int gvc_table_G(const gvc_table *table);
GVC_API gvc_int gvc_table_N(const gvc_table *table);
GVC_API gvc_int gvc_table_K(const gvc_table *table);
GVC_API gvc_int gvc_table_n(const gvc_table *table);
/** Intermediate sales, Z', n x n: column i is what industry i sells, row j goes to industry j, as a
 * store has them row by row; money. Borrowed, and only to be read: it may be the file itself,
 * mapped into memory, and then reading fails with SIGBUS where the file shrinks meanwhile. */
GVC_API gvc_view gvc_table_Zt(const gvc_table *table);
/** GVC_EIO where the file that the table is mapped from has changed since it was read: what was
 * computed meanwhile may mix both. */
GVC_API gvc_status gvc_table_recheck(gvc_ctx *ctx, const gvc_table *table);
/** The file of which a table's mapped part holds `address`, NULL: none. For a handler of SIGBUS. */
GVC_API const char *gvc_table_file_at(const void *address);
/** Final demand, n x (G * K), categories inside a country; money. Borrowed. */
GVC_API gvc_view gvc_table_FD(const gvc_table *table);
/** Gross output as given, n; money. Borrowed. */
GVC_API const double *gvc_table_x(const gvc_table *table);
/** Value added as given, n; money. NULL where it is the residual x - 1'Z. Borrowed. */
GVC_API const double *gvc_table_VA(const gvc_table *table);
/** Where value added comes from: "residual", "row:r64", "sum:..." (formats: va_rule). */
GVC_API const char *gvc_table_va_rule(const gvc_table *table);
/** Satellite rows (jobs, CO2), each n long; names are units. NULL where there are none. */
GVC_API const gvc_labels *gvc_table_satellites(const gvc_table *table);
GVC_API const double *gvc_table_satellite(const gvc_table *table, gvc_int i);
/** Weight 0 to 1 of each sector in the set "digital" or "manufacturing"; NULL where the source has
 * no such set. Borrowed, N long. */
GVC_API const double *gvc_edition_set(const gvc_edition *edition, const char *name);
/** Satellites and trade costs that some year of a store has, so that they can be missing in others;
 * NULL and 0 where there are none, and for a folder. */
GVC_API const gvc_labels *gvc_edition_satellites(const gvc_edition *edition);
GVC_API int gvc_edition_has_costs(const gvc_edition *edition);
/** Ad-valorem trade costs of seller i into country r, n x G fractions; view.a is NULL where absent.
 */
GVC_API gvc_view gvc_table_tau_int(const gvc_table *table);
GVC_API gvc_view gvc_table_tau_fin(const gvc_table *table);

GVC_API void gvc_table_free(gvc_table *table);

/** How grave a finding is. */
typedef enum gvc_severity { GVC_NOTE, GVC_WARNING, GVC_ERROR } gvc_severity;

/** What the check of a table found; see gvc_check(). */
typedef struct gvc_findings gvc_findings;

/**
 * Look at one table: row balance (x against Z1 + F1), column balance (VA against x - 1'Z), negative
 * value added, output and exports, zero output (with and without purchases or exports), NaN, labels
 * (ISO codes, ROW), world GDP against a plausible range, missing unit or inventory category.
 *
 * @param out  receives the findings, gravest first; freed with gvc_findings_free()
 */
GVC_API gvc_status gvc_check(gvc_ctx *ctx, gvc_findings **out, const gvc_table *table);
GVC_API gvc_int gvc_findings_n(const gvc_findings *findings);
GVC_API gvc_severity gvc_findings_severity(const gvc_findings *findings, gvc_int i);
/** Short name of the rule ("row-balance"). */
GVC_API const char *gvc_findings_rule(const gvc_findings *findings, gvc_int i);
/** One sentence: what, where, how much, and what it means for results. */
GVC_API const char *gvc_findings_text(const gvc_findings *findings, gvc_int i);
/** How many places it concerns. */
GVC_API gvc_int gvc_findings_count(const gvc_findings *findings, gvc_int i);
GVC_API void gvc_findings_free(gvc_findings *findings);

#ifdef __cplusplus
}
#endif
#endif
