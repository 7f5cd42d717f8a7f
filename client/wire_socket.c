#include "wire_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"

static int new_socket(const struct addrinfo *address)
{
    int one = 1, fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static bool await(struct pollfd *at, size_t n, int64_t until_ms)
{
    int count;
    do {
        int64_t left_ms = until_ms - clock_uptime_ms();
        count = poll(at, n, left_ms < 0 ? 0 : left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

bool wire_socket_await(int fd, short events, int64_t until_ms)
{
    struct pollfd one = {fd, events, 0};
    return await(&one, 1, until_ms);
}

/* Attempts under way beside each other, the oldest first. */
struct race {
    struct pollfd at[WIRE_SOCKET_ATTEMPTS_MAX];
    size_t count;
    int error; /* the errno of the attempt that failed last */
};

static int take_out(struct race *r, size_t i)
{
    int fd = r->at[i].fd;
    r->count--;
    memmove(&r->at[i], &r->at[i + 1], (r->count - i) * sizeof r->at[0]);
    return fd;
}

/* Goes on to the next addresses until an attempt is under way; one that fails at once is not waited for. The socket when it is
 * connected already, else -1. */
static int begin_next(struct race *r, const struct addrinfo **next)
{
    while (*next) {
        const struct addrinfo *to = *next;
        int fd = new_socket(to);
        *next = to->ai_next;
        if (fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0)
            return fd;
        r->error = errno;
        if (fd >= 0 && (errno == EINPROGRESS || errno == EINTR)) {
            if (r->count == WIRE_SOCKET_ATTEMPTS_MAX)
                close(take_out(r, 0));
            r->at[r->count++] = (struct pollfd){fd, POLLOUT, 0};
            return -1;
        }
        if (fd >= 0)
            close(fd);
    }
    return -1;
}

/* The first socket that is connected by then; or -1, earlier when an attempt has failed. */
static int await_one(struct race *r, int64_t until_ms)
{
    size_t i = 0;
    int error = 0;
    socklen_t size = sizeof error;
    if (!await(r->at, r->count, until_ms))
        return -1;
    while (r->at[i].revents == 0)
        i++;
    int fd = take_out(r, i);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
        return fd;
    r->error = error ? error : errno;
    close(fd);
    return -1;
}

int wire_socket_connect(const struct addrinfo *addresses, int64_t until_ms, int *error)
{
    struct race race = {.count = 0};
    const struct addrinfo *next = addresses;
    int fd;
    bool is_undecided, is_late;
    do {
        fd = begin_next(&race, &next);
        int64_t turn_ms = next ? clock_uptime_ms() + WIRE_SOCKET_STAGGER_MS : until_ms;
        if (fd < 0 && race.count > 0)
            fd = await_one(&race, turn_ms < until_ms ? turn_ms : until_ms);
        is_undecided = fd < 0 && (next || race.count > 0);
        is_late = is_undecided && clock_uptime_ms() >= until_ms;
    } while (is_undecided && !is_late);
    *error = is_late ? 0 : race.error;
    while (race.count > 0)
        close(take_out(&race, 0));
    return fd;
}

ssize_t wire_socket_read(int fd, void *bytes, size_t n)
{
    ssize_t got;
    do
        got = recv(fd, bytes, n, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

ssize_t wire_socket_write(int fd, const void *bytes, size_t n)
{
    ssize_t sent;
    do
        sent = send(fd, bytes, n, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

/* A peer that floods does not keep us here. */
enum { FORGOTTEN_MAX_BYTES = 4 * 1024 * 1024 };

void wire_socket_finish(int fd, int64_t until_ms)
{
    uint8_t bytes[4096];
    ssize_t got = 1;
    shutdown(fd, SHUT_WR);
    for (size_t forgotten = 0; forgotten < FORGOTTEN_MAX_BYTES; forgotten += (size_t)got) {
        if (!wire_socket_await(fd, POLLIN, until_ms) ||
            (got = wire_socket_read(fd, bytes, sizeof bytes)) <= 0)
            break;
    }
    close(fd);
}

void wire_socket_reset(int fd)
{
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(fd);
}

void wire_socket_abort(int fd)
{
    connect(fd, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr));
    shutdown(fd, SHUT_RDWR); /* where a connection cannot be undone like that */
}
