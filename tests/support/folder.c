#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_ROOM = 512, PATHS = 8 };

static char folder[128];

int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gvc-%.64s-XXXXXX", program_invocation_short_name);
    return mkdtemp(folder) ? 0 : -1;
}

int drop_folder(void **state)
{
    char command[160];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

const char *test_folder(void)
{
    return folder;
}

const char *in_folder(const char *name)
{
    static char paths[PATHS][PATH_ROOM];
    static int turn;
    int room;

    turn = (turn + 1) % PATHS;
    room = snprintf(paths[turn], PATH_ROOM, "%s/%s", folder, name);
    assert_true(room > 0 && room < PATH_ROOM);
    return paths[turn];
}
