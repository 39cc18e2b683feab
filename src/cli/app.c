#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct block {
    struct block *next;
    max_align_t data[];
} block;

void *cli_alloc(cli_app *app, size_t bytes)
{
    block *b = calloc(1, sizeof *b + bytes);

    if (!b) {
        fputs("gvc: out of memory\n", stderr);
        exit(gvc_status_exit_code(GVC_ENOMEM));
    }
    b->next = app->blocks;
    app->blocks = b;
    return b->data;
}

void cli_free_all(cli_app *app)
{
    while (app->blocks) {
        block *b = app->blocks;

        app->blocks = b->next;
        free(b);
    }
}

char *cli_format_list(cli_app *app, const char *fmt, va_list list)
{
    va_list again;
    int n;
    char *text;

    va_copy(again, list);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    text = cli_alloc(app, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, list);
    return text;
}

char *cli_format(cli_app *app, const char *fmt, ...)
{
    va_list list;
    char *text;

    va_start(list, fmt);
    text = cli_format_list(app, fmt, list);
    va_end(list);
    return text;
}

gvc_status cli_refuse(cli_app *app, gvc_status status, const char *fmt, ...)
{
    va_list list;

    va_start(list, fmt);
    app->message = cli_format_list(app, fmt, list);
    va_end(list);
    return status;
}

void cli_list_add(cli_app *app, cli_list *list, const char *item)
{
    if (list->n + 1 >= list->room) {
        const int room = list->room ? 2 * list->room : 16;
        const char **items = cli_alloc(app, (size_t)room * sizeof *items);

        if (list->n)
            memcpy(items, list->items, (size_t)list->n * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = item;
    list->items[list->n] = NULL;
}

const char *const *cli_split(cli_app *app, const char *text, char separator)
{
    cli_list list = { 0 };
    char *copy = cli_format(app, "%s", text);

    while (copy) {
        char *end = strchr(copy, separator);
        size_t n;

        if (end)
            *end = 0;
        copy += strspn(copy, " ");
        for (n = strlen(copy); n && copy[n - 1] == ' '; n--)
            copy[n - 1] = 0;
        cli_list_add(app, &list, copy);
        copy = end ? end + 1 : NULL;
    }
    return list.items;
}

int cli_list_n(const char *const *list)
{
    int n = 0;

    while (list && list[n])
        n++;
    return n;
}

int cli_list_has(const char *const *list, const char *word)
{
    for (; list && *list; list++)
        if (strcmp(*list, word) == 0)
            return 1;
    return 0;
}

int cli_csv_has(const char *csv, const char *word)
{
    const size_t n = strlen(word);

    while (csv) {
        if (strncmp(csv, word, n) == 0 && (csv[n] == ',' || csv[n] == 0))
            return 1;
        csv = strchr(csv, ',');
        if (csv)
            csv++;
    }
    return 0;
}

const char *cli_join(cli_app *app, const char *const *list, const char *separator)
{
    size_t n = 1;
    char *text;

    for (int i = 0; list && list[i]; i++)
        n += strlen(list[i]) + strlen(separator);
    text = cli_alloc(app, n);
    for (int i = 0; list && list[i]; i++) {
        if (i)
            strcat(text, separator);
        strcat(text, list[i]);
    }
    return text;
}
