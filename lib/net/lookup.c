#include "lookup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/monitor.h"

/* Shared by the two threads; the last one to leave frees it. */
struct lookup {
    struct monitor monitor;
    char *host;
    char service[8];
    bool is_done, is_alone; /* the answer is there; the other one has left */
    int result;
    struct addrinfo *found;
};

static int ask(const char *host, const char *service, int flags, struct addrinfo **found)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};
    *found = NULL;
    errno = 0;
    int result = getaddrinfo(host, service, &hints, found);
    /* glibc 2.36 says of a name that it is not known when it has no descriptor to ask with. */
    bool lacks_descriptors = errno == EMFILE || errno == ENFILE;
    return result == EAI_SYSTEM || (result != 0 && lacks_descriptors) ? LOOKUP_ERRNO + errno : result;
}

/* With the monitor's lock held, which is given up. */
static void leave(struct lookup *l)
{
    bool is_last = l->is_alone;
    l->is_alone = true;
    monitor_wake(&l->monitor);
    monitor_unlock(&l->monitor);
    if (!is_last)
        return;
    if (l->found)
        freeaddrinfo(l->found);
    monitor_fini(&l->monitor);
    free(l->host);
    free(l);
}

static void *run(void *arg)
{
    struct lookup *l = arg;
    struct addrinfo *found;
    int result = ask(l->host, l->service, 0, &found);
    monitor_lock(&l->monitor);
    l->result = result;
    l->found = found;
    l->is_done = true;
    leave(l);
    return NULL;
}

/* The application's signal handlers are not to run in a thread that it does not know of. */
static bool start(struct lookup *l)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool has_started = pthread_create(&thread, NULL, run, l) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (has_started)
        pthread_detach(thread);
    return has_started;
}

static struct lookup *new_lookup(const char *host, const char *service)
{
    struct lookup *l = mem_zalloc(1, sizeof *l);
    monitor_init(&l->monitor);
    l->host = mem_strdup(host);
    snprintf(l->service, sizeof l->service, "%s", service);
    return l;
}

int lookup_host(const char *host, int port, int64_t timeout_ms, struct addrinfo **found)
{
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port % 65536);
    *found = NULL;
    if (port < 1 || port > 65535)
        return EAI_SERVICE;
    int result = ask(host, service, AI_NUMERICHOST, found);
    if (result != EAI_NONAME)
        return result;
    struct lookup *l = new_lookup(host, service);
    if (!start(l)) {
        l->is_alone = true;
        result = LOOKUP_NO_THREAD;
        monitor_lock(&l->monitor);
        leave(l);
        return result;
    }
    int64_t until_ms = clock_uptime_ms() + timeout_ms;
    monitor_lock(&l->monitor);
    while (!l->is_done && clock_uptime_ms() < until_ms)
        monitor_wait(&l->monitor, until_ms - clock_uptime_ms());
    result = l->is_done ? l->result : LOOKUP_TOO_LATE;
    if (l->is_done) {
        *found = l->found;
        l->found = NULL;
    }
    leave(l);
    return result;
}

const char *lookup_error(int result)
{
    if (result == LOOKUP_TOO_LATE)
        return "it takes too long";
    if (result == LOOKUP_NO_THREAD)
        return "the system gives no thread to look it up in";
    return result > LOOKUP_ERRNO ? strerror(result - LOOKUP_ERRNO) : gai_strerror(result);
}
