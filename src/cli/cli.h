#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <gvc/gvc.h>

/*
 * The command line from tables: a command is one cmd_*.c with a table of options and a function.
 * Parsing, help, man pages, usage as JSON, completion and the command line in the provenance all
 * come from the same tables.
 */

typedef struct cli_app cli_app;
typedef struct cli_command cli_command;

/* ---- tables ---- */

/** What an option takes, and the type of the field it fills. */
typedef enum cli_type {
    CLI_INPUT,   /**< const char *: positional, required */
    CLI_INPUTS,  /**< const char *const *: positional, one or more; NULL-terminated; the last one */
    CLI_WORD,    /**< const char *: positional, optional */
    CLI_FLAG,    /**< int: counts how often it is given */
    CLI_FILE,    /**< const char * */
    CLI_INT,     /**< int, 0 or more */
    CLI_STRING,  /**< const char * */
    CLI_STRINGS, /**< const char *const *: every use of the option, whole; NULL-terminated */
    CLI_LIST,    /**< const char *const *: parts between commas; NULL-terminated */
    CLI_YEARS,   /**< const cli_years *: 2005,2008-2011 */
    CLI_CHOICE,  /**< int: place in `value`, "wide|long" */
    CLI_CHOICES, /**< const char *const *: parts between commas, each of `value` or "all" */
    CLI_MEMORY,  /**< gvc_int bytes: 8G, 500M */
    CLI_REAL,    /**< double, 0 or more */
} cli_type;

enum { CLI_REQUIRED = 1, CLI_NO_RECORD = 2 /**< changes no result: not in the provenance */ };

typedef struct cli_option {
    const char *name;
    char letter; /**< 0: none */
    cli_type type;
    const char *value, *help;
    size_t at;
    const char *preset;   /**< the default, as one would type it */
    const char *section;  /**< heading in the help; NULL: "Options" */
    const char *complete; /**< what its values are: country, sector, year, group, method ... */
    const char *alias;    /**< a second spelling */
    unsigned flags;
} cli_option;

struct cli_command {
    const char *name, *group, *summary, *example, *details;
    const cli_option *options;
    size_t args_size;
    gvc_status (*run)(gvc_ctx *ctx, const void *args);
    int lists; /**< which measures its help lists: 1 decompositions, 2 indices */
};

/** Years asked for: ranges, each from first to last; none of them: "all" was said. */
typedef struct cli_years {
    int n;
    const int (*range)[2];
} cli_years;

/** What every command is told; the first field of every args struct. */
typedef struct cli_common {
    cli_app *app;
    const char *line; /**< the command line with its defaults filled in */
    int threads, solver, plan, force, json, errors, no_provenance, quiet, verbose, help;
    gvc_int memory;
    const char *format;
} cli_common;

extern const cli_option cli_common_options[];
/** NULL-terminated, in the order of the help. */
extern const cli_command *const cli_commands[];

/** The options of a command and those of all, one after the other: NULL after the last. What a
 *  command has itself, in words of its own, stands for the one of all. */
const cli_option *cli_option_get(const cli_command *command, int i);
const cli_command *cli_command_find(const char *name);
int cli_takes_value(const cli_option *option);
int cli_is_positional(const cli_option *option);

/* ---- the running command ---- */

struct cli_app {
    gvc_ctx *ctx;
    const cli_command *command;
    const char *message; /**< an error found by the command itself */
    void *blocks;        /**< everything cli_alloc() gave */
    int quiet, verbose, json_errors;
    int feeds_stdout;          /**< data go to standard output, whose reader may leave early */
    int is_terminal, is_shown; /**< standard error is a terminal; a progress line stands there */
    double start, last;
    int keeps_lines; /**< one of a year that is run beside others: lines wait to be told */
    struct cli_line *lines, *last_line;
};

