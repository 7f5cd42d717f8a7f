/* A load: many devices on one loop that sign in and then do one thing over and over, as fast as the server lets them. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocol/transport.h"

struct loop;
struct tls_client;

enum load_mode {
    LOAD_CONNECT, /* sign in, DISCONNECT, and the next device */
    LOAD_IDLE,    /* stay connected */
    LOAD_PUBLISH, /* publish to a topic of its own and wait for the message to come back */
    LOAD_PING     /* PINGREQ, PINGRESP */
};
enum load_sign_in { LOAD_SIGNED, LOAD_PASSWORD, LOAD_ANONYMOUS };

struct load_options {
    enum load_mode mode;
    enum load_sign_in sign_in; /* PASSWORD: user and password "bench" */
    int64_t port;              /* on 127.0.0.1 */
    enum transport transport;
    const char *ws_path;          /* borrowed; of WebSocket transports */
    struct tls_client *tls;       /* borrowed; NULL without TLS */
    int64_t devices;              /* dev0, dev1, … of product pk, secret "secret" */
    int64_t dialling;             /* so many are signing in at the same time */
    int64_t qos, payload, window; /* of PUBLISH: bytes of payload; messages under way per device */
};

/* What has happened so far. */
struct load_counts {
    int64_t signed_in, failed; /* failed: sign-ins refused and connections lost */
    int64_t sent, done;        /* messages or pings: begun, and back again */
};

struct load;

/* Prepares and signs all CONNECT packets; sends nothing. options are copied; the loop is borrowed. */
struct load *load_new(struct loop *loop, const struct load_options *options);

/* Dials until every device has signed in (CONNECT: and out again) or failed. */
void load_start(struct load *load);
bool load_is_settled(void *load);

/* Starts the messages or pings of all devices; stops starting new ones. */
void load_begin(struct load *load);
void load_stop(struct load *load);

/* True when nothing is under way. */
bool load_is_drained(void *load);

const struct load_counts *load_counts(const struct load *load);

/* Resets all connections. The loop must turn until load_is_closed before load_free. */
void load_close(struct load *load);
bool load_is_closed(void *load);
void load_free(struct load *load);

#endif
