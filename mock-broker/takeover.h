/* One device certificate, one connection (DUP-01, DUP-04). */
#ifndef BROKER_TAKEOVER_H
#define BROKER_TAKEOVER_H

#include <stdbool.h>
#include <stdint.h>

struct connection;
struct device;

/* The device is about to come online on newcomer: closes the connection it is online on, if any, and names flapping in the
 * journal when that happens too often. */
void takeover_by(struct connection *newcomer, struct device *device);

/* Counts a take-over at now_ms. True when it is the count-th within window_ms (a take-over exactly window_ms old is outside);
 * the counting then starts anew, so that lasting flapping is named once every count take-overs. */
bool takeover_count(struct device *device, int64_t now_ms, uint32_t count, int64_t window_ms);

#endif
