#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { HEX_SHOWN_MAX = 256 };

struct stream {
    struct observation **items;
    size_t count, room;
    size_t hex;  /* characters in all entries */
    FILE *file;  /* or NULL */
    int problem; /* errno of the first write that failed */
};

static void write_line(struct stream *s, const cJSON *line)
{
    if (!s->file)
        return;
    char *text = cJSON_PrintUnformatted(line);
    if ((fprintf(s->file, "%s\n", text) < 0 || fflush(s->file) != 0) && s->problem == 0)
        s->problem = errno;
    cJSON_free(text);
}

struct stream *stream_new(const char *file, const cJSON *head, char **error)
{
    struct stream *s = mem_zalloc(1, sizeof *s);
    if (file && !(s->file = fopen(file, "we"))) {
        *error = mem_printf("%s: %s", file, strerror(errno));
        stream_free(s);
        return NULL;
    }
    write_line(s, head);
    return s;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        observation_free(s->items[i]);
    if (s->file)
        fclose(s->file);
    free(s->items);
    free(s);
}

static const struct observation *keep(struct stream *s, cJSON *entry, const char *path,
                                      struct problems *problems)
{
    struct observation *o = NULL;
    if (stream_is_full(s))
        cJSON_Delete(entry);
    else
        o = observation_new(entry, s->count, path, problems);
    if (!o)
        return NULL;
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 256;
        s->items = mem_realloc(s->items, s->room * sizeof(struct observation *));
    }
    const char *hex = json_text(o->entry, "hex");
    s->hex += hex ? strlen(hex) : 0;
    s->items[s->count++] = o;
    return o;
}

const struct observation *stream_add(struct stream *s, cJSON *entry)
{
    struct problems problems = {0};
    const struct observation *o = keep(s, entry, "entry", &problems);
    problems_fini(&problems);
    if (o)
        write_line(s, o->entry);
    return o;
}

const struct observation *stream_add_action(struct stream *s, int64_t at_ms, const char *name, cJSON *fields)
{
    cJSON *entry = fields ? fields : cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "what", "action");
    cJSON_AddStringToObject(entry, "action", name);
    cJSON_AddNumberToObject(entry, "clock_ms", (double)at_ms);
    return stream_add(s, entry);
}

static const char closing[] = "close";

void stream_close(struct stream *s, int64_t at_ms)
{
    stream_add_action(s, at_ms, closing, NULL);
}

bool stream_is_closed(const struct stream *s)
{
    const struct observation *last = s->count > 0 ? s->items[s->count - 1] : NULL;
    return last && last->from == FROM_JUDGE && strcmp(last->name, closing) == 0;
}

static cJSON *read_line(FILE *file, char *line, int number, const char *name, struct problems *problems)
{
    char path[JSON_PATH_SIZE];
    snprintf(path, sizeof path, "%.400s:%d", name, number);
    bool is_whole = fgets(line, STREAM_LINE_MAX_BYTES, file) && strchr(line, '\n');
    if (!is_whole && ferror(file))
        problems_add(problems, name, "cannot be read: %s", strerror(errno));
    else if (!is_whole && !feof(file))
        problems_add(problems, path, "is longer than %d bytes, or holds a NUL", STREAM_LINE_MAX_BYTES);
    return !is_whole ? NULL : json_parse(str_trim(str_of(line)), path, problems);
}

