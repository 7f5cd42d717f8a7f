#include "tests/devices/shared_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { LINE_MAX_BYTES = 256 };

struct shared_clock {
    int fd;
};

struct shared_clock *shared_clock_join(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int n = snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || n < 0 || (size_t)n >= sizeof address.sun_path ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct shared_clock *c = mem_zalloc(1, sizeof *c);
    c->fd = fd;
    return c;
}

void shared_clock_leave(struct shared_clock *c)
{
    if (!c)
        return;
    close(c->fd);
    free(c);
}

int shared_clock_fd(const struct shared_clock *c)
{
    return c->fd;
}

bool shared_clock_hear(struct shared_clock *c, int64_t *now_ms)
{
    char line[LINE_MAX_BYTES];
    ssize_t here = recv(c->fd, line, sizeof line, MSG_PEEK); /* what is behind the line stays */
    const char *end = here > 0 ? memchr(line, '\n', (size_t)here) : NULL;
    size_t n = end ? (size_t)(end - line) + 1 : 0;
    if (!end || recv(c->fd, line, n, 0) != (ssize_t)n)
        return false;
    cJSON *told = json_parse_peer((struct str){line, n});
    bool good = json_is_int(cJSON_GetObjectItemCaseSensitive(told, "now_ms"), now_ms);
    cJSON_Delete(told);
    return good;
}

bool shared_clock_answer(struct shared_clock *c, int64_t next_ms)
{
    char line[LINE_MAX_BYTES];
    int n = next_ms == INT64_MAX
                ? snprintf(line, sizeof line, "{\"idle\":true,\"next_ms\":null}\n")
                : snprintf(line, sizeof line, "{\"idle\":true,\"next_ms\":%lld}\n", (long long)next_ms);
    return send(c->fd, line, (size_t)n, MSG_NOSIGNAL) == n;
}
