#include "fleet.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_state.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

/* A verdict that was come to outweighs one that was not; a bad one outweighs a good one. */
static int weight_of(const struct judgement *j)
{
    static const enum verdict order[] = {VERDICT_INCONCLUSIVE, VERDICT_INFO,  VERDICT_PASS,
                                         VERDICT_NONSTRICT,    VERDICT_ERROR, VERDICT_FAIL};
    size_t entry;
    enum verdict verdict = judgement_outcome(j, &entry)->verdict;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (order[i] == verdict)
            return (int)i;
    return -1;
}

static const char *text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* The connections that a device of this name signed in on, or tried to: what came before its CONNECT is its own, too. */
static struct map *connections_of(const char *name, const struct stream *stream, size_t count)
{
    struct map *own = map_new();
    size_t n = strlen(name);
    for (size_t i = 0; i < count; i++) {
        const struct observation *o = stream_items(stream)[i];
        const char *user = text_of(o->fields, "username"), *client_id = text_of(o->fields, "clientId");
        char key[OBSERVATION_KEY_SIZE];
        bool is_judge = client_id && strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) == 0;
        if (o->from == FROM_DEVICE && strcmp(o->name, "CONNECT") == 0 && user && !is_judge &&
            strncmp(user, name, n) == 0 && user[n] == '&')
            map_put(own, observation_key(o->conn, key), own);
    }
    return own;
}

static bool is_own(const struct observation *o, const char *name, const char *of_case,
                   const struct map *connections)
{
    char key[OBSERVATION_KEY_SIZE];
    const char *doing = text_of(o->fields, "case");
    if (o->from == FROM_JUDGE)
        return of_case && doing && strcmp(of_case, doing) == 0;
    const char *of = text_of(o->fields, "deviceName");
    return o->conn ? map_get(connections, observation_key(o->conn, key)) != NULL
                   : of && strcmp(of, name) == 0;
}

/* What these ask is answered by the devices together: each alone was only given a part of the cases. */
static bool is_of_all(const struct device_case *test)
{
    static const char *const checks[] = {"crashes", "described", "root-replaced"};
    const char *check = text_of(test->test.steps->child, "check");
    for (size_t i = 0; check && i < sizeof checks / sizeof checks[0]; i++)
        if (strcmp(checks[i], check) == 0)
            return true;
    return false;
}

static struct judgement *judge_all(const struct judgement_setup *setup, const struct stream *stream,
                                   size_t count, int64_t now_ms)
{
    struct judgement_setup of_all = *setup;
    of_all.is_named = false;
    struct judgement *j = judgement_new(&of_all, now_ms);
    judgement_set_before(j, (const struct observation *const *)(const void *)stream_items(stream), count);
    judgement_time(j, now_ms);
    judgement_end(j, "unfinished", "an observing case waits for nothing");
    return j;
}

static struct judgement *judge_one(const struct judgement_setup *setup, const cJSON *device,
                                   const char *of_case, const struct stream *stream, size_t count,
                                   int64_t now_ms)
{
    struct judgement_setup of_one = *setup;
    of_one.device = device;
    of_one.is_named = false; /* only its own is shown to it */
    const char *name = text_of(device, "deviceName");
    struct map *connections = connections_of(name, stream, count);
    const struct observation **own = mem_zalloc(count + 1, sizeof(const struct observation *));
    size_t own_count = 0;
    for (size_t i = 0; i < count; i++)
        if (is_own(stream_items(stream)[i], name, of_case, connections))
            own[own_count++] = stream_items(stream)[i];
    struct judgement *j = judgement_new(&of_one, now_ms);
    judgement_set_before(j, own, own_count);
    map_free(connections);
    free(own);
    judgement_time(j, now_ms);
    judgement_end(j, "unfinished", "an observing case waits for nothing");
    return j;
}

struct judgement *fleet_judge(const struct judgement_setup *setup, const struct stream *stream, size_t count,
                              int64_t now_ms)
{
    if (is_of_all(setup->test))
        return judge_all(setup, stream, count, now_ms);
    struct judgement *worst = judge_one(setup, setup->device, NULL, stream, count, now_ms);
    for (size_t i = 0; i < count; i++) {
        const struct observation *o = stream_items(stream)[i];
        const cJSON *device = cJSON_GetObjectItemCaseSensitive(o->fields, "device");
        if (o->from != FROM_JUDGE || strcmp(o->name, "begin") != 0 || !device)
            continue;
        struct judgement *j = judge_one(setup, device, text_of(o->fields, "case"), stream, count, now_ms);
        bool is_worse = weight_of(j) > weight_of(worst);
        judgement_free(is_worse ? worst : j);
        worst = is_worse ? j : worst;
    }
    return worst;
}
