#include "control_publish.h"

#include "broker.h"
#include "control_body.h"
#include "downlink.h"
#include "http_server.h"
#include "system_topic.h"
#include "topic_acl.h"

#include "lib/base/hex.h"
#include "lib/protocol/topic.h"

/* Its own, one of the platform's, or one of those that the platform pushes unasked. */
static bool can_be_of(const struct device *device, struct str topic)
{
    const struct topic_names names = {str_of(device->product->key), str_of(device->name)};
    return topic_acl_is_own(&names, topic) || system_topic_of(&names, topic) ||
           str_starts(topic, STR("/ext/"));
}

/* payload or payload_hex; payload's bytes go into the buffer. */
static bool read_payload(struct control_body *body, struct buf *payload)
{
    const char *text = NULL, *digits = NULL;
    size_t bad;
    json_string(body->root, "", "payload", JSON_OPTIONAL, &text, &body->problems);
    json_string(body->root, "", "payload_hex", JSON_OPTIONAL, &digits, &body->problems);
    if (text && digits)
        problems_add(&body->problems, "/payload_hex", "stands beside payload: one of the two is enough");
    else if (digits && !hex_decode(str_of(digits), payload, &bad))
        problems_add(&body->problems, "/payload_hex", "is no hex at character %zu", bad);
    else if (text)
        buf_append_str(payload, str_of(text));
    return control_body_good(body);
}

static void send(struct broker *b, struct http_call *call, struct device *device, struct str topic,
                 struct str payload, uint8_t qos)
{
    enum downlink how = downlink_send(b, device, topic, payload, qos);
    if (how == DOWNLINK_OFFLINE) {
        http_call_fail(call, 404, "offline", "the device is not online, and nothing is kept for it", NULL,
                       NULL);
        return;
    }
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "status", "ok");
    cJSON_AddStringToObject(answer, "delivery", downlink_name(how));
    http_call_answer(call, 200, answer);
}

static void serve(struct broker *b, struct http_call *call, struct control_body *body, struct buf *payload)
{
    struct str product_key, device_name;
    const char *topic = NULL;
    int64_t qos = 0;
    if (!control_body_name(body, "productKey", &product_key) ||
        !control_body_name(body, "deviceName", &device_name) ||
        !json_string(body->root, "", "topic", JSON_REQUIRED, &topic, &body->problems) ||
        !read_payload(body, payload))
        return;
    json_int(body->root, "", "qos", JSON_OPTIONAL, 0, 1, &qos, &body->problems);
    if (topic_name_fault(str_of(topic), NULL, NULL))
        problems_add(&body->problems, "/topic", "is no topic name");
    if (!control_body_good(body))
        return;
    struct device *device = registry_device(b->registry, product_key, device_name);
    if (!device)
        http_call_fail(call, 404, "unknown-device", "there is no such device", "/deviceName", NULL);
    else if (!can_be_of(device, str_of(topic)))
        problems_add(&body->problems, "/topic", "is no topic of this device");
    else
        send(b, call, device, str_of(topic), buf_str(payload), (uint8_t)qos);
}

void control_publish(struct broker *b, struct http_call *call)
{
    static const char *const keys[] = {"productKey", "deviceName",  "topic", "qos",
                                       "payload",    "payload_hex", NULL};
    struct control_body body;
    struct buf payload;
    buf_init(&payload, HTTP_CONTROL_BODY_MAX);
    if (control_body_open(&body, call, keys))
        serve(b, call, &body, &payload);
    control_body_close(&body, call);
    buf_fini(&payload);
}
