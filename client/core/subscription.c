#include "subscription.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/protocol/topic.h"

static void clear(struct subscription **slot)
{
    free(*slot);
    *slot = NULL;
}

void subscription_fini(struct subscriptions *s)
{
    for (size_t i = 0; i < IOTX_MQTT_SUBSCRIPTIONS_MAX; i++)
        clear(&s->slots[i]);
}

/* NULL: a free one. */
static struct subscription **find(struct subscriptions *s, const char *filter)
{
    for (size_t i = 0; i < IOTX_MQTT_SUBSCRIPTIONS_MAX; i++) {
        const struct subscription *slot = s->slots[i];
        if (filter ? slot && strcmp(slot->filter, filter) == 0 : !slot)
            return &s->slots[i];
    }
    return NULL;
}

bool subscription_fits(struct subscriptions *s, const char *filter)
{
    return find(s, filter) || find(s, NULL);
}

void subscription_set(struct subscriptions *s, const char *filter, uint16_t subscribe_id,
                      iotx_mqtt_event_handle_func_fpt handler, void *context)
{
    size_t n = strlen(filter);
    struct subscription **slot = find(s, filter);
    CHECK(n > 0 && n <= IOTX_MQTT_TOPIC_MAX_BYTES);
    if (!slot)
        slot = find(s, NULL);
    CHECK(slot);
    if (!*slot) {
        *slot = mem_alloc(sizeof **slot + n + 1);
        memcpy((*slot)->filter, filter, n + 1);
        (*slot)->filter_bytes = (uint8_t)n;
    }
    (*slot)->subscribe_id = subscribe_id;
    (*slot)->unsubscribe_id = 0;
    (*slot)->handler = handler;
    (*slot)->context = context;
}

void subscription_leave(struct subscriptions *s, const char *filter, uint16_t unsubscribe_id)
{
    struct subscription **slot = find(s, filter);
    if (slot)
        (*slot)->unsubscribe_id = unsubscribe_id;
}

void subscription_granted(struct subscriptions *s, uint16_t subscribe_id)
{
    for (size_t i = 0; i < IOTX_MQTT_SUBSCRIPTIONS_MAX; i++) {
        if (s->slots[i] && s->slots[i]->subscribe_id == subscribe_id)
            s->slots[i]->subscribe_id = 0;
    }
}

void subscription_refused(struct subscriptions *s, uint16_t subscribe_id)
{
    for (size_t i = 0; i < IOTX_MQTT_SUBSCRIPTIONS_MAX; i++) {
        if (s->slots[i] && s->slots[i]->subscribe_id == subscribe_id)
            clear(&s->slots[i]);
    }
}

void subscription_left(struct subscriptions *s, uint16_t unsubscribe_id)
{
    for (size_t i = 0; i < IOTX_MQTT_SUBSCRIPTIONS_MAX; i++) {
        if (s->slots[i] && s->slots[i]->unsubscribe_id == unsubscribe_id)
            clear(&s->slots[i]);
    }
}

const struct subscription *subscription_match(const struct subscriptions *s, struct str topic, size_t *at)
{
    while (*at < IOTX_MQTT_SUBSCRIPTIONS_MAX) {
        const struct subscription *slot = s->slots[(*at)++];
        if (slot && topic_matches((struct str){slot->filter, slot->filter_bytes}, topic))
            return slot;
    }
    return NULL;
}

bool subscription_is_none(const struct subscriptions *s)
{
    for (size_t i = 0; i < IOTX_MQTT_SUBSCRIPTIONS_MAX; i++) {
        if (s->slots[i])
            return false;
    }
    return true;
}
