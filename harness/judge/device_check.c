#include "device_check.h"

#include <string.h>

#include "lib/base/mem.h"

#include <stdlib.h>

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

static bool is(const struct observation *o, const char *name, enum observation_from from)
{
    return o->from == from && strcmp(o->name, name) == 0;
}

/* DEV-01: what the device sends is MQTT. */
static void well_formed(const struct device_stream *stream, struct device_finding *f)
{
    bool connected = false;
    for (size_t i = 0; i < stream->count; i++) {
        const struct observation *o = stream->items[i];
        connected = connected || is(o, "CONNECT", FROM_DEVICE);
        if (!is(o, "malformed", FROM_DEVICE))
            continue;
        char *seen = observation_text(o);
        device_finding_fail(f, o, "well-formed packets", seen);
        free(seen);
    }
    if (!connected)
        device_finding_missing(f, "the device sent no CONNECT");
}

static const struct device_check checks[] = {
    {"well-formed", well_formed},
};

const struct device_check *device_check_named(const char *name)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (strcmp(checks[i].name, name) == 0)
            return &checks[i];
    return NULL;
}
