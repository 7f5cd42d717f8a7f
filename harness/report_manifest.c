/* manifest.json: which files belong to a report, with their sizes and SHA-256, so that a changed one is noticed. */
#include "report.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

/* Reads a whole file; false with a problem, but none when there is no such file. */
static bool read_file(const char *path, struct buf *out, struct problems *problems)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        if (errno != ENOENT)
            problems_add(problems, path, "cannot be read: %s", strerror(errno));
        return false;
    }
    uint8_t chunk[16384];
    size_t n;
    bool fits = true;
    while (fits && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        fits = buf_append(out, chunk, n);
    bool good = fits && !ferror(f);
    if (!good)
        problems_add(problems, path, "cannot be read: %s", fits ? strerror(errno) : "too large");
    fclose(f);
    return good;
}

static cJSON *describe(const char *file, struct str bytes)
{
    uint8_t digest[SIGN_DIGEST_MAX];
    char hex[SIGN_HEX_SIZE];
    /* With no secret behind the content this method is plain SHA-256. */
    hex_encode(digest, sign_digest(SIGN_SHA256, STR(""), bytes, digest), hex);
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "file", file);
    cJSON_AddNumberToObject(entry, "bytes", (double)bytes.n);
    cJSON_AddStringToObject(entry, "sha256", hex);
    return entry;
}

/* False, and nothing added, when there is no such file. */
static bool add_file(cJSON *files, const char *dir, const char *file, struct problems *problems)
{
    char *path = mem_printf("%s/%s", dir, file);
    struct buf bytes;
    buf_init(&bytes, SHEET_MAX_BYTES);
    bool read = read_file(path, &bytes, problems);
    if (read)
        cJSON_AddItemToArray(files, describe(file, buf_str(&bytes)));
    buf_fini(&bytes);
    free(path);
    return read;
}

static int is_log(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".log"));
}

/* Where a device was judged: the session that all of it rests on, and what the triggers wrote. */
static void add_session(cJSON *files, const char *dir, struct problems *problems)
{
    struct dirent **names;
    char *triggers = mem_printf("%s/trigger", dir);
    add_file(files, dir, "session.jsonl", problems);
    int count = scandir(triggers, &names, is_log, alphasort);
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("trigger/%s", names[i]->d_name);
        add_file(files, dir, file, problems);
        free(file);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    free(triggers);
}

int report_manifest(const cJSON *results, const char *dir, struct problems *problems)
{
    size_t before = problems->count;
    cJSON *manifest = cJSON_CreateObject();
    cJSON_AddNumberToObject(manifest, "schema", 1);
    cJSON_AddItemToObject(manifest, "tool",
                          cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(results, "tool"), true));
    cJSON_AddItemToObject(manifest, "finished",
                          cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(results, "finished"), true));
    cJSON *files = cJSON_AddArrayToObject(manifest, "files");
    for (const struct reporter *r = reporters; r->name; r++)
        add_file(files, dir, r->file, problems);
    char name[REPORT_PAGE_SIZE];
    for (size_t area = 0; report_html_page(area, 1, name); area++)
        for (unsigned page = 1; report_html_page(area, page, name) && add_file(files, dir, name, problems);)
            page++;
    add_session(files, dir, problems);
    char *path = mem_printf("%s/manifest.json", dir);
    if (json_write_file(manifest, path, true) != 0)
        problems_add(problems, path, "cannot be written");
    free(path);
    cJSON_Delete(manifest);
    return problems->count == before ? 0 : -1;
}
