#include "device_check.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_checks.h"

enum { TEXT_MAX_BYTES = 2048 };

void device_finding_init(struct device_finding *f)
{
    *f = (struct device_finding){.verdict = VERDICT_PASS};
    buf_init(&f->expected, TEXT_MAX_BYTES);
    buf_init(&f->actual, TEXT_MAX_BYTES);
}

void device_finding_fini(struct device_finding *f)
{
    buf_fini(&f->expected);
    buf_fini(&f->actual);
}

void device_finding_fail(struct device_finding *f, const struct observation *at, const char *expected,
                         const char *actual)
{
    if (f->verdict == VERDICT_FAIL)
        return;
    buf_clear(&f->actual);
    f->verdict = VERDICT_FAIL;
    f->at = at;
    buf_printf(&f->expected, "%s", expected);
    buf_printf(&f->actual, "%s", actual);
}

void device_finding_missing(struct device_finding *f, const char *what)
{
    if (f->verdict != VERDICT_PASS)
        return;
    f->verdict = VERDICT_INCONCLUSIVE;
    buf_printf(&f->actual, "%s", what);
}

void device_finding_remark(struct device_finding *f, const char *what)
{
    if (f->verdict != VERDICT_PASS)
        return;
    f->verdict = VERDICT_INFO;
    buf_printf(&f->actual, "%s", what);
}

void device_finding_fail_at(struct device_finding *f, const struct observation *at, const char *expected)
{
    char *seen = observation_text(at);
    device_finding_fail(f, at, expected, seen);
    free(seen);
}

bool device_stream_is(const struct observation *o, const char *name, enum observation_from from)
{
    return o->from == from && strcmp(o->name, name) == 0;
}

/* DEV-01: what the device sends is MQTT. */
static void well_formed(const struct device_stream *stream, struct device_finding *f)
{
    bool connected = false;
    for (size_t i = 0; i < stream->count; i++) {
        const struct observation *o = stream->items[i];
        connected = connected || device_stream_is(o, "CONNECT", FROM_DEVICE);
        if (device_stream_is(o, "malformed", FROM_DEVICE))
            device_finding_fail_at(f, o, "well-formed packets");
    }
    if (!connected)
        device_finding_missing(f, "the device sent no CONNECT");
}

static const struct device_check checks[] = {
    {"well-formed", well_formed},
    {"connect-first", device_check_connect_first},
    {"credentials", device_check_credentials},
    {"keep-alive-range", device_check_keep_alive_range},
    {"securemode", device_check_securemode},
    {"client-id-form", device_check_client_id_form},
    {"username", device_check_username},
    {"client-id-own", device_check_client_id_own},
    {"keep-alive-longer", device_check_keep_alive_longer},
    {"packet-ids", device_check_packet_ids},
    {"ids-in-flight", device_check_ids_in_flight},
    {"resends", device_check_resends},
    {"resends-at-once", device_check_resends_at_once},
    {"acknowledges", device_check_acknowledges},
    {"acknowledged-in-order", device_check_acknowledged_in_order},
    {"quiet-when-refused", device_check_quiet_when_refused},
    {"connect-rate", device_check_connect_rate},
    {"back-off", device_check_back_off},
    {"jitter", device_check_jitter},
    {"keep-alive", device_check_keep_alive},
    {"connack-missed", device_check_connack_missed},
    {"pingresp-missed", device_check_pingresp_missed},
    {"fighting", device_check_fighting},
    {"crashes", device_check_crashes},
    {"tls-policy", device_check_tls_policy},
    {"tls-server-name", device_check_tls_server_name},
    {"encrypted", device_check_encrypted},
    {"root-replaced", device_check_root_replaced},
    {"token-renewed", device_check_token_renewed},
    {"registration-taken", device_check_registration_taken},
    {"registered-once", device_check_registered_once},
    {"described", device_check_described},
};

const struct device_check *device_checks_all(size_t *count)
{
    *count = sizeof checks / sizeof checks[0];
    return checks;
}

const struct device_check *device_check_named(const char *name)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (strcmp(checks[i].name, name) == 0)
            return &checks[i];
    return NULL;
}
