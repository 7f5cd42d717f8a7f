#include "trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"

enum { READ_BYTES = 4096, SECRET_MIN_BYTES = 4, POLL_MS = 10 };

extern char **environ;

struct trigger {
    pid_t pid;
    bool has_ended;
    char end[32];
    int out; /* what it writes; -1 when that is over */
    FILE *log;
    size_t logged;
    char *secret;
    char held[READ_BYTES]; /* the end of what was read, which may be the beginning of a secret */
    size_t held_bytes;
};

static char **whole_environment(const char *const *more)
{
    size_t ours = 0, theirs = 0;
    while (environ[ours])
        ours++;
    while (more && more[theirs])
        theirs++;
    char **all = mem_zalloc(ours + theirs + 1, sizeof *all);
    memcpy(all, more ? (const void *)more : "", theirs * sizeof *all);
    memcpy(all + theirs, environ, ours * sizeof *all);
    return all;
}

static int spawn(struct trigger *t, const struct trigger_options *o, int out_end)
{
    char *arguments[] = {(char[]){"sh"}, (char[]){"-c"}, mem_strdup(o->command), NULL};
    char **environment = whole_environment(o->environment);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults, none;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out_end, 1);
    posix_spawn_file_actions_adddup2(&actions, out_end, 2);
    posix_spawnattr_init(&attributes);
    sigfillset(&defaults);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    int result = posix_spawn(&t->pid, "/bin/sh", &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    free(arguments[2]);
    return result;
}

struct trigger *trigger_start(const struct trigger_options *options, char **error)
{
    struct trigger *t = mem_zalloc(1, sizeof *t);
    int out[2];
    t->out = -1;
    t->secret =
        mem_strdup(options->secret && strlen(options->secret) >= SECRET_MIN_BYTES ? options->secret : "");
    t->log = fopen(options->log, "ae");
    int wrong = t->log && pipe2(out, O_CLOEXEC) == 0 ? 0 : errno;
    if (!wrong) {
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        t->out = out[0];
        wrong = spawn(t, options, out[1]);
        close(out[1]);
    }
    if (!wrong)
        return t;
    *error = mem_printf("the trigger cannot be started (log %s): %s", options->log, strerror(wrong));
    t->has_ended = true;
    trigger_free(t, 0);
    return NULL;
}

static void write_log(struct trigger *t, const char *text, size_t n)
{
    if (t->logged > TRIGGER_LOG_MAX_BYTES)
        return;
    t->logged += n;
    if (t->logged > TRIGGER_LOG_MAX_BYTES)
        fputs("\n(more was written, and is dropped)\n", t->log);
    else
        fwrite(text, 1, n, t->log);
}

/* Writes what is held, secrets masked, but for an end that may be the beginning of one. */
static void flush_held(struct trigger *t, bool all)
{
    size_t length = strlen(t->secret);
    for (char *at = t->held;
         length && (at = memmem(at, t->held_bytes - (size_t)(at - t->held), t->secret, length));)
        memset(at, '*', length);
    size_t kept = all || length == 0 ? 0 : length - 1;
    if (kept >= t->held_bytes)
        return;
    size_t n = t->held_bytes - kept;
    write_log(t, t->held, n);
    memmove(t->held, t->held + n, kept);
    t->held_bytes = kept;
}

static void take_output(struct trigger *t)
{
    while (t->out >= 0) {
        ssize_t n = read(t->out, t->held + t->held_bytes, sizeof t->held - t->held_bytes);
        if (n < 0)
            break;
        if (n == 0) {
            close(t->out);
            t->out = -1;
        }
        t->held_bytes += (size_t)n;
        flush_held(t, n == 0);
    }
    fflush(t->log);
}

bool trigger_is_alive(struct trigger *t)
{
    int status;
    take_output(t);
    if (t->has_ended || waitpid(t->pid, &status, WNOHANG) != t->pid)
        return !t->has_ended;
    t->has_ended = true;
    if (WIFSIGNALED(status))
        snprintf(t->end, sizeof t->end, "signal %d", WTERMSIG(status));
    else
        snprintf(t->end, sizeof t->end, "exit code %d", WEXITSTATUS(status));
    return false;
}

void trigger_ask_to_stop(struct trigger *t)
{
    if (t->pid > 0)
        kill(-t->pid, SIGTERM);
}

const char *trigger_end(const struct trigger *t)
{
    return t->end;
}

/* Waits for the whole group to end. */
static bool group_ends(struct trigger *t, int64_t timeout_ms)
{
    struct clock *clock = clock_new_real();
    bool gone = false;
    do {
        trigger_is_alive(t);
        gone = kill(-t->pid, 0) != 0 && errno == ESRCH;
        struct pollfd wait = {.fd = t->out, .events = POLLIN};
        if (!gone)
            poll(&wait, 1, POLL_MS);
    } while (!gone && clock_now_ms(clock) < timeout_ms);
    clock_free(clock);
    return gone;
}

void trigger_free(struct trigger *t, int64_t grace_ms)
{
    if (t->pid > 0) {
        trigger_ask_to_stop(t);
        if (!group_ends(t, grace_ms)) {
            kill(-t->pid, SIGKILL);
            group_ends(t, grace_ms + 1000);
        }
        take_output(t);
        flush_held(t, true);
    }
    if (t->out >= 0)
        close(t->out);
    if (t->log)
        fclose(t->log);
    mem_wipe(t->secret, strlen(t->secret));
    free(t->secret);
    free(t);
}
