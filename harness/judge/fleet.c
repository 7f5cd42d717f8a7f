#include "fleet.h"

#include <stddef.h>
#include <string.h>

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

static struct judgement *judge_one(const struct judgement_setup *setup, const cJSON *device,
                                   const struct stream *stream, size_t count, int64_t now_ms)
{
    struct judgement_setup of_one = *setup;
    of_one.device = device;
    of_one.is_named = true;
    struct judgement *j = judgement_new(&of_one, now_ms);
    judgement_set_before(j, (const struct observation *const *)(const void *)stream_items(stream), count);
    judgement_time(j, now_ms);
    judgement_end(j, "unfinished", "an observing case waits for nothing");
    return j;
}

struct judgement *fleet_judge(const struct judgement_setup *setup, const struct stream *stream, size_t count,
                              int64_t now_ms)
{
    struct judgement *worst = judge_one(setup, setup->device, stream, count, now_ms);
    for (size_t i = 0; i < count; i++) {
        const struct observation *o = stream_items(stream)[i];
        const cJSON *device = cJSON_GetObjectItemCaseSensitive(o->fields, "device");
        if (o->from != FROM_JUDGE || strcmp(o->name, "begin") != 0 || !device)
            continue;
        struct judgement *j = judge_one(setup, device, stream, count, now_ms);
        bool is_worse = weight_of(j) > weight_of(worst);
        judgement_free(is_worse ? worst : j);
        worst = is_worse ? j : worst;
    }
    return worst;
}