/** Zeroed memory that lives as long as the app. Ends the program when there is none. */
void *cli_alloc(cli_app *app, size_t bytes);
void cli_free_all(cli_app *app);
char *cli_format(cli_app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *cli_format_list(cli_app *app, const char *fmt, va_list list)
    __attribute__((format(printf, 2, 0)));
/** Parts of `text` between `separator`s, NULL-terminated; spaces around parts dropped. */
const char *const *cli_split(cli_app *app, const char *text, char separator);
int cli_list_n(const char *const *list);
/** "a, b, c" */
const char *cli_join(cli_app *app, const char *const *list, const char *separator);
int cli_list_has(const char *const *list, const char *word);
/** True when `word` is one of the parts of "a,b,c". */
int cli_csv_has(const char *csv, const char *word);
/** A list that grows; items are borrowed, `items` is NULL-terminated. */
typedef struct cli_list {
    const char **items;
    int n, room;
} cli_list;
void cli_list_add(cli_app *app, cli_list *list, const char *item);
/** The name nearest to `word`, NULL where none is near enough to be meant. */
const char *cli_nearest(const char *word, const char *const *names);
/** "; did you mean X?", or the whole list where nothing is near. */
const char *cli_hint(cli_app *app, const char *word, const char *const *names);
/** Refuse an output whose suffix promises another format than `what` says it is ("a store is
 * HDF5"); `suffixes` are its own, NULL-terminated, the usual one first. */
gvc_status cli_check_suffix(cli_app *app, const char *path, const char *what,
                            const char *const *suffixes);

/** Say why the command fails; returns `status`. */
gvc_status cli_refuse(cli_app *app, gvc_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- console.c ---- */

/** Log lines and progress of `app->ctx` go to standard error; SIGINT and SIGTERM cancel. */
void cli_console_start(cli_app *app);
void cli_console_clear(cli_app *app);
/** A line on standard error unless -q; `level` 1 and 2 need -v and -vv. */
void cli_say(cli_app *app, int level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/** Keep the lines of `app` and of the log of its context, and tell those that `of` kept. */
void cli_keep_lines(cli_app *app);
void cli_tell_lines(cli_app *app, const cli_app *of);
/** GVC_ECANCELLED once a signal came: looked at between steps. */
gvc_status cli_check_stop(cli_app *app);
/** True when nobody reads standard output any more. */
int cli_stdout_is_closed(void);
/** Print the error in words or as JSON; returns the exit code. */
int cli_report(cli_app *app, gvc_status status);

/* ---- options.c, values.c ---- */

/** Parse argv[1..] of a command (argv[0] is its name) into `args`. */
gvc_status cli_parse(cli_app *app, const cli_command *command, int argc, char **argv, void *args);
gvc_status cli_set_value(cli_app *app, const cli_option *option, const char *text, void *args);
const char *cli_record_line(cli_app *app, const cli_command *command, const void *args,
                            const char *const *texts);
/** The largest number of options a command may have, its own and the common ones. */
enum { CLI_MAX_OPTIONS = 64 };

/* ---- help.c, man.c, completion.c ---- */

void cli_help_overview(FILE *out);
void cli_help_command(FILE *out, const cli_command *command);
void cli_usage_line(FILE *out, const cli_command *command);
/** The page of `command` in roff; NULL: of gvc itself. */
void cli_man_page(FILE *out, const cli_command *command);
gvc_status cli_man_all(cli_app *app);
void cli_usage_json(FILE *out);
extern const char cli_exit_codes[];
/** Candidates for the last of `words`, one a line. */
int cli_complete(cli_app *app, int n, char **words);

/* ---- grid.c: aligned tables on standard output ---- */

typedef struct cli_grid cli_grid;
/** `align` has one letter a column: l or r. */
cli_grid *cli_grid_new(cli_app *app, const char *align);
void cli_grid_cell(cli_grid *grid, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cli_grid_print(const cli_grid *grid, FILE *out, const char *indent);

#endif
