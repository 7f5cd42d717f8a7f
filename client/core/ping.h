/* The heartbeat: a PINGREQ in each keep-alive interval, whatever else is sent, so that the platform hears of the device and the device
 * of a dead connection. The answer is PINGRESP, whatever else comes (DEV-06); one that does not come is asked for again, and after three questions the connection
 * is dead (SDK-05). */
#ifndef CLIENT_PING_H
#define CLIENT_PING_H

#include <stdint.h>

enum { PING_PROBES_MAX = 3 };

struct ping {
    int64_t interval_ms; /* from one PINGREQ to the next */
    int64_t patience_ms; /* for an answer */
    int64_t sent_ms;     /* the last PINGREQ, or the CONNACK */
    int64_t due_ms;      /* when ping_check is to be asked again */
    unsigned unanswered; /* PINGREQs since the last PINGRESP */
};

/* The connection is there, now. The interval is shorter than the keep-alive by one request timeout, which the application may let
 * pass between two calls of Yield; patience is twice that timeout. */
void ping_start(struct ping *p, int64_t keep_alive_ms, int64_t request_timeout_ms, int64_t now_ms);

enum ping_verdict { PING_NOT_YET, PING_SEND, PING_DEAD };

/* What is to be done now. PING_SEND counts as sent. */
enum ping_verdict ping_check(struct ping *p, int64_t now_ms);

/* PINGRESP has come. */
void ping_answered(struct ping *p);

#endif
