#include "store/content.h"

#include "base/file.h"
#include "base/trial.h"
#include "store/h5.h"

#include <string.h>

/* Limits of a rehearsal: whole files take some milliseconds, and little more than their labels. */
enum { SECONDS = 2, ROOM = 1 << 28 };

/* Memory that HDF5 asked for in vain; our own refusal of long labels is another thing. */
static herr_t look_at_error(unsigned n, const H5E_error2_t *error, void *user)
{
    (void)n;
    if (error->min_num == H5E_NOSPACE && strncmp(error->desc, "application", 11) != 0)
        *(int *)user = 1;
    return 0;
}

static herr_t on_error(hid_t stack, void *user)
{
    return H5Ewalk2(stack, H5E_WALK_UPWARD, look_at_error, user);
}

/* In the child. What fails here fails in the parent again, with its message. */
static int rehearse(gvc_ctx *ctx, void *user)
{
    int lacks_memory = 0;

    H5Eset_auto2(H5E_DEFAULT, on_error, &lacks_memory);
    gvc_content__try(ctx, user);
    return lacks_memory;
}

gvc_status gvc_content__rehearse(gvc_ctx *ctx, const char *path)
{
    static const char what[] = "damaged: reading its labels and attributes";
    const gvc_int bytes = ROOM + 2 * gvc_file__size(path);

    switch (gvc_trial__run(ctx, rehearse, (void *)path, SECONDS, bytes)) {
    case GVC_TRIAL_CRASHED:
        return gvc_error__at(ctx, GVC_EDATA, path, NULL,
                             "%s crashes the HDF5 library; get the file again", what);
    case GVC_TRIAL_ENDLESS:
        return gvc_error__at(ctx, GVC_EDATA, path, NULL,
                             "%s does not come to an end (stopped after %d seconds); get the file "
                             "again",
                             what, SECONDS);
    case GVC_TRIAL_GREEDY:
        return gvc_error__at(ctx, GVC_EDATA, path, NULL,
                             "%s takes more memory than a file of its size can need; get the file "
                             "again",
                             what);
    default:
        return GVC_OK;
    }
}
