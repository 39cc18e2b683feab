#include "table/table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How families of sources are called in tags, by a word in their source or release, and how many
 * digits of the release's first number tell editions apart. The first that fits counts. */
static const struct {
    const char *word, *name;
    int digits;
} families[] = {
    { "LRWIOD", "lrwiod", 0 }, { "long-run", "lrwiod", 0 },   { "WIOD", "wiod", 2 },
    { "EORA", "eora26", 0 },   { "EXIOBASE", "exiobase", 4 }, { "ADB", "adb", 4 },
    { "ICIO", "icio", 4 },     { "OECD", "icio", 4 },         { "FIGARO", "figaro", 4 },
};

enum { NAME_LENGTH = 12 };

/* Letters and digits of `text` in lower case. */
static void squeeze(char *out, const char *text)
{
    int n = 0;

    for (; *text && n < NAME_LENGTH; text++)
        if (isalnum((unsigned char)*text))
            out[n++] = (char)tolower((unsigned char)*text);
    out[n] = '\0';
}

void gvc_edition_tag(const gvc_edition *edition, char tag[GVC_TAG_ROOM])
{
    const char *source = gvc_edition_attr(edition, "source");
    const char *release = gvc_edition_attr(edition, "release");
    char name[NAME_LENGTH + 1] = "";
    size_t digits;
    int keep = 4;

    squeeze(name, source ? source : "");
    for (size_t f = 0; source && f < sizeof families / sizeof *families; f++)
        if (strcasestr(source, families[f].word) ||
            (release && strcasestr(release, families[f].word))) {
            squeeze(name, families[f].name);
            keep = families[f].digits;
            break;
        }
    release = release ? release + strcspn(release, "0123456789") : "";
    digits = strspn(release, "0123456789");
    if (digits > (size_t)keep)
        release += digits - (size_t)keep;
    digits = digits > (size_t)keep ? (size_t)keep : digits;
    snprintf(tag, GVC_TAG_ROOM, "%s%.*s", *name ? name : "table", (int)digits, release);
}
