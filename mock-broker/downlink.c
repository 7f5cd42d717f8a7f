#include "downlink.h"

#include "broker.h"
#include "session.h"
#include "system_topic.h"

enum { HEAD_MAX = 16 }; /* of a PUBLISH, without its topic */

const char *downlink_name(enum downlink how)
{
    static const char *const names[] = {"sent", "queued", "lost", "not-subscribed", "offline", "too-large"};
    return names[how];
}

/* Without a subscription: what the device asked for when it signed in. */
static bool is_pushed(const struct session *s, struct str topic)
{
    const struct device *device = s->device;
    const struct topic_names names = {str_of(device->product->key), str_of(device->name)};
    const struct system_topic *row = system_topic_of(&names, topic);
    if (!row || (row->rights & TOPIC_SUB) == 0)
        return false;
    return row->ext ? (row->ext & ~s->ext) == 0 : s->auto_subscribed;
}

enum downlink downlink_send(struct broker *b, struct device *device, struct str topic, struct str payload,
                            uint8_t qos)
{
    struct session *s = device->session;
    if (topic.n + payload.n + HEAD_MAX > (size_t)b->profile.mqtt_packet_max_bytes)
        return DOWNLINK_TOO_LARGE;
    if (!s || (!session_online(s) && qos == 0))
        return DOWNLINK_OFFLINE;
    uint8_t granted = (uint8_t)b->profile.subscribe_qos_max;
    if (!router_granted(&s->subscriber, topic, &granted) && !is_pushed(s, topic))
        return DOWNLINK_UNWANTED;
    if (!session_online(s) && granted == 0)
        return DOWNLINK_OFFLINE;
    struct delivery delivery;
    delivery_init(&delivery, topic, payload, qos, &b->scratch);
    uint32_t waiting = inflight_queued(&s->inflight);
    bool taken = broker_deliver(b, s, &delivery, granted);
    delivery_fini(&delivery);
    if (!taken)
        return DOWNLINK_LOST;
    return inflight_queued(&s->inflight) > waiting ? DOWNLINK_QUEUED : DOWNLINK_SENT;
}
