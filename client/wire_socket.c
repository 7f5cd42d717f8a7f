#include "wire_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
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

bool wire_socket_await(int fd, short events, int64_t until_ms)
{
    struct pollfd one = {fd, events, 0};
    int count;
    do {
        int64_t left_ms = until_ms - clock_uptime_ms();
        count = poll(&one, 1, left_ms < 0 ? 0 : left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

/* 0, or an errno; -1 when there is no time left. */
static int connect_one(int fd, const struct addrinfo *address, int64_t until_ms)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS && errno != EINTR)
        return errno;
    if (!wire_socket_await(fd, POLLOUT, until_ms))
        return -1;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

int wire_socket_connect(const struct addrinfo *addresses, int64_t until_ms, int *error)
{
    for (const struct addrinfo *at = addresses; at; at = at->ai_next) {
        int fd = new_socket(at);
        *error = fd < 0 ? errno : connect_one(fd, at, until_ms);
        if (*error == 0)
            return fd;
        if (fd >= 0)
            close(fd);
        if (*error < 0)
            break;
    }
    if (*error < 0)
        *error = 0;
    return -1;
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
