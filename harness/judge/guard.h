/* A process of ours between the judge and a trigger: it starts the trigger's command, adopts whoever of it loses its parent, tells how it
 * ended, and ends all of it when it is told to, or when the judge is gone, however that came about. */
#ifndef HARNESS_JUDGE_GUARD_H
#define HARNESS_JUDGE_GUARD_H

#include <sys/types.h>

/* Borrowed during the call. */
struct guard_options {
    const char *command;      /* for the shell */
    char *const *environment; /* the whole of it */
    int output;               /* what the command writes goes there */
};

/* What a guard tells: first STARTED or FAILED, then ENDED, last REFUSED when there is something of it that it may not end; ASKED answers
 * each GUARD_ASK. It ends when it has told the end and nothing of the trigger is left. */
enum guard_tells {
    GUARD_STARTED,
    GUARD_FAILED, /* value: errno */
    GUARD_ASKED,  /* the signals are sent */
    GUARD_ENDED,  /* value: a status of waitpid */
    GUARD_REFUSED
};

struct guard_word {
    enum guard_tells tells;
    int value;
};

/* What it is told, a byte each; that its socket is closed means KILL. */
enum { GUARD_ASK = 'A' /* SIGTERM to all of it */, GUARD_KILL = 'K' /* SIGKILL, until nothing is left */ };

/* Starts one. *control is a stream socket: struct guard_word comes from it, bytes go to it; the caller closes it, and waits for the
 * process. -1 with errno. */
pid_t guard_start(const struct guard_options *options, int *control);

#endif
