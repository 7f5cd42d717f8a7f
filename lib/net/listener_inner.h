/* What the loop knows of a listener. */
#ifndef NET_LISTENER_INNER_H
#define NET_LISTENER_INNER_H

#include <uv.h>

#include "lib/base/list.h"
#include "listener.h"

struct listener {
    uv_tcp_t tcp;
    struct list link; /* in the loop's listeners */
    struct loop *loop;
    listener_accept *on_accept;
    void *ctx;
    int port;
};

#endif
