/* The envelope of the platform's JSON protocol, and the topics of a thing whose answer needs nothing but it. */
#ifndef BROKER_ALINK_H
#define BROKER_ALINK_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "answer.h"
#include "lib/base/str.h"

/* Longest id that is taken. */
enum { ALINK_ID_MAX = 64 };

/* A request. Zero-initialised, then alink_read, then alink_fini. */
struct alink {
    cJSON *root;               /* owned; NULL when it is no JSON object */
    char id[ALINK_ID_MAX + 1]; /* "" when it could not be read */
    const cJSON *params;       /* borrowed from root */
    bool quiet;                /* sys.ack is 0: no reply is wanted */
};

/* Reads a payload; returns NULL, or why it is none. What could be read is read also then. */
const char *alink_read(struct alink *out, struct str payload);
void alink_fini(struct alink *a);

/* To any request: code 200 with the row's data, or 460, on the topic with _reply behind it. */
answer_maker alink_answer;

/* The same, with a thing model without content. */
answer_maker alink_answer_model;

/* Version and progress of firmware: read, and nothing is said. */
answer_maker alink_answer_inform;

#endif
