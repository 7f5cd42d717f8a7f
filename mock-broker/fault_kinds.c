#include "fault_kinds.h"

#include "certificates.h"
#include "faults.h"

#include "lib/protocol/mqtt_packet.h"

static void withhold(const struct fault *fault, struct fault_effect *effect)
{
    (void)fault;
    effect->is_dropped = true;
}

static void delay(const struct fault *fault, struct fault_effect *effect)
{
    effect->delay_ms = fault->values[FAULT_MS];
}

/* A server that has sent a CONNACK with another code than 0 closes, and says nothing of a session
 * [MQTT-3.2.2-4, MQTT-3.2.2-5]; the fault is the code, not what follows from it. */
static void code(const struct fault *fault, struct fault_effect *effect)
{
    uint8_t value = (uint8_t)fault->values[FAULT_CODE];
    if (fault->packet == FAULT_HTTP)
        effect->code = fault->values[FAULT_CODE];
    if (fault->packet == MQTT_CONNACK && effect->n == 4) {
        effect->bytes[3] = value;
        effect->closes = value != MQTT_ACCEPTED;
        if (effect->closes)
            effect->bytes[2] = 0;
    } else if (fault->packet == MQTT_SUBACK) {
        size_t at = 1;
        while (at < effect->n && (effect->bytes[at] & 0x80)) /* the remaining length */
            at++;
        for (at += 3; at < effect->n; at++)
            effect->bytes[at] = value;
    }
}

/* With after 0 in the place of the packet, else behind it. */
static void close_it(const struct fault *fault, struct fault_effect *effect)
{
    effect->is_dropped = fault->after == 0;
    effect->closes = true;
}

static void reset(const struct fault *fault, struct fault_effect *effect)
{
    effect->is_dropped = fault->after == 0;
    effect->resets = true;
}

static void slice(const struct fault *fault, struct fault_effect *effect)
{
    effect->slice_bytes = (size_t)fault->values[FAULT_BYTES];
    effect->slice_ms = fault->values[FAULT_MS];
}

static void garble(const struct fault *fault, struct fault_effect *effect)
{
    int64_t offset = fault->values[FAULT_OFFSET], flip = fault->values[FAULT_XOR];
    size_t at = offset >= 0 ? (size_t)offset : (size_t)(effect->random % effect->n);
    if (at >= effect->n)
        at = effect->n - 1;
    effect->bytes[at] ^= (uint8_t)(flip >= 0 ? flip : (int64_t)(effect->random >> 32) % 255 + 1);
}

/* The packets that leave until then go in one write. */
static void coalesce(const struct fault *fault, struct fault_effect *effect)
{
    effect->hold_ms = fault->values[FAULT_MS];
}

static void certificate(const struct fault *fault, struct fault_effect *effect)
{
    effect->certificate = fault->values[FAULT_WHICH];
}

#define MS   (1u << FAULT_MS)
#define CODE (1u << FAULT_CODE)

static const struct fault_kind kinds[] = {
    {"withhold", 0, 0, true, false, withhold},
    {"delay", MS, 0, true, false, delay},
    {"code", CODE, 0, false, false, code},
    {"close", 0, 0, true, true, close_it},
    {"reset", 0, 0, true, true, reset},
    {"slice", 1u << FAULT_BYTES | MS, 0, false, false, slice},
    {"coalesce", MS, 0, false, false, coalesce},
    {"certificate", 1u << FAULT_WHICH, 0, false, false, certificate},
    {"garble", 0, 1u << FAULT_OFFSET | 1u << FAULT_XOR, false, false, garble},
};

static const struct fault_parameter_form forms[FAULT_PARAMETERS] = {
    [FAULT_MS] = {"ms", 1, 86400000, NULL},
    [FAULT_CODE] = {"code", 0, 9999, NULL},
    [FAULT_BYTES] = {"bytes", 1, 1048576, NULL},
    [FAULT_OFFSET] = {"offset", 0, 1048576, NULL},
    [FAULT_XOR] = {"xor", 1, 255, NULL},
    [FAULT_WHICH] = {"which", CERTIFICATE_FOREIGN_ROOT, CERTIFICATES - 1, certificate_names},
};

const struct fault_kind *fault_kinds(size_t *count)
{
    *count = sizeof kinds / sizeof kinds[0];
    return kinds;
}

const struct fault_kind *fault_kind_named(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const struct fault_parameter_form *fault_parameter_form(enum fault_parameter parameter)
{
    return &forms[parameter];
}
