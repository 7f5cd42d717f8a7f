/* One request to the authentication endpoint, over TLS. */
#ifndef DEVICES_HTTPS_POST_H
#define DEVICES_HTTPS_POST_H

#include "lib/base/str.h"
#include "lib/net/loop.h"

struct https_post;
struct tls_client;

enum { HTTPS_POST_ANSWER_MAX_BYTES = 8192 };

/* Texts are borrowed during the call, but host and name as long as it is under way. */
struct https_post_target {
    const char *host, *server_name, *path;
    int port;
    struct tls_client *tls;
};

/* Sends form, and calls done(ctx, body) once, with an empty body when there was no answer; then it is gone. */
struct https_post *https_post_new(struct loop *loop, const struct https_post_target *target, struct str form,
                                  void (*done)(void *ctx, struct str body), void *ctx);

/* Ends it early; done is called from the loop. */
void https_post_give_up(struct https_post *p);

#endif
