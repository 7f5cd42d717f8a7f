#include "trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/judge/guard.h"
#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"

enum {
    READ_BYTES = 4096,
    READS_MAX = 64,
    SECRET_MIN_BYTES = 4,
    SECRETS_MAX = 4,
    SECRET_FORM_BYTES_MAX = 64,
    POLL_MS = 10,
    KILL_MS = 6000,
    ASK_MS = 1000
};

extern char **environ;

struct trigger {
    pid_t guard; /* 0: has been waited for */
    int control; /* of the guard */
    bool has_ended, is_refused;
    bool is_deserted; /* the guard is gone, or closes */
    char end[32];
    int exit_code;
    int out; /* what it writes; -1 when that is over */
    FILE *log;
    size_t logged;
    char *secrets[SECRETS_MAX];
    char held[READ_BYTES]; /* the end of what was read, which may be the beginning of a secret */
    size_t held_bytes;
};

/* Ours, and what the judge itself was started with; but of what begins like ours nothing else: a shell takes the last of two. */
static char **whole_environment(const char *const *ours)
{
    static const char prefix[] = "IOTCONFORM_";
    size_t theirs = 0, count = 0;
    while (environ[theirs])
        theirs++;
    while (ours && ours[count])
        count++;
    char **all = mem_zalloc(theirs + count + 1, sizeof *all);
    memcpy(all, ours ? (const void *)ours : "", count * sizeof *all);
    for (size_t i = 0; i < theirs; i++)
        if (strncmp(environ[i], prefix, sizeof prefix - 1) != 0)
            all[count++] = environ[i];
    return all;
}

/* The guard's next word, if there is one by timeout_ms. Words are whole: each is one small write. */
static bool hear(struct trigger *t, int timeout_ms, struct guard_word *word)
{
    struct pollfd wait = {.fd = t->control, .events = POLLIN};
    int ready;
    while ((ready = poll(&wait, 1, timeout_ms)) < 0 && errno == EINTR) /* Ctrl-C is seen elsewhere */
        continue;
    ssize_t n = ready > 0 ? recv(t->control, word, sizeof *word, MSG_DONTWAIT) : -1;
    t->is_deserted = t->is_deserted || n == 0;
    return n == sizeof *word;
}

/* 0, or errno. */
static int start(struct trigger *t, const struct trigger_options *o)
{
    int out[2];
    if (!t->log || pipe2(out, O_CLOEXEC) != 0)
        return errno;
    t->out = out[0];
    fcntl(t->out, F_SETFL, O_NONBLOCK);
    char **environment = whole_environment(o->environment);
    const struct guard_options options = {o->command, environment, out[1]};
    pid_t guard = guard_start(&options, &t->control);
    int wrong = guard < 0 ? errno : 0;
    struct guard_word word = {GUARD_FAILED, ECHILD};
    close(out[1]);
    free(environment);
    if (wrong)
        return wrong;
    t->guard = guard;
    hear(t, KILL_MS, &word);
    return word.tells == GUARD_STARTED ? 0 : word.value;
}

static void take_secrets(struct trigger *t, const char *const *secrets)
{
    size_t kept = 0;
    for (size_t i = 0; secrets && secrets[i]; i++) {
        if (strlen(secrets[i]) < SECRET_MIN_BYTES)
            continue;
        CHECK(kept < SECRETS_MAX);
        t->secrets[kept++] = mem_strdup(secrets[i]);
    }
}

struct trigger *trigger_start(const struct trigger_options *options, char **error)
{
    struct trigger *t = mem_zalloc(1, sizeof *t);
    t->out = t->control = t->exit_code = -1;
    take_secrets(t, options->secrets);
    t->log = fopen(options->log, options->continues_log ? "ae" : "we");
    if (t->log && fseek(t->log, 0, SEEK_END) == 0)
        t->logged = (size_t)ftell(t->log);
    int wrong = start(t, options);
    if (!wrong)
        return t;
    *error = mem_printf("the trigger cannot be started (log %s): %s", options->log, strerror(wrong));
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
    size_t longest = 1;
    for (size_t i = 0; i < SECRETS_MAX && t->secrets[i]; i++) {
        size_t length = strlen(t->secrets[i]);
        longest = length > longest ? length : longest;
        for (char *at = t->held;
             (at = memmem(at, t->held_bytes - (size_t)(at - t->held), t->secrets[i], length));)
            memset(at, '*', length);
    }
    secret_form_mask(t->held, t->held_bytes, '*');
    longest = longest > SECRET_FORM_BYTES_MAX ? longest : SECRET_FORM_BYTES_MAX + 1;
    size_t kept = all ? 0 : longest - 1;
    if (kept >= t->held_bytes)
        return;
    size_t n = t->held_bytes - kept;
    write_log(t, t->held, n);
    memmove(t->held, t->held + n, kept);
    t->held_bytes = kept;
}

