#include "local_address.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/net/address.h"

int local_address_try(const char *address, int port)
{
    struct sockaddr_storage to;
    int on = 1;
    if (!address_parse(address, port, &to))
        return EINVAL;
    socklen_t size = to.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    /* As a listener does: a connection that is over is in nobody's way. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int wrong = bind(fd, (const struct sockaddr *)&to, size) != 0 || listen(fd, 1) != 0 ? errno : 0;
    close(fd);
    return wrong;
}
