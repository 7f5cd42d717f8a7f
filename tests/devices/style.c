#include "tests/devices/style.h"

#include <string.h>

static const struct style plain = {.name = "plain", .text = "as it is without a style"};

static const struct style rows[] = {
    {.name = "clean-session",
     .text = "a clean session each time, and so a SUBSCRIBE each time (SDK 2.03, 4.x, Python)",
     .clean_session = true},
    {.name = "pipelines",
     .text = "SUBSCRIBE and PUBLISH follow CONNECT before its CONNACK, packet identifiers begin anew "
             "(paho-python)",
     .clean_session = true,
     .pipelines = true,
     .redial_ms = 1000},
    {.name = "late-ping",
     .text = "publishes nothing and pings 1.5 s after its keep alive of 60 s has run out (SDK 2.03, 2.3.0)",
     .is_quiet = true,
     .keep_alive_s = 60,
     .late_ms = 1500},
    {.name = "shortest-keep-alive",
     .text = "the shortest keep alive that the platform takes, 30 s, its pings 1.5 s late",
     .is_quiet = true,
     .keep_alive_s = 30,
     .late_ms = 1500},
    {.name = "longest-keep-alive",
     .text = "keep alive 1200 s, pings at once and every 25 s, waits 5 s for an answer (Link SDK 4.x)",
     .clean_session = true,
     .pings_at_once = true,
     .keep_alive_s = 1200,
     .ping_ms = 25000,
     .patience_ms = 5000},
    {.name = "slow-redial",
     .text = "comes back after 6 s (SDK 3.2.0), waits 7 s for a CONNACK",
     .redial_ms = 6000,
     .patience_ms = 7000},
    {.name = "every-second",
     .text = "dials again every second, for ever (MQTT.js and the npm SDKs)",
     .redial_ms = 1000,
     .redials_evenly = true},
    {.name = "resends",
     .text =
         "sends an unacknowledged message again after 4 s on the same connection, without DUP (SDK 3.0.1)",
     .resend_ms = 4000,
     .patience_ms = 4000},
    {.name = "many-filters",
     .text = "asks for 16 filters, one SUBSCRIBE each (npm SDKs)",
     .more_filters = 15},
    {.name = "greets",
     .text = "publishes to system topics before it has a SUBACK, waits 2 s for a CONNACK, comes back after 4 "
             "s (SDK 2.3.0)",
     .greets = true,
     .patience_ms = 2000,
     .redial_ms = 4000},
    {.name = "disconnects", .text = "sends DISCONNECT before it closes a connection", .disconnects = true},
    {.name = "token", .text = "signs in by an iotToken that it fetches over HTTPS", .auth = "https"},
    {.name = "registers", .text = "registers for its secret", .auth = "registration"},
    {.name = "registers-over-https",
     .text = "registers for its secret over HTTPS (SDK 3)",
     .auth = "registration",
     .registers_over_https = true},
    {.name = "registers-for-token",
     .text = "registers for a deviceToken without having been added (SDK 4.x, Python)",
     .auth = "regnwl"},
    {.name = "falls-back",
     .text = "after CONNACK 1 it tries MQTT 3.1 once, at once; else it dials every second (paho-python)",
     .redial_ms = 1000,
     .redials_evenly = true,
     .falls_back = true},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const struct style *style_named(const char *name)
{
    if (!name)
        return &plain;
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

void style_list(FILE *to)
{
    for (int i = 0; i < ROWS; i++)
        fprintf(to, "%s\t%s\n", rows[i].name, rows[i].text);
}
