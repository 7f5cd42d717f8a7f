#include "trace_mask.h"

#include "registry.h"

#include "lib/base/secrets.h"
#include "lib/protocol/mqtt_decode.h"
#include "lib/protocol/mqtt_packet.h"

#include <string.h>

static void mask(uint8_t *at, size_t n)
{
    memset(at, TRACE_MASK_BYTE, n);
}

/* What looks like a signature where a signature should not be. */
static void mask_forms(uint8_t *bytes, struct str field)
{
    if (field.n)
        secret_form_mask(bytes + ((const uint8_t *)field.p - bytes), field.n, TRACE_MASK_BYTE);
}

/* The password, also in the place of another field. A clientId in front of a bar and names that are known are left. */
static void mask_connect(const struct registry *registry, uint8_t *bytes, size_t n)
{
    const struct mqtt_context context = {MQTT_LEVEL_3_1_1, n};
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    if (n == 0 || bytes[0] >> 4 != MQTT_CONNECT ||
        mqtt_decode(bytes, n, &context, &packet, &fault) != MQTT_DECODED)
        return;
    struct str password = packet.u.connect.password;
    if (packet.u.connect.has_password)
        mask(bytes + ((const uint8_t *)password.p - bytes), password.n);
    struct str id = packet.u.connect.client_id, username = packet.u.connect.username;
    size_t bar = str_find(id, '|'), at = str_rfind(username, '&');
    mask_forms(bytes, bar == id.n ? id : (struct str){id.p + bar, id.n - bar});
    if (!packet.u.connect.has_username)
        return;
    struct str name = {username.p, at}, key = {username.p + at, username.n - at};
    if (key.n)
        key = (struct str){key.p + 1, key.n - 1};
    if (!registry_device(registry, key, name))
        mask_forms(bytes, username);
}

static void mask_text(uint8_t *bytes, size_t n, const char *secret)
{
    size_t length = strlen(secret);
    if (length < TRACE_SECRET_MIN_BYTES)
        return;
    for (uint8_t *at = bytes; (at = memmem(at, n - (size_t)(at - bytes), secret, length)); at += length)
        mask(at, length);
}

/* "name":"value", with or without blanks about the colon. */
static void mask_member(uint8_t *bytes, size_t n, const char *name)
{
    const uint8_t *end = bytes + n;
    size_t length = strlen(name);
    for (uint8_t *at = bytes; (at = memmem(at, (size_t)(end - at), name, length));) {
        at += length;
        while (at < end && (*at == ' ' || *at == ':'))
            at++;
        if (at == end || *at != '"')
            continue;
        for (at++; at < end && *at != '"'; at++)
            *at = TRACE_MASK_BYTE;
    }
}

void trace_mask(const struct registry *registry, uint8_t *bytes, size_t n)
{
    static const char *const members[] = {"\"deviceSecret\"", "\"productSecret\"", "\"deviceToken\"",
                                          "\"iotToken\""};
    mask_connect(registry, bytes, n);
    secrets_mask(registry_secrets(registry), bytes, n, TRACE_MASK_BYTE);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        mask_member(bytes, n, members[i]);
    size_t at = 0;
    struct device *device;
    while (registry_next_device(registry, &at, &device)) {
        mask_text(bytes, n, device->secret);
        mask_text(bytes, n, device->product->secret);
    }
}
