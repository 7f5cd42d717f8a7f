/* WebSocket as a filter (RFC 6455): binary messages inward as a stream of bytes, whatever their frames; outward one binary
 * frame for each sending of a client, and for each MQTT packet of a server (a piece of a packet goes as it is). Control frames are
 * answered here and never come inward (KAL-08). Filters of different loops may be used by different threads.
 *
 * Memory: none but its own struct between two frames. A frame that is not whole holds one reader (some 4.5 KiB) until it is. A
 * client holds the head of the server's answer (HTTP_HEAD_MAX_BYTES) while it opens. What pings are answered with waits in the
 * channel, within its output maximum. */
#ifndef NET_FILTER_WS_H
#define NET_FILTER_WS_H

#include "filter.h"
#include "lib/protocol/ws_handshake.h"

/* The data of one message, over all its frames; more is refused with 1009. */
enum { WS_MESSAGE_MAX_BYTES = 16 * 1024 * 1024 };

/* What is kept of a request's path. */
enum { WS_PATH_MAX = 512 };

/* The server's side, for a request that was found in order: it answers 101 and is open. request is not kept. */
struct filter *filter_ws_new_server(const struct ws_request *request);

/* The client's side: sends the request and is open once the answer was found in order. protocols: as for ws_request_write. */
struct filter *filter_ws_new_client(const char *host, const char *path, const char *protocols);

/* What an open filter agreed on, and how it ended; the texts live as long as it does. */
struct filter_ws_info {
    const char *path;
    const char *protocol;         /* "" when none was agreed on */
    int close_code;               /* of the peer's close frame; 0: none came, or it had no code */
    const struct ws_fault *fault; /* NULL unless the filter has failed */
};
struct filter_ws_info filter_ws_info(const struct filter *f);

#endif
