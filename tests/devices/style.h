/* Ways in which good devices differ from each other (device-facts 2.3 to 2.6): one table, `test-device --style NAME`. Each of them keeps every
 * must; the judge is tried on them as on what is broken. */
#ifndef DEVICES_STYLE_H
#define DEVICES_STYLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* 0 and false: as the plain test device does it. */
struct style {
    const char *name, *text;
    const char *auth; /* NULL: as the switch needs it */
    bool registers_over_https;
    bool disconnects;   /* sends DISCONNECT whenever it closes a connection */
    bool clean_session; /* asks for a clean session, and so subscribes on every connection */
    bool
        pipelines; /* SUBSCRIBE and a message follow CONNECT before its CONNACK; nothing is kept for the next connection */
    bool is_quiet;      /* publishes nothing: only its pings keep the connection */
    bool pings_at_once; /* the first PINGREQ follows the CONNACK */
    bool falls_back;    /* after CONNACK 1 it tries MQTT 3.1 once */
    bool greets;        /* right behind the CONNACK it publishes to system topics */
    int more_filters;   /* asked for besides its own, each in a SUBSCRIBE of its own */
    int64_t keep_alive_s;
    int64_t ping_ms;     /* between pings, whatever the keep alive */
    int64_t late_ms;     /* its pings are so much later than the keep alive */
    int64_t patience_ms; /* how long it waits for a CONNACK or a PINGRESP */
    int64_t redial_ms;   /* the first wait; it grows from there */
    bool redials_evenly; /* the wait does not grow */
    int64_t
        resend_ms; /* an unacknowledged message is sent again so much later on the same connection, without DUP */
};

/* The row of a name; NULL when there is none. NULL as name: the plain device's. */
const struct style *style_named(const char *name);

/* A line each: name, what it is like; a tab between. */
void style_list(FILE *to);

#endif
