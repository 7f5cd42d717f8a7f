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

/* The members of fields stand in the entry (or its event), or, of a packet, where a decoder would have put them. */
static struct observation *entry_of(const char *what, const char *name, long long at_ms, unsigned conn,
                                    cJSON *fields, size_t number)
{
    struct problems problems = {0};
    bool is_packet = is(what, "in") || is(what, "out") || is(what, "withheld");
    cJSON *entry = is_packet ? cJSON_CreateObject() : cJSON_Duplicate(fields, true), *event;
    if (is(what, "event")) {
        event = entry;
        entry = cJSON_CreateObject();
        cJSON_AddStringToObject(event, "event", name);
        cJSON_AddItemToObject(entry, "event", event);
    } else if (is(what, "action")) {
        cJSON_AddStringToObject(entry, "action", name);
    } else if (is(what, "end")) {
        cJSON_AddStringToObject(entry, "by", name);
    } else if (is_packet && is(name, "malformed")) {
        cJSON_AddNullToObject(entry, "packet");
        cJSON_AddObjectToObject(entry, "fault");
    } else if (is_packet) {
        cJSON_AddStringToObject(entry, "packet", name);
    }
    cJSON_AddStringToObject(entry, "what", what);
    cJSON_AddNumberToObject(entry, "clock_ms", (double)at_ms);
    if (conn)
        cJSON_AddNumberToObject(entry, "conn", conn);
    struct observation *o = observation_new(entry, number, "entry", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    for (const cJSON *at = is_packet ? fields->child : NULL; at; at = at->next)
        cJSON_AddItemToObject(o->fields, at->string, cJSON_Duplicate(at, true));
    return o;
}

static void add(struct device_seen *s, const char *line)
{
    long long at_ms;
    unsigned conn;
    char what[32], name[32];
    int n = 0;
    CU_ASSERT_FATAL(s->count < DEVICE_SEEN_MAX);
    CU_ASSERT_FATAL(sscanf(line, "%lld %u %31s %31s %n", &at_ms, &conn, what, name, &n) == 4);
    cJSON *fields = line[n] ? device_seen_json(line + n) : cJSON_CreateObject();
    s->items[s->count] = entry_of(what, name, at_ms, conn, fields, s->count);
    s->count++;
    cJSON_Delete(fields);
}

void device_seen_init(struct device_seen *s, const char *lines)
{
    *s = (struct device_seen){.count = 0};
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        char *line = mem_dup(lines, n);
        if (n)
            add(s, line);
        free(line);
        lines += n + (lines[n] == '\n');
    }
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
