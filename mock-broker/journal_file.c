#include "journal_file.h"

#include "lib/base/check.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct journal_file {
    FILE *file; /* NULL once the disk has failed */
    char *path;
    int64_t bytes, max_bytes;
    unsigned last; /* FILE.last is the name given last */
};

static bool open_it(struct journal_file *f)
{
    f->file = fopen(f->path, "ae"); /* not for child processes */
    if (!f->file)
        return false;
    f->bytes = fseek(f->file, 0, SEEK_END) == 0 ? (int64_t)ftell(f->file) : 0;
    return true;
}

struct journal_file *journal_file_new(const char *path, int64_t max_bytes, const char **error)
{
    struct journal_file *f = mem_zalloc(1, sizeof *f);
    f->path = mem_strdup(path);
    f->max_bytes = max_bytes;
    if (open_it(f))
        return f;
    *error = strerror(errno);
    free(f->path);
    free(f);
    return NULL;
}

void journal_file_free(struct journal_file *f)
{
    if (!f)
        return;
    if (f->file)
        fclose(f->file);
    free(f->path);
    free(f);
}

static void fail(struct journal_file *f)
{
    log_line(LOG_ERROR, "%s: %s; the journal is not written any more", f->path, strerror(errno));
    if (f->file)
        fclose(f->file);
    f->file = NULL;
}

/* Puts the file away under the next number that is free. */
static void rotate(struct journal_file *f)
{
    char *name;
    while (name = mem_printf("%s.%u", f->path, ++f->last), access(name, F_OK) == 0)
        free(name);
    fclose(f->file);
    f->file = NULL;
    if (rename(f->path, name) != 0 || !open_it(f))
        fail(f);
    free(name);
}

void journal_file_write(struct journal_file *f, const cJSON *event)
{
    if (!f->file)
        return;
    char *line = cJSON_PrintUnformatted(event);
    CHECK(line != NULL);
    int64_t n = (int64_t)strlen(line) + 1;
    if (f->bytes > 0 && f->bytes + n > f->max_bytes)
        rotate(f);
    f->bytes += n;
    /* Flushed at once: what led to a crash is what one wants to read. */
    if (f->file && (fprintf(f->file, "%s\n", line) < 0 || fflush(f->file) != 0))
        fail(f);
    free(line);
}
