#include "tests/unit/device_seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

cJSON *device_seen_json(const char *text)
{
    char *copy = mem_strdup(text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    cJSON *tree = cJSON_Parse(copy);
    CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
    free(copy);
    return tree;
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool is_packet(const char *what)
{
    return is(what, "in") || is(what, "out") || is(what, "withheld");
}

/* A line, taken apart. */
struct line {
    long long at_ms;
    unsigned conn;
    char what[32], name[32];
    cJSON *fields;
};

/* The members of fields stand in the entry, or its event. */
static cJSON *entry_of(const struct line *l)
{
    const char *what = l->what, *name = l->name;
    cJSON *entry = is_packet(what) ? cJSON_CreateObject() : cJSON_Duplicate(l->fields, true), *event;
    if (is(what, "event")) {
        event = entry;
        entry = cJSON_CreateObject();
        cJSON_AddStringToObject(event, "event", name);
        cJSON_AddItemToObject(entry, "event", event);
    } else if (is(what, "action")) {
        cJSON_AddStringToObject(entry, "action", name);
    } else if (is(what, "end")) {
        cJSON_AddStringToObject(entry, "by", name);
    } else if (is_packet(what) && is(name, "malformed")) {
        cJSON_AddNullToObject(entry, "packet");
        cJSON_AddObjectToObject(entry, "fault");
    } else if (is_packet(what)) {
        cJSON_AddStringToObject(entry, "packet", name);
    }
    cJSON_AddStringToObject(entry, "what", what);
    cJSON_AddNumberToObject(entry, "clock_ms", (double)l->at_ms);
    if (l->conn)
        cJSON_AddNumberToObject(entry, "conn", l->conn);
    return entry;
}

/* Those of a packet stand where a decoder would have put them. */
static void decode(struct observation *o, const struct line *l)
{
    for (const cJSON *at = is_packet(l->what) ? l->fields->child : NULL; at; at = at->next)
        cJSON_AddItemToObject(o->fields, at->string, cJSON_Duplicate(at, true));
}

/* Calls back with each line. */
static void for_each_line(const char *lines, void (*take)(void *ctx, const struct line *line), void *ctx)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        char *text = mem_dup(lines, n);
        struct line line;
        int used = 0;
        if (n) {
            CU_ASSERT_FATAL(sscanf(text, "%lld %u %31s %31s %n", &line.at_ms, &line.conn, line.what,
                                   line.name, &used) == 4);
            line.fields = text[used] ? device_seen_json(text + used) : cJSON_CreateObject();
            take(ctx, &line);
            cJSON_Delete(line.fields);
        }
        free(text);
        lines += n + (lines[n] == '\n');
    }
}

static void add(void *ctx, const struct line *line)
{
    struct device_seen *s = ctx;
    struct problems problems = {0};
    CU_ASSERT_FATAL(s->count < DEVICE_SEEN_MAX);
    struct observation *o = observation_new(entry_of(line), s->count, "entry", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    decode(o, line);
    s->items[s->count++] = o;
}

void device_seen_init(struct device_seen *s, const char *lines)
{
    *s = (struct device_seen){.count = 0};
    for_each_line(lines, add, s);
}

static void add_to_stream(void *ctx, const struct line *line)
{
    struct stream *stream = ctx;
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream_add(stream, entry_of(line)));
    decode(stream_items(stream)[stream_count(stream) - 1], line);
}

struct stream *device_seen_stream(const char *lines)
{
    char *error = NULL;
    struct stream *stream = stream_new(NULL, NULL, &error);
    for_each_line(lines, add_to_stream, stream);
    return stream;
}

void device_seen_fini(struct device_seen *s)
{
    for (size_t i = 0; i < s->count; i++)
        observation_free(s->items[i]);
    s->count = 0;
}

void device_seen_check(const struct device_seen *s, const char *check, const char *description,
                       struct device_finding *finding)
{
    cJSON *said = device_seen_json(description ? description : "{}");
    const struct device_stream stream = {s->items, s->count, said};
    const struct device_check *row = device_check_named(check);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    device_finding_init(finding);
    row->run(&stream, finding);
    cJSON_Delete(said);
}
