#include "dispatch.h"

#include "broker.h"
#include "connection.h"
#include "session.h"
#include "topic_acl.h"

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"

static void acknowledge(struct connection *c, uint16_t packet_id)
{
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_ack(out, MQTT_PUBACK, packet_id));
    connection_send_scratch(c);
}

/* The message is dropped; whether the publisher notices is the profile's business (topic.denied). */
static void deny(struct connection *c, const struct mqtt_publish *publish)
{
    const struct device *device = c->session->device;
    struct journal_event event = {.kind = JOURNAL_DENIED};
    event.u.denied.action = "publish";
    event.u.denied.topic = publish->topic;
    event.u.denied.product_key = str_of(device->product->key);
    event.u.denied.device_name = str_of(device->name);
    journal_append(c->broker->journal, &event);
    if (c->broker->profile.topic_denied == PROFILE_DENIED_DISCONNECT)
        connection_close(c, OFFLINE_PUBLISH_DENIED, (struct str){0});
    else if (publish->qos == 1)
        acknowledge(c, publish->packet_id);
}

void handle_publish(struct connection *c, const struct mqtt_packet *packet)
{
    static const struct mqtt_fault qos2 = {"the platform serves QoS 0 and 1 only", 0, "section 4.3.3"};
    const struct mqtt_publish *publish = &packet->u.publish;
    c->broker->metrics.messages_in++;
    const struct device *device = c->session->device;
    if (publish->qos > 1) {
        connection_close_malformed(c, &qos2, "PUBLISH");
        return;
    }
    if (!topic_acl_may_publish(str_of(device->product->key), str_of(device->name), publish->topic)) {
        deny(c, publish);
        return;
    }
    if (publish->retain)
        connection_note(c, "a retain flag is ignored: the platform keeps no retained messages");
    /* First the answer, then the echo: a device may wait for its PUBACK before it reads anything else. */
    if (publish->qos == 1)
        acknowledge(c, publish->packet_id);
    broker_publish(c->broker, publish->topic, publish->payload, publish->qos);
}
