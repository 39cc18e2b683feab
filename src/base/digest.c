#include "base/digest.h"
#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

struct gvc_digest {
    char *path;
    pthread_t thread;
    int running; /* the thread has not been joined */
    int done;
    atomic_int stop;
    int error; /* errno of a file that could not be read */
    char text[GVC_SHA256_TEXT];
};

static void print_hex(const unsigned char *digest, unsigned len, char *text)
{
    for (unsigned i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

void gvc_digest__sha256(const void *data, gvc_int bytes, char text[GVC_SHA256_TEXT])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    text[0] = '\0';
    if (EVP_Digest(data, (size_t)bytes, digest, &len, EVP_sha256(), NULL))
        print_hex(digest, len, text);
}

/* Feed the file to the digest; false on a read error and when told to stop. */
static int feed(EVP_MD_CTX *md, FILE *in, atomic_int *stop)
{
    enum { BLOCK = 1 << 18 };
    unsigned char *block = malloc(BLOCK);
    size_t got;
    int ok = block != NULL;

    while (ok && (got = fread(block, 1, BLOCK, in)) > 0)
        ok = EVP_DigestUpdate(md, block, got) && !atomic_load(stop);
    free(block);
    return ok && !ferror(in);
}

/* The errno of what went wrong, 0 where nothing did. */
static int digest_file(const char *path, atomic_int *stop, char text[GVC_SHA256_TEXT])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    FILE *in = fopen(path, "rb");
    int error = 0;

    text[0] = '\0';
    if (md && in && EVP_DigestInit_ex(md, EVP_sha256(), NULL) && feed(md, in, stop) &&
        EVP_DigestFinal_ex(md, digest, &len))
        print_hex(digest, len, text);
    else
        error = errno ? errno : EIO;
    if (in)
        fclose(in);
    EVP_MD_CTX_free(md);
    return error;
}

static gvc_status refuse(gvc_ctx *ctx, const char *path, int error)
{
    return gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be read: %s", strerror(error));
}

gvc_status gvc_file__sha256(gvc_ctx *ctx, const char *path, char text[GVC_SHA256_TEXT])
{
    atomic_int stop = 0;
    const int error = digest_file(path, &stop, text);

    return error ? refuse(ctx, path, error) : GVC_OK;
}

static void *run(void *data)
{
    gvc_digest *digest = data;

    digest->error = digest_file(digest->path, &digest->stop, digest->text);
    return NULL;
}

gvc_status gvc_digest__start(gvc_ctx *ctx, gvc_digest **out, const char *path)
{
    gvc_digest *digest = gvc_mem__calloc(ctx, 1, sizeof *digest);
    const size_t size = strlen(path) + 1;

    *out = NULL;
    if (digest)
        digest->path = gvc_mem__alloc(ctx, (gvc_int)size, 1);
    if (!digest || !digest->path) {
        gvc_digest__free(digest);
        return GVC_ENOMEM;
    }
    memcpy(digest->path, path, size);
    digest->running =
        gvc_ctx_threads(ctx) > 1 && pthread_create(&digest->thread, NULL, run, digest) == 0;
    *out = digest;
    return GVC_OK;
}

gvc_status gvc_digest__wait(gvc_ctx *ctx, gvc_digest *digest, const char **text)
{
    if (digest->running)
        pthread_join(digest->thread, NULL);
    else if (!digest->done)
        run(digest);
    digest->running = 0;
    digest->done = 1;
    *text = digest->error ? NULL : digest->text;
    return digest->error ? refuse(ctx, digest->path, digest->error) : GVC_OK;
}

void gvc_digest__free(gvc_digest *digest)
{
    if (!digest)
        return;
    atomic_store(&digest->stop, 1);
    if (digest->running)
        pthread_join(digest->thread, NULL);
    gvc_mem__free(digest->path);
    gvc_mem__free(digest);
}
