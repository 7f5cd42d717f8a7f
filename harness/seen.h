/* What a device saw instead of what a step wanted, in words and as a deviation. */
#ifndef HARNESS_SEEN_H
#define HARNESS_SEEN_H

#include "harness/interpreter.h"

/* "PUBLISH topic '/a', payload 'x', qos 0"; the caller frees. */
char *seen_packet(const struct mqtt_packet *packet);

/* "the platform closed the connection (FIN)"; the caller frees. The link has ended. */
char *seen_end(const struct link *link);

/* The deviation for a wait that ended with anything but a packet. */
void seen_deviation(struct interpreter *in, struct actor *actor, enum link_event event, const char *expected,
                    int64_t waited_ms);

/* The deviation for a packet of the right type with a field that does not fit. */
void seen_wrong_field(struct interpreter *in, const struct link_packet *p, const struct mismatch *mismatch);

/* PINGREQ, PINGRESP, and nothing between: a packet before it is a deviation with this reason. */
void seen_fence(struct interpreter *in, struct actor *actor, int64_t patience_ms, const char *reason);

/* Takes a journal event that fits; when there is none that is a deviation, which tells what came closest. */
void seen_event(struct interpreter *in, const char *name, const cJSON *where);

/* Waits until the platform has handled what was sent to it: the journal's answer says so, or, where there is none, a fence on the
 * device's own connection if it is signed in. False after a deviation. */
bool seen_settled(struct interpreter *in, struct actor *actor);

#endif
