/* A command that makes the device dial (`--trigger CMD`): run by the shell in a process group of its own, told by its environment where to
 * connect, ended with all its children. What it writes goes to a file, secrets masked. */
#ifndef HARNESS_JUDGE_TRIGGER_H
#define HARNESS_JUDGE_TRIGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trigger;

/* What is written beyond this is dropped, and said so. */
enum { TRIGGER_LOG_MAX_BYTES = 1024 * 1024 };

struct trigger_options {
    const char *command;
    const char *log;                /* the file, appended to */
    const char *const *environment; /* NAME=value, NULL behind the last; beside our own */
    const char *secret;             /* masked in the log; "" or NULL: none */
};

/* Starts it. NULL with *error (the caller frees). */
struct trigger *trigger_start(const struct trigger_options *options, char **error);

/* Takes what it has written. False once it has ended (its children may go on). */
bool trigger_is_alive(struct trigger *t);

/* SIGTERM to the group: it is asked to stop. */
void trigger_ask_to_stop(struct trigger *t);

/* How it ended: "exit code 3", "signal 11"; good while it lives no more. */
const char *trigger_end(const struct trigger *t);

/* Ends what is left of the group: SIGTERM, after grace_ms SIGKILL; and frees. */
void trigger_free(struct trigger *t, int64_t grace_ms);

#endif
