/* The transcript of one case: every byte of both directions with time, meaning and step; secrets masked before they are kept. */
#ifndef HARNESS_RECORDER_H
#define HARNESS_RECORDER_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/str.h"
#include "lib/protocol/mqtt_packet.h"

struct clock;
struct recorder;

/* Bytes of which a case's transcript keeps the hex (three characters each); the rest is counted only. */
enum { RECORDER_BYTES_MAX = 64 * 1024 / 3 };

/* Times are of a borrowed clock, which must outlive the recorder. */
struct recorder *recorder_new(const struct clock *clock);
void recorder_free(struct recorder *r);

/* Forgets everything: a new case begins now. */
void recorder_start(struct recorder *r);

/* The step (index) and the broker's clock that entries belong to from now on. */
void recorder_set_step(struct recorder *r, int step);
void recorder_set_clock(struct recorder *r, int64_t clock_ms);

/* Bytes that are not to be seen: they become ** wherever they come in raw bytes, and *** in texts. Short ones (under 4 bytes) are
 * kept out, they would mask everything; passwords of a CONNECT are masked without being known here. */
void recorder_add_secret(struct recorder *r, struct str secret);

enum recorder_direction { RECORDER_OUT, RECORDER_IN };

/* Bytes that went over the wire: one entry for each packet in them, one for a rest that is no whole packet. packet, when not
 * NULL, is what they decode to. Returns the number of the first entry. */
size_t recorder_bytes(struct recorder *r, const char *device, enum recorder_direction direction,
                      const struct mqtt_packet *packet, const void *bytes, size_t n);

/* What a layer below MQTT sends or gets: what is http or frame. Takes fields, masked as those of an event; bytes (may be NULL) are
 * shown and masked, too. Returns the entry's number. */
size_t recorder_layer(struct recorder *r, const char *device, enum recorder_direction direction,
                      const char *what, cJSON *fields, const void *bytes, size_t n);

/* Something that happened: what is open, close, clock, journal or control. Takes fields (may be NULL); members whose
 * name says that they are secret are masked. Returns the entry's number. */
size_t recorder_event(struct recorder *r, const char *device, const char *what, cJSON *fields);

/* The entry where what was seen departs from what was wanted; only the first mark counts. */
void recorder_mark(struct recorder *r, size_t entry);

/* How many entries there are. */
size_t recorder_count(const struct recorder *r);

/* Text with every known secret of at least 8 bytes masked; the caller frees. */
char *recorder_masked(const struct recorder *r, const char *text);

/* The transcript, now the caller's (cJSON_Delete); the recorder is empty. */
cJSON *recorder_take(struct recorder *r);

#endif