/* As much as is there, but not for ever: one that writes without end must not keep us. */
static void take_output(struct trigger *t)
{
    for (int reads = 0; t->out >= 0 && reads < READS_MAX; reads++) {
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

/* Until wanted was told, at most for timeout_ms a word. */
static void take_words(struct trigger *t, enum guard_tells wanted, int timeout_ms)
{
    struct guard_word word = {GUARD_STARTED, 0};
    while (word.tells != wanted && hear(t, timeout_ms, &word)) {
        t->is_refused = t->is_refused || word.tells == GUARD_REFUSED;
        if (word.tells != GUARD_ENDED)
            continue;
        t->has_ended = true;
        t->exit_code = WIFEXITED(word.value) ? WEXITSTATUS(word.value) : -1;
        if (t->exit_code < 0)
            snprintf(t->end, sizeof t->end, "signal %d", WTERMSIG(word.value));
        else
            snprintf(t->end, sizeof t->end, "exit code %d", t->exit_code);
    }
}

bool trigger_is_alive(struct trigger *t)
{
    take_output(t);
    take_words(t, GUARD_REFUSED, 0);
    if (t->is_deserted &&
        !t->has_ended) { /* somebody has killed it: nobody can tell what becomes of the command */
        t->has_ended = true;
        snprintf(t->end, sizeof t->end, "the end of its guard");
    }
    return !t->has_ended;
}

static void tell(const struct trigger *t, char word)
{
    send(t->control, &word, 1, MSG_NOSIGNAL);
}

void trigger_ask_to_stop(struct trigger *t)
{
    tell(t, GUARD_ASK);
    take_words(t, GUARD_ASKED, ASK_MS);
}

const char *trigger_end(const struct trigger *t)
{
    return t->end;
}

int trigger_exit_code(const struct trigger *t)
{
    return t->exit_code;
}

/* Waits for the end of all of it: that of the guard. */
static bool guard_ends(struct trigger *t, int64_t timeout_ms)
{
    struct clock *clock = clock_new_real();
    bool gone = false;
    do {
        trigger_is_alive(t);
        pid_t ended = waitpid(t->guard, NULL, WNOHANG);
        gone = ended == t->guard || (ended < 0 && errno == ECHILD);
        struct pollfd wait[] = {{.fd = t->out, .events = POLLIN},
                                {.fd = t->is_deserted ? -1 : t->control, .events = POLLIN}};
        if (!gone)
            poll(wait, 2, POLL_MS);
    } while (!gone && clock_now_ms(clock) < timeout_ms);
    clock_free(clock);
    if (gone)
        t->guard = 0;
    return gone;
}

/* False when something of it goes on. */
static bool end_all(struct trigger *t, int64_t grace_ms)
{
    tell(t, GUARD_ASK);
    if (guard_ends(t, grace_ms))
        return true;
    tell(t, GUARD_KILL);
    return guard_ends(t, KILL_MS) && !t->is_refused;
}

bool trigger_free(struct trigger *t, int64_t grace_ms)
{
    bool good = !t->guard || end_all(t, grace_ms);
    if (t->log) {
        take_output(t);
        flush_held(t, true);
        if (!good)
            fputs("\n(something of it could not be ended: it belongs to another user, or hangs in the "
                  "system)\n",
                  t->log);
        fclose(t->log);
    }
    if (t->out >= 0)
        close(t->out);
    if (t->control >= 0)
        close(t->control);
    for (size_t i = 0; i < SECRETS_MAX && t->secrets[i]; i++) {
        mem_wipe(t->secrets[i], strlen(t->secrets[i]));
        free(t->secrets[i]);
    }
    free(t);
    return good;
}
