#include "subscription.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/protocol/topic.h"

static struct subscription *item_at(const struct list *link)
{
    return LIST_ITEM((uintptr_t)link, struct subscription, link);
}

static void drop(struct subscriptions *s, struct subscription *item)
{
    list_remove(&item->link);
    s->count--;
    free(item);
}

void subscription_init(struct subscriptions *s)
{
    s->count = 0;
    list_init(&s->all);
}

void subscription_fini(struct subscriptions *s)
{
    LIST_EACH(&s->all, at)
    drop(s, item_at(at));
}

static struct subscription *find(const struct subscriptions *s, const char *filter)
{
    for (const struct list *at = s->all.next; at != &s->all; at = at->next) {
        if (strcmp(item_at(at)->filter, filter) == 0)
            return item_at(at);
    }
    return NULL;
}

bool subscription_fits(const struct subscriptions *s, const char *filter)
{
    return s->count < IOTX_MQTT_SUBSCRIPTIONS_MAX || find(s, filter);
}

static struct subscription *add(struct subscriptions *s, const char *filter)
{
    size_t n = strlen(filter);
    CHECK(n > 0 && n <= IOTX_MQTT_TOPIC_MAX_BYTES && s->count < IOTX_MQTT_SUBSCRIPTIONS_MAX);
    struct subscription *item = mem_alloc(sizeof *item + n + 1);
    memcpy(item->filter, filter, n + 1);
    item->filter_bytes = (uint8_t)n;
    list_add_last(&s->all, &item->link);
    s->count++;
    return item;
}

void subscription_set(struct subscriptions *s, const char *filter, uint16_t subscribe_id,
                      iotx_mqtt_event_handle_func_fpt handler, void *context)
{
    struct subscription *item = find(s, filter);
    if (!item)
        item = add(s, filter);
    item->subscribe_id = subscribe_id;
    item->unsubscribe_id = 0;
    item->handler = handler;
    item->context = context;
}

void subscription_leave(struct subscriptions *s, const char *filter, uint16_t unsubscribe_id)
{
    struct subscription *item = find(s, filter);
    if (item)
        item->unsubscribe_id = unsubscribe_id;
}

void subscription_granted(struct subscriptions *s, uint16_t subscribe_id)
{
    LIST_EACH(&s->all, at)
    {
        if (item_at(at)->subscribe_id == subscribe_id)
            item_at(at)->subscribe_id = 0;
    }
}

void subscription_refused(struct subscriptions *s, uint16_t subscribe_id)
{
    LIST_EACH(&s->all, at)
    {
        if (item_at(at)->subscribe_id == subscribe_id)
            drop(s, item_at(at));
    }
}

void subscription_left(struct subscriptions *s, uint16_t unsubscribe_id)
{
    LIST_EACH(&s->all, at)
    {
        if (item_at(at)->unsubscribe_id == unsubscribe_id)
            drop(s, item_at(at));
    }
}

const struct subscription *subscription_match(const struct subscriptions *s, struct str topic,
                                              const struct subscription *after)
{
    for (const struct list *at = after ? after->link.next : s->all.next; at != &s->all; at = at->next) {
        const struct subscription *item = item_at(at);
        if (topic_matches((struct str){item->filter, item->filter_bytes}, topic))
            return item;
    }
    return NULL;
}

bool subscription_is_none(const struct subscriptions *s)
{
    return s->count == 0;
}
