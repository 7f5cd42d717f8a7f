/* Everything the library's core wants from the machine it runs on: a connection, a lock, and a clock. A port is one file that fills
 * in struct port_ops and defines port_new (docs/porting.md); the PC's is client/port_net.c, the tests have one that plays a script.
 *
 * What the core promises: read, connect and close are called by one thread at a time; write by one thread at a time, which may be
 * another one while a read is waiting, but never beside connect or close; wait and wake with the lock held. A write beside others has
 * the lock held, and keeps it while it waits: packets leave whole, one after the other, and whoever wants the lock waits as long. The
 * CONNECT and the DISCONNECT are written without it, when nobody else writes. */
#ifndef CLIENT_PORT_H
#define CLIENT_PORT_H

#include <stddef.h>
#include <stdint.h>

struct clock;
struct port;

/* Where to. Borrowed for the call. */
struct port_target {
    const char *host; /* a name or an address; what TLS verifies */
    uint16_t port;
    const char *root_pem; /* the roots that TLS trusts; NULL: no TLS */
};

struct port_ops {
    /* A connection that is ready for MQTT's bytes, TLS and its verification done. 0; or -1, with a log line that says why, when
     * there is none after timeout_ms. */
    int (*connect)(struct port *p, const struct port_target *target, int64_t timeout_ms);

    /* Waits until there are bytes, and gives at most n of them. How many; 0 when none came within timeout_ms, or after wake; -1 when
     * the connection has ended, with a log line (level info) that says how. */
    int (*read)(struct port *p, void *bytes, size_t n, int64_t timeout_ms);

    /* Takes over all n bytes. 0; or -1 when that was not possible within timeout_ms, or the connection has ended. */
    int (*write)(struct port *p, const void *bytes, size_t n, int64_t timeout_ms);

    /* Ends the connection, when there is one: what was written leaves first. */
    void (*close)(struct port *p);

    void (*lock)(struct port *p);
    void (*unlock)(struct port *p);

    /* Gives the lock up until wake, or timeout_ms later, and has it again on return; may return for no reason. */
    void (*wait)(struct port *p, int64_t timeout_ms);

    /* Ends the waits of all threads, and the current or next read. */
    void (*wake)(struct port *p);

    /* A number for the calling thread, never 0; always the same where there are no threads. */
    uintptr_t (*thread)(struct port *p);

    void (*free)(struct port *p);
};

/* The beginning of every port. */
struct port {
    const struct port_ops *ops;
    struct clock *clock; /* lib/base/clock; the port's own */
};

/* The port of this machine, one for each handle; freed with its free. */
struct port *port_new(void);

#endif
