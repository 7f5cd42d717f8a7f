#include "dispatch.h"

#include "broker.h"
#include "connection.h"
#include "session.h"
#include "uplink.h"

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
static void deny(struct connection *c, const struct mqtt_publish *publish, const char *rule)
{
    connection_denied(c, "publish", rule, publish->topic);
    if (c->broker->profile.topic_denied == PROFILE_DENIED_DISCONNECT)
        connection_close(c, OFFLINE_PUBLISH_DENIED, (struct str){0});
    else if (publish->qos == 1)
        acknowledge(c, publish->packet_id);
}

/* All limits are asked, so that the journal names each one that was passed. */
static bool is_within_limits(struct connection *c, const struct mqtt_publish *publish)
{
    struct broker *b = c->broker;
    struct device *device = c->session->device;
    bool rate = limit_counts(b, device, publish->qos ? LIMIT_UPLINK_QOS1 : LIMIT_UPLINK_QOS0);
    bool topic = connection_limits_topic(c, publish->topic);
    return limit_allows(b, device, LIMIT_PAYLOAD, (int64_t)publish->payload.n) && rate && topic;
}

/* A device that sends a QoS 1 message again says so by DUP; what it had sent before may have been taken or lost. */
static void journal_resent(const struct connection *c, const struct mqtt_publish *publish)
{
    struct journal_event event = {.kind = JOURNAL_RESENT};
    struct journal_who who = connection_who(c);
    event.u.resent.packet_id = publish->packet_id;
    event.u.resent.topic = publish->topic;
    event.u.resent.product_key = who.product_key;
    event.u.resent.device_name = who.device_name;
    event.u.resent.peer = who.peer;
    journal_append(c->broker->journal, &event);
}

/* QoS 2 is not served; how that shows is the profile's business (qos2.publish). */
static void refuse_qos2(struct connection *c)
{
    static const struct mqtt_fault qos2 = {"the platform serves QoS 0 and 1 only", 0, "section 4.3.3"};
    if (c->broker->profile.qos2_publish == PROFILE_QOS2_CLOSE)
        connection_close_malformed(c, &qos2, "PUBLISH");
    else
        connection_note(c, "a QoS 2 PUBLISH is dropped without an answer: QoS 0 and 1 are served");
}

/* False when the message goes no further for its retain flag (retain.publish). */
static bool takes_retain(const struct connection *c)
{
    bool taken = c->broker->profile.retain_publish == PROFILE_RETAIN_IGNORE;
    connection_note(c, taken ? "a retain flag is ignored: the platform keeps no retained messages"
                             : "a message is dropped for its retain flag: the platform keeps none");
    return taken;
}

void handle_publish(struct connection *c, const struct mqtt_packet *packet)
{
    const struct mqtt_publish *publish = &packet->u.publish;
    c->broker->metrics.messages_in++;
    if (publish->qos > 1) {
        refuse_qos2(c);
        return;
    }
    if (publish->dup && publish->qos == 1)
        journal_resent(c, publish);
    const struct topic_acl acl = connection_acl(c);
    bool within = is_within_limits(c, publish);
    const char *rule = topic_acl_publish_fault(&acl, publish->topic);
    if (rule) {
        deny(c, publish, rule);
        return;
    }
    bool taken = !publish->retain || takes_retain(c);
    /* First the answer, then the echo: a device may wait for its PUBACK before it reads anything else. */
    if (publish->qos == 1)
        acknowledge(c, publish->packet_id);
    if (within && taken && !uplink_take(c, publish))
        broker_publish(c->broker, publish->topic, publish->payload, publish->qos);
}
