/* The whole journal on disk: one JSON line an event, whatever the ring forgets. A file that would grow past its size goes on
 * under the next free name FILE.1, FILE.2 …; none is ever deleted. */
#ifndef BROKER_JOURNAL_FILE_H
#define BROKER_JOURNAL_FILE_H

#include <cjson/cJSON.h>
#include <stdint.h>

struct journal_file;

/* Opens the file for appending. NULL with *error (errno's text). */
struct journal_file *journal_file_new(const char *path, int64_t max_bytes, const char **error);
void journal_file_free(struct journal_file *f);

/* Writes one event as a line. When the disk does not take it, that is said once in the log and nothing more is written. */
void journal_file_write(struct journal_file *f, const cJSON *event);

#endif
