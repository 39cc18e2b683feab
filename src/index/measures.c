#include <gvc/measures.h>

#include "index/driver.h"

#include <string.h>

/* The table of measures is the decompositions followed by the families of indices. */

static gvc_int count(const gvc_measure *const *list)
{
    gvc_int n = 0;

    while (list[n])
        n++;
    return n;
}

gvc_int gvc_measures_n(void)
{
    return count(gvc_decomp__measures) + count(gvc_index__families);
}

const gvc_measure *gvc_measures_get(gvc_int i)
{
    const gvc_int n = count(gvc_decomp__measures);

    return i < n ? gvc_decomp__measures[i] : gvc_index__families[i - n];
}

/* The first measure of `kind` that answers to `name` in the way `said` reads it. */
static const gvc_measure *find_by(const char *(*said)(const gvc_measure *), const char *name,
                                  gvc_frame_kind kind)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *measure = gvc_measures_get(i);

        if (measure->kind == kind && strcmp(said(measure), name) == 0)
            return measure;
    }
    return NULL;
}

const gvc_measure *gvc_measures_find_kind(const char *name, gvc_frame_kind kind)
{
    const gvc_measure *found = NULL;

    if (!name || !*name)
        return NULL;
    found = find_by(gvc_measure_name, name, kind);
    if (!found)
        found = find_by(gvc_measure_prefix, name, kind);
    return found ? found : find_by(gvc_measure_method, name, kind);
}

const gvc_measure *gvc_measures_find(const char *name)
{
    const gvc_measure *family = gvc_measures_find_kind(name, GVC_FRAME_INDICES);

    return family ? family : gvc_measures_find_kind(name, GVC_FRAME_EXPORTS);
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

const char *gvc_measure_name(const gvc_measure *measure)
{
    return measure->name;
}

const char *gvc_measure_method(const gvc_measure *measure)
{
    return text_or_empty(measure->method);
}

const char *gvc_measure_prefix(const gvc_measure *measure)
{
    return text_or_empty(measure->prefix);
}

const char *gvc_measure_perspective(const gvc_measure *measure)
{
    return text_or_empty(measure->perspective);
}

const char *gvc_measure_approach(const gvc_measure *measure)
{
    return text_or_empty(measure->approach);
}

gvc_frame_kind gvc_measure_kind(const gvc_measure *measure)
{
    return measure->kind;
}

const char *gvc_measure_title(const gvc_measure *measure)
{
    return text_or_empty(measure->title);
}

const char *gvc_measure_paper(const gvc_measure *measure)
{
    return text_or_empty(measure->paper);
}

const char *gvc_measure_notes(const gvc_measure *measure)
{
    return text_or_empty(measure->notes);
}

const char *gvc_measure_levels(const gvc_measure *measure)
{
    return gvc_level__list(measure->levels);
}

int gvc_level_is_on_request(const char *level)
{
    return (gvc_level__find(level) & GVC_LEVELS_ON_REQUEST) != 0;
}

gvc_int gvc_measure_terms_n(const gvc_measure *measure)
{
    return measure->n_terms;
}

const gvc_term *gvc_measure_term(const gvc_measure *measure, gvc_int i)
{
    return &measure->terms[i];
}

const char *gvc_term_name(const gvc_term *term)
{
    return term->name;
}

const char *gvc_term_label(const gvc_term *term)
{
    return text_or_empty(term->label);
}

const char *gvc_term_unit(const gvc_term *term)
{
    return text_or_empty(term->unit);
}

const char *gvc_term_formula(const gvc_term *term)
{
    return text_or_empty(term->formula);
}

int gvc_term_covers(const gvc_term *term, const char *name)
{
    const char *open = strchr(term->name, '<');
    const size_t n = open ? (size_t)(open - term->name) : 0;

    return strcmp(term->name, name) == 0 || (open && strncmp(term->name, name, n) == 0 && name[n]);
}

static int holds(const gvc_measure *measure, const gvc_term *term)
{
    for (gvc_int t = 0; t < measure->n_terms; t++)
        if (&measure->terms[t] == term)
            return 1;
    return 0;
}

/* A term without levels of its own has those of its measure, or of all that share the term. */
const char *gvc_term_levels(const gvc_term *term)
{
    unsigned levels = term->levels;

    for (gvc_int i = 0; !term->levels && i < gvc_measures_n(); i++)
        if (holds(gvc_measures_get(i), term))
            levels |= gvc_measures_get(i)->levels;
    return gvc_level__list(levels);
}

const char *gvc_term_sector_meaning(const gvc_term *term)
{
    return text_or_empty(term->meaning);
}

const char *gvc_term_range(const gvc_term *term)
{
    return text_or_empty(term->range);
}
