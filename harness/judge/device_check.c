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
    {"well-formed", well_formed, "what the device sends is MQTT", false},
    {"served", device_check_served,
     "nothing was sent that the platform does not serve, so that it ends the connection", false},
    {"noted", device_check_noted, "a remark: what the platform took, and noted", false},
    {"connect-first", device_check_connect_first, "each connection begins with CONNECT, and has one only",
     false},
    {"credentials", device_check_credentials, "no CONNECT was refused for what stood in it", false},
    {"keep-alive-range", device_check_keep_alive_range, "no CONNECT was refused for its keep alive", false},
    {"securemode", device_check_securemode, "securemode is that of the transport", false},
    {"client-id-form", device_check_client_id_form, "the client id is clientId|key=value,…|", false},
    {"username", device_check_username, "the user name is deviceName&productKey", false},
    {"client-id-own", device_check_client_id_own, "clientId is the device's own, as far as that can be seen",
     false},
    {"keep-alive-longer", device_check_keep_alive_longer, "the keep alive is 300 s or more", false},
    {"packet-ids", device_check_packet_ids, "no packet identifier in flight is used for something else",
     false},
    {"ids-in-flight", device_check_ids_in_flight,
     "the same, where there was a second message while one was in flight", false},
    {"resends", device_check_resends,
     "what is sent again on a later connection has DUP, and was not acknowledged", false},
    {"resends-at-once", device_check_resends_at_once, "what is sent again on the same connection has DUP",
     false},
    {"acknowledges", device_check_acknowledges, "there is no PUBACK without a message that asks for it",
     false},
    {"acknowledged-in-order", device_check_acknowledged_in_order, "PUBACKs come in the order of the messages",
     false},
    {"quiet-when-refused", device_check_quiet_when_refused, "nothing is sent behind a CONNACK that refuses",
     false},
    {"connect-rate", device_check_connect_rate, "attempts that follow failures are five a minute at most",
     false},
    {"back-off", device_check_back_off, "the waits between attempts that fail grow", false},
    {"jitter", device_check_jitter, "a remark: whether these waits are round ones", false},
    {"keep-alive", device_check_keep_alive, "a packet comes within each keep alive", false},
    {"connack-missed", device_check_connack_missed,
     "behind a withheld CONNACK the device ends the connection and dials anew", false},
    {"pingresp-missed", device_check_pingresp_missed,
     "behind a withheld PINGRESP it is back within twice its keep alive", false},
    {"fighting", device_check_fighting, "it does not dial at once behind each of three take-overs", false},
    {"crashes", device_check_crashes, "its program was ended by no signal of a crash", true},
    {"tls-policy", device_check_tls_policy,
     "TLS 1.2 or later, no suite without authentication agreed on or offered", false},
    {"tls-server-name", device_check_tls_server_name, "the handshake names the server (SNI)", false},
    {"encrypted", device_check_encrypted, "it signs in over TLS", false},
    {"root-replaced", device_check_root_replaced, "a remark: the root certificate can be replaced", true},
    {"token-renewed", device_check_token_renewed, "behind CONNACK 3 an iotToken is fetched anew", false},
    {"registration-taken", device_check_registration_taken,
     "behind a registration it leaves, and signs in with what it was given", false},
    {"registered-once", device_check_registered_once, "it registers once", false},
    {"described", device_check_described, "what the description says is what was seen", true},
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
