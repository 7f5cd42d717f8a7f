#include "tests/unit/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/unit.h"

enum { PATIENCE_S = 5 };

void peer_init(struct peer *p)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    p->fd = -1;
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_FATAL(p->listener >= 0);
    CU_ASSERT_EQUAL_FATAL(bind(p->listener, (struct sockaddr *)&address, size), 0);
    CU_ASSERT_EQUAL_FATAL(listen(p->listener, 8), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(p->listener, (struct sockaddr *)&address, &size), 0);
    p->port = ntohs(address.sin_port);
}

void peer_fini(struct peer *p)
{
    peer_close(p);
    close(p->listener);
}

struct wire_target peer_target(const struct peer *p)
{
    return (struct wire_target){.host = "127.0.0.1", .port = p->port, .transport = TRANSPORT_TCP};
}

void peer_accept(struct peer *p)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    peer_close(p);
    p->fd = accept(p->listener, NULL, NULL);
    CU_ASSERT_FATAL(p->fd >= 0);
    setsockopt(p->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

void peer_say(struct peer *p, const void *bytes, size_t n)
{
    CU_ASSERT_EQUAL(send(p->fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
}

bool peer_got(struct peer *p, const void *bytes, size_t n)
{
    char got[4096];
    CU_ASSERT_FATAL(n <= sizeof got);
    return recv(p->fd, got, n, MSG_WAITALL) == (ssize_t)n && memcmp(got, bytes, n) == 0;
}

bool peer_got_end(struct peer *p)
{
    char got;
    return recv(p->fd, &got, 1, 0) == 0;
}

bool peer_got_reset(struct peer *p)
{
    char got;
    return recv(p->fd, &got, 1, 0) < 0 && errno == ECONNRESET;
}

unsigned peer_segments(const struct peer *p)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    CU_ASSERT_EQUAL(getsockopt(p->fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_data_segs_in;
}

void peer_close(struct peer *p)
{
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
}

void peer_reset(struct peer *p)
{
    setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    peer_close(p);
}

void peer_break(int fd)
{
    int other = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(dup3(other, fd, O_CLOEXEC), fd);
    close(other);
}
