#include "limit.h"

#include "broker.h"

#include "lib/base/check.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60000 };

#define VALUE(field) offsetof(struct profile, field)

static const struct {
    const char *name;
    size_t max;        /* in struct profile */
    int64_t window_ms; /* of a rate */
} table[LIMITS] = {
    [LIMIT_CONNECT_PER_SECOND] = {"limits.connect_per_second", VALUE(limits_connect_per_second), SECOND_MS},
    [LIMIT_CONNECT_PER_MINUTE] = {"limits.connect_per_minute", VALUE(limits_connect_per_minute), MINUTE_MS},
    [LIMIT_UPLINK_QOS0] = {"limits.uplink_qos0_per_s", VALUE(limits_uplink_qos0_per_s), SECOND_MS},
    [LIMIT_UPLINK_QOS1] = {"limits.uplink_qos1_per_s", VALUE(limits_uplink_qos1_per_s), SECOND_MS},
    [LIMIT_DOWNLINK] = {"limits.downlink_per_s", VALUE(limits_downlink_per_s), SECOND_MS},
    [LIMIT_SUBSCRIPTIONS] = {"limits.subscriptions", VALUE(limits_subscriptions), 0},
    [LIMIT_FILTERS] = {"limits.filters_per_subscribe", VALUE(limits_filters_per_subscribe), 0},
    [LIMIT_TOPIC_BYTES] = {"limits.topic_bytes", VALUE(limits_topic_bytes), 0},
    [LIMIT_TOPIC_SLASHES] = {"limits.topic_slashes", VALUE(limits_topic_slashes), 0},
    [LIMIT_PAYLOAD] = {"limits.payload_bytes", VALUE(limits_payload_bytes), 0},
    [LIMIT_INFLIGHT] = {"session.inflight_max", VALUE(session_inflight_max), 0},
};

const char *limit_name(enum limit which)
{
    return table[which].name;
}

int64_t limit_max(const struct broker *b, enum limit which)
{
    return *(const int64_t *)(const void *)((const char *)&b->profile + table[which].max);
}

static void report(struct broker *b, struct device *device, enum limit which, int64_t value)
{
    uint32_t *reported_s = &device->limits.reported_s[which];
    uint32_t now_s = (uint32_t)(clock_now_ms(b->clock) / SECOND_MS) + 1;
    if (*reported_s == now_s)
        return;
    *reported_s = now_s;
    struct journal_event event = {.kind = JOURNAL_LIMIT};
    event.u.limit.limit = table[which].name;
    event.u.limit.value = value;
    event.u.limit.max = limit_max(b, which);
    event.u.limit.product_key = str_of(device->product->key);
    event.u.limit.device_name = str_of(device->name);
    journal_append(b->journal, &event);
}

bool limit_allows(struct broker *b, struct device *device, enum limit which, int64_t value)
{
    if (value <= limit_max(b, which))
        return true;
    report(b, device, which, value);
    return b->profile.limits_enforce == PROFILE_ENFORCE_REPORT;
}

bool limit_counts(struct broker *b, struct device *device, enum limit rate)
{
    CHECK(rate < LIMIT_RATES);
    int64_t now_ms = clock_now_ms(b->clock), *since_ms = &device->limits.rates[rate].since_ms;
    uint32_t *count = &device->limits.rates[rate].count;
    if (*count == 0 || now_ms - *since_ms >= table[rate].window_ms) {
        *since_ms = now_ms;
        *count = 0;
    }
    return limit_allows(b, device, rate, ++*count);
}
