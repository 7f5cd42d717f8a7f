/* QoS 1 messages towards one device, in order: first those sent and not yet acknowledged (with their packet identifiers), then
 * those that wait for room. Pure bookkeeping; the session sends. */
#ifndef BROKER_INFLIGHT_H
#define BROKER_INFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message;

struct inflight_item {
    struct message *message; /* one reference is ours */
    int64_t since_ms;        /* when it was taken */
    uint16_t packet_id;      /* 0 while it waits */
};

/* Zero-initialised is empty and holds no memory. items[first .. first+sent) are in flight, the rest up to count waits. */
struct inflight {
    struct inflight_item *items;
    uint32_t first, count, sent, capacity;
    uint32_t bytes; /* of all messages held */
    uint16_t last_id;
};

/* Bytes of messages kept for one session, whatever their number. */
enum { INFLIGHT_BYTES_MAX = 4 * 1024 * 1024 };

struct inflight_limits {
    int64_t sent_max;   /* session.inflight_max */
    int64_t queued_max; /* session.queue_max */
};

void inflight_fini(struct inflight *f);

/* Takes a reference of its own, at now_ms, which never goes back. False, and nothing taken, when the queue is full (by number
 * or by bytes). */
bool inflight_push(struct inflight *f, struct message *message, int64_t now_ms,
                   const struct inflight_limits *limits);

/* The next message that waits, now counted as sent and given an identifier that is not in use; NULL when none waits or as
 * many as allowed are unacknowledged. Good until the next call. */
const struct inflight_item *inflight_next(struct inflight *f, const struct inflight_limits *limits);

/* Frees the message with this identifier; false when none is in flight under it. */
bool inflight_acknowledge(struct inflight *f, uint16_t packet_id);

/* Frees the messages taken at until_ms or before, in flight or waiting; how many (SES-04). */
uint32_t inflight_expire(struct inflight *f, int64_t until_ms);

/* True with the time the oldest message was taken; false when none is held. */
bool inflight_oldest(const struct inflight *f, int64_t *since_ms);

/* The i-th message in flight, i < sent: what is sent again, with DUP, after a reconnect. */
const struct inflight_item *inflight_sent(const struct inflight *f, uint32_t i);

static inline uint32_t inflight_queued(const struct inflight *f)
{
    return f->count - f->sent;
}

#endif
