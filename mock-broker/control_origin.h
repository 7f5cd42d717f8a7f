/* Who may call the control API out of a browser: no page but our own, or any web site that somebody visits could drive the broker
 * on his machine (request forgery), or read it under a name of its own that leads here (DNS rebinding). Pure. */
#ifndef BROKER_CONTROL_ORIGIN_H
#define BROKER_CONTROL_ORIGIN_H

#include <stdbool.h>

#include "lib/base/str.h"

/* Headers of a call; p NULL: not sent, as by everything that is no browser. */
struct control_origin {
    struct str host, origin, fetch_site; /* Host, Origin, Sec-Fetch-Site */
    bool has_token; /* the API demands a token, which no foreign page knows: any name may lead here */
    int web_port;   /* whose page /console is ours too, when it was opened on this machine */
};

/* NULL when the call is served, else why not (static text). */
const char *control_origin_fault(const struct control_origin *call);

#endif
