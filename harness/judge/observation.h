/* One thing that was seen of a device: an entry of the mock's trace, or of a stored transcript, read and decoded. All that a
 * judgement rests on comes as a row of these, whether it happens now or happened last year. */
#ifndef HARNESS_JUDGE_OBSERVATION_H
#define HARNESS_JUDGE_OBSERVATION_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/problem.h"
#include "lib/base/str.h"

/* Whose doing it is. */
enum observation_from {
    FROM_DEVICE,   /* a packet, bytes, a handshake, the end of a connection */
    FROM_PLATFORM, /* the same of the mock */
    FROM_FAULT,    /* a packet that a fault kept from leaving */
    FROM_JOURNAL,  /* an event */
    FROM_JUDGE     /* an action of ours */
};

struct observation {
    size_t number; /* of the entry in the transcript, from 0 */
    int64_t at_ms; /* on the clock of the platform */
    unsigned conn; /* 0: of no connection */
    const char *
        name; /* a packet's, an event's, "accept" "tls" "tls-failed" "ws" "bytes" "malformed" "ended"; of ours: the action's */
    enum observation_from from;
    cJSON *
        fields; /* what a where looks at: a packet's fields, an event's members, the entry's own; at_ms and conn besides */
    cJSON *entry; /* as it came */
};

/* "device", "platform", "fault", "journal", "judge"; false when the name is none. */
bool observation_from_named(const char *name, enum observation_from *out);

/* True when something of this name can ever come from there. */
bool observation_is_name(const char *name, enum observation_from from);

/* Reads an entry, which is taken over. NULL with a problem when it has not the form of one; then it is freed. */
struct observation *observation_new(cJSON *entry, size_t number, const char *path, struct problems *problems);
void observation_free(struct observation *o);

/* True of an action of ours of this name that could be done. */
bool observation_is_deed(const struct observation *o, const char *action);

/* The key of a connection's number in a map, made in out. */
enum { OBSERVATION_KEY_SIZE = 16 };
struct str observation_key(unsigned conn, char out[OBSERVATION_KEY_SIZE]);

/* In a few words: "PUBLISH topic '/pk/device/user/update', qos 1"; the caller frees. */
char *observation_text(const struct observation *o);

#endif
