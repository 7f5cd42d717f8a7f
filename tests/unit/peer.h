/* The other end of a wire: a plain blocking socket that does what the test tells it, in the test's own thread. */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "client/wire.h"

struct peer {
    int listener, fd; /* fd: -1 before peer_accept and after peer_close */
    int port;
};

/* Listens on 127.0.0.1; whoever connects now is taken by peer_accept. */
void peer_init(struct peer *p);
void peer_fini(struct peer *p);

/* Plain TCP to it. */
struct wire_target peer_target(const struct peer *p);

void peer_accept(struct peer *p);

void peer_say(struct peer *p, const void *bytes, size_t n);

/* The next n bytes are these. Waits for them. */
bool peer_got(struct peer *p, const void *bytes, size_t n);

/* The end of file, or a reset, is the next thing to come. Waits for it. */
bool peer_got_end(struct peer *p);
bool peer_got_reset(struct peer *p);

/* In how many segments with data all came. */
unsigned peer_segments(const struct peer *p);

/* FIN; or, for peer_reset, RST. */
void peer_close(struct peer *p);
void peer_reset(struct peer *p);

/* Puts another socket in the place of this one of ours: from now on sending fails (EDESTADDRREQ), and nothing can be read. */
void peer_break(int fd);

#endif
