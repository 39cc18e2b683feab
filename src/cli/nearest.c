#include "cli/cli.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 63 };

/* Edit distance without regard to case; a swap of neighbours counts once. */
static int distance(const char *a, const char *b)
{
    int row[3][LONGEST + 1];
    const int n = (int)strlen(a), m = (int)strlen(b);

    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (int j = 0; j <= m; j++)
        row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *up = row[(i + 2) % 3], *upup = row[(i + 1) % 3];

        now[0] = i;
        for (int j = 1; j <= m; j++) {
            const int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            int best = up[j - 1] + (x != y);

            best = up[j] + 1 < best ? up[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                y == tolower((unsigned char)a[i - 2]) && upup[j - 2] + 1 < best)
                best = upup[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *cli_nearest(const char *word, const char *const *names)
{
    const int length = (int)strlen(word);
    int best = length <= 2 ? 2 : length <= 6 ? 3 : 4; /* one more than may differ */
    const char *found = NULL;

    for (int i = 0; names[i]; i++) {
        const int d = distance(word, names[i]);

        if (d < best) {
            best = d;
            found = names[i];
        }
    }
    for (int i = 0; !found && length >= 2 && names[i]; i++)
        if (strncasecmp(word, names[i], (size_t)length) == 0)
            found = names[i];
    return found;
}

const char *cli_hint(cli_app *app, const char *word, const char *const *names)
{
    const char *near = cli_nearest(word, names);

    if (near)
        return cli_format(app, "; did you mean %s?", near);
    return cli_format(app, "; there are: %s", cli_join(app, names, ", "));
}
