#include "cli/cli.h"

#include <string.h>

/* Suffixes that promise a format, so that nothing else should hide behind them. */
static const char *const promised[] = { "csv",  "dta", "h5",  "htm",  "html",
                                        "json", "md",  "txt", "xlsx", NULL };

gvc_status cli_check_suffix(cli_app *app, const char *path, const char *what,
                            const char *const *suffixes)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

    if (!dot || !cli_list_has(promised, dot + 1) || cli_list_has(suffixes, dot + 1))
        return GVC_OK;
    return cli_refuse(app, GVC_EUSAGE, "%s: %s; name it %.*s.%s", path, what, (int)(dot - path),
                      path, suffixes[0]);
}
