/* Commands in, events out, one JSON object a line: what both Paho C drivers share. One connection a process. */
#ifndef TESTS_INTEROP_LINES_H
#define TESTS_INTEROP_LINES_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* One command; texts are borrowed from json. */
struct command {
    cJSON *json;
    const char *what; /* the member "do" */
    const char *topic, *payload;
    int qos;
};

/* Reads lines until the input ends; calls take for each, and wake whenever lines_wake was called since. The first `connect` gives
 * the name that later events carry. */
void lines_serve(void (*take)(const struct command *command), void (*wake)(void));

/* From any thread: wake is called soon by the thread that serves. */
void lines_wake(void);

/* Writes an event from any thread; extra, "" or a rest like ",\"code\":4", is put in as it is. */
void lines_say(const char *event, const char *extra);

/* The same for a message: payload is escaped; dup as the library tells. */
void lines_say_message(const char *topic, const char *payload, int payload_bytes, int qos, bool dup);

/* "ssl://localhost:8883"; a text of the command that lives until the next call. */
const char *lines_uri(const struct command *command);

const char *lines_text(const struct command *command, const char *member); /* NULL where it is null */
int lines_number(const struct command *command, const char *member);

#endif
