/* Where a case finds the platform: the ports of the mock that its worker has started, or those of a target. */
#ifndef HARNESS_PLACE_H
#define HARNESS_PLACE_H

#include "harness/interpreter.h"

struct place {
    const char *host;
    int port;
    const char *root; /* file of root certificates; NULL: the system's */
};

/* False when the platform does not serve that transport on that port. */
bool place_of(const struct interpreter *in, const char *port, enum transport transport, struct place *out);

/* The same for HTTP; a target has a host of its own for it. */
bool place_of_http(const struct interpreter *in, const char *port, bool tls, struct place *out);

/* The transport of a connection that a step opens. Where the case leaves it open and a target has no plain TCP, it is TLS. */
enum transport place_transport(const struct target *target, const struct testcase *test, const cJSON *step);

#endif
