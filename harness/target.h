/* A platform that is not ours: where it is, which device we are there, and how much of it a run may use. From a JSON file. */
#ifndef HARNESS_TARGET_H
#define HARNESS_TARGET_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"
#include "lib/protocol/transport.h"

enum {
    TARGET_CONNECTS_PER_MINUTE = 5, /* what the platform allows a device (LIM-01) */
    TARGET_CONNECTS_PER_SECOND = 1,
    TARGET_PATIENCE_DEFAULT_MS = 2000
};

/* Texts are owned, NULL where the file has none; all but connects_* and patience_ms are as the file says. */
struct target {
    char *name, *profile, *region;
    char *root;            /* file of the root certificates; NULL: those of the system */
    char *server_name;     /* verified instead of the host; NULL: the host */
    cJSON *device;         /* {"productKey","deviceName","deviceSecret"}: who we are there */
    char *control, *token; /* URL of a control API, and what it asks for */
    bool is_expendable;    /* may be harmed: cases that are not safe may run there */
    int connects_per_minute, connects_per_second;
    int64_t patience_ms; /* how long a step waits that does not say so itself */
    cJSON *endpoints;    /* private: target_place */
};

/* Reads and checks the file. NULL with a problem for everything that is wrong. Relative file names in it count from its folder;
 * a secret given as {"env": NAME} is taken from the environment. The caller frees. */
struct target *target_load(const char *file, struct problems *problems);
void target_free(struct target *t);

/* Where the target serves a transport on a port ("mqtt", "web", "mqtts", "auth"). False when it does not. *host is borrowed. */
bool target_place(const struct target *t, const char *port, enum transport transport, const char **host,
                  int *number);

/* The names of the ports that a target may have, in the order they are looked at; ends with NULL. */
extern const char *const target_ports[];

#endif
