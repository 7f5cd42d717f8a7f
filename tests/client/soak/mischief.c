#include "mischief.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint16_t control_port;

void mischief_init(uint16_t port)
{
    control_port = port;
}

bool mischief_call(const char *method, const char *path, const char *body)
{
    static char text[4096], answer[16];
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(control_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int n = snprintf(text, sizeof text,
                     "%s /_mock/v1%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     method, path, body ? strlen(body) : 0, body ? body : "");
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(answer, 0, sizeof answer);
    bool is_sent = n < (int)sizeof text && connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
                   send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
    bool is_good = is_sent && recv(fd, answer, sizeof answer - 1, MSG_WAITALL) > 0 &&
                   strncmp(answer, "HTTP/1.1 200", 12) == 0;
    char rest[4096];
    while (is_good && recv(fd, rest, sizeof rest, 0) > 0) /* closed by the platform: it is done */
        continue;
    close(fd);
    return is_good;
}

bool mischief_fault(const char *body)
{
    return mischief_call("POST", "/faults", body);
}
