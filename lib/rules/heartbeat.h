/* The arithmetic of the platform's heartbeat supervision (KAL-08..10): pure numbers, no clock and no timer. */
#ifndef RULES_HEARTBEAT_H
#define RULES_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/protocol/mqtt_packet.h"
#include "lib/rules/profile.h"

/* KAL-09: from coming online to the platform's next check, in (0, check_s] s. Checks are the multiples of check_s since
 * the platform started, which is moment 0 of online_at_ms; a device that comes online right on one waits for the next.
 * 0 when check_s is 0. */
int64_t heartbeat_wait_ms(int64_t online_at_ms, int64_t check_s);

/* KAL-10: how long a device may be silent: factor x keep alive + wait. Call it with the keep alive in force
 * (struct connect_verdict), and with the wait computed once, when the CONNACK was sent. */
int64_t heartbeat_limit_ms(const struct profile *profile, int64_t keep_alive_s, int64_t wait_ms);

/* The moment at which the connection is closed: at the deadline itself, not before. */
int64_t heartbeat_deadline_ms(const struct profile *profile, int64_t last_reset_ms, int64_t keep_alive_s,
                              int64_t wait_ms);

/* KAL-04..08: true when a complete packet of this type, received from the device, resets the timer. */
bool heartbeat_resets(const struct profile *profile, enum mqtt_type type);

#endif
