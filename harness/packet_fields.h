/* The names that cases and reports use for what is in a packet: one table for `with`, `where` and transcripts. */
#ifndef HARNESS_PACKET_FIELDS_H
#define HARNESS_PACKET_FIELDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/problem.h"
#include "lib/protocol/mqtt_packet.h"

/* Problems with a `with` for packets of this type: an unknown field, a wrong type or range, hex that is none. Values that are
 * only known while the case runs pass. with may be NULL. */
void packet_fields_check_with(enum mqtt_type type, const cJSON *with, const char *path,
                              struct problems *problems);

/* The same for a `where`: fields that such a packet does not have, operators of a wrong form. */
void packet_fields_check_where(enum mqtt_type type, const cJSON *where, const char *path,
                               struct problems *problems);

/* True when a `where` may name the field. */
bool packet_fields_has(enum mqtt_type type, const char *name);

/* What the packet holds, every field of the table that it has, for matching; the caller frees with cJSON_Delete. */
cJSON *packet_fields_of(const struct mqtt_packet *packet);

/* The same to be shown: passwords as "***", a payload once only (as text when it is printable), long texts cut. */
cJSON *packet_fields_shown(const struct mqtt_packet *packet);

#endif
