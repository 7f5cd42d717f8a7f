#include "packet_build.h"

#include <stdlib.h>

#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"

enum { PACKET_ID_DEFAULT = 1 };

static int64_t get_int(const cJSON *with, const char *key, int64_t otherwise)
{
    const cJSON *value = with ? cJSON_GetObjectItemCaseSensitive(with, key) : NULL;
    return cJSON_IsNumber(value) ? (int64_t)value->valuedouble : otherwise;
}

static bool get_bool(const cJSON *with, const char *key)
{
    return with && cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(with, key));
}

static struct str get_text(const cJSON *with, const char *key)
{
    return str_of(with ? json_text(with, key) : NULL);
}

static uint16_t packet_id(const cJSON *with)
{
    return (uint16_t)get_int(with, "packetId", PACKET_ID_DEFAULT);
}

static bool build_publish(const cJSON *with, struct buf *out)
{
    struct buf payload;
    buf_init(&payload, PACKET_BUILD_MAX);
    buf_append_str(&payload, get_text(with, "payload"));
    hex_decode(get_text(with, "payloadHex"), &payload, NULL);
    struct mqtt_publish publish = {.dup = get_bool(with, "dup"),
                                   .retain = get_bool(with, "retain"),
                                   .qos = (uint8_t)get_int(with, "qos", 0),
                                   .packet_id = packet_id(with),
                                   .topic = get_text(with, "topic"),
                                   .payload = buf_str(&payload)};
    bool fits = mqtt_encode_publish(out, &publish);
    buf_fini(&payload);
    return fits;
}

static bool build_subscribe(enum mqtt_type type, const cJSON *with, struct buf *out)
{
    const cJSON *list = with ? cJSON_GetObjectItemCaseSensitive(with, "filters") : NULL;
    size_t count = 0;
    struct mqtt_filter *filters = mem_zalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *filters);
    for (const cJSON *at = list ? list->child : NULL; at; at = at->next) {
        filters[count].filter = cJSON_IsString(at) ? str_of(at->valuestring) : get_text(at, "filter");
        filters[count++].qos = (uint8_t)(cJSON_IsString(at) ? 0 : get_int(at, "qos", 0));
    }
    bool fits = type == MQTT_SUBSCRIBE ? mqtt_encode_subscribe(out, packet_id(with), filters, count)
                                       : mqtt_encode_unsubscribe(out, packet_id(with), filters, count);
    free(filters);
    return fits;
}

static bool build_suback(const cJSON *with, struct buf *out)
{
    const cJSON *list = with ? cJSON_GetObjectItemCaseSensitive(with, "codes") : NULL;
    size_t count = 0;
    uint8_t *codes = mem_alloc((size_t)cJSON_GetArraySize(list) + 1);
    for (const cJSON *at = list ? list->child : NULL; at; at = at->next)
        codes[count++] = (uint8_t)at->valuedouble;
    bool fits = mqtt_encode_suback(out, packet_id(with), codes, count);
    free(codes);
    return fits;
}

bool packet_build(enum mqtt_type type, const cJSON *with, const struct packet_sender *sender, struct buf *out)
{
    switch (type) {
    case MQTT_CONNECT:
        return packet_build_connect(with, sender, out);
    case MQTT_CONNACK:
        return mqtt_encode_connack(out, get_bool(with, "sessionPresent"),
                                   (uint8_t)get_int(with, "returnCode", 0));
    case MQTT_PUBLISH:
        return build_publish(with, out);
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        return build_subscribe(type, with, out);
    case MQTT_SUBACK:
        return build_suback(with, out);
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
        return mqtt_encode_empty(out, type);
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        return mqtt_encode_ack(out, type, packet_id(with));
    }
    return false;
}
