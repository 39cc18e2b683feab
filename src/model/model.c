#include "model/system.h"

#include <assert.h>

static gvc_status obtain_arrays(gvc_ctx *ctx, gvc_model *m)
{
    const gvc_int n = m->system->n;

    m->unit = gvc_mem__calloc(ctx, n, sizeof *m->unit);
    m->order = gvc_mem__calloc(ctx, n, sizeof *m->order);
    m->F = gvc_mem__matrix(ctx, n, m->U);
    m->E = gvc_mem__matrix(ctx, n, m->U);
    m->Eint = gvc_mem__matrix(ctx, n, m->U);
    m->e = gvc_mem__calloc(ctx, n, sizeof *m->e);
    return m->unit && m->order && m->F.a && m->E.a && m->Eint.a && m->e ? GVC_OK : GVC_ENOMEM;
}

static void sort_rows(gvc_model *m)
{
    const gvc_int N = m->system->N;
    gvc_int at = 0;

    m->in_order = 1;
    for (gvc_int k = 0; k < m->system->G; k++)
        for (gvc_int i = 0; i < N; i++, at++) {
            m->order[at] = m->units->member[k] * N + i;
            m->unit[m->order[at]] = m->units->unit_of[m->units->member[k]];
            m->in_order &= m->order[at] == at;
        }
}

static gvc_status refuse_units(gvc_ctx *ctx, const gvc_system *sys, const gvc_units *units)
{
    return gvc_error__set(ctx, GVC_EUSAGE, "units of %lld countries for a table of %lld",
                          (long long)units->G, (long long)sys->G);
}

/* The part of a model that follows the units; the system is there. */
static gvc_status partition(gvc_ctx *ctx, gvc_model *m, const gvc_units *units)
{
    gvc_status st = GVC_OK;

    if (!units) {
        st = gvc_units_new(ctx, &m->own_units, m->system->table->edition);
        units = m->own_units;
    }
    if (st != GVC_OK)
        return st;
    if (units->G != m->system->G)
        return refuse_units(ctx, m->system, units);
    m->units = units;
    m->U = units->U;
    st = obtain_arrays(ctx, m);
    if (st != GVC_OK)
        return st;
    sort_rows(m);
    gvc_model__fill_demand(ctx, m);
    return gvc_model__factorise_local(ctx, m);
}

gvc_status gvc_model_new(gvc_ctx *ctx, gvc_model **out, const gvc_table *table,
                         const gvc_model_opts *opts)
{
    const gvc_model_opts plain = { 0 };
    gvc_model *m = gvc_mem__calloc(ctx, 1, sizeof *m);
    gvc_status st = m ? GVC_OK : GVC_ENOMEM;

    *out = NULL;
    if (!opts)
        opts = &plain;
    if (st == GVC_OK)
        st = gvc_system__new(ctx, &m->system, table, opts->balance);
    if (st == GVC_OK && opts->satellite)
        st = gvc_system__use_satellite(ctx, m->system, opts->satellite);
    if (st == GVC_OK)
        st = partition(ctx, m, opts->units);
    if (st != GVC_OK) {
        gvc_model_free(m);
        return st;
    }
    m->planned = opts->needs;
    m->only_planned = opts->only_needs;
    m->system->wants_inverse = (opts->needs & GVC_Q_B) != 0;
    gvc_system__choose(ctx, m->system, m, opts->solver);
    *out = m;
    return GVC_OK;
}

gvc_status gvc_model_regroup(gvc_ctx *ctx, gvc_model **out, gvc_model *model,
                             const gvc_units *units)
{
    gvc_model *m = gvc_mem__calloc(ctx, 1, sizeof *m);
    gvc_status st = m ? GVC_OK : GVC_ENOMEM;

    *out = NULL;
    if (st == GVC_OK) {
        m->base = model;
        m->system = model->system;
        m->planned = model->planned;
        m->only_planned = model->only_planned;
        st = partition(ctx, m, units);
    }
    if (st != GVC_OK) {
        gvc_model_free(m);
        return st;
    }
    *out = m;
    return GVC_OK;
}

void gvc_model_free(gvc_model *model)
{
    if (!model)
        return;
    for (int i = 0; i < model->n_blocks; i++)
        gvc_mem__free(model->block[i]);
    gvc_mem__free(model->unit);
    gvc_mem__free(model->order);
    gvc_mem__free(model->F.a);
    gvc_mem__free(model->E.a);
    gvc_mem__free(model->Eint.a);
    gvc_mem__free(model->e);
    gvc_mem__free(model->local);
    gvc_mem__free(model->factors);
    gvc_mem__free(model->pivots);
    gvc_units_free(model->own_units);
    if (!model->base)
        gvc_system__free(model->system);
    gvc_mem__free(model);
}

gvc_view gvc_model_get(const gvc_model *model, gvc_quantity quantity)
{
    assert(model->have & quantity);
    return model->quantity[__builtin_ctz(quantity)];
}

const gvc_table *gvc_model_table(const gvc_model *model)
{
    return model->system->table;
}

const gvc_units *gvc_model_units(const gvc_model *model)
{
    return model->units;
}

gvc_int gvc_model_U(const gvc_model *model)
{
    return model->U;
}

gvc_int gvc_model_n(const gvc_model *model)
{
    return model->system->n;
}

const double *gvc_model_x(const gvc_model *model)
{
    return model->system->x;
}

const double *gvc_model_v(const gvc_model *model)
{
    return model->system->v;
}

const char *gvc_model_satellite(const gvc_model *model)
{
    const gvc_system *sys = model->system;

    return sys->satellite < 0 ? NULL
                              : gvc_labels_code(gvc_table_satellites(sys->table), sys->satellite);
}

const char *gvc_model_satellite_unit(const gvc_model *model)
{
    const gvc_system *sys = model->system;

    return sys->satellite < 0 ? NULL
                              : gvc_labels_name(gvc_table_satellites(sys->table), sys->satellite);
}

const double *gvc_model_va(const gvc_model *model)
{
    return model->system->va;
}

const double *gvc_model_tau(const gvc_model *model)
{
    return model->system->tau;
}

const double *gvc_model_u(const gvc_model *model)
{
    return model->system->u;
}

int gvc_model_has_disc(const gvc_model *model)
{
    return model->system->has_disc;
}

gvc_view gvc_model_F(const gvc_model *model)
{
    return model->F;
}

gvc_view gvc_model_E(const gvc_model *model)
{
    return model->E;
}

gvc_view gvc_model_Eint(const gvc_model *model)
{
    return model->Eint;
}

const double *gvc_model_e(const gvc_model *model)
{
    return model->e;
}

double gvc_model_error_bound(const gvc_model *model)
{
    return model->system->error_bound;
}

const char *gvc_model_solver(const gvc_model *model)
{
    if (model->system->swept)
        return "sweeps";
    return model->system->least_q > 0 ? "lu" : "lu-pivot";
}

gvc_int gvc_model__unit_of_row(const gvc_model *model, gvc_int i)
{
    return model->unit[i];
}

const gvc_int *gvc_model__rows_of(const gvc_model *model, gvc_int unit, gvc_int *n_rows)
{
    *n_rows = model->local[unit].rows;
    return model->order + model->local[unit].first;
}

gvc_int gvc_model__first_of(const gvc_model *model, gvc_int unit)
{
    return model->local[unit].first;
}

const double *gvc_model__xinv(const gvc_model *model)
{
    return model->system->xinv;
}
