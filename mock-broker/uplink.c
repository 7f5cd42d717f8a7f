#include "uplink.h"

#include "answer.h"
#include "broker.h"
#include "connection.h"
#include "downlink.h"
#include "session.h"
#include "system_topic.h"

#include "lib/base/hex.h"
#include "lib/base/secrets.h"
#include "lib/base/without.h"

/* Of a payload that the journal shows as hex. */
enum { RRPC_HEX_BYTES_MAX = 128 };

static void journal_fault(struct broker *b, const struct inquiry *q, const struct answer *a)
{
    struct journal_event event = {.kind = JOURNAL_ALINK_ERROR};
    event.u.alink_error.reason = a->fault;
    event.u.alink_error.code = a->code;
    event.u.alink_error.topic = q->topic;
    event.u.alink_error.product_key = q->names->product_key;
    event.u.alink_error.device_name = q->names->device_name;
    journal_append(b->journal, &event);
}

/* A payload that is no text shows as the hex of its beginning, so that the journal stays UTF-8. */
static void journal_rrpc(struct broker *b, const struct inquiry *q, const struct answer *a)
{
    char digits[2 * RRPC_HEX_BYTES_MAX + 1];
    struct journal_event event = {.kind = JOURNAL_RRPC};
    if (str_is_utf8(q->payload, NULL) && str_find(q->payload, '\0') == q->payload.n) {
        event.u.rrpc.payload = q->payload.n ? q->payload : STR("");
    } else {
        size_t n = q->payload.n < RRPC_HEX_BYTES_MAX ? q->payload.n : RRPC_HEX_BYTES_MAX;
        if (secrets_in(registry_secrets(b->registry), q->payload))
            n = 0;
        hex_encode((const uint8_t *)q->payload.p, n, digits);
        event.u.rrpc.payload_hex = str_of(digits);
    }
    event.u.rrpc.message_id = a->rrpc_id;
    event.u.rrpc.topic = q->topic;
    event.u.rrpc.bytes = (int64_t)q->payload.n;
    event.u.rrpc.product_key = q->names->product_key;
    event.u.rrpc.device_name = q->names->device_name;
    journal_append(b->journal, &event);
}

bool uplink_take(struct connection *c, const struct mqtt_publish *publish)
{
    struct broker *b = c->broker;
    struct device *device = c->session->device;
    const struct topic_names names = {str_of(device->product->key), str_of(device->name)};
    const struct system_topic *row = system_topic_of(&names, publish->topic);
    if (!row || !row->answer || without("reply", row->pattern))
        return false;
    const struct inquiry question = {
        row, &names, publish->topic, publish->payload, clock_wall_ms(b->clock), &device->shadow};
    struct answer answer;
    answer_init(&answer);
    row->answer(&question, &answer);
    if (answer.fault)
        journal_fault(b, &question, &answer);
    if (answer.rrpc_id.p)
        journal_rrpc(b, &question, &answer);
    if (answer.topic.len)
        downlink_send(b, device, buf_str(&answer.topic), buf_str(&answer.payload), 0);
    answer_fini(&answer);
    return true;
}
