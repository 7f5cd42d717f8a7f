/* All that was seen and done while a device was judged, in its order; also as a file, the transcript of the session, from which everything
 * can be judged again (`iotconform replay`). A line each: an entry of the mock's trace, or {"what": "action", "action": …} of ours.
 * The first line says what the rest is. */
#ifndef HARNESS_JUDGE_STREAM_H
#define HARNESS_JUDGE_STREAM_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/judge/observation.h"
#include "lib/base/problem.h"

struct stream;

/* A device that floods is not kept beyond this (entries, and characters of the bytes in them); the stream is full then. With their trees the
 * entries take half a gigabyte at most. */
enum { STREAM_OBSERVATIONS_MAX = 200000, STREAM_HEX_MAX = 64 * 1024 * 1024 };

/* The longest line of a stored session. */
enum { STREAM_LINE_MAX_BYTES = 1024 * 1024 };

/* Of a transcript's entries so many at its beginning and at its end are told; session.jsonl has them all. */
enum { STREAM_TRANSCRIPT_ENDS = 1000 };

/* The name of the file in a report's folder. */
#define STREAM_FILE "session.jsonl"

/* An empty one; file NULL: in memory only. head (borrowed) becomes the first line. NULL with *error (the caller frees). */
struct stream *stream_new(const char *file, const cJSON *head, char **error);

/* One that was written before; *head is the caller's. NULL with problems; a last line that is cut off is left out. */
struct stream *stream_load(const char *file, cJSON **head, struct problems *problems);

void stream_free(struct stream *s);

/* Takes an entry over; the observation is the stream's. NULL when it is none, or the stream is full. */
const struct observation *stream_add(struct stream *s, cJSON *entry);

/* Something that we did at a time: fields (taken over, may be NULL) beside its name. */
const struct observation *stream_add_action(struct stream *s, int64_t at_ms, const char *name, cJSON *fields);

/* The last entry of a session that was run to its end, so that one that was cut short can be told from it. */
void stream_close(struct stream *s, int64_t at_ms);
bool stream_is_closed(const struct stream *s);

/* 0, or the errno with which the file could not be written: what is stored then lacks something. */
int stream_write_error(const struct stream *s);

size_t stream_count(const struct stream *s);
struct observation *const *stream_items(const struct stream *s);
bool stream_is_full(const struct stream *s);

/* The entries from one to before another as results.json has them, those of other devices left out by keep; diverges (or SIZE_MAX) is
 * the number of the one to be marked. In the place of those in the middle of a long one an entry says how many they are. The caller
 * frees. */
cJSON *stream_transcript(const struct stream *s, size_t from, size_t to,
                         bool (*keep)(void *ctx, const struct observation *o), void *ctx, size_t diverges);

#endif
