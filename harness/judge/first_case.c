#include "first_case.h"

/* Sees what comes for so long, and asks for nothing. */
static void add_watch(cJSON *steps, int64_t watch_ms)
{
    cJSON *step = cJSON_CreateObject();
    cJSON_AddStringToObject(step, "count", "PUBLISH");
    cJSON_AddNumberToObject(step, "for_ms", (double)watch_ms);
    cJSON_AddNumberToObject(step, "min", 0);
    cJSON_AddItemToArray(steps, step);
}

void first_case_init(struct device_case *c, int64_t patience_ms, int64_t watch_ms)
{
    static char id[] = "first", path[] = "";
    *c = (struct device_case){.start = START_ONLINE, .start_ms = patience_ms, .is_nameless = true};
    c->test.id = c->test.key = id;
    c->test.path = path;
    c->test.steps = cJSON_CreateArray();
    if (watch_ms > 0)
        add_watch(c->test.steps, watch_ms);
}

void first_case_fini(struct device_case *c)
{
    cJSON_Delete(c->test.steps);
    *c = (struct device_case){0};
}
