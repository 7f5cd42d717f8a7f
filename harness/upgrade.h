/* The opening of a WebSocket as a case words it (RFC 6455 section 4): the request, also a wrong one, and what the answer says.
 * Made for the tests alone, as frame.h. */
#ifndef HARNESS_UPGRADE_H
#define HARNESS_UPGRADE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/problem.h"

/* What a step may say of the request, without its other keys. */
#define UPGRADE_KEYS "method", "path", "http", "protocols", "headers", "key"

/* Problems with those members, and with expect. */
void upgrade_check(const cJSON *options, const char *path, struct problems *problems);

/* Problems with {"status", "headers", "text"}. */
void upgrade_check_expect(const cJSON *object, const char *path, struct problems *problems);

/* Appends the request head; options may be NULL. False past the buffer's maximum. */
bool upgrade_write(const cJSON *options, int port, struct buf *out);

/* An answer of HTTP at the beginning of bytes, with the body that its Content-Length tells: its facts {"status", "headers" (names
 * in lower case), "text"}, which the caller frees, and *used. NULL while it is not whole, and with *reason when it is none. */
cJSON *upgrade_answer(const struct buf *bytes, size_t *used, const char **reason);

/* What is wanted of an answer to options: expect (may be NULL) and, where 101 is wanted, what the standard demands of it. The
 * caller frees. */
cJSON *upgrade_wanted(const cJSON *options, const cJSON *expect);

/* The facts as wanted spells them: names of headers as there, null for those that are absent. The caller frees. */
cJSON *upgrade_facts_for(const cJSON *wanted, const cJSON *facts);

enum { UPGRADE_SWITCHING = 101 };

#endif
