/* What the broker counts, and how Prometheus reads it (CTL-06). */
#ifndef BROKER_METRICS_H
#define BROKER_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"

struct broker;

/* Rules that refused are counted by their id; more than so many are counted together as "other". */
enum { METRICS_RULES_MAX = 48 };

/* Zero-initialised is the start. */
struct metrics {
    uint64_t accepted, messages_in, messages_out, bytes_in, bytes_out, faults;
    struct metrics_rule {
        const char *rule; /* constant text */
        uint64_t refused;
    } rules[METRICS_RULES_MAX];
};

/* A sign-in was refused by this rule (constant text). */
void metrics_refused(struct metrics *m, const char *rule);

/* Appends all of it as Prometheus text, with what is read from the broker now (connections, journal, memory). */
void metrics_render(const struct broker *b, struct buf *out);

enum { METRICS_TEXT_MAX = 64 * 1024 };
#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

#endif
