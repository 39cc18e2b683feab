/*
 * The harness of libFuzzer for every reader of tests/support/hostile.h. The name of the program
 * says which: fuzz_wiod2013 reads its input as that format. scripts/fuzz.sh builds and runs them.
 */
#include "../support/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
const char *__lsan_default_suppressions(void);

/* HDF5 forgets an object header that it finds damaged half-way; what we leave open is counted by
 * hostile_read(). */
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

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
    if (!hostile_read(reader, data, bytes)) {
        fprintf(stderr, "%s is no reader; there are", reader);
        for (int i = 0; hostile_reader(i); i++)
            fprintf(stderr, " %s", hostile_reader(i));
        fprintf(stderr, "\n");
        exit(1);
    }
    return 0;
}
