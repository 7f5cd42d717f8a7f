/* The platform as a whole: owns and wires listeners, connections, sessions, registry, router and journal. No protocol logic. */
#ifndef BROKER_BROKER_H
#define BROKER_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection.h"
#include "console.h"
#include "inflight.h"
#include "journal.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/list.h"
#include "lib/base/timerq.h"
#include "lib/net/listener.h"
#include "lib/net/loop.h"
#include "lib/net/tls.h"
#include "lib/rules/profile.h"
#include "message.h"
#include "metrics.h"
#include "registry.h"
#include "router.h"

/* The device ports, in the order of the ready line. */
enum broker_port { PORT_MQTT, PORT_WEB, PORT_MQTTS, BROKER_PORTS };

struct auth_endpoint;
struct certificates;
struct faults;
struct tokens;
struct trace;

struct broker_listener {
    struct broker *broker;
    struct listener *listener;
    struct port_policy policy;
    int number; /* the port that it really listens on */
};

struct broker {
    struct loop *loop; /* borrowed, with clock and timers */
    struct clock *clock;
    struct timerq *timers;
    struct tls_server *tls;            /* borrowed; NULL: TLS is refused */
    struct certificates *certificates; /* borrowed; what else a fault may show; NULL: nothing */
    struct profile profile;
    struct registry *registry; /* owned, like the rest */
    struct router *router;
    struct journal *journal;
    struct trace *trace; /* NULL: none is kept */
    struct faults *faults;
    struct metrics metrics;
    struct tokens *tokens;
    struct auth_endpoint *auth; /* HTTP on the device ports; NULL: not served */
    const char *region;         /* borrowed; part of the endpoint names */
    struct console console;     /* what the page /console is told */
    struct list connections, sessions, joins;
    uint32_t joins_made;
    size_t connection_count, connections_max;
    bool full_logged;   /* the maximum was reached and said so */
    struct buf scratch; /* one packet being encoded; see broker_limits */
    struct broker_listener listeners[BROKER_PORTS];
};

/* A broker on a loop, with these products and devices (now owned here; what they are now is the start to which a reset goes
 * back); opens no port yet. seed: of chance in faults. */
struct broker *broker_new(struct loop *loop, const struct profile *profile, struct registry *registry,
                          struct tls_server *tls, size_t connections_max, uint64_t seed);

/* Keeps a trace of the wires from now on. */
void broker_keep_trace(struct broker *b);

/* Ends every connection (reason shutdown) and session, and frees the broker when the loop has given the channels their last
 * turn: call broker_close, then loop_free, then broker_free. */
void broker_close(struct broker *b);
void broker_free(struct broker *b);

/* Opens a device port (0: a free one) and sets *bound. False with *error (static text). */
bool broker_listen(struct broker *b, enum broker_port port, const char *address, int number, int *bound,
                   const char **error);

/* "mqtt", "web", "mqtts". */
const char *broker_port_name(enum broker_port port);

/* Back to the start: connections reset without a line in the journal, sessions, journal, registry and a manual clock too.
 * The ends of the connections come in the loop's next turn. */
void broker_reset(struct broker *b);

/* Closes a device's connection with this reason; a deleted device's session is dropped, a disabled one's is kept. */
void broker_expel(struct broker *b, struct device *device, enum offline_reason reason);

/* Hands a message to everybody who has subscribed its topic. */
void broker_publish(struct broker *b, struct str topic, struct str payload, uint8_t qos);

/* Hands a message to one session; false when it is lost to a full queue or (where limits are enforced) to the rate of messages to
 * a device, of which the journal tells. */
bool broker_deliver(struct broker *b, struct session *s, struct delivery *delivery, uint8_t granted);

/* The profile's limits on QoS 1 messages of a session. */
struct inflight_limits broker_limits(const struct broker *b);

/* For connection.c: the list of connections. */
void broker_remember(struct broker *b, struct connection *c);
void broker_forget(struct broker *b, struct connection *c);

#endif
