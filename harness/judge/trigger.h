/* A command that makes the device dial (`--trigger CMD`): run by the shell below a guard of ours, told by its environment where to connect,
 * ended with all that it has started, daemons too. What it writes goes to a file, secrets masked. */
#ifndef HARNESS_JUDGE_TRIGGER_H
#define HARNESS_JUDGE_TRIGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trigger;

/* What is written to one file beyond this is dropped, and said so. */
enum { TRIGGER_LOG_MAX_BYTES = 1024 * 1024 };

struct trigger_options {
    const char *command;
    const char *log;                /* the file */
    bool continues_log;             /* what stands in it is of this session: appended to, else written anew */
    const char *const *environment; /* NAME=value, NULL behind the last; beside our own */
    const char *const
        *secrets; /* masked in the log, as is what looks like a signature; NULL behind the last */
};

/* Starts it. NULL with *error (the caller frees). */
struct trigger *trigger_start(const struct trigger_options *options, char **error);

/* Takes what it has written. False once it has ended: the command has failed (what it started may go on), or has ended well and nothing
 * that it started runs any more. So a device that puts itself into the background is alive. */
bool trigger_is_alive(struct trigger *t);

/* SIGTERM to all of it: it is asked to stop. The signals are sent when this returns, or its guard has not answered for a second. */
void trigger_ask_to_stop(struct trigger *t);

/* How it ended: "exit code 3", "signal 11"; of one that ended in the background, how the last of it did. "" while it is alive. */
const char *trigger_end(const struct trigger *t);

/* The exit code it ended with; -1 when it is alive, or a signal ended it. */
int trigger_exit_code(const struct trigger *t);

/* Ends what is left of it: SIGTERM, after grace_ms (real time) SIGKILL; and frees. False when something of it goes on, as the log says: a
 * program of another user, which we may not end, or one that the system does not let go within some seconds. */
bool trigger_free(struct trigger *t, int64_t grace_ms);

#endif
