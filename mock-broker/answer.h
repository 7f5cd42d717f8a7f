/* What the platform says to a message on one of its own topics. Pure: a question in, an answer out; uplink sends it. */
#ifndef BROKER_ANSWER_H
#define BROKER_ANSWER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "topic_pattern.h"

struct shadow;
struct system_topic;

/* An answer has at most this many bytes of topic, and of payload. */
enum { ANSWER_MAX = 128 * 1024 };

/* All borrowed. */
struct inquiry {
    const struct system_topic *row; /* the topic's */
    const struct topic_names *names;
    struct str topic, payload;
    int64_t wall_ms;        /* now */
    struct shadow **shadow; /* the device's; made when first needed */
};

/* topic empty: the platform says nothing. fault NULL: the message was good; else why not, with the code it gets. */
struct answer {
    struct buf topic, payload;
    const char *fault;
    int64_t code;
    struct str
        rrpc_id; /* p NULL, or: the message answers this call of the cloud's; borrowed from the topic */
};

typedef void answer_maker(const struct inquiry *question, struct answer *out);

void answer_init(struct answer *a);
void answer_fini(struct answer *a);

/* Sets the topic; false when it is too long (then there is no answer). */
bool answer_on(struct answer *a, struct str topic, const char *behind);

/* Sets the payload, compact, and deletes the node. Without room there is no answer. */
void answer_json(struct answer *a, cJSON *node);

/* The message was not good. */
void answer_fault(struct answer *a, int64_t code, const char *fault);

/* Time of the platform, to a device that sent its own. */
answer_maker answer_ntp;

/* A device's answer to a call of the cloud's: nothing is said to it. */
answer_maker answer_rrpc;

#endif
