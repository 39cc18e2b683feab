/*
 * The harness of libFuzzer for every reader. The name of the program says which: fuzz_wiod2013
 * reads its input as that format, fuzz_sheet as the sheet of a workbook, fuzz_any as anything.
 * scripts/fuzz.sh builds and runs them all.
 */
#include "../support/hostile.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const char *reader;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strrchr(**argv, '/');

    (void)argc;
    name = name ? name + 1 : **argv;
    reader = strncmp(name, "fuzz_", 5) == 0 ? name + 5 : "any";
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (strcmp(reader, "sheet") == 0)
        hostile_sheet(data, bytes, NULL);
    else
        hostile_import(data, bytes, strcmp(reader, "any") == 0 ? NULL : reader);
    return 0;
}
