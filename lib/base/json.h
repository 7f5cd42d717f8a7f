/* Strict JSON reading over cJSON: every key, type and range is checked, and every problem is reported with its path. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "problem.h"
#include "str.h"

/* Bounds on what is read at all; a deeper or larger text is a problem, not a crash. */
enum { JSON_DEPTH_MAX = 32, JSON_FILE_MAX = 64 * 1024 * 1024 };

/* Parses one complete JSON text. NULL and a problem at "name:line:column" for bad syntax, text behind the end, ill-formed
 * UTF-8, more than JSON_DEPTH_MAX levels or a key given twice. The caller frees with cJSON_Delete. */
cJSON *json_parse(struct str text, const char *name, struct problems *problems);

/* Parses what a peer sent, in time and memory of its length: NULL for bad syntax, text behind the end, ill-formed UTF-8 or more
 * than JSON_DEPTH_MAX levels. A key given twice is not looked for: the first one counts. The caller frees. */
cJSON *json_parse_peer(struct str text);

/* The same as json_parse, from a file; an unreadable file is a problem too. */
cJSON *json_parse_file(const char *file, struct problems *problems);

/* The same of what is left in a stream, which stays open; problems speak of it by this name. */
cJSON *json_parse_stream(FILE *stream, const char *name, struct problems *problems);

/* The path of a member: json_path(out, size, "f.json#", "a", -1) gives "f.json#/a"; with key NULL the index is appended. */
void json_path(char *out, size_t size, const char *parent, const char *key, int index);

enum { JSON_PATH_SIZE = 512 };

/* A member, NULL when there is none; its text, NULL or otherwise (which may be NULL) when it is none. Borrowed; object may be NULL. */
const cJSON *json_get(const cJSON *object, const char *key);
const char *json_text(const cJSON *object, const char *key);
const char *json_text_or(const cJSON *object, const char *key, const char *otherwise);

/* A problem for each member of an object whose key is not in the NULL-terminated list; false when there was one or when
 * node is not an object. */
bool json_keys(const cJSON *node, const char *path, const char *const allowed[], struct problems *problems);

enum json_need { JSON_OPTIONAL, JSON_REQUIRED };

/* Typed members. True when the member is there and good, with *out set; otherwise *out keeps its value and, unless the member
 * is merely absent and optional, a problem is added. Borrowed text lives as long as the object. */
bool json_string(const cJSON *object, const char *path, const char *key, enum json_need need,
                 const char **out, struct problems *problems);
bool json_int(const cJSON *object, const char *path, const char *key, enum json_need need, int64_t min,
              int64_t max, int64_t *out, struct problems *problems);
bool json_bool(const cJSON *object, const char *path, const char *key, enum json_need need, bool *out,
               struct problems *problems);
bool json_object(const cJSON *object, const char *path, const char *key, enum json_need need,
                 const cJSON **out, struct problems *problems);
bool json_array(const cJSON *object, const char *path, const char *key, enum json_need need,
                const cJSON **out, struct problems *problems);

/* True when node is a whole number that int64_t (and a double, exactly) can hold. */
bool json_is_int(const cJSON *node, int64_t *out);

/* Writes node, compact (or indented when pretty), with a line feed behind it. 0, or -1 with a line in the log. */
int json_write_file(const cJSON *node, const char *file, bool pretty);

#endif
