#include "fleet.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_check.h"
#include "harness/judge/device_state.h"
#include "lib/base/json.h"
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

/* One of the device names, and what was seen of it. */
struct member {
    const cJSON *device;
    const struct observation **own;
    size_t count, room;
};

/* Who is who: members by their names, by the cases that began with them, by the connections that they signed in on, and by the addresses from
 * which these came. */
struct fleet {
    struct member *members;
    size_t count;
    struct map *by_name, *by_case, *by_conn, *by_peer;
};

static void put_once(struct map *map, const char *key, struct member *member)
{
    if (key && !map_get(map, str_of(key)))
        map_put(map, str_of(key), member);
}

static const cJSON *begun_with(const struct observation *o)
{
    bool is_begin = o->from == FROM_JUDGE && strcmp(o->name, "begin") == 0;
    return is_begin ? cJSON_GetObjectItemCaseSensitive(o->fields, "device") : NULL;
}

static void add_member(struct fleet *f, const cJSON *device, const char *of_case)
{
    struct member *m = &f->members[f->count++];
    m->device = device;
    put_once(f->by_name, json_text(device, "deviceName"), m);
    put_once(f->by_case, of_case, m);
}

/* A connection is that of the name which signs in on it, or tries to: what came before its CONNECT is its own, too. */
static void note_connection(struct fleet *f, const struct observation *o)
{
    if (o->from != FROM_DEVICE || strcmp(o->name, "CONNECT") != 0)
        return;
    const char *user = json_text(o->fields, "username"), *client_id = json_text(o->fields, "clientId");
    if (!user || (client_id && strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) == 0))
        return;
    struct member *m = map_get(f->by_name, (struct str){user, strcspn(user, "&")});
    char key[OBSERVATION_KEY_SIZE];
    if (m && !map_get(f->by_conn, observation_key(o->conn, key)))
        map_put(f->by_conn, observation_key(o->conn, key), m);
}

static void note_peer(struct fleet *f, const struct observation *o)
{
    char key[OBSERVATION_KEY_SIZE];
    struct member *m = o->conn ? map_get(f->by_conn, observation_key(o->conn, key)) : NULL;
    if (m && o->from == FROM_DEVICE && strcmp(o->name, "accept") == 0)
        put_once(f->by_peer, json_text(o->fields, "peer"), m);
}

static struct member *named(const struct map *map, const char *key)
{
    return key ? map_get(map, str_of(key)) : NULL;
}

static struct member *owner_of(const struct fleet *f, const struct observation *o)
{
    char key[OBSERVATION_KEY_SIZE];
    if (o->from == FROM_JUDGE)
        return named(f->by_case, json_text(o->fields, "case"));
    if (o->conn)
        return map_get(f->by_conn, observation_key(o->conn, key));
    struct member *m = named(f->by_name, json_text(o->fields, "deviceName"));
    return m ? m : named(f->by_peer, json_text(o->fields, "peer"));
}

static void give(struct member *m, const struct observation *o)
{
    if (m->count == m->room) {
        m->room = m->room ? 2 * m->room : 64;
        m->own = mem_realloc(m->own, m->room * sizeof *m->own);
    }
    m->own[m->count++] = o;
}

/* The name of the observing case itself comes first; nothing was begun with it. */
static void fleet_init(struct fleet *f, const cJSON *device, const struct stream *stream, size_t count)
{
    struct observation *const *items = stream_items(stream);
    size_t begun = 0;
    for (size_t i = 0; i < count; i++)
        begun += begun_with(items[i]) != NULL;
    *f = (struct fleet){.members = mem_zalloc(begun + 1, sizeof *f->members),
                        .by_name = map_new(),
                        .by_case = map_new(),
                        .by_conn = map_new(),
                        .by_peer = map_new()};
    add_member(f, device, NULL);
    for (size_t i = 0; i < count; i++)
        if (begun_with(items[i]))
            add_member(f, begun_with(items[i]), json_text(items[i]->fields, "case"));
    for (size_t i = 0; i < count; i++)
        note_connection(f, items[i]);
    for (size_t i = 0; i < count; i++)
        note_peer(f, items[i]);
    for (size_t i = 0; i < count; i++) {
        struct member *m = owner_of(f, items[i]);
        if (m)
            give(m, items[i]);
    }
}

static void fleet_fini(struct fleet *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->members[i].own);
    free(f->members);
    map_free(f->by_name);
    map_free(f->by_case);
    map_free(f->by_conn);
    map_free(f->by_peer);
}

/* Over what is shown to it, whoever's it is. */
static struct judgement *judge(const struct judgement_setup *setup, const cJSON *device,
                               const struct observation *const *seen, size_t count, int64_t now_ms)
{
    struct judgement_setup of_these = *setup;
    of_these.device = device;
    of_these.is_named = false;
    struct judgement *j = judgement_new(&of_these, now_ms);
    judgement_set_before(j, seen, count);
    judgement_time(j, now_ms);
    judgement_end(j, "unfinished", "an observing case waits for nothing");
    return j;
}

/* What its check asks is answered by the devices together: each alone was only given a part of the cases. */
static bool is_of_all(const struct device_case *test)
{
    const char *name = json_text(test->test.steps->child, "check");
    const struct device_check *check = name ? device_check_named(name) : NULL;
    return check && check->asks_all;
}

struct judgement *fleet_judge(const struct judgement_setup *setup, const struct stream *stream, size_t count,
                              int64_t now_ms)
{
    struct fleet fleet;
    struct judgement *worst = NULL;
    if (is_of_all(setup->test))
        return judge(setup, setup->device,
                     (const struct observation *const *)(const void *)stream_items(stream), count, now_ms);
    fleet_init(&fleet, setup->device, stream, count);
    for (size_t i = 0; i < fleet.count; i++) {
        const struct member *m = &fleet.members[i];
        struct judgement *j = judge(setup, m->device, m->own, m->count, now_ms);
        bool is_worse = !worst || weight_of(j) > weight_of(worst);
        judgement_free(is_worse ? worst : j);
        worst = is_worse ? j : worst;
    }
    fleet_fini(&fleet);
    return worst;
}
