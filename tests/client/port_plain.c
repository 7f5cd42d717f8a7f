/* The smallest real port: POSIX sockets and poll, no TLS, one thread. What docs/porting.md tells is done here, and tried by
 * tests/client-port: this file, the core at -Os and lib/base's clock, memory and log are a whole device. */
#include "client/core/port.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

struct port_plain {
    struct port base;
    int fd;        /* -1: no connection */
    bool is_woken; /* the current or next read is to end */
};

static struct port_plain *plain_of(struct port *p)
{
    return (struct port_plain *)(void *)p;
}

/* Waits for the socket, at most until until_ms. */
static bool is_ready(struct port_plain *p, short events, int64_t until_ms)
{
    int64_t left_ms = until_ms - clock_now_ms(p->base.clock);
    struct pollfd one = {.fd = p->fd, .events = events};
    return poll(&one, 1, left_ms > 0 ? (int)left_ms : 0) > 0;
}

static void plain_close(struct port *base)
{
    struct port_plain *p = plain_of(base);
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
}

/* One address. True when it is connected. */
static bool dial(struct port_plain *p, const struct addrinfo *at, int64_t until_ms)
{
    int error = 0, one = 1;
    socklen_t size = sizeof error;
    p->fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (p->fd < 0)
        return false;
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    bool is_good = connect(p->fd, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS;
    is_good = is_good && is_ready(p, POLLOUT, until_ms) &&
              getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    if (!is_good)
        plain_close(&p->base);
    return is_good;
}

static int plain_connect(struct port *base, const struct port_target *target, int64_t timeout_ms)
{
    struct port_plain *p = plain_of(base);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int64_t until_ms = clock_now_ms(base->clock) + timeout_ms;
    char service[8];
    if (target->root_pem) {
        log_line(LOG_ERROR, "this port has no TLS");
        return -1;
    }
    snprintf(service, sizeof service, "%u", target->port);
    int code = getaddrinfo(target->host, service, &hints, &found);
    for (struct addrinfo *at = found; code == 0 && at && p->fd < 0; at = at->ai_next)
        dial(p, at, until_ms);
    if (found)
        freeaddrinfo(found);
    if (p->fd < 0)
        log_line(LOG_ERROR, "no connection to host %s, port %u", target->host, target->port);
    return p->fd < 0 ? -1 : 0;
}

static int plain_read(struct port *base, void *bytes, size_t n, int64_t timeout_ms)
{
    struct port_plain *p = plain_of(base);
    bool was_woken = p->is_woken;
    p->is_woken = false;
    if (!is_ready(p, POLLIN, clock_now_ms(base->clock) + (was_woken ? 0 : timeout_ms)))
        return 0;
    ssize_t got = recv(p->fd, bytes, n, 0);
    if (got > 0)
        return (int)got;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    log_line(LOG_INFO, "connection: %s", got == 0 ? "the peer closed it" : "failed");
    return -1;
}

static int plain_write(struct port *base, const void *bytes, size_t n, int64_t timeout_ms)
{
    struct port_plain *p = plain_of(base);
    const char *at = bytes;
    int64_t until_ms = clock_now_ms(base->clock) + timeout_ms;
    while (n > 0) {
        ssize_t sent = send(p->fd, at, n, MSG_NOSIGNAL);
        if (sent > 0) {
            at += sent;
            n -= (size_t)sent;
        } else if (errno != EINTR && (errno != EAGAIN || !is_ready(p, POLLOUT, until_ms))) {
            return -1;
        }
    }
    return 0;
}

/* One thread: nobody to keep out. */
static void plain_lock(struct port *base)
{
    (void)base;
}

static void plain_wait(struct port *base, int64_t timeout_ms)
{
    (void)base;
    poll(NULL, 0, (int)timeout_ms);
}

static void plain_wake(struct port *base)
{
    plain_of(base)->is_woken = true;
}

static uintptr_t plain_thread(struct port *base)
{
    (void)base;
    return 1;
}

static void plain_free(struct port *base)
{
    clock_free(base->clock);
    free(base);
}

static const struct port_ops ops = {.connect = plain_connect,
                                    .read = plain_read,
                                    .write = plain_write,
                                    .close = plain_close,
                                    .lock = plain_lock,
                                    .unlock = plain_lock,
                                    .wait = plain_wait,
                                    .wake = plain_wake,
                                    .thread = plain_thread,
                                    .free = plain_free};

struct port *port_new(void)
{
    struct port_plain *p = mem_zalloc(1, sizeof *p);
    p->base = (struct port){&ops, clock_new_real()};
    p->fd = -1;
    return &p->base;
}
