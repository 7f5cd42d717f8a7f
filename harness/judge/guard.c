#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/judge/descendants.h"

/* Between two rounds of SIGKILL: a process that is being ended may have started another one meanwhile. So many rounds are tried. */
enum { KILL_AGAIN_US = 10000, KILL_ROUNDS_MAX = 500 };

/* Of the end of an orphan that we could not adopt nobody tells us: it is looked for so often. */
enum { LOOK_AGAIN_US = 100000 };

/* Where its two descriptors stand; it has no others. */
enum { CONTROL_FD = 3, FIRST_FREE_FD = 4, CLEAR_OF_FD = 10 };

struct guard {
    pid_t main; /* the shell that runs the command */
    bool has_main, has_told, is_killing, is_alone;
    bool is_childless; /* and yet not alone: what it cannot adopt goes on */
    int main_status, last_status;
};

static void tell(enum guard_tells tells, int value)
{
    const struct guard_word word = {tells, value};
    send(CONTROL_FD, &word, sizeof word, MSG_NOSIGNAL);
}

static int spawn(struct guard *g, const struct guard_options *o)
{
    char *arguments[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)(uintptr_t)o->command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults, none;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addclose(&actions, CONTROL_FD);
    posix_spawnattr_init(&attributes);
    sigfillset(&defaults);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    int result = posix_spawn(&g->main, "/bin/sh", &actions, &attributes, arguments, o->environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

/* A trigger that has put its device into the background and ended well goes on as long as the device does: it ends like the last of it. */
static void reap(struct guard *g)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        g->last_status = status;
        if (pid != g->main)
            continue;
        g->main_status = status;
        g->has_main = false;
    }
    g->is_childless = pid < 0 && errno == ECHILD;
    g->is_alone = g->is_childless && !descendants_are_orphaned(g->main);
    if (g->has_told || g->has_main || (g->main_status == 0 && !g->is_alone))
        return;
    tell(GUARD_ENDED, g->main_status ? g->main_status : g->last_status);
    g->has_told = true;
}

static void obey(struct guard *g)
{
    char word = 0;
    ssize_t n = recv(CONTROL_FD, &word, 1, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n == 1 && word == GUARD_ASK) {
        descendants_signal(g->main, SIGTERM);
        tell(GUARD_ASKED, 0);
    } else {
        g->is_killing = true;
    }
}

/* Until a child has ended, or something is to be done. SIGCHLD comes only in here, so that none is missed. */
static void await_news(const struct guard *g, const sigset_t *open)
{
    fd_set readable;
    const struct timespec again = {0, 1000L * (g->is_killing ? KILL_AGAIN_US : LOOK_AGAIN_US)};
    FD_ZERO(&readable);
    if (!g->is_killing)
        FD_SET(CONTROL_FD, &readable);
    pselect(CONTROL_FD + 1, &readable, NULL, NULL, g->is_killing || g->is_childless ? &again : NULL, open);
}

static void watch(struct guard *g, const sigset_t *open)
{
    size_t refused = 0;
    int rounds = 0;
    for (;;) {
        reap(g);
        if (g->is_alone)
            return;
        if (g->is_killing && rounds++ == KILL_ROUNDS_MAX)
            break;
        if (g->is_killing)
            refused = descendants_signal(g->main, SIGKILL);
        await_news(g, open);
        if (!g->is_killing)
            obey(g);
    }
    tell(GUARD_REFUSED, (int)refused);
}

static void on_child(int number)
{
    (void)number;
}

/* Signals that mean the judge reach it, and it tells the guard: the guard itself must live until all is ended. */
static void take_signals(sigset_t *open)
{
    static const int left[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    struct sigaction act = {.sa_handler = SIG_IGN};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
        sigaction(left[i], &act, NULL);
    act.sa_handler = on_child;
    sigaction(SIGCHLD, &act, NULL);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, open);
    sigdelset(open, SIGCHLD);
}

/* Nothing else of the judge's may be held open here: sockets of its devices, and the guards beside this one, wait for their end. Control
 * first, so that whatever is wrong can be told. 0, or errno. */
static int take_descriptors(int control, int output)
{
    /* Away from the places they go to, should the judge itself have been started without standard output. */
    int to = fcntl(output, F_DUPFD, CLEAR_OF_FD), wrong = to < 0 ? errno : 0;
    if (control != CONTROL_FD && dup2(control, CONTROL_FD) < 0)
        return errno;
    if (!wrong && (dup2(to, 1) < 0 || dup2(to, 2) < 0))
        wrong = errno;
    close(STDIN_FILENO);
#ifdef __linux__
    closefrom(FIRST_FREE_FD); /* also where a sandbox does not know close_range */
#else
    for (int fd = FIRST_FREE_FD; fd < getdtablesize(); fd++)
        close(fd);
#endif
    return wrong;
}

static void guard(const struct guard_options *o, int control)
{
    struct guard g = {.has_main = true};
    sigset_t open;
    setpgid(0, 0); /* Ctrl-C is the judge's */
    take_signals(&open);
    int wrong = take_descriptors(control, o->output);
    descendants_adopt();
    if (!wrong)
        wrong = spawn(&g, o);
    tell(wrong ? GUARD_FAILED : GUARD_STARTED, wrong);
    /* Its own copies would keep the output open beyond the last who writes. */
    close(1);
    close(2);
    if (!wrong)
        watch(&g, &open);
}

pid_t guard_start(const struct guard_options *options, int *control)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        guard(options, ends[1]);
        _exit(0);
    }
    int wrong = errno;
    close(ends[1]);
    if (pid < 0)
        close(ends[0]);
    errno = wrong;
    *control = pid < 0 ? -1 : ends[0];
    return pid;
}