struct stream *stream_load(const char *file, cJSON **head, struct problems *problems)
{
    FILE *from = fopen(file, "re");
    size_t before = problems->count;
    *head = NULL;
    if (!from) {
        problems_add(problems, file, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    struct stream *s = mem_zalloc(1, sizeof *s);
    char *line = mem_alloc(STREAM_LINE_MAX_BYTES), path[JSON_PATH_SIZE];
    cJSON *entry;
    for (int number = 1; (entry = read_line(from, line, number, file, problems)) && problems->count == before;
         number++) {
        snprintf(path, sizeof path, "%.400s:%d", file, number);
        if (number == 1)
            *head = entry;
        else
            keep(s, entry, path, problems);
    }
    if (!*head && problems->count == before)
        problems_add(problems, file, "is empty");
    free(line);
    fclose(from);
    if (problems->count == before)
        return s;
    cJSON_Delete(*head);
    *head = NULL;
    stream_free(s);
    return NULL;
}

size_t stream_count(const struct stream *s)
{
    return s->count;
}

struct observation *const *stream_items(const struct stream *s)
{
    return s->items;
}

bool stream_is_full(const struct stream *s)
{
    return s->count >= STREAM_OBSERVATIONS_MAX || s->hex >= STREAM_HEX_MAX;
}

int stream_write_error(const struct stream *s)
{
    return s->problem;
}

/* Digits with blanks between bytes, as a transcript has them. */
static void add_hex(cJSON *out, const struct observation *o)
{
    struct buf text;
    const char *digits = json_text(o->entry, "hex");
    const cJSON *bytes = cJSON_GetObjectItemCaseSensitive(o->entry, "bytes");
    size_t n = digits ? strlen(digits) / 2 : 0, shown = n < HEX_SHOWN_MAX ? n : HEX_SHOWN_MAX;
    buf_init(&text, STREAM_LINE_MAX_BYTES);
    for (size_t i = 0; i < shown; i++)
        buf_printf(&text, "%s%.2s", i ? " " : "", digits + 2 * i);
    int64_t told = 0;
    size_t all = json_is_int(bytes, &told) && told > 0 ? (size_t)told : n;
    if (all > shown)
        buf_printf(&text, "%s… (+%zu bytes)", shown ? " " : "", all - shown);
    if (digits)
        cJSON_AddStringToObject(out, "hex", text.len ? buf_cstr(&text) : "");
    buf_fini(&text);
}

static const char *what_of(const struct observation *o)
{
    if (o->from == FROM_JUDGE)
        return "control";
    if (o->from == FROM_JOURNAL)
        return "journal";
    if (strcmp(o->name, "ended") == 0)
        return "close";
    if (!cJSON_HasObjectItem(o->entry, "hex"))
        return "open";
    return strcmp(o->name, "bytes") == 0 || strcmp(o->name, "malformed") == 0 ? "bytes" : "packet";
}

static cJSON *shown_fields(const struct observation *o)
{
    static const char *const left_out[] = {"at_ms", "seq", "clock_ms",    "time",
                                           "what",  "hex", "explanation", NULL};
    cJSON *fields = cJSON_Duplicate(o->fields, true);
    if (cJSON_HasObjectItem(fields, "payload"))
        cJSON_DeleteItemFromObjectCaseSensitive(fields, "payloadHex");
    if (o->conn == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(fields, "conn");
    for (size_t i = 0; left_out[i]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(fields, left_out[i]);
    return fields;
}

static cJSON *transcript_entry(const struct observation *o, int64_t begun_ms, bool diverges)
{
    /* A report about a device speaks from its side: out is what it sent. */
    static const char *const directions[] = {"out", "in", "event", "event", "event"};
    cJSON *entry = cJSON_CreateObject();
    const char *what = what_of(o);
    bool is_packet = strcmp(what, "packet") == 0;
    double t_ms = (double)(o->at_ms > begun_ms ? o->at_ms - begun_ms : 0);
    cJSON_AddNumberToObject(entry, "t_ms", t_ms);
    cJSON_AddNumberToObject(entry, "clock_ms", (double)o->at_ms);
    cJSON_AddStringToObject(entry, "device", "d1");
    cJSON_AddStringToObject(entry, "dir",
                            is_packet || strcmp(what, "bytes") == 0 ? directions[o->from] : "event");
    cJSON_AddStringToObject(entry, "what", what);
    if (is_packet)
        cJSON_AddStringToObject(entry, "packet", o->name);
    cJSON_AddItemToObject(entry, "fields", shown_fields(o));
    add_hex(entry, o);
    if (diverges)
        cJSON_AddTrueToObject(entry, "diverges");
    return entry;
}

static cJSON *gap_entry(size_t left_out, const struct observation *behind, int64_t begun_ms)
{
    char *text = mem_printf("%zu entries are left out here; " STREAM_FILE " has them", left_out);
    cJSON *entry = cJSON_CreateObject();
    double t_ms = (double)(behind->at_ms > begun_ms ? behind->at_ms - begun_ms : 0);
    cJSON_AddNumberToObject(entry, "t_ms", t_ms);
    cJSON_AddNumberToObject(entry, "clock_ms", (double)behind->at_ms);
    cJSON_AddStringToObject(entry, "dir", "event");
    cJSON_AddStringToObject(entry, "what", "note");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(entry, "fields"), "text", text);
    free(text);
    return entry;
}

cJSON *stream_transcript(const struct stream *s, size_t from, size_t to,
                         bool (*keep_it)(void *ctx, const struct observation *o), void *ctx, size_t diverges)
{
    cJSON *list = cJSON_CreateArray();
    int64_t begun_ms = from < s->count ? s->items[from]->at_ms : 0;
    size_t end = to < s->count ? to : s->count, kept = 0, seen = 0, left_out = 0;
    for (size_t i = from; i < end; i++)
        kept += i == diverges || keep_it(ctx, s->items[i]);
    for (size_t i = from; i < end; i++) {
        const struct observation *o = s->items[i];
        if (i != diverges && !keep_it(ctx, o))
            continue;
        bool is_middle = seen >= STREAM_TRANSCRIPT_ENDS && seen + STREAM_TRANSCRIPT_ENDS < kept;
        seen++;
        if (is_middle && i != diverges) {
            left_out++;
            continue;
        }
        if (left_out)
            cJSON_AddItemToArray(list, gap_entry(left_out, o, begun_ms));
        left_out = 0;
        cJSON_AddItemToArray(list, transcript_entry(o, begun_ms, i == diverges));
    }
    return list;
}
